//! `${…}` in a text: parsing and filling in (Compose specification, section "Interpolation").

use std::borrow::Cow;

/// What stands after the name in `${NAME…}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `-`, `:-`: a value if there is none.
    Default,
    /// `?`, `:?`: an error if there is none.
    Required,
    /// `+`, `:+`: a value if there is one.
    Alternative,
}

/// A reference to a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'t> {
    /// The variable.
    pub name: &'t str,
    /// Operator, whether an empty value counts as none (`:`), and what follows.
    pub operation: Option<(Operator, bool, &'t str)>,
    /// Where the `$` stands, in bytes.
    pub offset: usize,
}

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    /// As it is.
    Text(&'t str),
    /// `$$`.
    Dollar,
    /// A variable.
    Reference(Reference<'t>),
}

/// Why a template cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The text after a `$` is no reference.
    #[error("`{text}` is not a reference to a variable")]
    Malformed {
        /// From the `$` on, shortened.
        text: String,
        /// Where the `$` stands, in bytes.
        offset: usize,
    },
    /// `${NAME:?message}` without a value.
    #[error("the variable `{name}` is required{}", if message.is_empty() { String::new() } else { format!(": {message}") })]
    Missing {
        /// The variable.
        name: String,
        /// What the manifest says about it.
        message: String,
        /// Where the `$` stands, in bytes.
        offset: usize,
    },
    /// References in references in references.
    #[error("`${{…}}` is nested too deeply")]
    TooDeep {
        /// Where the outermost `$` stands, in bytes.
        offset: usize,
    },
}

impl TemplateError {
    /// Where the `$` stands in the text, in bytes.
    pub fn offset(&self) -> usize {
        match self {
            Self::Malformed { offset, .. } | Self::Missing { offset, .. } | Self::TooDeep { offset } => *offset,
        }
    }

    fn shifted(mut self, by: usize) -> Self {
        match &mut self {
            Self::Malformed { offset, .. } | Self::Missing { offset, .. } | Self::TooDeep { offset } => *offset += by,
        }
        self
    }
}

const DEEPEST: usize = 32;

/// Looks a variable up; `None` is "not set".
pub type Lookup<'l> = dyn FnMut(&str) -> Option<String> + 'l;

/// Fills in the variables. A text without `$` comes back as it is.
pub fn fill<'t>(text: &'t str, lookup: &mut Lookup) -> Result<Cow<'t, str>, TemplateError> {
    fill_nested(text, lookup, 0)
}

fn fill_nested<'t>(text: &'t str, lookup: &mut Lookup, depth: usize) -> Result<Cow<'t, str>, TemplateError> {
    if !text.contains('$') {
        return Ok(Cow::Borrowed(text));
    }
    let mut filled = String::with_capacity(text.len());
    for part in parts(text) {
        match part? {
            Part::Text(text) => filled.push_str(text),
            Part::Dollar => filled.push('$'),
            Part::Reference(reference) => {
                if depth >= DEEPEST {
                    return Err(TemplateError::TooDeep { offset: reference.offset });
                }
                filled.push_str(&value(text, reference, lookup, depth)?);
            }
        }
    }
    Ok(Cow::Owned(filled))
}

fn value(text: &str, reference: Reference, lookup: &mut Lookup, depth: usize) -> Result<String, TemplateError> {
    let Reference { name, operation, offset } = reference;
    let Some((operator, needs_text, rest)) = operation else {
        return Ok(lookup(name).unwrap_or_default());
    };
    // What follows is filled in even where it is not used, because a mistake in it is a mistake in any case.
    let start = rest.as_ptr() as usize - text.as_ptr() as usize;
    let found = lookup(name).filter(|value| !(needs_text && value.is_empty()));
    match (operator, found) {
        (Operator::Default | Operator::Required, Some(found)) => Ok(found),
        (Operator::Alternative, None) => Ok(String::new()),
        (Operator::Default | Operator::Alternative, _) => {
            fill_nested(rest, lookup, depth + 1).map(Cow::into_owned).map_err(|error| error.shifted(start))
        }
        (Operator::Required, None) => {
            let message = fill_nested(rest, lookup, depth + 1).map_err(|error| error.shifted(start))?;
            Err(TemplateError::Missing { name: name.to_owned(), message: message.into_owned(), offset })
        }
    }
}

