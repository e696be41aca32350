//! The canonical form: every value gets the one type and the one spelling that Docker Compose prints for it, in the order
//! of the table, and what says nothing is left out.

mod scalars;
mod texts;

use super::form::Form;
use super::node::{Key, Mapping, Node, Value};
use super::pairs;
use super::schema::{Attribute, Checked, MANIFEST, Record, Shape};
use crate::diagnostic::{Problem, Span};

/// Why a value has no canonical form: what is wrong, and the next step if there is one.
struct Wrong {
    span: Span,
    message: String,
    help: &'static str,
}

type Canonical = Result<Option<Value>, Wrong>;

/// Makes a manifest canonical. Short forms have been written out before. In the open form, a text that
/// names variables stays as it is.
pub fn canonical(root: Node, checked: &mut Checked, form: Form) -> Node {
    let mut canon = Canon { checked, entry: None, problems: Vec::new(), form };
    let span = root.span;
    let Value::Mapping(mapping) = root.value else { return root };
    let mapping = canon.record(span, mapping, &MANIFEST);
    Node::new(span, Value::Mapping(mapping))
}

struct Canon<'c> {
    checked: &'c mut Checked,
    /// Section and name of the entry that is being worked on.
    entry: Option<(&'static str, String)>,
    problems: Vec<Problem>,
    form: Form,
}

impl Canon<'_> {
    fn record(&mut self, span: Span, mut mapping: Mapping, record: &'static Record) -> Mapping {
        let mut out = Mapping::default();
        for attribute in record.attributes {
            let taken = mapping.entry(attribute.name).map(|(key, _)| key.clone());
            let node =
                mapping.get_mut(attribute.name).map(|node| std::mem::replace(node, Node::new(span, Value::Null)));
            match (taken, node) {
                (Some(key), Some(node)) => {
                    let place = node.span;
                    if std::ptr::eq(record, &raw const MANIFEST) {
                        self.section(attribute, key, node, &mut out);
                    } else if let Some(value) = self.value(node, attribute) {
                        out.insert(key, Node::new(place, value));
                    }
                }
                _ if attribute.always => {
                    let implied = self.implied(span, attribute.shape);
                    out.insert(Key::new(attribute.name, span), Node::new(span, implied));
                }
                _ => {}
            }
        }
        for (key, node) in mapping {
            if key.name.starts_with("x-") {
                out.insert(key, node);
            }
        }
        out
    }

    /// What an attribute is that is written even where the manifest says nothing.
    fn implied(&mut self, span: Span, shape: &'static Shape) -> Value {
        match shape {
            Shape::Record(record) => Value::Mapping(self.record(span, Mapping::default(), record)),
            Shape::Text => Value::String("".into()),
            Shape::Whole { .. } | Shape::Cut { .. } => Value::Int(0),
            Shape::Bytes { .. } => Value::String("0".into()),
            _ => Value::Null,
        }
    }

    /// A key of the file itself: entries are worked on one by one, so that a mistake is known to be theirs.
    fn section(&mut self, attribute: &'static Attribute, key: Key, node: Node, out: &mut Mapping) {
        let span = node.span;
        let Shape::Map { values, .. } = attribute.shape else {
            if let Some(value) = self.value(node, attribute) {
                out.insert(key, Node::new(span, value));
            }
            return;
        };
        let Value::Mapping(entries) = node.value else { return };
        let mut written = Vec::with_capacity(entries.len());
        for (name, node) in entries {
            self.entry = Some((attribute.name, name.name.to_string()));
            let place = node.span;
            let value = match (self.shaped(node, values), values) {
                // Nothing is written about the resource, so all of it is implied.
                (Some(Value::Null), Shape::Nullable(record)) => Some(self.implied(place, record)),
                (value, _) => value,
            };
            written.extend(value.map(|value| (name, Node::new(place, value))));
        }
        self.entry = None;
        if !written.is_empty() || attribute.name == "services" {
            out.insert(key, Node::new(span, Value::Mapping(Mapping::sorted(written))));
        }
    }

    fn value(&mut self, node: Node, attribute: &'static Attribute) -> Option<Value> {
        let span = node.span;
        let value = self.shaped(node, attribute.shape);
        match value {
            None if attribute.always => Some(self.implied(span, attribute.shape)),
            value => value,
        }
    }

    /// The canonical value of a shape; `None` if it is the same as none.
    fn shaped(&mut self, node: Node, shape: &'static Shape) -> Option<Value> {
        let span = node.span;
        if self.form == Form::Open && node.as_str().is_some_and(|text| text.contains('$')) {
            return Some(node.value);
        }
        let result = match shape {
            Shape::Any => Ok(Some(node.value)),
            Shape::Record(record) => return self.record_value(node, record),
            Shape::Short(_, long) => match (node.value, long) {
                (value @ (Value::Mapping(_) | Value::Sequence(_)), long) => {
                    return self.shaped(Node::new(span, value), long);
                }
                (value, _) => {
                    Ok(Some(Value::String(pairs::text(&value))).filter(|_| value != Value::String("".into())))
                }
            },
            Shape::Names(mapping) => return self.shaped(node, mapping),
            Shape::Nullable(_) if node.is_null() => return Some(Value::Null),
            Shape::Omissible(_) if node.is_null() => return None,
            Shape::Nullable(inner) | Shape::Omissible(inner) => return self.shaped(node, inner),
            Shape::List { items, .. } | Shape::Gpus(items) => return self.list(node, items),
            Shape::Map { values, .. } => return self.map(node, values),
            shape => scalars::scalar(node, shape),
        };
        match result {
            Ok(value) => value,
            Err(wrong) => {
                self.report(wrong);
                None
            }
        }
    }

    fn record_value(&mut self, node: Node, record: &'static Record) -> Option<Value> {
        let Value::Mapping(mapping) = node.value else { return None };
        Some(Value::Mapping(self.record(node.span, mapping, record)))
    }

    fn list(&mut self, node: Node, shape: &'static Shape) -> Option<Value> {
        let Value::Sequence(items) = node.value else { return None };
        let mut written = Vec::with_capacity(items.len());
        for item in items {
            let span = item.span;
            written.extend(self.shaped(item, shape).map(|value| Node::new(span, value)));
        }
        (!written.is_empty()).then_some(Value::Sequence(written))
    }

    fn map(&mut self, node: Node, shape: &'static Shape) -> Option<Value> {
        let Value::Mapping(entries) = node.value else { return None };
        let mut written = Vec::with_capacity(entries.len());
        for (key, node) in entries {
            let span = node.span;
            let value = self.shaped(node, shape);
            written.extend(value.map(|value| (key, Node::new(span, value))));
        }
        (!written.is_empty()).then(|| Value::Mapping(Mapping::sorted(written)))
    }

    fn report(&mut self, wrong: Wrong) {
        if let Some((section, name)) = &self.entry {
            self.checked.broken.insert(((*section).to_owned(), name.clone()));
        }
        self.problems.push(Problem::at(wrong.span, wrong.message).help(wrong.help));
    }
}

impl Drop for Canon<'_> {
    fn drop(&mut self) {
        self.checked.problems.append(&mut self.problems);
    }
}
