//! The names before the lines of a merged log, aligned and coloured as Compose does it.

use std::collections::BTreeMap;

/// Compose's colours in its order: cyan, yellow, green, magenta, blue, then the intense ones.
const COLOURS: [&str; 10] = ["36", "33", "32", "35", "34", "36;1", "33;1", "32;1", "35;1", "34;1"];

/// Gives each container its colour and all of them the same width.
#[derive(Debug, Clone)]
pub struct Prefixes {
    shown: bool,
    colours: bool,
    width: usize,
    known: BTreeMap<String, &'static str>,
}

impl Prefixes {
    /// `shown` is false under `--no-log-prefix`; `colours` where the stream can show them.
    pub fn new(shown: bool, colours: bool) -> Self {
        Self { shown, colours, width: 0, known: BTreeMap::new() }
    }

    /// Makes a name known, so that the others align to it.
    pub fn add(&mut self, name: &str) {
        if !self.known.contains_key(name) {
            self.width = self.width.max(name.len());
            self.known.insert(name.to_owned(), COLOURS[self.known.len() % COLOURS.len()]);
        }
    }

    /// Appends `name  | ` to a line.
    pub fn write(&self, name: &str, line: &mut Vec<u8>) {
        if !self.shown {
            return;
        }
        let text = format!("{name:<width$}  | ", width = self.width);
        match self.known.get(name) {
            Some(colour) if self.colours => {
                line.extend_from_slice(format!("\x1b[{colour}m{text}\x1b[0m").as_bytes());
            }
            _ => line.extend_from_slice(text.as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(prefixes: &Prefixes, name: &str) -> String {
        let mut line = Vec::new();
        prefixes.write(name, &mut line);
        String::from_utf8(line).expect("prefixes are text")
    }

    #[test]
    fn prefixes_align_to_the_longest_name() {
        let mut prefixes = Prefixes::new(true, false);
        prefixes.add("db-1");
        prefixes.add("portal-1");
        assert_eq!(text(&prefixes, "db-1"), "db-1      | ");
        assert_eq!(text(&prefixes, "portal-1"), "portal-1  | ");
    }

    #[test]
    fn without_prefixes_a_line_stays_as_it_is() {
        let mut prefixes = Prefixes::new(false, true);
        prefixes.add("db-1");
        assert_eq!(text(&prefixes, "db-1"), "");
    }
}
