//! What services read from files: `env_file` into their environment, `label_file` into their labels.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::dotenv::{Format, Known};
use super::environment;
use super::loader::Loader;
use super::node::{Key, Mapping, Node, Value};
use super::schema::SERVICE;
use super::variables::Variables;
use crate::diagnostic::{Problem, Span};

/// Reads the files of all services; gives service and variable of each value that came out of an `env_file`.
pub(super) fn read_files(
    loader: &mut Loader,
    services: &mut Mapping,
    variables: &Variables,
) -> BTreeSet<(String, String)> {
    let mut secret = BTreeSet::new();
    for (key, node) in services.iter_mut() {
        let Some(service) = node.as_mapping_mut() else { continue };
        for name in env_files(loader, service, key.span, variables) {
            secret.insert((key.name.to_string(), name));
        }
        labels(loader, service, key.span);
    }
    secret
}

/// What a service asks for by `env_file`.
struct EnvFile<'n> {
    path: &'n str,
    span: Span,
    required: bool,
    format: Format,
}

fn env_file<'n>(loader: &mut Loader, node: &'n Node) -> Option<EnvFile<'n>> {
    let Some(path) = node.get("path") else {
        loader.report(Problem::at(node.span, "an `env_file` needs a path").help("name the file, or remove this entry"));
        return None;
    };
    let format = match node.get("format").map(|format| (format.span, format.as_str())) {
        None | Some((_, Some(""))) => Format::Compose,
        Some((_, Some("raw"))) => Format::Raw,
        Some((span, _)) => {
            loader.report(Problem::at(span, "the format of an `env_file` is `raw`, or left out"));
            return None;
        }
    };
    let required = node.get("required").and_then(Node::as_bool).unwrap_or(true);
    Some(EnvFile { path: path.as_str()?, span: path.span, required, format })
}

/// Adds the variables of the files to the environment, in which what is written there wins; gives the added names.
fn env_files(loader: &mut Loader, service: &mut Mapping, span: Span, variables: &Variables) -> Vec<String> {
    let Some((_, files)) = service.remove("env_file") else { return Vec::new() };
    let written = service.get("environment").and_then(Node::as_mapping).cloned().unwrap_or_default();
    let mut read: BTreeMap<String, (String, Span)> = BTreeMap::new();
    for node in files.as_sequence().unwrap_or_default() {
        let Some(file) = env_file(loader, node) else { continue };
        let path = Path::new(file.path);
        if !file.required && !loader.files.exists(path) {
            continue;
        }
        let outside = |name: &str| {
            let own = || written.get(name).and_then(Node::as_str).map(str::to_owned);
            variables.get(name).map(str::to_owned).or_else(own)
        };
        let earlier = |name: &str| read.get(name).map(|(value, _)| value.clone());
        let known = Known { outside: &outside, earlier: &earlier };
        let Some((source, entries)) = environment::entries(loader, (path, Some(file.span)), file.format, &known) else {
            continue;
        };
        for entry in entries {
            let line = u32::try_from(entry.line).unwrap_or(u32::MAX);
            let place = Span { source, line, column: 1, length: 0 };
            read.insert(entry.name, (entry.value, place));
        }
    }
    let mut names = Vec::new();
    let mut all: BTreeMap<String, (Key, Node)> = BTreeMap::new();
    for (name, (value, place)) in read {
        names.push(name.clone());
        all.insert(name.clone(), (Key::new(name, place), Node::text(place, value)));
    }
    for (key, node) in written {
        names.retain(|name| **name != *key.name);
        all.insert(key.name.to_string(), (key, node));
    }
    if !all.is_empty() {
        let environment = Node::new(span, Value::Mapping(all.into_values().collect()));
        place(service, Key::new("environment", span), environment);
    }
    names
}

/// Adds the labels of the files to the labels, in which what is written there wins.
fn labels(loader: &mut Loader, service: &mut Mapping, span: Span) {
    let Some((_, files)) = service.remove("label_file") else { return };
    let mut all: BTreeMap<String, (Key, Node)> = BTreeMap::new();
    for node in files.as_sequence().unwrap_or_default() {
        let Some(path) = node.as_str() else { continue };
        let none = |_: &str| None;
        let known = Known { outside: &none, earlier: &none };
        let read = environment::entries(loader, (Path::new(path), Some(node.span)), Format::Compose, &known);
        let Some((source, entries)) = read else { continue };
        for entry in entries {
            let line = u32::try_from(entry.line).unwrap_or(u32::MAX);
            let place = Span { source, line, column: 1, length: 0 };
            all.insert(entry.name.clone(), (Key::new(entry.name, place), Node::text(place, entry.value)));
        }
    }
    let written = service.remove("labels").and_then(|(_, node)| match node.value {
        Value::Mapping(written) => Some(written),
        _ => None,
    });
    for (key, node) in written.into_iter().flatten() {
        all.insert(key.name.to_string(), (key, node));
    }
    if !all.is_empty() {
        place(service, Key::new("labels", span), Node::new(span, Value::Mapping(all.into_values().collect())));
    }
}

/// Sets a key of a canonical service where the table has it.
fn place(service: &mut Mapping, key: Key, node: Node) {
    service.remove(&key.name);
    let rank = |key: &Key| SERVICE.attributes.iter().position(|attribute| *attribute.name == *key.name);
    let at = rank(&key);
    // Extensions have no rank; they stand behind the others.
    let is_before = |other: &Key| rank(other).is_some_and(|rank| Some(rank) < at);
    let (mut entries, after): (Vec<_>, Vec<_>) =
        std::mem::take(service).into_iter().partition(|(key, _)| is_before(key));
    entries.push((key, node));
    *service = entries.into_iter().chain(after).collect();
}
