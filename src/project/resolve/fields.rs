//! Reads typed values out of the canonical tree and collects what is wrong with it.

use std::cell::RefCell;
use std::str::FromStr;
use std::time::Duration;

use indexmap::IndexMap;

use crate::diagnostic::{Problem, Span};
use crate::manifest::{Key, Mapping, Node, Value};
use crate::names::InvalidName;
use crate::project::duration;

/// What was found wrong so far; shared by every [`Fields`] of one resolution.
#[derive(Debug, Default)]
pub struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// Keeps one.
    pub fn add(&self, problem: Problem) {
        self.0.borrow_mut().push(problem);
    }

    /// All of them.
    pub fn into_vec(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

/// A mapping of the tree, its place and its path (`services.web.build`).
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    /// Where the mapping stands.
    pub span: Span,
    mapping: Option<&'a Mapping>,
    path: String,
    problems: &'a Problems,
}

impl<'a> Fields<'a> {
    /// The fields of a node; null counts as empty, anything else is a problem.
    pub fn of(node: &'a Node, path: impl Into<String>, problems: &'a Problems) -> Self {
        let path = path.into();
        let mapping = match &node.value {
            Value::Mapping(mapping) => Some(mapping),
            Value::Null => None,
            _ => {
                problems.add(Problem::at(node.span, format!("`{path}` must be a mapping")));
                None
            }
        };
        Self { span: node.span, mapping, path, problems }
    }

    /// Where problems go.
    pub fn problems(&self) -> &'a Problems {
        self.problems
    }

    /// Reports what is wrong with the value of a key.
    pub fn problem(&self, key: &str, message: impl Into<String>) {
        let span = self.get(key).map_or(self.span, |node| node.span);
        self.problems.add(Problem::at(span, message));
    }

    /// `services.web.build.context`
    pub fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The value of a key, null counting as absent.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.mapping?.get(key).filter(|node| !node.is_null())
    }

    /// All keys and values.
    pub fn entries(&self) -> impl Iterator<Item = (&'a Key, &'a Node)> + use<'a> {
        self.mapping.into_iter().flat_map(Mapping::iter)
    }

    /// The fields of a mapping below this one.
    pub fn fields(&self, key: &str) -> Option<Fields<'a>> {
        self.get(key).map(|node| Fields::of(node, self.path(key), self.problems))
    }

    /// The fields of every item of a sequence of mappings.
    pub fn items(&self, key: &str) -> Vec<Fields<'a>> {
        let nodes = self.sequence(key).iter().enumerate();
        nodes.map(|(index, node)| Fields::of(node, format!("{}[{index}]", self.path(key)), self.problems)).collect()
    }

    /// The fields of every value of a mapping of mappings, by key.
    pub fn named(&self, key: &str) -> Vec<(&'a Key, Fields<'a>)> {
        let Some(fields) = self.fields(key) else { return Vec::new() };
        fields.entries().map(|(name, node)| (name, Fields::of(node, fields.path(&name.name), self.problems))).collect()
    }

    /// A text; numbers and truth values count as their text.
    pub fn text(&self, key: &str) -> Option<String> {
        let node = self.get(key)?;
        self.scalar(key, node)
    }

    /// A truth value that is false where it is absent.
    pub fn flag(&self, key: &str) -> bool {
        self.boolean(key).unwrap_or_default()
    }

    /// A truth value.
    pub fn boolean(&self, key: &str) -> Option<bool> {
        let node = self.get(key)?;
        self.expect(key, node, node.as_bool(), "`true` or `false`")
    }

    /// A whole number, also where it is written as text.
    pub fn integer(&self, key: &str) -> Option<i64> {
        let node = self.get(key)?;
        let number = node.as_int().or_else(|| node.as_str()?.trim().parse().ok());
        self.expect(key, node, number, "a whole number")
    }

    /// A whole number that fits into `N`.
    pub fn number<N: TryFrom<i64>>(&self, key: &str) -> Option<N> {
        let number = self.integer(key)?;
        self.expect(key, self.get(key)?, N::try_from(number).ok(), "a number in the allowed range")
    }

    /// Any number.
    pub fn float(&self, key: &str) -> Option<f64> {
        let node = self.get(key)?;
        let number = match &node.value {
            Value::Float(number) => Some(*number),
            Value::Int(number) => number.to_string().parse().ok(),
            Value::Large(number) => number.to_string().parse().ok(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        self.expect(key, node, number, "a number")
    }

    /// A time as Compose writes it (`1m30s`).
    pub fn duration(&self, key: &str) -> Option<Duration> {
        let text = self.text(key)?;
        self.expect(key, self.get(key)?, duration::parse(&text), "a time like `1m30s`")
    }

    /// Permission bits written as octal text (`0440`) or as a number.
    pub fn permissions(&self, key: &str) -> Option<u32> {
        let node = self.get(key)?;
        let bits = match node.as_str() {
            Some(text) => u32::from_str_radix(text.trim_start_matches("0o"), 8).ok(),
            None => node.as_int().and_then(|bits| u32::try_from(bits).ok()),
        };
        self.expect(key, node, bits, "permission bits like `0440`")
    }

    /// A name of some kind.
    pub fn name<N: FromStr<Err = InvalidName>>(&self, key: &str) -> Option<N> {
        let text = self.text(key)?;
        text.parse().map_err(|error: InvalidName| self.problem(key, error.to_string())).ok()
    }

    /// A sequence of texts; absent is empty.
    pub fn texts(&self, key: &str) -> Vec<String> {
        self.optional_texts(key).unwrap_or_default()
    }

    /// A sequence of texts; null is absent.
    pub fn optional_texts(&self, key: &str) -> Option<Vec<String>> {
        self.get(key)?;
        Some(self.sequence(key).iter().filter_map(|node| self.scalar(key, node)).collect())
    }

    /// A mapping of texts.
    pub fn text_map(&self, key: &str) -> IndexMap<String, String> {
        self.optional_text_map(key).into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect()
    }

    /// A mapping of texts in which null is kept.
    pub fn optional_text_map(&self, key: &str) -> IndexMap<String, Option<String>> {
        let Some(fields) = self.fields(key) else { return IndexMap::new() };
        let entries = fields.entries();
        entries
            .map(|(name, node)| {
                let value = if node.is_null() { None } else { fields.scalar(&name.name, node) };
                (name.name.to_string(), value)
            })
            .collect()
    }

    /// The items of a sequence; absent is empty.
    pub fn sequence(&self, key: &str) -> &'a [Node] {
        let Some(node) = self.get(key) else { return &[] };
        self.expect(key, node, node.as_sequence(), "a list").unwrap_or_default()
    }

    fn scalar(&self, key: &str, node: &Node) -> Option<String> {
        let text = match &node.value {
            Value::String(text) => Some(text.to_string()),
            Value::Int(number) => Some(number.to_string()),
            Value::Large(number) => Some(number.to_string()),
            Value::Float(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Null | Value::Sequence(_) | Value::Mapping(_) => None,
        };
        self.expect(key, node, text, "a text")
    }

    fn expect<T>(&self, key: &str, node: &Node, value: Option<T>, what: &str) -> Option<T> {
        if value.is_none() {
            self.problems.add(Problem::at(node.span, format!("`{}` must be {what}", self.path(key))));
        }
        value
    }
}

/// A node as JSON, for what is handed on as it is.
pub fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(number) => (*number).into(),
        Value::Large(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::String(text) => text.as_ref().into(),
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(mapping) => mapping.iter().map(|(key, node)| (key.name.to_string(), json(node))).collect(),
    }
}
