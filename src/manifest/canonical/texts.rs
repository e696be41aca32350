//! Canonical texts, lists of texts and mappings of texts.

use super::super::node::{Mapping, Node, Value};
use super::super::schema::Shape;
use super::super::{pairs, words};
use super::{Canonical, Wrong};
use crate::diagnostic::Span;

/// The canonical form of what consists of texts.
pub(super) fn texts(span: Span, value: Value, shape: &Shape) -> Canonical {
    match shape {
        Shape::Texts { .. } => Ok(list(span, value)),
        Shape::Command => command(span, value),
        Shape::Test => Ok(test(span, value)),
        Shape::Pairs { open } => Ok(mapping(pairs::to_mapping(Node::new(span, value)), *open)),
        Shape::Options { .. } => Ok(mapping(Node::new(span, value), false)),
        Shape::ManyOptions => Ok(many(value)),
        Shape::Hosts => hosts(value),
        Shape::Ssh => Ok(ssh(Node::new(span, value))),
        _ => Ok(Some(value)),
    }
}

fn text(node: &Node) -> Node {
    Node::new(node.span, Value::String(pairs::text(&node.value)))
}

fn list(span: Span, value: Value) -> Option<Value> {
    let Value::Sequence(items) = pairs::to_sequence(Node::new(span, value)).value else { return None };
    (!items.is_empty()).then(|| Value::Sequence(items.iter().map(text).collect()))
}

fn command(span: Span, value: Value) -> Canonical {
    match value {
        Value::String(line) => match words::split(&line) {
            Ok(words) => {
                let words = words.into_iter().map(|word| Node::text(span, word));
                Ok(Some(Value::Sequence(words.collect())))
            }
            Err(error) => {
                let help = "close it, or write the command as a list of words";
                Err(Wrong { span, message: error.to_string(), help })
            }
        },
        Value::Sequence(items) => Ok(Some(Value::Sequence(items.iter().map(text).collect()))),
        _ => Ok(None),
    }
}

fn test(span: Span, value: Value) -> Option<Value> {
    match value {
        Value::String(line) => {
            Some(Value::Sequence(vec![Node::text(span, "CMD-SHELL"), Node::new(span, Value::String(line))]))
        }
        value => list(span, value),
    }
}

/// Values become texts; null becomes an empty text, unless it is `open`.
fn mapping(node: Node, open: bool) -> Option<Value> {
    let Value::Mapping(entries) = node.value else { return None };
    let written: Vec<_> = entries
        .into_iter()
        .map(|(key, node)| if open && node.is_null() { (key, node) } else { (key, text(&node)) })
        .collect();
    (!written.is_empty()).then(|| Value::Mapping(Mapping::sorted(written)))
}

/// Every value becomes a list of texts.
fn many(value: Value) -> Option<Value> {
    let Value::Mapping(entries) = value else { return None };
    let listed = |node: Node| {
        let span = node.span;
        let items = match &node.value {
            Value::Sequence(items) => items.iter().map(text).collect(),
            _ => vec![text(&node)],
        };
        Node::new(span, Value::Sequence(items))
    };
    let says_something = |node: &Node| node.as_sequence().is_none_or(|items| !items.is_empty());
    let entries = entries.into_iter().filter(|(_, node)| says_something(node));
    let written: Vec<_> = entries.map(|(key, node)| (key, listed(node))).collect();
    (!written.is_empty()).then(|| Value::Mapping(Mapping::sorted(written)))
}

/// `id`, or `id=path`.
fn ssh(node: Node) -> Option<Value> {
    let Value::Sequence(keys) = pairs::to_sequence(node).value else { return None };
    (!keys.is_empty()).then_some(Value::Sequence(keys))
}

/// `host=address`, one for each address, in the order of the texts.
fn hosts(value: Value) -> Canonical {
    let mut written = Vec::new();
    let mut add = |host: &str, address: &str, span: Span| {
        if host.is_empty() || host.contains([':', '=']) {
            let message = format!("`{host}` is not the name of a host");
            return Err(Wrong { span, message, help: "write `host=address`" });
        }
        let bare = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
        written.push(Node::text(span, format!("{host}={bare}")));
        Ok(())
    };
    match value {
        Value::Sequence(items) => {
            for item in items {
                let line = pairs::text(&item.value);
                let Some((host, addresses)) = line.split_once('=').or_else(|| line.split_once(':')) else {
                    let message = format!("`{line}` has no address");
                    return Err(Wrong { span: item.span, message, help: "write `host=address`" });
                };
                for address in addresses.split(',') {
                    add(host, address, item.span)?;
                }
            }
        }
        Value::Mapping(entries) => {
            for (key, node) in &entries_of(entries) {
                match &node.value {
                    Value::Sequence(addresses) => {
                        for address in addresses {
                            add(key, &pairs::text(&address.value), address.span)?;
                        }
                    }
                    value => add(key, &pairs::text(value), node.span)?,
                }
            }
        }
        _ => return Ok(None),
    }
    written.sort_by(|one, two| one.as_str().cmp(&two.as_str()));
    Ok((!written.is_empty()).then_some(Value::Sequence(written)))
}

fn entries_of(mapping: Mapping) -> Vec<(String, Node)> {
    mapping.into_iter().map(|(key, node)| (key.name.to_string(), node)).collect()
}
