//! Which services are active, and which resources they use.

use std::collections::HashSet;

use super::node::{Mapping, Node};

/// Takes the services out whose profiles are not active. Services without profiles always stay.
pub fn split(services: &mut Mapping, active: &[String]) -> Mapping {
    if active.iter().any(|profile| profile == "*") {
        return Mapping::default();
    }
    let stays = |service: &Node| {
        let profiles = service.get("profiles").and_then(Node::as_sequence).unwrap_or_default();
        let is_active = |profile: &Node| active.iter().any(|active| profile.as_str() == Some(active));
        profiles.is_empty() || profiles.iter().any(is_active)
    };
    let all = std::mem::take(services);
    let (stay, go): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, service)| stays(service));
    *services = stay.into_iter().collect();
    go.into_iter().collect()
}

/// What services refer to.
pub const SECTIONS: [&str; 5] = ["networks", "volumes", "configs", "secrets", "models"];

/// The sections of what services refer to.
pub fn resources(root: &Mapping) -> Mapping {
    let entries = SECTIONS.iter().filter_map(|section| root.entry(section));
    entries.map(|(key, node)| (key.clone(), node.clone())).collect()
}

/// Section and name of every resource that one of these services uses.
pub fn used(services: &Mapping) -> HashSet<(&'static str, String)> {
    let mut used = HashSet::new();
    for (_, service) in services.iter() {
        references(service, |section, name, _| {
            used.insert((section, name.to_owned()));
        });
    }
    used
}

/// Takes the resources out that no service uses.
pub fn prune(root: &mut Mapping) {
    let used = root.get("services").and_then(Node::as_mapping).map(used).unwrap_or_default();
    for section in SECTIONS {
        let Some(entries) = root.get_mut(section).and_then(Node::as_mapping_mut) else { continue };
        entries.retain(|key, _| used.contains(&(section, key.name.to_string())));
        if entries.is_empty() {
            root.remove(section);
        }
    }
}

/// Calls `found` with section, name and node of every resource that a canonical service refers to.
pub fn references<'n>(service: &'n Node, mut found: impl FnMut(&'static str, &'n str, crate::diagnostic::Span)) {
    for section in ["networks", "models"] {
        let entries = service.get(section).and_then(Node::as_mapping);
        entries.into_iter().flat_map(Mapping::iter).for_each(|(key, _)| found(section, &key.name, key.span));
    }
    let items = |path: &[&str]| service.at(path).and_then(Node::as_sequence).unwrap_or_default();
    for volume in items(&["volumes"]) {
        if volume.get("type").and_then(Node::as_str) == Some("volume")
            && let Some(source) = volume.get("source")
        {
            source.as_str().into_iter().for_each(|name| found("volumes", name, source.span));
        }
    }
    for (section, path) in
        [("secrets", &["secrets"][..]), ("secrets", &["build", "secrets"]), ("configs", &["configs"])]
    {
        for item in items(path) {
            if let Some(source) = item.get("source") {
                source.as_str().into_iter().for_each(|name| found(section, name, source.span));
            }
        }
    }
}
