//! `.dockerignore`: what of a directory is not sent to the builder.

use std::path::Path;

use super::pattern::matches;

/// Patterns in their order; the last one that fits decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignore {
    patterns: Vec<Pattern>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    text: String,
    /// It began with `!`: what fits is sent after all.
    keeps: bool,
}

impl Ignore {
    /// Reads the text of a `.dockerignore`.
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let patterns = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
            let line = line.trim();
            let (keeps, pattern) = match line.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, line),
            };
            let text = clean(pattern);
            (!pattern.is_empty()).then_some(Pattern { text, keeps })
        });
        Self { patterns: patterns.collect() }
    }

    /// Sends this path in any case.
    pub fn keep(&mut self, path: &str) {
        self.patterns.push(Pattern { text: path.to_owned(), keeps: true });
    }

    /// Whether a path, relative to the directory and with slashes, is left out.
    pub fn ignores(&self, path: &str) -> bool {
        let mut ignored = false;
        for Pattern { text, keeps } in &self.patterns {
            if ignored == *keeps && fits(text, path) {
                ignored = !keeps;
            }
        }
        ignored
    }

    /// Whether nothing below an ignored directory can be wanted, so that it need not be looked at.
    pub fn ends_at(&self, directory: &str) -> bool {
        let below = format!("{directory}/");
        !self.patterns.iter().any(|Pattern { text, keeps }| {
            *keeps && (format!("{text}/").starts_with(&below) || text.starts_with(['*', '?', '[']))
        })
    }
}

/// A pattern fits a path if it matches it or one of the directories it is in.
fn fits(pattern: &str, path: &str) -> bool {
    let ends = path.bytes().enumerate().filter(|(_, byte)| *byte == b'/').map(|(slash, _)| slash).chain([path.len()]);
    ends.into_iter().any(|end| matches(pattern.as_bytes(), &path.as_bytes()[..end]))
}

/// Go's `filepath.Clean`, without a slash at the beginning.
fn clean(pattern: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in pattern.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// The ignore file of a context, if it has one: with `BuildKit` the one beside the Dockerfile wins.
pub fn read(context: &Path, dockerfile: Option<&Path>) -> std::io::Result<Ignore> {
    let beside = dockerfile.map(|path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".dockerignore");
        name.into()
    });
    for path in beside.into_iter().chain([context.join(".dockerignore")]) {
        match std::fs::read_to_string(&path) {
            Ok(text) => return Ok(Ignore::parse(&text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Ignore::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_that_fits_decides() {
        let ignore = Ignore::parse("# comment\n\n  *.log \n!keep.log\n/target/\n**/cache\n");
        for (path, ignored) in [
            ("a.log", true),
            ("keep.log", false),
            ("sub/a.log", false),
            ("target", true),
            ("target/debug/ado", true),
            ("src/target", false),
            ("a/b/cache/x", true),
            ("# comment", false),
        ] {
            assert_eq!(ignore.ignores(path), ignored, "{path}");
        }
    }

    #[test]
    fn a_directory_with_an_exception_below_is_looked_at() {
        let ignore = Ignore::parse("*\n!src/main.rs\n");
        assert!(ignore.ignores("src") && ignore.ignores("src/lib.rs") && !ignore.ignores("src/main.rs"));
        assert!(!ignore.ends_at("src"));
        assert!(ignore.ends_at("docs"));
    }

    #[test]
    fn what_the_build_needs_is_sent_in_any_case() {
        let mut ignore = Ignore::parse("**");
        assert!(ignore.ignores("Dockerfile"));
        ignore.keep("Dockerfile");
        assert!(!ignore.ignores("Dockerfile"));
    }

    #[test]
    fn patterns_are_cleaned() {
        assert_eq!(clean("./a//b/../c/"), "a/c");
        assert_eq!(clean("/x"), "x");
    }
}
