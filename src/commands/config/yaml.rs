//! The tree as the YAML that Docker Compose prints.

use super::Printed;
use crate::manifest::{Key, Mapping, Node, Value, is_plain_text, number_text};

/// The tree as YAML, two spaces deep: a model with all that is in it, as it is. In a canonical tree what says nothing is
/// left out, and a `$` becomes `$$`, so that the output can be read as a manifest again. Compose does that to keys as
/// well, where a reader leaves both.
pub(super) fn yaml(tree: &Node, printed: Printed) -> String {
    let mut writer = Writer { out: String::new(), printed };
    if let Some(root) = tree.as_mapping() {
        writer.entries(root, 0, &mut Vec::new());
    }
    writer.out
}

/// A text as a value below a key that is so many levels deep, as it is.
pub(super) fn text(text: &str, depth: usize) -> String {
    let mut writer = Writer { out: String::new(), printed: Printed::Model };
    writer.scalar_text(text, depth);
    writer.out
}

struct Writer {
    out: String,
    printed: Printed,
}

/// A longer key stands behind `?`, as in Compose: readers find the `:` of a key only so far behind its beginning.
const LONGEST_KEY: usize = 128;

/// What Compose leaves out of its YAML.
fn says_nothing(path: &[&str], name: &str, node: &Node) -> bool {
    let empty = node.as_mapping().is_some_and(Mapping::is_empty);
    match (path, name) {
        (["services", _], "command" | "entrypoint") => node.is_null(),
        (["services", _, "deploy"], "resources" | "placement") | (["networks", _], "ipam") => empty,
        (["services", _, "develop", "watch", "[]"], "exec") => node.get("command").is_some_and(Node::is_null),
        (["networks", _, "ipam"], "options") => true,
        _ => false,
    }
}

