//! Where each value is written, and where each variable comes from.

use serde_json::{Value as Json, json};

use super::super::{Error, format};
use crate::context::Context;
use crate::diagnostic::Span;
use crate::manifest::{Loaded, Node, Provenance, Use, Value};

/// Prints one row for each value and for each variable.
pub(super) fn print(context: &Context, tree: &Node, loaded: &Loaded, as_json: bool) -> Result<(), Error> {
    let mut values = Vec::new();
    collect(tree, &mut String::new(), loaded, &mut values);
    let variables: Vec<Json> = loaded.variables.iter().map(|(name, used)| variable(name, used, loaded)).collect();
    if as_json {
        context.ui.pretty_json(&json!({ "values": values, "variables": variables }))?;
        return Ok(());
    }
    format::show(&context.ui, "table {{.Path}}\t{{.Value}}\t{{.Origin}}", values.into_iter())?;
    if !variables.is_empty() {
        context.ui.line("")?;
        format::show(&context.ui, "table {{.Variable}}\t{{.Value}}\t{{.Origin}}\t{{.Used}}", variables.into_iter())?;
    }
    Ok(())
}

fn collect(node: &Node, path: &mut String, loaded: &Loaded, rows: &mut Vec<Json>) {
    let length = path.len();
    match &node.value {
        Value::Mapping(mapping) if !mapping.is_empty() => {
            for (key, value) in mapping.iter() {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(&key.name);
                collect(value, path, loaded, rows);
                path.truncate(length);
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                path.push('[');
                path.push_str(&index.to_string());
                path.push(']');
                collect(item, path, loaded, rows);
                path.truncate(length);
            }
        }
        // Nothing is written there.
        Value::Null | Value::Mapping(_) if is_implied(path) => {}
        _ => {
            let mut row = json!({ "Path": path, "Value": shown(node), "Origin": loaded.sources.place(node.span) });
            add_place(&mut row, node.span, loaded);
            rows.push(row);
        }
    }
}

/// A place that is always there, even where nothing is written.
fn is_implied(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default();
    matches!(last, "command" | "entrypoint" | "resources" | "placement" | "ipam")
}

fn add_place(row: &mut Json, span: Span, loaded: &Loaded) {
    let file = loaded.sources.get(span.source).map(|source| source.path.display().to_string());
    row["File"] = json!(file);
    row["Line"] = json!(span.line);
    row["Column"] = json!(span.column);
}

/// A value on one line.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Large(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::String(text) if text.contains('\n') => format!("{:?}", &**text),
        Value::String(text) => text.to_string(),
        Value::Sequence(_) => "[]".to_owned(),
        Value::Mapping(_) => "{}".to_owned(),
    }
}

fn variable(name: &str, used: &Use, loaded: &Loaded) -> Json {
    let (value, origin) = match (&used.provenance, &used.default) {
        (Provenance::Shell, _) => (used.value.clone(), "shell".to_owned()),
        (Provenance::EnvFile(path), _) => {
            let shown = path.strip_prefix(&loaded.directory).unwrap_or(path);
            (used.value.clone(), shown.display().to_string())
        }
        (Provenance::Project, _) => (used.value.clone(), "ado".to_owned()),
        (Provenance::Unset, Some(default)) => (Some(default.clone()), "default".to_owned()),
        (Provenance::Unset, None) => (None, "not set".to_owned()),
    };
    let places: Vec<String> = used.places.iter().map(|span| loaded.sources.place(*span)).collect();
    json!({ "Variable": name, "Value": value.unwrap_or_default(), "Origin": origin, "Used": places.join(", ") })
}
