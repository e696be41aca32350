//! The tree as the JSON that Docker Compose prints.

use serde_json::{Map, Number, Value as Json};

use super::Printed;
use crate::manifest::{Mapping, Node, Value};

/// The tree as JSON: a model with all that is in it, as it is. In a canonical tree, like Compose, it sorts the sections,
/// leaves out extensions below the first level, and writes `$$` for `$`, so that the output can be read as a manifest
/// again. Compose does that to keys as well, where a reader leaves both.
pub(super) fn json(tree: &Node, printed: Printed) -> Json {
    Printer { printed, path: Vec::new() }.node(tree)
}

struct Printer<'t> {
    printed: Printed,
    path: Vec<&'t str>,
}

impl<'t> Printer<'t> {
    fn text(&self, text: &str) -> String {
        if self.printed == Printed::Canonical && text.contains('$') { text.replace('$', "$$") } else { text.to_owned() }
    }

    fn node(&mut self, node: &'t Node) -> Json {
        match &node.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(value) => Json::Number((*value).into()),
            Value::Large(value) => Json::Number((*value).into()),
            Value::Float(value) => float(*value),
            Value::String(text) => Json::String(self.text(text)),
            Value::Sequence(items) => Json::Array(items.iter().map(|item| self.node(item)).collect()),
            Value::Mapping(mapping) => Json::Object(self.mapping(mapping)),
        }
    }

    fn mapping(&mut self, mapping: &'t Mapping) -> Map<String, Json> {
        let mut map = Map::new();
        let mut entries: Vec<_> = mapping.iter().collect();
        // What belongs to the table has its order.
        if self.path.first().is_none_or(|section| section.starts_with("x-")) {
            entries.sort_by(|one, two| one.0.name.cmp(&two.0.name));
        }
        for (key, node) in entries {
            if self.printed == Printed::Canonical && self.hides(&key.name) {
                continue;
            }
            self.path.push(&key.name);
            let value = self.node(node);
            self.path.pop();
            let name = if self.printed == Printed::Canonical
                && self.path.get(2) == Some(&"blkio_config")
                && self.path.len() >= 4
            {
                capital(&key.name)
            } else {
                self.text(&key.name)
            };
            map.insert(name, value);
        }
        map
    }

    /// An extension below the first level that is not a name which the user gave.
    fn hides(&self, name: &str) -> bool {
        let given = match self.path[..] {
            []
            | ["services" | "networks" | "volumes" | "secrets" | "configs" | "models"]
            | ["services", _, "depends_on" | "networks" | "models" | "annotations" | "sysctls"]
            | [
                ..,
                "labels"
                | "args"
                | "options"
                | "driver_opts"
                | "additional_contexts"
                | "storage_opt"
                | "ulimits"
                | "environment"
                | "aux_addresses",
            ] => true,
            [first, ..] => first.starts_with("x-"),
        };
        // Compose reads these two, but does not print them.
        let unprinted = matches!((&self.path[..], name), ([], "models") | ([_, _, "ipam"], "options"));
        unprinted || !given && name.starts_with("x-")
    }
}

/// Go prints a number without fraction as a whole one (below 1e21; here as far as 64 bits go): the fewest digits that
/// give the same number, then zeros.
fn float(value: f64) -> Json {
    let text = format!("{value}");
    let whole = text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from));
    whole.ok().or_else(|| Number::from_f64(value)).map_or(Json::Null, Json::Number)
}

/// Compose prints these keys with a capital letter.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
