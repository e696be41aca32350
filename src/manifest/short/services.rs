//! Short forms of a service.

use super::super::form::Form;
use super::super::node::{Key, Mapping, Node, Value};
use super::super::pairs;
use super::{ports, volumes};
use crate::diagnostic::{Problem, Span};

fn record<const N: usize>(span: Span, entries: [(&str, Value); N]) -> Value {
    let entries = entries.into_iter().map(|(name, value)| (Key::new(name, span), Node::new(span, value)));
    Value::Mapping(entries.collect())
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

/// `build: .` is `build: {context: .}`.
pub fn build(mut node: Node) -> Node {
    if matches!(node.value, Value::String(_)) {
        let context = std::mem::replace(&mut node.value, Value::Null);
        node.value = record(node.span, [("context", context)]);
    }
    node
}

/// What a dependency is that is only named.
pub fn dependency(span: Span) -> Value {
    record(span, [("condition", text("service_started")), ("required", Value::Bool(true))])
}

/// Sets a key if it is not there.
fn default(node: &mut Node, name: &str, value: Value) {
    let span = node.span;
    if let Some(mapping) = node.as_mapping_mut()
        && !mapping.contains(name)
    {
        mapping.insert(Key::new(name, span), Node::new(span, value));
    }
}

/// A text becomes a mapping with this key.
fn wrap(node: &mut Node, name: &str) {
    if matches!(node.value, Value::String(_)) {
        let value = std::mem::replace(&mut node.value, Value::Null);
        node.value = record(node.span, [(name, value)]);
    }
}

/// Lets `change` work on the value of a key, if it is there.
fn with(mapping: &mut Mapping, name: &str, change: impl FnOnce(&mut Node)) {
    if let Some(node) = mapping.get_mut(name) {
        change(node);
    }
}

fn each(node: &mut Node, change: impl FnMut(&mut Node)) {
    if let Some(items) = node.as_sequence_mut() {
        items.iter_mut().for_each(change);
    }
}

fn replace(node: &mut Node, change: impl FnOnce(Node) -> Node) {
    let old = std::mem::replace(node, Node::new(node.span, Value::Null));
    *node = change(old);
}

fn to_list(node: &mut Node) {
    if matches!(node.value, Value::String(_)) {
        replace(node, pairs::to_sequence);
    }
}

/// Lists of `key=value` become mappings, and single texts lists, where both mean the same in the end.
fn alternatives(service: &mut Mapping) {
    let pairs_in = |mapping: &mut Mapping, names: &[&str]| {
        for name in names {
            with(mapping, name, |node| replace(node, pairs::to_mapping));
        }
    };
    pairs_in(service, &["annotations", "environment", "labels", "sysctls"]);
    for (section, names) in [("build", &["args", "labels"][..]), ("deploy", &["labels"])] {
        if let Some(section) = service.get_mut(section).and_then(Node::as_mapping_mut) {
            pairs_in(section, names);
        }
    }
    for name in ["dns_search", "tmpfs"] {
        with(service, name, to_list);
    }
}

/// Writes out the short forms of a service.
pub(super) fn write_out(service: &mut Node, problems: &mut Vec<Problem>, form: Form) {
    let Some(service) = service.as_mapping_mut() else { return };
    if form == Form::Filled {
        alternatives(service);
    }
    with(service, "build", |node| {
        replace(node, build);
        build_section(node, problems);
    });
    with(service, "depends_on", |node| {
        replace(node, |node| pairs::names_to_mapping(node, dependency));
        if let Some(dependencies) = node.as_mapping_mut() {
            dependencies.iter_mut().for_each(|(_, node)| default(node, "required", Value::Bool(true)));
        }
    });
    with(service, "env_file", |node| {
        to_list(node);
        each(node, |file| {
            wrap(file, "path");
            default(file, "required", Value::Bool(true));
        });
    });
    for name in ["label_file", "dns"] {
        with(service, name, to_list);
    }
    for name in ["networks", "models"] {
        with(service, name, |node| replace(node, |node| pairs::names_to_mapping(node, |_| Value::Null)));
    }
    for name in ["secrets", "configs"] {
        with(service, name, |node| each(node, |item| wrap(item, "source")));
    }
    with(service, "extends", |node| wrap(node, "service"));
    with(service, "gpus", gpus);
    with(service, "devices", |node| {
        if let Some(devices) = node.as_sequence_mut() {
            devices.retain_mut(|device| device_mapping(device, problems));
        }
    });
    with(service, "ports", |node| {
        if let Some(items) = node.as_sequence_mut() {
            ports::ports(items, problems, form);
        }
    });
    with(service, "volumes", |node| {
        if let Some(items) = node.as_sequence_mut() {
            items.retain_mut(|volume| volumes::volume(volume, problems));
        }
    });
    with(service, "develop", watches);
}

fn build_section(node: &mut Node, problems: &mut Vec<Problem>) {
    let Some(build) = node.as_mapping_mut() else { return };
    with(build, "ssh", |node| replace(node, pairs::to_mapping));
    for name in ["provenance", "sbom"] {
        with(build, name, |node| {
            if let Value::Bool(value) = node.value {
                node.value = text(if value { "true" } else { "false" });
            }
        });
    }
    with(build, "secrets", |node| each(node, |item| wrap(item, "source")));
    with(build, "additional_contexts", |node| {
        if let Some(items) = node.as_sequence_mut() {
            items.retain(|item| {
                let fits = item.as_str().is_some_and(|text| text.contains('='));
                if !fits {
                    problems.push(Problem::at(item.span, "an additional context is written `name=path`"));
                }
                fits
            });
        }
        replace(node, pairs::to_mapping);
    });
}

fn gpus(node: &mut Node) {
    if node.as_str() == Some("all") {
        let all = Node::new(node.span, record(node.span, [("count", text("all"))]));
        node.value = Value::Sequence(vec![all]);
    }
}

fn device_mapping(node: &mut Node, problems: &mut Vec<Problem>) -> bool {
    let Some(written) = node.as_str() else { return true };
    let parts: Vec<&str> = written.split(':').collect();
    let (source, target, permissions) = match parts[..] {
        [source] => (source, source, "rwm"),
        [source, target] => (source, target, "rwm"),
        [source, target, permissions] => (source, target, permissions),
        _ => {
            problems.push(
                Problem::at(node.span, "a device is written `SOURCE:TARGET:PERMISSIONS`")
                    .label("too many colons")
                    .help("write it as a mapping with `source`, `target` and `permissions`"),
            );
            return false;
        }
    };
    let target = if target.is_empty() { source } else { target };
    node.value =
        record(node.span, [("source", text(source)), ("target", text(target)), ("permissions", text(permissions))]);
    true
}

/// A watch of several paths is a watch for each of them.
fn watches(node: &mut Node) {
    let Some(develop) = node.as_mapping_mut() else { return };
    with(develop, "watch", |node| {
        each(node, |watch| {
            if let Some(watch) = watch.as_mapping_mut() {
                with(watch, "include", to_list);
                with(watch, "ignore", to_list);
            }
        });
    });
}
