//! Lists of `key=value` and the mappings that they stand for.

use std::sync::Arc;

use super::node::{Key, Mapping, Node, Value};
use crate::diagnostic::Span;

/// Splits `key=value` at the first separator; each half keeps its place.
pub fn split(text: &str, span: Span, separator: char) -> (Key, Option<Node>) {
    let Some((name, value)) = text.split_once(separator) else { return (Key::new(text, span), None) };
    let chars = |text: &str| u32::try_from(text.chars().count()).unwrap_or(0);
    let (whole, head) = (chars(text), chars(name));
    // A quoted or multi-line text has another length on the page than it has as a value.
    if span.length < whole {
        return (Key::new(name, span), Some(Node::text(span, value)));
    }
    let quote = (span.length - whole) / 2;
    let key_span = Span { column: span.column + quote, length: head, ..span };
    let value_span = Span { column: key_span.column + head + 1, length: whole - head - 1, ..span };
    (Key::new(name, key_span), Some(Node::text(value_span, value)))
}

/// A list of `key=value` as a mapping; a key without value becomes null. Anything else stays.
pub fn to_mapping(node: Node) -> Node {
    let Value::Sequence(items) = &node.value else { return node };
    if items.iter().any(|item| item.as_str().is_none()) {
        return node;
    }
    let mut mapping = Mapping::default();
    for item in items {
        let (key, value) = split(item.as_str().unwrap_or_default(), item.span, '=');
        let value = value.unwrap_or_else(|| Node::new(item.span, Value::Null));
        mapping.insert(key, value);
    }
    Node::new(node.span, Value::Mapping(mapping))
}

/// A list of names as a mapping from each name to what `value` makes. Anything else stays.
pub fn names_to_mapping(node: Node, value: impl Fn(Span) -> Value) -> Node {
    let Value::Sequence(items) = &node.value else { return node };
    if items.iter().any(|item| item.as_str().is_none()) {
        return node;
    }
    let entries = items.iter().filter_map(|item| {
        let key = Key::new(Arc::<str>::from(item.as_str()?), item.span);
        Some((key, Node::new(item.span, value(item.span))))
    });
    Node::new(node.span, Value::Mapping(entries.collect()))
}

/// A text or a mapping as a list of texts, as Compose lines them up before it joins two of them.
pub fn to_sequence(node: Node) -> Node {
    let span = node.span;
    match node.value {
        Value::Sequence(_) => node,
        Value::Null => Node::new(span, Value::Sequence(Vec::new())),
        Value::Mapping(mapping) => {
            let mut items = Vec::new();
            for (key, value) in mapping {
                match value.value {
                    Value::Null => items.push(Node::text(key.span, Arc::clone(&key.name))),
                    Value::Sequence(values) => {
                        let pair = |value: Node| Node::text(value.span, format!("{}={}", key.name, text(&value.value)));
                        items.extend(values.into_iter().map(pair));
                    }
                    other => items.push(Node::text(value.span, format!("{}={}", key.name, text(&other)))),
                }
            }
            items.sort_by(|one, two| one.as_str().cmp(&two.as_str()));
            Node::new(span, Value::Sequence(items))
        }
        _ => Node::new(span, Value::Sequence(vec![node])),
    }
}

/// A scalar as text, as Go prints it; lists and mappings become an empty text.
pub fn text(value: &Value) -> Arc<str> {
    match value {
        Value::String(text) => Arc::clone(text),
        Value::Bool(value) => value.to_string().into(),
        Value::Int(value) => value.to_string().into(),
        Value::Large(value) => value.to_string().into(),
        Value::Float(value) => number_text(*value).into(),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => "".into(),
    }
}

/// A number as Go's `%v` prints it: the shortest text, with an exponent below 1e-4 and from 1e6 on for broken numbers.
pub fn number_text(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        let text = format!("{value:e}");
        let Some((mantissa, exponent)) = text.split_once('e') else { return text };
        let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    format!("{value}")
}
