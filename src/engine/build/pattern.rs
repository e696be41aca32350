//! The patterns of `.dockerignore` (`github.com/moby/patternmatcher`): those of Go's `filepath.Match`, and `**` for any
//! number of directories.

/// Whether the whole of `path` is what `pattern` describes. Both without a slash at the beginning.
pub(super) fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let Some((&first, rest)) = pattern.split_first() else { return path.is_empty() };
    match first {
        b'*' if rest.first() == Some(&b'*') => any_directories(&rest[1..], path),
        b'*' => {
            let reach = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
            (0..=reach).any(|skip| matches(rest, &path[skip..]))
        }
        b'?' => path.first().is_some_and(|byte| *byte != b'/') && matches(rest, &path[1..]),
        b'[' => {
            let Some(&byte) = path.first() else { return false };
            class(rest, byte).is_some_and(|(found, rest)| found && byte != b'/' && matches(rest, &path[1..]))
        }
        b'\\' if !rest.is_empty() => path.first() == Some(&rest[0]) && matches(&rest[1..], &path[1..]),
        literal => path.first() == Some(&literal) && matches(rest, &path[1..]),
    }
}

/// Behind `**`: a slash after it may stand for no directory at all, nothing after it is everything.
fn any_directories(rest: &[u8], path: &[u8]) -> bool {
    match rest.strip_prefix(b"/") {
        Some(rest) => {
            let behind_slash = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(slash, _)| slash + 1);
            std::iter::once(0).chain(behind_slash).any(|skip| matches(rest, &path[skip..]))
        }
        None => (0..=path.len()).any(|skip| matches(rest, &path[skip..])),
    }
}

/// A class without its opening bracket: whether it has `byte`, and what follows it. `None` for one without an end.
fn class(mut pattern: &[u8], byte: u8) -> Option<(bool, &[u8])> {
    let negated = pattern.first() == Some(&b'^');
    pattern = &pattern[usize::from(negated)..];
    let mut found = false;
    let mut first = true;
    loop {
        let (&low, mut rest) = pattern.split_first()?;
        if low == b']' && !first {
            return Some((found != negated, rest));
        }
        first = false;
        let mut high = low;
        if let [b'-', end, ..] = rest
            && *end != b']'
        {
            high = *end;
            rest = &rest[2..];
        }
        found |= (low..=high).contains(&byte);
        pattern = rest;
    }
}

#[cfg(test)]
mod tests {
    fn matches(pattern: &str, path: &str) -> bool {
        super::matches(pattern.as_bytes(), path.as_bytes())
    }

    #[test]
    fn a_star_stays_within_a_directory_and_two_do_not() {
        assert!(matches("*.md", "README.md"));
        assert!(!matches("*.md", "docs/README.md"));
        assert!(matches("**/*.md", "README.md"));
        assert!(matches("**/*.md", "a/b/README.md"));
        assert!(matches("a/**", "a/b/c"));
        assert!(matches("a/**/z", "a/z"));
        assert!(matches("**", "a/b"));
        assert!(!matches("a/*/z", "a/b/c/z"));
    }

    #[test]
    fn classes_single_letters_and_escapes() {
        assert!(matches("file[0-9].t?t", "file7.txt"));
        assert!(!matches("file[^0-9]", "file7"));
        assert!(matches(r"a\*", "a*"));
        assert!(!matches(r"a\*", "ab"));
        assert!(!matches("file[", "file["));
        assert!(!matches("a?b", "a/b"));
    }
}
