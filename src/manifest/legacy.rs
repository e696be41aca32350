//! The format of 2014, in which a manifest is nothing but services, is read as today's format.

use super::node::{Key, Mapping, Node, Value};
use super::schema::MANIFEST;

/// Keys of the 2014 format that today's has not, and what they are called now.
pub const RENAMED: [(&str, &str); 5] = [
    ("net", "`network_mode`"),
    ("dockerfile", "`build: {context: …, dockerfile: …}`"),
    ("log_driver", "`logging: {driver: …}`"),
    ("log_opt", "`logging: {options: …}`"),
    ("volume_driver", "`driver` of the volume at the end of the file"),
];

/// The extension that marks a service of the 2014 format whose links bring variables.
pub const LINK_VARIABLES: &str = "x-ado-link-variables";

/// Puts the services of a manifest in the 2014 format under `services`; gives their names. Other manifests stay.
pub fn translate(root: &mut Node, warnings: &mut Vec<String>) -> Vec<String> {
    let span = root.span;
    let Some(mapping) = root.as_mapping_mut() else { return Vec::new() };
    if !is_legacy(mapping) {
        return Vec::new();
    }
    let names: Vec<String> = mapping.iter().map(|(key, _)| key.name.to_string()).collect();
    let names: Vec<String> = names.into_iter().filter(|name| !name.starts_with("x-")).collect();
    let mut services = Mapping::default();
    for name in &names {
        let Some((key, mut service)) = mapping.remove(name) else { continue };
        if let Some(fields) = service.as_mapping_mut() {
            modernize(fields, &names);
            if fields.contains("links") {
                let yes = Node::new(key.span, Value::Bool(true));
                fields.insert(Key::new(LINK_VARIABLES, key.span), yes);
            }
        }
        services.insert(key, service);
    }
    mapping.insert(Key::new("services", span), Node::new(span, Value::Mapping(services)));
    warnings.push("this is the format of 2014, without `services:`; it is read as today's format".to_owned());
    names
}

/// Every key is a service: a mapping with an image, a build or a base.
fn is_legacy(root: &Mapping) -> bool {
    let own = |name: &str| name.starts_with("x-");
    let is_service = |node: &Node| ["image", "build", "extends"].iter().any(|name| node.get(name).is_some());
    !root.is_empty()
        && !root.iter().any(|(key, _)| MANIFEST.attribute(&key.name).is_some())
        && root.iter().any(|(key, _)| !own(&key.name))
        && root.iter().all(|(key, node)| own(&key.name) || is_service(node))
}

/// Moves the keys of the 2014 format to where they are today.
fn modernize(service: &mut Mapping, names: &[String]) {
    if let Some((key, mut net)) = service.remove("net") {
        let of_service = net.as_str().and_then(|net| net.strip_prefix("container:")).map(str::to_owned);
        if let Some(name) = of_service.filter(|name| names.contains(name)) {
            net.value = Value::String(format!("service:{name}").into());
        }
        service.insert(Key::new("network_mode", key.span), net);
    }
    if let Some((key, dockerfile)) = service.remove("dockerfile")
        && let Some(build) = service.get_mut("build")
    {
        let context = std::mem::replace(build, Node::new(key.span, Value::Null));
        let place = context.span;
        let entries = [(Key::new("context", place), context), (key, dockerfile)];
        *build = Node::new(place, Value::Mapping(entries.into_iter().collect()));
    }
    let mut logging = Mapping::default();
    for (old, new) in [("log_driver", "driver"), ("log_opt", "options")] {
        if let Some((key, node)) = service.remove(old) {
            logging.insert(Key::new(new, key.span), node);
        }
    }
    let place = logging.iter().next().map(|(key, _)| key.span);
    if let Some(span) = place {
        service.insert(Key::new("logging", span), Node::new(span, Value::Mapping(logging)));
    }
    service.remove("volume_driver");
}
