//! Lists in which a later item replaces the earlier one that it means.

use std::collections::HashMap;
use std::sync::Arc;

use super::node::{Node, Value};
use super::pairs;
use super::path::Trail;
use super::short;

/// What makes two items of a list the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Identity {
    /// The text before `=`.
    Name,
    /// All of the text.
    Whole,
    /// `target` of a mount.
    Target,
    /// `target`, or the source in this folder.
    MountedIn(&'static str),
    /// Address, ports and protocol.
    Port,
    /// `path`.
    Path,
    /// The device inside.
    Device,
}

fn identity(path: &[&str]) -> Option<Identity> {
    let name = Some(Identity::Name);
    match path {
        ["services", _, rest @ ..] => match rest {
            [
                "annotations" | "cap_add" | "cap_drop" | "dns" | "dns_opt" | "dns_search" | "environment" | "labels"
                | "links" | "profiles" | "sysctls" | "tmpfs",
            ]
            | ["build", "args" | "additional_contexts" | "platform" | "tags" | "labels"]
            | ["deploy", "labels"]
            | ["networks", _, "aliases" | "link_local_ips"] => name,
            ["volumes"] => Some(Identity::Target),
            ["secrets"] => Some(Identity::MountedIn("/run/secrets")),
            ["configs"] => Some(Identity::MountedIn("")),
            ["ports"] => Some(Identity::Port),
            ["expose"] => Some(Identity::Whole),
            ["env_file"] => Some(Identity::Path),
            ["devices"] => Some(Identity::Device),
            _ => None,
        },
        ["networks", _, "labels"] | ["networks", _, "ipam", "options"] => name,
        _ => None,
    }
}

/// Drops what a later item of the same list replaces, in the whole tree.
pub fn enforce(root: &mut Node) {
    walk(root, Trail::ROOT);
}

fn walk(node: &mut Node, trail: Trail) {
    if trail.depth() > 5 {
        return;
    }
    match &mut node.value {
        Value::Mapping(mapping) => {
            for (key, value) in mapping.iter_mut() {
                walk(value, trail.child(&key.name));
            }
        }
        Value::Sequence(items) if items.len() > 1 => {
            if let Some(identity) = identity(&trail.names()) {
                dedupe(items, identity);
            }
        }
        _ => {}
    }
}

fn dedupe(items: &mut Vec<Node>, identity: Identity) {
    let mut places: HashMap<Arc<str>, usize> = HashMap::new();
    let mut kept: Vec<Node> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        let Some(name) = identify(&item, identity) else {
            kept.push(item);
            continue;
        };
        if let Some(&at) = places.get(&name) {
            kept[at] = item;
        } else {
            places.insert(name, kept.len());
            kept.push(item);
        }
    }
    *items = kept;
}

/// What the item is, as far as others are concerned; `None` where it is not written as it should be.
fn identify(item: &Node, identity: Identity) -> Option<Arc<str>> {
    let field = |name: &str| item.get(name).map(|node| pairs::text(&node.value)).filter(|text| !text.is_empty());
    match (identity, &item.value) {
        (Identity::Name, Value::String(text)) => Some(text.split_once('=').map_or(&**text, |(name, _)| name).into()),
        (Identity::Target, Value::String(text)) => short::volume_target(text).map(Into::into),
        (Identity::Target | Identity::Device, Value::Mapping(_)) => field("target"),
        (Identity::MountedIn(folder), Value::String(text)) => Some(format!("{folder}/{text}").into()),
        (Identity::MountedIn(folder), Value::Mapping(_)) => {
            field("target").or_else(|| field("source").map(|source| format!("{folder}/{source}").into()))
        }
        (Identity::Port, Value::String(_))
        | (Identity::Name | Identity::Port, Value::Int(_))
        | (Identity::Whole, Value::String(_) | Value::Int(_)) => Some(pairs::text(&item.value)),
        (Identity::Port, Value::Mapping(_)) => {
            let target = field("target")?;
            let published = field("published").unwrap_or_default();
            let address = field("host_ip").unwrap_or_else(|| "0.0.0.0".into());
            let protocol = field("protocol").unwrap_or_else(|| "tcp".into());
            Some(format!("{address}:{published}:{target}/{protocol}").into())
        }
        (Identity::Path, Value::String(text)) => Some(Arc::clone(text)),
        (Identity::Path, Value::Mapping(_)) => field("path"),
        (Identity::Device, Value::String(text)) => {
            let mut parts = text.split(':');
            let first = parts.next()?;
            Some(parts.next().unwrap_or(first).into())
        }
        _ => None,
    }
}
