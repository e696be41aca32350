//! YAML text becomes a tree: the parser's events are put together, anchors and merge keys are resolved.

mod build;
mod lines;

use std::collections::HashSet;
use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser};

use super::node::Node;
use crate::diagnostic::{Problem, SourceId, Span};

use build::Builder;
use lines::Lines;

/// Mappings and sequences in each other, at most. Nothing that a person writes comes near; it keeps the recursion of
/// every later step within a small stack.
pub(super) const DEEPEST: usize = 128;

/// What aliases may copy altogether, in bytes of memory, before the file is taken for an attack.
pub(super) const MOST_COPIED: usize = 48 << 20;

/// A path of keys at which the file says `!reset` or `!override`: what earlier files put there is dropped.
pub type Reset = Vec<Arc<str>>;

/// One document of a file.
#[derive(Debug)]
pub struct Document {
    /// The root; null for an empty document.
    pub root: Node,
    /// Where earlier files are overruled.
    pub resets: Vec<Reset>,
    /// Scalars that are dates.
    pub dates: HashSet<Span>,
}

/// Reads all documents of a text. What cannot be read is reported; documents before the broken place are kept.
pub fn parse(text: &str, source: SourceId, problems: &mut Vec<Problem>) -> Vec<Document> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut documents = Vec::new();
    if let Some(problem) = directive(text, source) {
        problems.push(problem);
        return documents;
    }
    let lines = Lines::new(text);
    let mut builder = Builder::new(source);
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(read) => read,
            Err(error) => {
                problems.push(syntax(text, source, *error.marker(), error.info()));
                break;
            }
        };
        let at = place(source, span.start, span.end);
        let built = match event {
            Event::DocumentStart(_) => {
                builder = Builder::new(source);
                Ok(())
            }
            Event::DocumentEnd => {
                problems.append(&mut builder.problems);
                documents.push(std::mem::replace(&mut builder, Builder::new(source)).finish());
                Ok(())
            }
            Event::Alias(id) => builder.alias(id, at),
            Event::Scalar(value, style, anchor, tag) => {
                let at = lines.visible(at, style);
                builder.scalar(&value, style, (anchor, tag.as_deref()), at)
            }
            Event::SequenceStart(anchor, tag) => builder.open_sequence(anchor, tag.as_deref(), at),
            Event::MappingStart(anchor, tag) => builder.open_mapping(anchor, tag.as_deref(), at),
            Event::SequenceEnd | Event::MappingEnd => builder.close(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd => Ok(()),
        };
        if let Err(problem) = built {
            problems.append(&mut builder.problems);
            problems.push(problem);
            break;
        }
    }
    documents
}

/// Compose reads YAML 1.1 and refuses files that say they are of another version.
fn directive(text: &str, source: SourceId) -> Option<Problem> {
    let version = text.lines().next()?.strip_prefix("%YAML ")?.trim();
    let span = Span { source, line: 1, column: 1, length: number(6 + version.len()) };
    (version != "1.1").then(|| {
        Problem::at(span, format!("the file says that it is YAML {version}; manifests are YAML 1.1"))
            .help("remove this line")
    })
}

/// The place from one marker to another, cut at the end of the line.
fn place(source: SourceId, start: Marker, end: Marker) -> Span {
    let length = if end.line() == start.line() { end.col().saturating_sub(start.col()) } else { 0 };
    Span { source, line: number(start.line()), column: number(start.col() + 1), length: number(length) }
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Puts a parser's message at the place that a person has to change, and into words of the file.
fn syntax(text: &str, source: SourceId, marker: Marker, info: &str) -> Problem {
    let mut span = place(source, marker, marker);
    let lines: Vec<&str> = text.lines().collect();
    let line_at = |number: u32| lines.get(number.saturating_sub(1) as usize).copied().unwrap_or("");
    // An error at the end of the file stands behind the last line; show the last line that has something.
    while span.line > 1 && line_at(span.line).trim().is_empty() {
        span.line -= 1;
        span.column = number(line_at(span.line).chars().count()) + 1;
    }
    let line = line_at(span.line);
    if let Some(tab) = line.find('\t').filter(|&tab| line[..tab].trim().is_empty()) {
        span.column = number(line[..tab].chars().count()) + 1;
        span.length = 1;
        return Problem::at(span, "a tab is used for indentation")
            .label("YAML allows spaces only")
            .help("replace the tab by spaces");
    }
    let problem = Problem::at(span, format!("this is not valid YAML: {info}"));
    if info.contains("mapping values are not allowed") {
        return problem.help("put a text that contains `: ` into quotes, or check the indentation of this line");
    }
    if info.contains("simple key") || info.contains("expected ':'") {
        return problem.help("a key is followed by `: ` and its value; check the indentation of this line");
    }
    if info.contains("anchor") {
        return problem.help("define the anchor with `&name` above this line");
    }
    problem
}
