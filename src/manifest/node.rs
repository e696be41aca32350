//! The tree of a manifest: YAML values with their places.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::Span;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it was written; merged values keep the place of the last writer.
    pub span: Span,
    /// What was written.
    pub value: Value,
}

/// What a manifest can say.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number that is too large for that.
    Large(u64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(Arc<str>),
    /// `[a, b]`.
    Sequence(Vec<Node>),
    /// `{a: b}`.
    Mapping(Mapping),
}

/// A key of a [`Mapping`] and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// The text.
    pub name: Arc<str>,
    /// Where it was written.
    pub span: Span,
}

/// Keys and values in the order in which they were written; each key once.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    entries: Vec<(Key, Node)>,
    /// Where each key stands; only once there are many, because most mappings have a handful of keys.
    places: Option<HashMap<Arc<str>, usize>>,
}

/// From this many keys on, a mapping keeps an index.
const MANY: usize = 12;

impl PartialEq for Mapping {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Mapping {
    fn position(&self, name: &str) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(name).copied(),
            None => self.entries.iter().position(|(key, _)| &*key.name == name),
        }
    }

    fn index(&mut self) {
        self.places = (self.entries.len() >= MANY)
            .then(|| self.entries.iter().enumerate().map(|(at, (key, _))| (Arc::clone(&key.name), at)).collect());
    }

    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.position(name).map(|at| &self.entries[at].1)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.position(name).map(|at| &mut self.entries[at].1)
    }

    /// The key itself, for its place.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.position(name).map(|at| &self.entries[at].0)
    }

    /// Key and value.
    pub fn entry(&self, name: &str) -> Option<(&Key, &Node)> {
        self.position(name).map(|at| (&self.entries[at].0, &self.entries[at].1))
    }

    /// Whether the key is there.
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Sets a key, at its old position if there is one; gives back the old value.
    pub fn insert(&mut self, key: Key, node: Node) -> Option<Node> {
        if let Some(at) = self.position(&key.name) {
            let (old_key, old) = &mut self.entries[at];
            *old_key = key;
            return Some(std::mem::replace(old, node));
        }
        if let Some(places) = &mut self.places {
            places.insert(Arc::clone(&key.name), self.entries.len());
        }
        self.entries.push((key, node));
        if self.places.is_none() && self.entries.len() >= MANY {
            self.index();
        }
        None
    }

    /// Takes a key out.
    pub fn remove(&mut self, name: &str) -> Option<(Key, Node)> {
        let at = self.position(name)?;
        let entry = self.entries.remove(at);
        self.index();
        Some(entry)
    }

    /// Keeps the entries for which `wanted` says so.
    pub fn retain(&mut self, mut wanted: impl FnMut(&Key, &mut Node) -> bool) {
        self.entries.retain_mut(|(key, node)| wanted(key, node));
        self.index();
    }

    /// Entries in the order of their names, of which each is there once.
    pub fn sorted(mut entries: Vec<(Key, Node)>) -> Self {
        entries.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        entries.into_iter().collect()
    }

    /// Orders the keys by their names.
    fn sort(&mut self) {
        self.entries.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        self.index();
        for (_, node) in &mut self.entries {
            node.sort();
        }
    }

    /// All entries.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Key, &Node)> {
        self.entries.iter().map(|(key, node)| (key, node))
    }

    /// All entries, to change the values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Key, &mut Node)> {
        self.entries.iter_mut().map(|(key, node)| (&*key, node))
    }

    /// How many keys.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl IntoIterator for Mapping {
    type Item = (Key, Node);
    type IntoIter = std::vec::IntoIter<(Key, Node)>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl FromIterator<(Key, Node)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (Key, Node)>>(entries: I) -> Self {
        let mut mapping = Self::default();
        for (key, node) in entries {
            mapping.insert(key, node);
        }
        mapping
    }
}

impl Key {
    /// A key at a place.
    pub fn new(name: impl Into<Arc<str>>, span: Span) -> Self {
        Self { name: name.into(), span }
    }
}

impl Node {
    /// Orders the keys of all mappings by their names.
    pub fn sort(&mut self) {
        match &mut self.value {
            Value::Mapping(mapping) => mapping.sort(),
            Value::Sequence(items) => items.iter_mut().for_each(Self::sort),
            _ => {}
        }
    }

    /// A value at a place.
    pub fn new(span: Span, value: Value) -> Self {
        Self { span, value }
    }

    /// A text at a place.
    pub fn text(span: Span, text: impl Into<Arc<str>>) -> Self {
        Self { span, value: Value::String(text.into()) }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(value) = self.value { Some(value) } else { None }
    }

    /// The whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        if let Value::Int(value) = self.value { Some(value) } else { None }
    }

    /// The items, if it is a sequence.
    pub fn as_sequence(&self) -> Option<&[Node]> {
        if let Value::Sequence(items) = &self.value { Some(items) } else { None }
    }

    /// The entries, if it is a mapping.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        if let Value::Mapping(mapping) = &self.value { Some(mapping) } else { None }
    }

    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.as_mapping()?.get(name)
    }

    /// The entries, if it is a mapping, to change them.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        if let Value::Mapping(mapping) = &mut self.value { Some(mapping) } else { None }
    }

    /// The items, if it is a sequence, to change them.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Vec<Node>> {
        if let Value::Sequence(items) = &mut self.value { Some(items) } else { None }
    }

    /// The value under a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Int(_) => "a whole number",
            Value::Large(_) => "a number above 9223372036854775807",
            Value::Float(_) => "a number",
            Value::String(_) => "a text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }
}

impl Node {
    /// Whether both say the same, wherever they stand and in whatever order their keys are.
    pub fn same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Sequence(one), Value::Sequence(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.same(two))
            }
            (Value::Mapping(one), Value::Mapping(two)) => {
                one.len() == two.len()
                    && one.iter().all(|(key, node)| two.get(&key.name).is_some_and(|other| node.same(other)))
            }
            (one, two) => one == two,
        }
    }
}
