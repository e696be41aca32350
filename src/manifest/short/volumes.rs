//! `./data:/data:ro` and its relatives (Compose specification, "volumes", short syntax).

use std::sync::Arc;

use super::super::node::{Key, Mapping, Node, Value};
use super::super::path;
use crate::diagnostic::{Problem, Span};

/// Why a volume cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VolumeError {
    /// Nothing at all.
    #[error("a volume cannot be empty")]
    Empty,
    /// Two colons without anything between.
    #[error("there is nothing between two colons in `{text}`")]
    EmptySection {
        /// The whole text.
        text: String,
    },
    /// More than source, target and options.
    #[error("there are too many colons in `{text}`")]
    TooManyColons {
        /// The whole text.
        text: String,
    },
}

/// Source, target and options.
#[derive(Debug, PartialEq, Eq)]
struct Short<'t> {
    source: Option<&'t str>,
    target: &'t str,
    options: Vec<&'t str>,
}

/// Where a short form mounts; `None` if it cannot be read.
pub fn volume_target(text: &str) -> Option<&str> {
    parse(text).ok().map(|short| short.target)
}

/// Writes out a volume of a service.
pub(super) fn volume(node: &mut Node, problems: &mut Vec<Problem>) -> bool {
    let Some(text) = node.as_str() else { return true };
    match parse(text) {
        Ok(short) => {
            node.value = written(&short, node.span);
            true
        }
        Err(error) => {
            problems.push(
                Problem::at(node.span, error.to_string())
                    .label("cannot be read as a volume")
                    .help("write `TARGET`, `SOURCE:TARGET` or `SOURCE:TARGET:OPTIONS`"),
            );
            false
        }
    }
}

fn parse(text: &str) -> Result<Short<'_>, VolumeError> {
    match text.len() {
        0 => return Err(VolumeError::Empty),
        1 | 2 => return Ok(Short { source: None, target: text, options: Vec::new() }),
        _ => {}
    }
    let mut sections = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let is_drive = || {
            let mut section = text[start..at].chars();
            section.next().is_some_and(char::is_alphabetic) && section.next().is_none()
        };
        let inside = text[start..at].contains("${") && !text[start..at].contains('}');
        if c == ':' && !is_drive() && !inside {
            sections.push(&text[start..at]);
            start = at + 1;
        }
    }
    sections.push(&text[start..]);
    if sections.iter().any(|section| section.is_empty()) {
        return Err(VolumeError::EmptySection { text: text.to_owned() });
    }
    match sections[..] {
        [target] => Ok(Short { source: None, target, options: Vec::new() }),
        [source, target] => Ok(Short { source: Some(source), target, options: Vec::new() }),
        [source, target, options] => Ok(Short { source: Some(source), target, options: options.split(',').collect() }),
        _ => Err(VolumeError::TooManyColons { text: text.to_owned() }),
    }
}

/// Whether a source is a path of the host rather than the name of a volume.
fn is_path(source: &str) -> bool {
    let mut letters = source.chars();
    let drive = letters.next().is_some_and(char::is_alphabetic) && letters.next() == Some(':');
    drive || source.starts_with(['.', '/', '~']) || source.starts_with("\\\\")
}

fn written(short: &Short, span: Span) -> Value {
    let mut fields = Mapping::default();
    let set = |fields: &mut Mapping, name: &str, value: Value| {
        fields.insert(Key::new(name, span), Node::new(span, value));
    };
    let text = |text: &str| Value::String(Arc::from(text));
    let has = |option: &str| short.options.contains(&option);
    let is_bind = short.source.is_some_and(is_path);
    set(&mut fields, "type", text(if is_bind { "bind" } else { "volume" }));
    if let Some(source) = short.source {
        set(&mut fields, "source", text(source));
    }
    let target = path::clean(std::path::Path::new(short.target));
    set(&mut fields, "target", text(&target.to_string_lossy()));
    let access = short.options.iter().rev().find(|option| matches!(**option, "ro" | "rw"));
    if access == Some(&"ro") {
        set(&mut fields, "read_only", Value::Bool(true));
    }
    let mut options = Mapping::default();
    let last = |words: &[&str]| short.options.iter().rev().find(|option| words.contains(option)).copied();
    if let Some(label) = last(&["z", "Z"]) {
        set(&mut options, "selinux", text(label));
    }
    if let Some(mode) = last(&["private", "rprivate", "shared", "rshared", "slave", "rslave"]) {
        set(&mut options, "propagation", text(mode));
    }
    if is_bind {
        set(&mut options, "create_host_path", Value::Bool(true));
    }
    if is_bind || !options.is_empty() {
        set(&mut fields, "bind", Value::Mapping(options));
    }
    // Compose takes one or two letters for a target before it looks any further.
    let is_letters = short.source.is_none() && short.target.len() <= 2;
    if (!is_bind && !is_letters) || has("nocopy") {
        let mut options = Mapping::default();
        if has("nocopy") {
            set(&mut options, "nocopy", Value::Bool(true));
        }
        set(&mut fields, "volume", Value::Mapping(options));
    }
    Value::Mapping(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms() {
        let short = |text| parse(text).map(|short| (short.source, short.target));
        assert_eq!(short("/data"), Ok((None, "/data")));
        assert_eq!(short("./a:/b:ro,z"), Ok((Some("./a"), "/b")));
        assert_eq!(short("${A:-x}:/b"), Ok((Some("${A:-x}"), "/b")));
        assert_eq!(short("C:\\a:/b"), Ok((Some("C:\\a"), "/b")));
        assert_eq!(short(""), Err(VolumeError::Empty));
        assert!(short(":/target").is_err());
        assert!(short("aa:/bb:cc:dd").is_err());
    }

    #[test]
    fn a_relative_path_needs_its_dot() {
        assert!(is_path("./src") && is_path("~/src") && is_path("/src") && is_path("x:/y"));
        assert!(!is_path("src/dir") && !is_path("data"));
    }
}
