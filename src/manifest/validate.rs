//! What the table cannot say: keys of one entry that exclude each other.

use super::node::{Mapping, Node};
use crate::diagnostic::Problem;

/// Looks at every entry by itself.
pub fn entries(root: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    let section = |name: &str| root.get(name).and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter);
    for (key, volume) in section("volumes") {
        problems.extend(volume.as_mapping().and_then(|volume| external(&key.name, volume)));
    }
    for (name, sources) in [("configs", &["file", "environment", "content"][..]), ("secrets", &["file", "environment"])]
    {
        for (key, node) in section(name) {
            let Some(fields) = node.as_mapping() else { continue };
            problems.extend(one_source(&format!("{name}.{}", key.name), node, fields, sources));
        }
    }
    for (_, service) in section("services") {
        service_entries(service, &mut problems);
    }
    problems
}

/// What exists already has no driver and no options.
fn external(name: &str, volume: &Mapping) -> Option<Problem> {
    let (key, external) = volume.entry("external")?;
    if external.as_bool() != Some(true) {
        return None;
    }
    let other =
        volume.iter().find(|(key, _)| !matches!(&*key.name, "name" | "external") && !key.name.starts_with("x-"));
    let (other, _) = other?;
    Some(
        Problem::at(other.span, format!("volume `{name}` is external, so it cannot have `{}`", other.name))
            .label("this is decided where the volume is created")
            .also(key.span, "external")
            .help("remove one of both"),
    )
}

fn one_source(place: &str, node: &Node, fields: &Mapping, sources: &[&str]) -> Option<Problem> {
    // An empty variable or driver is none; an empty content is one, and an empty file is the directory.
    let empty = |name: &str, node: &Node| matches!(name, "environment" | "driver") && node.as_str() == Some("");
    let has = |name: &str| fields.get(name).is_some_and(|node| !empty(name, node));
    let given: Vec<_> = sources.iter().filter_map(|name| fields.entry(name)).map(|(key, _)| key).collect();
    let list = sources.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match given[..] {
        [] | [_] if !fields.contains("external") && !has("driver") && !sources.iter().any(|name| has(name)) => {
            Some(Problem::at(node.span, format!("`{place}` has no content")).help(format!("add one of {list}")))
        }
        [first, second, ..] => Some(
            Problem::at(second.span, format!("`{place}` has both `{}` and `{}`", first.name, second.name))
                .label("the second source")
                .also(first.span, "the first source")
                .help("keep one of them"),
        ),
        _ => None,
    }
}

fn service_entries(service: &Node, problems: &mut Vec<Problem>) {
    let items = |path: &[&str]| service.at(path).and_then(Node::as_sequence).unwrap_or_default();
    for path in [&["deploy", "resources", "reservations", "devices"][..], &["gpus"]] {
        for device in items(path) {
            let fields = device.as_mapping();
            let entry = |name| fields.and_then(|fields| fields.entry(name));
            if let (Some((count, _)), Some((ids, _))) = (entry("count"), entry("device_ids")) {
                problems.push(
                    Problem::at(ids.span, "a device is reserved by `count` or by `device_ids`, not by both")
                        .also(count.span, "the number")
                        .help("keep one of both"),
                );
            }
        }
    }
    for device in items(&["devices"]) {
        if device.as_mapping().is_some_and(|device| device.get("target").is_none()) {
            problems.push(
                Problem::at(device.span, "a device needs a `target`")
                    .help("write the path in the container as `target`"),
            );
        }
    }
    for port in items(&["ports"]) {
        if port.as_mapping().is_some_and(|port| port.get("target").is_none()) {
            problems.push(
                Problem::at(port.span, "a port needs a `target`").help("write the port in the container as `target`"),
            );
        }
        let address = port.get("host_ip");
        let text = address.and_then(Node::as_str);
        if let (Some(address), Some(text)) = (address, text)
            && text.parse::<std::net::IpAddr>().is_err()
        {
            problems.push(Problem::at(address.span, format!("`{text}` is not an IP address")));
        }
    }
    for watch in items(&["develop", "watch"]) {
        if let Some(path) = watch.get("path").filter(|path| path.as_str() == Some("")) {
            problems.push(Problem::at(path.span, "the path of a watch cannot be empty"));
        }
    }
    for volume in items(&["volumes"]) {
        if volume.get("type").and_then(Node::as_str) == Some("bind") && volume.get("source").is_none() {
            problems.push(
                Problem::at(volume.span, "a bind mount needs a `source`")
                    .help("write the path on the host as `source`"),
            );
        }
        if volume.as_mapping().is_some() && volume.get("target").is_none() {
            problems.push(
                Problem::at(volume.span, "a mount needs a `target`")
                    .help("write the path in the container as `target`"),
            );
        }
    }
}