impl Writer {
    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n("  ", depth));
    }

    /// The entries that are written.
    fn shown<'t>(&self, mapping: &'t Mapping, path: &[&str]) -> impl Iterator<Item = (&'t Key, &'t Node)> {
        let all = self.printed == Printed::Model;
        mapping.iter().filter(move |(key, node)| all || !says_nothing(path, &key.name, node))
    }

    fn entries<'t>(&mut self, mapping: &'t Mapping, depth: usize, path: &mut Vec<&'t str>) {
        let mut entries: Vec<_> = self.shown(mapping, path).collect();
        // What belongs to the table has its order; extensions are sorted.
        if path.iter().any(|name| name.starts_with("x-")) {
            entries.sort_by(|one, two| one.0.name.cmp(&two.0.name));
        }
        for (key, node) in entries {
            self.indent(depth);
            self.entry(&key.name, node, depth, path);
        }
    }

    fn entry<'t>(&mut self, name: &'t str, node: &'t Node, depth: usize, path: &mut Vec<&'t str>) {
        let name_text = self.escaped(name);
        if name_text.len() > LONGEST_KEY {
            self.out.push_str("? ");
            self.one_line(&name_text);
            self.out.push('\n');
            self.indent(depth);
        } else {
            self.one_line(&name_text);
        }
        self.out.push(':');
        path.push(name);
        self.value(node, depth, path);
        path.pop();
    }

    /// A value behind `key:` or `-`.
    fn value<'t>(&mut self, node: &'t Node, depth: usize, path: &mut Vec<&'t str>) {
        match &node.value {
            Value::Mapping(mapping) if self.shown(mapping, path).next().is_some() => {
                self.out.push('\n');
                self.entries(mapping, depth + 1, path);
            }
            Value::Sequence(items) if !items.is_empty() => {
                self.out.push('\n');
                for item in items {
                    self.indent(depth + 1);
                    self.out.push('-');
                    self.item(item, depth + 1, path);
                }
            }
            _ => {
                self.out.push(' ');
                self.scalar(node, depth);
                self.out.push('\n');
            }
        }
    }

    /// An item of a list; a mapping begins on the line of its dash.
    fn item<'t>(&mut self, node: &'t Node, depth: usize, path: &mut Vec<&'t str>) {
        let Some(mapping) = node.as_mapping() else { return self.value(node, depth, path) };
        path.push("[]");
        let entries: Vec<_> = self.shown(mapping, path).collect();
        if entries.is_empty() {
            self.out.push_str(" {}\n");
        }
        for (at, (key, node)) in entries.into_iter().enumerate() {
            if at == 0 {
                self.out.push(' ');
            } else {
                self.indent(depth + 1);
            }
            self.entry(&key.name, node, depth + 1, path);
        }
        path.pop();
    }

    fn scalar(&mut self, node: &Node, depth: usize) {
        match &node.value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Int(value) => self.out.push_str(&value.to_string()),
            Value::Large(value) => self.out.push_str(&value.to_string()),
            Value::Float(value) if value.is_nan() => self.out.push_str(".nan"),
            Value::Float(value) if value.is_infinite() => {
                self.out.push_str(if *value > 0.0 { ".inf" } else { "-.inf" });
            }
            Value::Float(value) => self.out.push_str(&number_text(*value)),
            Value::String(text) => self.scalar_text(text, depth),
            Value::Sequence(_) => self.out.push_str("[]"),
            Value::Mapping(_) => self.out.push_str("{}"),
        }
    }

    fn escaped(&self, text: &str) -> String {
        match self.printed {
            Printed::Canonical => text.replace('$', "$$"),
            Printed::Model => text.to_owned(),
        }
    }

    fn scalar_text(&mut self, text: &str, depth: usize) {
        let escaped = self.escaped(text);
        if escaped.contains('\n') && fits_block(&escaped) {
            self.block(&escaped, depth + 1);
        } else {
            self.one_line(&escaped);
        }
    }

    fn one_line(&mut self, text: &str) {
        if needs_double_quotes(text) {
            self.double_quoted(text);
        } else if is_plain(text) {
            self.out.push_str(text);
        } else {
            self.out.push('\'');
            self.out.push_str(&text.replace('\'', "''"));
            self.out.push('\'');
        }
    }

    fn block(&mut self, text: &str, depth: usize) {
        self.out.push('|');
        let body = match text.strip_suffix('\n') {
            None => {
                self.out.push('-');
                text
            }
            Some(body) if body.ends_with('\n') => {
                self.out.push('+');
                body
            }
            Some(body) => body,
        };
        for line in body.split('\n') {
            self.out.push('\n');
            if !line.is_empty() {
                self.indent(depth);
                self.out.push_str(line);
            }
        }
    }

    fn double_quoted(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '\r' => self.out.push_str("\\r"),
                c if is_printable(c) => self.out.push(c),
                c => self.out.push_str(&code(c)),
            }
        }
        self.out.push('"');
    }
}

/// A character by its number.
fn code(c: char) -> String {
    match u32::from(c) {
        number @ 0..=0xff => format!("\\x{number:02X}"),
        number @ 0x100..=0xffff => format!("\\u{number:04X}"),
        number => format!("\\U{number:08X}"),
    }
}

fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A text of several lines that a block keeps as it is.
fn fits_block(text: &str) -> bool {
    let printable = text.chars().all(|c| is_printable(c) || c == '\n');
    printable
        && !text.starts_with([' ', '\n'])
        && !text.ends_with(' ')
        && !text.contains(" \n")
        && !text.trim().is_empty()
}

/// A text that would be read as something else, or that has characters to be escaped.
fn needs_double_quotes(text: &str) -> bool {
    !is_plain_text(text) || text.chars().any(|c| !is_printable(c))
}

/// A text that needs no quotes.
fn is_plain(text: &str) -> bool {
    let first = text.chars().next();
    let second = text.chars().nth(1);
    let indicator = match first {
        Some('#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`') => true,
        Some('?' | ':' | '-') => second.is_none_or(char::is_whitespace),
        _ => false,
    };
    let mark = text.starts_with("---") || text.starts_with("...");
    !(indicator
        || mark
        || text.starts_with(' ')
        || text.ends_with(' ')
        || text.ends_with(':')
        || text.contains(": ")
        || text.contains(" #"))
}
