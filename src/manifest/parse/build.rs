//! Puts the events of one document together.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use saphyr_parser::{ScalarStyle, Tag};

use super::super::node::{Key, Mapping, Node, Value};
use super::super::scalar::{self, Meaning};
use super::{DEEPEST, Document, MOST_COPIED, Reset};
use crate::diagnostic::{Problem, SourceId, Span};

/// A finished value with what has to be known of it until the document is finished.
#[derive(Clone)]
struct Finished {
    node: Node,
    /// Memory, roughly, in bytes.
    weight: usize,
    /// Relative to the node.
    resets: Vec<Reset>,
    /// The node itself is dropped (`!reset`).
    dropped: bool,
    is_date: bool,
    /// A plain `<<`.
    is_merge: bool,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { mapping: Mapping, key: Option<Key>, merge: Option<Span>, merged: Vec<Node> },
}

struct Open {
    content: Content,
    span: Span,
    anchor: usize,
    tag: Option<&'static str>,
    weight: usize,
    resets: Vec<Reset>,
}

/// Collects the events of one document.
pub(super) struct Builder {
    source: SourceId,
    open: Vec<Open>,
    anchors: HashMap<usize, Finished>,
    root: Option<Finished>,
    dates: HashSet<Span>,
    copied: usize,
    pub problems: Vec<Problem>,
}

const RESET: &str = "!reset";
const OVERRIDE: &str = "!override";

/// The two tags of the Compose specification, if it is one of them.
fn compose_tag(tag: Option<&Tag>) -> Option<&'static str> {
    let tag = tag.filter(|tag| tag.handle == "!")?;
    match tag.suffix.as_str() {
        "reset" => Some(RESET),
        "override" => Some(OVERRIDE),
        _ => None,
    }
}

impl Builder {
    pub fn new(source: SourceId) -> Self {
        Self {
            source,
            open: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            dates: HashSet::new(),
            copied: 0,
            problems: Vec::new(),
        }
    }

    pub fn finish(self) -> Document {
        let nothing = Span { source: self.source, line: 1, column: 1, length: 0 };
        let (root, resets) = match self.root {
            Some(root) => (root.node, root.resets),
            None => (Node::new(nothing, Value::Null), Vec::new()),
        };
        Document { root, resets, dates: self.dates }
    }

    pub fn alias(&mut self, id: usize, span: Span) -> Result<(), Problem> {
        let Some(target) = self.anchors.get(&id).cloned() else {
            return Err(Problem::at(span, "this alias refers to a value that contains it")
                .label("inside of its own anchor")
                .help("an alias can only stand after the value that it repeats"));
        };
        self.copied += target.weight;
        if self.copied > MOST_COPIED {
            return Err(Problem::at(span, "aliases repeat too much")
                .label("the file would need more than 48 MB of memory")
                .help("write the values out, or use fewer aliases of aliases"));
        }
        self.add(target)
    }

