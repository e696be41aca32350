//! Values that are implied by the rest of the manifest: networks, dependencies, names.

use super::cast;
use super::node::{Key, Mapping, Node, Value};
use super::pairs;
use super::variables::Variables;
use crate::diagnostic::Span;

fn text(text: &str) -> Value {
    Value::String(text.into())
}

fn set(mapping: &mut Mapping, name: &str, span: Span, value: Value) {
    mapping.insert(Key::new(name, span), Node::new(span, value));
}

/// Adds what is implied. `name` is the project's.
pub fn normalize(root: &mut Node, name: &str, variables: &Variables) {
    let span = root.span;
    let Some(root) = root.as_mapping_mut() else { return };
    let mut uses_default = false;
    if let Some(services) = root.get_mut("services").and_then(Node::as_mapping_mut) {
        for (key, node) in services.iter_mut() {
            let Some(service) = node.as_mapping_mut() else { continue };
            uses_default |= networks(service, key.span);
            build(service, variables);
            environment(service.get_mut("environment"), variables);
            dependencies(service);
            if let Some(policy) = service.get_mut("pull_policy").filter(|node| node.as_str() == Some("if_not_present"))
            {
                policy.value = text("missing");
            }
            targets(service);
        }
    }
    let has_default = root.get("networks").and_then(|networks| networks.get("default")).is_some();
    if uses_default && !has_default {
        if root.get("networks").and_then(Node::as_mapping).is_none() {
            set(root, "networks", span, Value::Mapping(Mapping::default()));
        }
        if let Some(networks) = root.get_mut("networks").and_then(Node::as_mapping_mut) {
            set(networks, "default", span, Value::Null);
        }
    }
    for section in ["networks", "volumes", "configs", "secrets"] {
        if let Some(entries) = root.get_mut(section).and_then(Node::as_mapping_mut) {
            names(entries, name);
        }
    }
}

/// A service without networks is in the default one. Says whether the service uses that.
fn networks(service: &mut Mapping, span: Span) -> bool {
    if service.contains("provider") || service.contains("network_mode") {
        return false;
    }
    let declared = service.get("networks").and_then(Node::as_mapping).filter(|networks| !networks.is_empty());
    if let Some(networks) = declared {
        return networks.contains("default");
    }
    let default = (Key::new("default", span), Node::new(span, Value::Null));
    set(service, "networks", span, Value::Mapping(std::iter::once(default).collect()));
    true
}

fn build(service: &mut Mapping, variables: &Variables) {
    let Some(node) = service.get_mut("build") else { return };
    let span = node.span;
    let Some(build) = node.as_mapping_mut() else { return };
    if !build.contains("context") {
        set(build, "context", span, text("."));
    }
    if !build.contains("dockerfile") && !build.contains("dockerfile_inline") {
        set(build, "dockerfile", span, text("Dockerfile"));
    }
    environment(build.get_mut("args"), variables);
    match build.get_mut("args").map(|arguments| &mut arguments.value) {
        Some(Value::Mapping(arguments)) => arguments.retain(|_, value| !value.is_null()),
        Some(Value::Sequence(arguments)) => arguments.retain(|argument| !is_open(argument)),
        _ => {}
    }
}

/// A variable without value takes the one of the environment.
pub fn environment(node: Option<&mut Node>, variables: &Variables) {
    match node.map(|node| &mut node.value) {
        Some(Value::Mapping(entries)) => {
            for (key, node) in entries.iter_mut().filter(|(_, node)| node.is_null()) {
                if let Some(value) = variables.get(&key.name) {
                    node.value = text(value);
                }
            }
        }
        Some(Value::Sequence(items)) => {
            for item in items.iter_mut().filter(|item| is_open(item)) {
                let found = item.as_str().and_then(|name| Some(format!("{name}={}", variables.get(name)?)));
                if let Some(pair) = found {
                    item.value = Value::String(pair.into());
                }
            }
        }
        _ => {}
    }
}

/// An item of a list of `key=value` that has no value.
fn is_open(item: &Node) -> bool {
    item.as_str().is_some_and(|text| !text.contains('='))
}

/// The variables without value of all services take those of the environment; for the ones of an included file that is
/// the environment of the file.
pub fn environments(root: &mut Node, variables: &Variables) {
    let services = root.as_mapping_mut().and_then(|root| root.get_mut("services")?.as_mapping_mut());
    for (_, service) in services.into_iter().flat_map(Mapping::iter_mut) {
        environment(service.as_mapping_mut().and_then(|service| service.get_mut("environment")), variables);
    }
}

/// What a service shares with another makes it depend on that.
fn dependencies(service: &mut Mapping) {
    let mut implied: Vec<(String, bool, Span)> = Vec::new();
    for link in items(service.get("links")) {
        if let Some(written) = link.as_str() {
            let target = if written.matches(':').count() == 1 { written.split(':').next() } else { None };
            implied.push((target.unwrap_or(written).to_owned(), true, link.span));
        }
    }
    for name in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
        let shared = service.get(name).and_then(|node| Some((node.as_str()?.strip_prefix("service:")?, node.span)));
        implied.extend(shared.map(|(target, span)| (target.to_owned(), true, span)));
    }
    for from in items(service.get("volumes_from")) {
        let target =
            from.as_str().filter(|text| !text.starts_with("container:")).and_then(|text| text.split(':').next());
        implied.extend(target.map(|target| (target.to_owned(), false, from.span)));
    }
    let Some(&(_, _, span)) = implied.first() else { return };
    if service.get("depends_on").and_then(Node::as_mapping).is_none() {
        set(service, "depends_on", span, Value::Mapping(Mapping::default()));
    }
    let Some(dependencies) = service.get_mut("depends_on").and_then(Node::as_mapping_mut) else { return };
    for (target, restart, span) in implied {
        if dependencies.contains(&target) {
            continue;
        }
        let mut dependency = Mapping::default();
        set(&mut dependency, "condition", span, text("service_started"));
        set(&mut dependency, "restart", span, Value::Bool(restart));
        set(&mut dependency, "required", span, Value::Bool(true));
        set(dependencies, &target, span, Value::Mapping(dependency));
    }
}

/// Mount points are written without `.` and doubled slashes.
fn targets(service: &mut Mapping) {
    let volumes = service.get_mut("volumes").and_then(Node::as_sequence_mut);
    for volume in volumes.into_iter().flatten() {
        let Some(target) = volume.as_mapping_mut().and_then(|volume| volume.get_mut("target")) else { continue };
        if let Some(written) = target.as_str() {
            let clean = super::path::clean(std::path::Path::new(written));
            target.value = text(&clean.to_string_lossy());
        }
    }
}

/// What has no name of its own is called after the project.
fn names(entries: &mut Mapping, project: &str) {
    for (key, node) in entries.iter_mut() {
        let span = key.span;
        if node.is_null() {
            node.value = Value::Mapping(Mapping::default());
        }
        let Some(fields) = node.as_mapping_mut() else { continue };
        if fields.get("name").is_some_and(|name| !name.is_null()) {
            continue;
        }
        let external = fields.get("external").and_then(|external| cast::truth(&pairs::text(&external.value)));
        let name = if external == Some(true) { key.name.to_string() } else { format!("{project}_{}", key.name) };
        set(fields, "name", span, text(&name));
    }
}

fn items(node: Option<&Node>) -> &[Node] {
    node.and_then(Node::as_sequence).unwrap_or_default()
}
