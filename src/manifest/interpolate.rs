//! Fills in the variables of a document and gives values their types, by their place in the tree.

use std::borrow::Cow;
use std::sync::Arc;

use super::cast::{self, Cast};
use super::node::{Node, Value};
use super::path::{ITEM, Trail};
use super::template::{self, Part, TemplateError};
use super::variables::Variables;
use crate::diagnostic::{Problem, Span};

/// Fills in the variables of a tree. Keys are left alone.
pub fn interpolate(root: &mut Node, variables: &mut Variables, problems: &mut Vec<Problem>) {
    walk(root, Trail::ROOT, variables, problems);
}

/// Remembers which variables a tree asks for, and changes nothing.
pub fn note(node: &Node, variables: &mut Variables) {
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| note(item, variables)),
        Value::Mapping(mapping) => mapping.iter().for_each(|(_, value)| note(value, variables)),
        Value::String(text) => note_text(text, node.span, variables, 0),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Large(_) | Value::Float(_) => {}
    }
}

/// Defaults can ask for variables as well, at most this deep.
const DEEPEST: usize = 32;

fn note_text(text: &str, span: Span, variables: &mut Variables, depth: usize) {
    if depth > DEEPEST || !text.contains('$') {
        return;
    }
    for part in template::parts(text) {
        let Ok(Part::Reference(reference)) = part else { continue };
        variables.note(&reference, span);
        if let Some((_, _, rest)) = reference.operation {
            note_text(rest, span, variables, depth + 1);
        }
    }
}

fn walk(node: &mut Node, trail: Trail, variables: &mut Variables, problems: &mut Vec<Problem>) {
    match &mut node.value {
        Value::Sequence(items) => {
            for item in items {
                walk(item, trail.child(ITEM), variables, problems);
            }
        }
        Value::Mapping(mapping) => {
            for (key, value) in mapping.iter_mut() {
                walk(value, trail.child(&key.name), variables, problems);
            }
        }
        Value::String(text) => {
            let text = Arc::clone(text);
            match scalar(&text, node.span, trail, variables) {
                Ok(Some(value)) => node.value = value,
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Large(_) | Value::Float(_) => {}
    }
}

/// The new value of a text; `None` if it stays.
fn scalar(text: &str, span: Span, trail: Trail, variables: &mut Variables) -> Result<Option<Value>, Problem> {
    note_text(text, span, variables, 0);
    let filled = template::fill(text, &mut |name| variables.get(name).map(str::to_owned))
        .map_err(|error| problem(&error, text, span))?;
    let cast = if (2..=6).contains(&trail.depth()) { cast::at(&trail.names()) } else { None };
    match (cast, filled) {
        (Some(cast), filled) => typed(cast, &filled, span).map(Some),
        (None, Cow::Owned(filled)) => Ok(Some(Value::String(filled.into()))),
        (None, Cow::Borrowed(_)) => Ok(None),
    }
}

fn typed(cast: Cast, text: &str, span: Span) -> Result<Value, Problem> {
    cast.apply(text).ok_or_else(|| {
        let shown = if text.is_empty() { "an empty text".to_owned() } else { format!("`{text}`") };
        Problem::at(span, format!("{shown} is not {}", cast.wanted())).label(format!("must be {}", cast.wanted()))
    })
}

/// A mistake in a template, at the `$` that it is about where the text stands on one line as it is.
pub fn problem(error: &TemplateError, text: &str, span: Span) -> Problem {
    let before = text[..error.offset()].chars().count();
    let length = text.chars().count();
    let written = span.length as usize;
    let quotes = written.saturating_sub(length) / 2;
    let place = if written >= length && quotes <= 1 && length > 0 {
        let shift = u32::try_from(before + quotes).unwrap_or(0);
        Span { column: span.column + shift, length: span.length - shift - u32::try_from(quotes).unwrap_or(0), ..span }
    } else {
        span
    };
    match error {
        TemplateError::Malformed { .. } => Problem::at(place, error.to_string()).label("cannot be read").help(
            "write `${NAME}`, `${NAME:-default}`, `${NAME:?message}` or `${NAME:+value}`; a plain dollar is `$$`",
        ),
        TemplateError::Missing { name, .. } => Problem::at(place, error.to_string())
            .label("not set")
            .help(format!("set `{name}` in the environment, in `.env`, or with `--env-file`")),
        TemplateError::TooDeep { .. } => Problem::at(place, error.to_string()).help("use variables of their own"),
    }
}
