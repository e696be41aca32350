//! `.env` files and `env_file`, with the quoting rules of Docker Compose.

mod escape;

use std::collections::HashMap;

use super::template::{self, TemplateError};

/// How an `env_file` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Quotes, escapes and variables.
    #[default]
    Compose,
    /// Each line as it is, as `docker run --env-file` reads it.
    Raw,
}

/// Why a file of variables cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DotenvError {
    /// A character that no name has.
    #[error("`{character}` cannot stand in the name of a variable")]
    Character {
        /// One-based.
        line: usize,
        /// One-based.
        column: usize,
        /// The character.
        character: char,
    },
    /// A name with a space in it.
    #[error("the name `{name}` of a variable has a space in it")]
    Space {
        /// One-based.
        line: usize,
        /// The name.
        name: String,
    },
    /// `=value` in a raw file.
    #[error("there is no name before `=`")]
    NoName {
        /// One-based.
        line: usize,
    },
    /// A quote that is not closed.
    #[error("a quote is not closed")]
    Open {
        /// One-based: where the quote opens.
        line: usize,
        /// One-based.
        column: usize,
    },
    /// A reference that cannot be filled in.
    #[error("{error}")]
    Template {
        /// One-based.
        line: usize,
        /// What is wrong.
        error: TemplateError,
    },
}

impl DotenvError {
    /// The one-based line and column of the mistake.
    pub fn place(&self) -> (usize, usize) {
        match self {
            Self::Character { line, column, .. } | Self::Open { line, column } => (*line, *column),
            Self::Space { line, .. } | Self::NoName { line } | Self::Template { line, .. } => (*line, 1),
        }
    }
}

/// A variable and the one-based line on which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The variable.
    pub name: String,
    /// Its value, filled in.
    pub value: String,
    /// One-based.
    pub line: usize,
}

/// Looks up a variable.
pub type Lookup<'l> = dyn Fn(&str) -> Option<String> + 'l;

/// The variables that are set elsewhere.
#[derive(Clone, Copy)]
pub struct Known<'k> {
    /// Outside of files; these win over the ones of the file.
    pub outside: &'k Lookup<'k>,
    /// In earlier files; the ones of the file win over these.
    pub earlier: &'k Lookup<'k>,
}

/// Reads a file of variables. A name without `=` takes its value from outside, and is left out if there is none.
pub fn parse(text: &str, format: Format, known: &Known) -> Result<Vec<Entry>, DotenvError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::Raw => raw(text, known),
        Format::Compose => Reader { text, at: 0, line: 1, entries: Vec::new(), places: HashMap::new(), known }.read(),
    }
}

fn raw(text: &str, known: &Known) -> Result<Vec<Entry>, DotenvError> {
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').map_or((line, None), |(name, value)| (name, Some(value)));
        if name.is_empty() {
            return Err(DotenvError::NoName { line: number });
        }
        if name.contains([' ', '\t', '\r']) {
            return Err(DotenvError::Space { line: number, name: name.to_owned() });
        }
        if let Some(value) = value.map(str::to_owned).or_else(|| (known.outside)(name)) {
            entries.push(Entry { name: name.to_owned(), value, line: number });
        }
    }
    Ok(entries)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    entries: Vec<Entry>,
    places: HashMap<String, usize>,
    known: &'t Known<'t>,
}