/// The parts of a template, in order; after a malformed one there are no more.
pub fn parts(text: &str) -> impl Iterator<Item = Result<Part<'_>, TemplateError>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let rest = &text[at..];
        let Some(dollar) = rest.find('$') else {
            at = text.len();
            return Some(Ok(Part::Text(rest)));
        };
        if dollar > 0 {
            at += dollar;
            return Some(Ok(Part::Text(&rest[..dollar])));
        }
        if rest.starts_with("$$") {
            at += 2;
            return Some(Ok(Part::Dollar));
        }
        if !rest[1..].starts_with('{') && name_length(&rest[1..]) == 0 {
            at += 1;
            return Some(Ok(Part::Text("$")));
        }
        let offset = at;
        if let Some((reference, length)) = reference(rest, offset) {
            at += length;
            return Some(Ok(Part::Reference(reference)));
        }
        at = text.len();
        let shown: String = rest.lines().next().unwrap_or_default().chars().take(40).collect();
        Some(Err(TemplateError::Malformed { text: shown, offset }))
    })
}

/// Reads `$NAME` or `${NAME…}` at the beginning of a text; gives the length as well.
fn reference(text: &str, offset: usize) -> Option<(Reference<'_>, usize)> {
    let body = text.strip_prefix('$')?;
    if !body.starts_with('{') {
        let length = name_length(body);
        let reference = Reference { name: &body[..length], operation: None, offset };
        return (length > 0).then_some((reference, 1 + length));
    }
    let close = closing(text)?;
    let inside = &text[2..close];
    let length = name_length(inside);
    if length == 0 {
        return None;
    }
    let rest = &inside[length..];
    let operation = if rest.is_empty() {
        None
    } else {
        let (needs_text, sign) = rest.strip_prefix(':').map_or((false, rest), |sign| (true, sign));
        let operator = match sign.as_bytes().first()? {
            b'-' => Operator::Default,
            b'?' => Operator::Required,
            b'+' => Operator::Alternative,
            _ => return None,
        };
        Some((operator, needs_text, &sign[1..]))
    };
    Some((Reference { name: &inside[..length], operation, offset }, close + 1))
}

fn name_length(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return 0;
    }
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
}

/// Where the `}` of the `${` at the beginning stands.
fn closing(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'$' && bytes.get(at + 1) == Some(&b'{') {
            open += 1;
            at += 2;
            continue;
        }
        if bytes[at] == b'}' {
            open -= 1;
            if open == 0 {
                return Some(at);
            }
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, TemplateError> {
        let mut lookup = |name: &str| match name {
            "A" => Some("a".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        fill(text, &mut lookup).map(Cow::into_owned)
    }

    #[test]
    fn operators_tell_unset_from_empty() {
        for (template, expected) in [
            ("$A-${A}", "a-a"),
            ("${B:-x}${B-x}", "xx"),
            ("${EMPTY:-x}${EMPTY-x}", "x"),
            ("${A:+x}${B:+x}${EMPTY:+x}${EMPTY+y}", "xy"),
            ("${B:-${C:-${A}}}", "a"),
            ("${B:-{\"a\"}", "{\"a\""),
            ("$$A $${A}", "$A ${A}"),
            ("5$ $. $", "5$ $. $"),
        ] {
            assert_eq!(filled(template).as_deref(), Ok(expected), "{template}");
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        assert_eq!(filled("ab${A!b}").expect_err("a mistake").offset(), 2);
        assert_eq!(filled("${B:-${C:?no}}").expect_err("a mistake").offset(), 5);
        assert!(matches!(filled("${A").expect_err("a mistake"), TemplateError::Malformed { .. }));
    }
}
