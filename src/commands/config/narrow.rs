//! The tree with some services only.

use std::collections::BTreeSet;

use super::super::Error;
use crate::manifest::{Key, Loaded, Mapping, Node, Value};
use crate::names::ServiceName;

/// The tree with the named services and what they depend on; services of inactive profiles can be named as well. No
/// names are all active services.
pub(super) fn to(loaded: &Loaded, names: &[ServiceName]) -> Result<Node, Error> {
    if names.is_empty() {
        return Ok(loaded.tree.clone());
    }
    let services = loaded.tree.get("services").and_then(Node::as_mapping);
    let find = |name: &str| services.and_then(|services| services.entry(name)).or_else(|| loaded.disabled.entry(name));
    let kept = with_dependencies(names, find)?;
    let chosen: Mapping =
        kept.iter().filter_map(|name| find(name)).map(|(key, node)| (key.clone(), node.clone())).collect();
    let span = loaded.tree.span;
    let mut root = loaded.tree.as_mapping().cloned().unwrap_or_default();
    root.insert(Key::new("services", span), Node::new(span, Value::Mapping(chosen)));
    for (section, resources) in loaded.resources.iter() {
        root.insert(section.clone(), resources.clone());
    }
    crate::manifest::prune(&mut root);
    Ok(Node::new(span, Value::Mapping(root)))
}

/// Leaves only the named services and what they depend on in a model; no names are all services. Resources stay: what a
/// variable stands for may use them.
pub(super) fn model(tree: &mut Node, names: &[ServiceName]) -> Result<(), Error> {
    let Some(services) = tree.as_mapping_mut().and_then(|root| root.get_mut("services")?.as_mapping_mut()) else {
        return names.first().map_or(Ok(()), |name| Err(Error::NoSuchService { name: name.clone() }));
    };
    if !names.is_empty() {
        let kept = with_dependencies(names, |name| services.entry(name))?;
        services.retain(|key, _| kept.contains(&*key.name));
    }
    Ok(())
}

/// The named services and what they depend on.
fn with_dependencies<'n>(
    names: &[ServiceName],
    find: impl Fn(&str) -> Option<(&'n Key, &'n Node)>,
) -> Result<BTreeSet<String>, Error> {
    let mut kept: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<String> = Vec::new();
    for name in names {
        find(name.as_str()).ok_or_else(|| Error::NoSuchService { name: name.clone() })?;
        open.push(name.to_string());
    }
    while let Some(name) = open.pop() {
        if !kept.insert(name.clone()) {
            continue;
        }
        let dependencies = find(&name).and_then(|(_, service)| service.get("depends_on")?.as_mapping());
        open.extend(dependencies.into_iter().flat_map(Mapping::iter).map(|(key, _)| key.name.to_string()));
    }
    Ok(kept)
}