/// White space that does not end a line.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn advance(&mut self, bytes: usize) {
        self.line += self.rest()[..bytes].matches('\n').count();
        self.at += bytes;
    }

    fn column(&self, at: usize) -> usize {
        let start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        self.text[start..at].chars().count() + 1
    }

    fn read(mut self) -> Result<Vec<Entry>, DotenvError> {
        while self.skip_to_statement() {
            let line = self.line;
            let (name, has_value) = self.name()?;
            if name.contains(' ') {
                return Err(DotenvError::Space { line, name });
            }
            let value = if has_value { Some(self.value()?) } else { (self.known.outside)(&name) };
            if let Some(value) = value {
                self.places.insert(name.clone(), self.entries.len());
                self.entries.push(Entry { name, value, line });
            }
        }
        Ok(self.entries)
    }

    fn skip_to_statement(&mut self) -> bool {
        loop {
            let rest = self.rest();
            self.advance(rest.len() - rest.trim_start().len());
            let rest = self.rest();
            if rest.is_empty() {
                return false;
            }
            if !rest.starts_with('#') {
                return true;
            }
            self.advance(rest.find('\n').unwrap_or(rest.len()));
        }
    }

    /// The name, and whether a value follows.
    fn name(&mut self) -> Result<(String, bool), DotenvError> {
        if let Some(after) = self.rest().strip_prefix("export")
            && after.starts_with(char::is_whitespace)
        {
            self.advance("export".len() + after.len() - after.trim_start_matches(is_blank).len());
        }
        let rest = self.rest();
        for (offset, c) in rest.char_indices() {
            match c {
                '=' | ':' | '\n' => {
                    let name = rest[..offset].trim_end().to_owned();
                    let after = &rest[offset + 1..];
                    let blank = after.len() - after.trim_start_matches(is_blank).len();
                    self.advance(offset + 1 + blank);
                    return Ok((name, c != '\n'));
                }
                '_' | '.' | '-' | '[' | ']' => {}
                c if is_blank(c) || c.is_alphabetic() || c.is_numeric() => {}
                character => {
                    let column = self.column(self.at + offset);
                    return Err(DotenvError::Character { line: self.line, column, character });
                }
            }
        }
        // A last line without its end: a name without a value.
        let name = rest.trim_end().to_owned();
        self.advance(rest.len());
        Ok((name, false))
    }

    fn value(&mut self) -> Result<String, DotenvError> {
        let rest = self.rest();
        if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            return self.quoted(quote);
        }
        let line = self.line;
        let end = rest.find('\n').unwrap_or(rest.len());
        let written = &rest[..end];
        let value = written.find(" #").map_or(written, |comment| &written[..comment]).trim_end();
        self.advance(end);
        self.fill(value, line)
    }

    fn quoted(&mut self, quote: char) -> Result<String, DotenvError> {
        let (line, start) = (self.line, self.at);
        let mut value = String::new();
        let mut escaped = false;
        let rest = self.rest();
        for (offset, c) in rest.char_indices().skip(1) {
            match c {
                '\\' if !escaped => {
                    escaped = true;
                    continue;
                }
                c if c == quote && !escaped => {
                    self.advance(offset + 1);
                    return if quote == '"' { self.fill(&escape::unescape(&value), line) } else { Ok(value) };
                }
                c if c == quote => value.push(c),
                c => {
                    if escaped {
                        value.push('\\');
                    }
                    value.push(c);
                }
            }
            escaped = false;
        }
        Err(DotenvError::Open { line, column: self.column(start) })
    }

    fn fill(&self, value: &str, line: usize) -> Result<String, DotenvError> {
        let mut look_up = |name: &str| {
            let inside = || self.places.get(name).map(|&at| self.entries[at].value.clone());
            (self.known.outside)(name).or_else(inside).or_else(|| (self.known.earlier)(name))
        };
        let filled = template::fill(value, &mut look_up).map_err(|error| DotenvError::Template { line, error })?;
        Ok(filled.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let outside = |name: &str| (name == "OUT").then(|| "outside".to_owned());
        let known = Known { outside: &outside, earlier: &|_| None };
        let entries = parse(text, Format::Compose, &known).expect("it can be read");
        entries.into_iter().map(|entry| (entry.name, entry.value)).collect()
    }

    #[test]
    fn quotes_escapes_comments_and_variables() {
        let text = "A=1 # one\nexport B='$A x'\nC=\"$A\\n\\$A\" # c\nD: d#d\nOUT\nNOT\nE=${OUT}-$C\n";
        let expected = [("A", "1"), ("B", "$A x"), ("C", "1\n$A"), ("D", "d#d"), ("OUT", "outside")];
        let got = read(text);
        let pairs: Vec<_> = got.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs[..5], expected);
        assert_eq!(pairs[5], ("E", "outside-1\n$A"));
    }

    #[test]
    fn an_open_quote_has_its_place() {
        let known = Known { outside: &|_| None, earlier: &|_| None };
        let error = parse("A=1\nB='x\ny\n", Format::Compose, &known).expect_err("a mistake");
        assert_eq!(error, DotenvError::Open { line: 2, column: 3 });
    }
}