    pub fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        (anchor, tag): (usize, Option<&Tag>),
        span: Span,
    ) -> Result<(), Problem> {
        let compose = compose_tag(tag);
        let meaning = match tag.filter(|tag| tag.is_yaml_core_schema()) {
            Some(tag) => self.tagged(value, &tag.suffix, span),
            None if style == ScalarStyle::Plain && tag.is_none_or(|_| compose.is_some()) => scalar::plain(value),
            None => Meaning::Value(Value::String(value.into())),
        };
        let is_date = matches!(meaning, Meaning::Date(_));
        let value_node = match meaning {
            Meaning::Value(value) => value,
            Meaning::Date(date) => {
                self.dates.insert(span);
                Value::String(date.into())
            }
        };
        let finished = Finished {
            node: Node::new(span, value_node),
            weight: 96 + value.len(),
            resets: compose.map(|_| Vec::new()).into_iter().collect(),
            dropped: compose == Some(RESET),
            is_date,
            is_merge: style == ScalarStyle::Plain && value == "<<",
        };
        self.complete(anchor, finished)
    }

    fn tagged(&mut self, value: &str, tag: &str, span: Span) -> Meaning {
        let text = || Meaning::Value(Value::String(value.into()));
        let meaning = match (tag, scalar::plain(value)) {
            ("str" | "binary", _) => return text(),
            ("null", _) => return Meaning::Value(Value::Null),
            ("int", meaning @ Meaning::Value(Value::Int(_) | Value::Large(_)))
            | ("bool", meaning @ Meaning::Value(Value::Bool(_)))
            | ("float", meaning @ Meaning::Value(Value::Float(_)))
            | ("timestamp", meaning @ Meaning::Date(_)) => return meaning,
            #[allow(clippy::cast_precision_loss)] // what a person writes as a float fits
            ("float", Meaning::Value(Value::Int(whole))) => return Meaning::Value(Value::Float(whole as f64)),
            #[allow(clippy::cast_precision_loss)]
            ("float", Meaning::Value(Value::Large(whole))) => return Meaning::Value(Value::Float(whole as f64)),
            (_, meaning) => meaning,
        };
        self.problems.push(
            Problem::at(span, format!("`{value}` is not of the type `!!{tag}`"))
                .help("remove the tag, or write a value of that type"),
        );
        meaning
    }

    pub fn open_sequence(&mut self, anchor: usize, tag: Option<&Tag>, span: Span) -> Result<(), Problem> {
        self.open(Content::Sequence(Vec::new()), anchor, tag, span)
    }

    pub fn open_mapping(&mut self, anchor: usize, tag: Option<&Tag>, span: Span) -> Result<(), Problem> {
        let content = Content::Mapping { mapping: Mapping::default(), key: None, merge: None, merged: Vec::new() };
        self.open(content, anchor, tag, span)
    }

    fn open(&mut self, content: Content, anchor: usize, tag: Option<&Tag>, span: Span) -> Result<(), Problem> {
        if self.open.len() >= DEEPEST {
            return Err(Problem::at(span, "this is nested too deeply")
                .label(format!("more than {DEEPEST} levels"))
                .help("a manifest needs about ten levels; look for a bracket that is not closed"));
        }
        self.open.push(Open { content, span, anchor, tag: compose_tag(tag), weight: 96, resets: Vec::new() });
        Ok(())
    }

    pub fn close(&mut self) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let Open { content, span, anchor, tag, weight, mut resets } = open;
        let value = match content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping { mapping, merged, .. } => Value::Mapping(Self::with_merged(mapping, merged)),
        };
        if tag.is_some() {
            resets = vec![Vec::new()];
        }
        let dropped = tag == Some(RESET);
        let node = Node::new(span, value);
        self.complete(anchor, Finished { node, weight, resets, dropped, is_date: false, is_merge: false })
    }

    /// Adds what `<<` names; keys that are written out win, then earlier mappings.
    fn with_merged(mut mapping: Mapping, merged: Vec<Node>) -> Mapping {
        for node in merged {
            let Value::Mapping(entries) = node.value else { continue };
            for (key, value) in entries {
                if !mapping.contains(&key.name) {
                    mapping.insert(key, value);
                }
            }
        }
        mapping
    }

    fn complete(&mut self, anchor: usize, finished: Finished) -> Result<(), Problem> {
        if anchor > 0 {
            self.anchors.insert(anchor, finished.clone());
        }
        self.add(finished)
    }

    /// Puts a finished value into what is open.
    fn add(&mut self, finished: Finished) -> Result<(), Problem> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(finished);
            return Ok(());
        };
        open.weight += finished.weight;
        match &mut open.content {
            // A reset inside of a sequence cannot reach what earlier files say, so only the item itself is dropped.
            Content::Sequence(items) => {
                if !finished.dropped {
                    items.push(finished.node);
                }
            }
            Content::Mapping { key: key @ None, merge, mapping, .. } => {
                if finished.is_merge {
                    if let Some(earlier) = *merge {
                        return Err(twice("<<", finished.node.span, earlier)
                            .help("name several mappings in one list: `<<: [*one, *two]`"));
                    }
                    *merge = Some(finished.node.span);
                    *key = Some(Key::new("<<", finished.node.span));
                    return Ok(());
                }
                let name = key_of(&finished)?;
                if let Some(earlier) = mapping.key(&name.name) {
                    let help = "keep one of both";
                    self.problems.push(twice(&name.name, name.span, earlier.span).help(help));
                }
                *key = Some(name);
            }
            Content::Mapping { key, mapping, merge, merged } => {
                let Some(key) = key.take() else { return Ok(()) };
                if *merge == Some(key.span) && &*key.name == "<<" {
                    open.resets.extend(finished.resets.into_iter().filter(|path| !path.is_empty()));
                    return merge_in(merged, finished.node);
                }
                for mut path in finished.resets {
                    path.insert(0, Arc::clone(&key.name));
                    open.resets.push(path);
                }
                if !finished.dropped && !mapping.contains(&key.name) {
                    let node = placed(finished.node, key.span);
                    mapping.insert(key, node);
                }
            }
        }
        Ok(())
    }
}

/// A value that begins below its key, or has no text at all, is shown at its key.
fn placed(mut node: Node, key: Span) -> Node {
    let below = matches!(node.value, Value::Mapping(_) | Value::Sequence(_)) && node.span.line > key.line;
    let nothing = node.is_null() && node.span.length == 0;
    if (below || nothing) && node.span.source == key.source {
        node.span = key;
    }
    node
}

fn key_of(finished: &Finished) -> Result<Key, Problem> {
    let span = finished.node.span;
    match &finished.node.value {
        Value::String(name) if !finished.is_date => Ok(Key { name: Arc::clone(name), span }),
        Value::Sequence(_) | Value::Mapping(_) => {
            Err(Problem::at(span, "a key must be a text").label("this is a list or a mapping"))
        }
        _ => Err(Problem::at(span, format!("a key must be a text, this is {}", finished.node.kind()))
            .help("put the key into quotes")),
    }
}

fn twice(name: &str, span: Span, earlier: Span) -> Problem {
    Problem::at(span, format!("the key `{name}` is there twice")).label("again here").also(earlier, "first here")
}

fn merge_in(merged: &mut Vec<Node>, node: Node) -> Result<(), Problem> {
    let span = node.span;
    let wrong = |span| {
        Problem::at(span, "`<<` takes a mapping or a list of mappings")
            .help("name an anchor whose value is a mapping: `<<: *name`")
    };
    match node.value {
        Value::Mapping(_) => merged.push(node),
        Value::Sequence(items) => {
            for item in items {
                if item.as_mapping().is_none() {
                    return Err(wrong(item.span));
                }
                merged.push(item);
            }
        }
        _ => return Err(wrong(span)),
    }
    Ok(())
}
