//! Values that consist of texts, and items that must differ.

use std::collections::HashMap;

use super::super::super::form::Form;
use super::super::super::node::{Node, Value};
use super::super::super::path::{ITEM, Trail};
use super::super::shape::{Kind, Shape};
use super::{Checker, is, is_scalar, is_text, shown};
use crate::diagnostic::Problem;

impl Checker<'_> {
    /// Values that consist of texts.
    pub(super) fn texts(&mut self, node: &mut Node, shape: &'static Shape, trail: Trail) -> bool {
        let number_or_text = |node: &Node| is_text(node) || is(node, Kind::Number);
        match (shape, &node.value) {
            (Shape::Texts { alone: true, .. } | Shape::Command | Shape::Test, Value::String(_))
            | (Shape::Command, Value::Null) => true,
            (Shape::Texts { numbers: true, unique, .. }, Value::Sequence(_)) => {
                self.items(node, number_or_text, "a text or a number", *unique, trail)
            }
            (Shape::Texts { unique, .. }, Value::Sequence(_)) => self.items(node, is_text, "a text", *unique, trail),
            (Shape::Command | Shape::Test, Value::Sequence(_)) => self.items(node, is_text, "a text", false, trail),
            (Shape::Pairs { .. } | Shape::Ssh, Value::Sequence(_)) => {
                let fits = self.items(node, is_text, "a text such as `name=value`", true, trail);
                if matches!(shape, Shape::Pairs { open: true }) && self.form == Form::Filled {
                    self.spaces(node, trail);
                }
                fits
            }
            (Shape::Hosts, Value::Sequence(_)) => self.items(node, is_text, "a text such as `host=ip`", true, trail),
            (Shape::Pairs { .. } | Shape::Ssh, Value::Mapping(_)) => {
                self.values(node, is_scalar, "a text, a number or a flag", trail)
            }
            (Shape::Options { kinds }, Value::Mapping(_)) => {
                self.values(node, |node| kinds.iter().any(|&kind| is(node, kind)), "a text or a number", trail)
            }
            (Shape::Hosts, Value::Mapping(_)) => {
                let fits =
                    |node: &Node| is_text(node) || node.as_sequence().is_some_and(|items| items.iter().all(is_text));
                self.values(node, fits, "an address or a list of addresses", trail)
            }
            (Shape::ManyOptions, Value::Mapping(_)) => {
                let fits = |node: &Node| {
                    let one = |node: &Node| is_scalar(node) && !node.is_null();
                    one(node) || node.as_sequence().is_some_and(|items| items.iter().all(one))
                };
                self.values(node, fits, "a value or a list of values", trail)
            }
            (Shape::Texts { alone: true, .. } | Shape::Command | Shape::Test, _) => {
                self.wrong(node, trail, "a text or a list of texts")
            }
            (Shape::Texts { .. }, _) => self.wrong(node, trail, "a list of texts"),
            (Shape::Options { .. } | Shape::ManyOptions, _) => self.wrong(node, trail, "a mapping"),
            _ => self.wrong(node, trail, "a mapping or a list of `name=value`"),
        }
    }

    /// Checks the items of a list of scalars.
    pub(super) fn items(
        &mut self,
        node: &mut Node,
        fits: impl Fn(&Node) -> bool,
        expected: &str,
        unique: bool,
        trail: Trail,
    ) -> bool {
        let Some(items) = node.as_sequence_mut() else { return true };
        let dates = self.dates;
        let (good, bad): (Vec<Node>, Vec<Node>) =
            items.drain(..).partition(|item| fits(item) && !dates.contains(&item.span));
        for item in &bad {
            self.wrong(item, trail.child(ITEM), expected);
        }
        *items = good;
        if unique {
            self.unique(items, trail);
        }
        true
    }

    /// Takes out variables with a space before `=`.
    fn spaces(&mut self, node: &mut Node, trail: Trail) {
        let Some(items) = node.as_sequence_mut() else { return };
        items.retain(|item| {
            let name = item.as_str().and_then(|text| text.split('=').next()).unwrap_or_default();
            let fits = !name.ends_with(char::is_whitespace);
            if !fits {
                let problem =
                    Problem::at(item.span, format!("the variable `{}` has a space before `=`", name.trim_end()));
                self.report(trail, problem.help("remove the space"));
            }
            fits
        });
    }

    /// Checks the values of a mapping to scalars.
    fn values(&mut self, node: &mut Node, fits: impl Fn(&Node) -> bool, expected: &str, trail: Trail) -> bool {
        let Some(mapping) = node.as_mapping_mut() else { return true };
        mapping.retain(|key, value| {
            if self.dates.contains(&value.span) && is_text(value) {
                return self.shape(value, &Shape::Text, trail.child(&key.name));
            }
            fits(value) || self.wrong(value, trail.child(&key.name), expected)
        });
        true
    }

    /// Takes out items that are there twice.
    pub(super) fn unique(&mut self, items: &mut Vec<Node>, trail: Trail) {
        let mut seen = HashMap::new();
        let mut twice = Vec::new();
        items.retain(|item| match seen.insert(fingerprint(item), item.span) {
            Some(earlier) => {
                twice.push((item.span, earlier));
                false
            }
            None => true,
        });
        for (span, earlier) in twice {
            let problem = Problem::at(span, format!("the same item is twice in `{}`", shown(trail)));
            self.report(trail, problem.label("again here").also(earlier, "first here").help("remove one of both"));
        }
    }
}

/// The value as text in which a text and a number differ, and the order of keys does not matter.
fn fingerprint(node: &Node) -> String {
    match &node.value {
        Value::Sequence(items) => items.iter().map(fingerprint).collect::<Vec<_>>().join("\u{1}"),
        Value::Mapping(mapping) => {
            let mut entries: Vec<String> =
                mapping.iter().map(|(key, value)| format!("{}\u{2}{}", key.name, fingerprint(value))).collect();
            entries.sort();
            entries.join("\u{3}")
        }
        value => format!("{value:?}"),
    }
}
