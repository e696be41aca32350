//! Projects for tests, out of the JSON that `docker compose config --format json` prints.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Project, resolve};
use crate::diagnostic::{Source, SourceId, Sources, Span};
use crate::manifest::{self, Key, Loaded, Mapping, Node, Value};
use crate::names::ProjectName;

/// A tree out of JSON; every key and value gets a line of its own, in the order in which they are met.
struct Lines(u32);

impl Lines {
    fn next(&mut self) -> Span {
        self.0 += 1;
        Span { source: SourceId(0), line: self.0, column: 1, length: 1 }
    }

    fn node(&mut self, json: &Json) -> Node {
        let span = Span { line: self.0, ..self.next() };
        self.0 = span.line;
        let value = match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => Value::Int(number),
                (None, Some(number)) => Value::Large(number),
                (None, None) => Value::Float(number.as_f64().expect("a number of JSON")),
            },
            Json::String(text) => Value::String(text.as_str().into()),
            Json::Array(items) => Value::Sequence(items.iter().map(|item| self.node(item)).collect()),
            Json::Object(entries) => Value::Mapping(
                entries
                    .iter()
                    .map(|(name, json)| (Key { name: name.as_str().into(), span: self.next() }, self.node(json)))
                    .collect(),
            ),
        };
        Node { span, value }
    }
}

/// What the loader would give for this canonical tree.
pub(crate) fn loaded(json: &Json) -> Loaded {
    let tree = Lines(0).node(json);
    let name = json["name"].as_str().unwrap_or("demo");
    let mut sources = Sources::default();
    sources.add(Source { path: "compose.yaml".into(), text: "".into() });
    Loaded {
        name: ProjectName::new(name).expect("a valid project name"),
        directory: "/demo".into(),
        files: vec!["/demo/compose.yaml".into()],
        disabled: tree.get("disabled").and_then(Node::as_mapping).cloned().unwrap_or_else(Mapping::default),
        resources: tree.as_mapping().map(manifest::resources).unwrap_or_default(),
        tree,
        contents: BTreeMap::new(),
        variables: BTreeMap::new(),
        from_env_files: BTreeSet::new(),
        legacy: BTreeSet::new(),
        profiles: Vec::new(),
        environment: BTreeMap::new(),
        warnings: Vec::new(),
        sources: Arc::new(sources),
    }
}

/// A project out of a canonical tree that is right.
pub(crate) fn project(json: &Json) -> Project {
    match resolve(&loaded(json)) {
        Ok(project) => project,
        Err(invalid) => panic!("{:#?}", invalid.problems),
    }
}
