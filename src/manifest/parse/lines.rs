//! Where the visible part of a scalar ends.

use saphyr_parser::ScalarStyle;

use crate::diagnostic::Span;

/// The lines of a text.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    fn line(&self, number: u32) -> &'t str {
        let start = self.starts.get(number.saturating_sub(1) as usize).copied().unwrap_or(self.text.len());
        let line = &self.text[start..];
        line.find('\n').map_or(line, |end| &line[..end])
    }

    /// The part of a scalar that is marked: a quoted text with its quotes, as far as it stands on its first line, of a
    /// block its indicator. The parser counts what follows a quoted text as a part of it.
    pub fn visible(&self, span: Span, style: ScalarStyle) -> Span {
        match style {
            ScalarStyle::Plain => span,
            ScalarStyle::Literal | ScalarStyle::Folded => Span { length: 1, ..span },
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let written = self.line(span.line).chars().skip(span.column.saturating_sub(1) as usize);
                Span { length: quoted_length(written, style == ScalarStyle::DoubleQuoted), ..span }
            }
        }
    }
}

/// From the opening quote to the closing one, or to the end of the line.
fn quoted_length(written: impl Iterator<Item = char>, double: bool) -> u32 {
    let mut length = 0;
    let mut escaped = false;
    let mut written = written.peekable();
    while let Some(c) = written.next() {
        length += 1;
        match c {
            '"' if double && length > 1 && !escaped => return length,
            '\'' if !double && length > 1 && !escaped => {
                if written.peek() != Some(&'\'') {
                    return length;
                }
                escaped = true;
                continue;
            }
            _ => {}
        }
        escaped = double && c == '\\' && !escaped;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::quoted_length;

    #[test]
    fn quoted_texts_end_at_their_quote() {
        assert_eq!(quoted_length("\"8080:\" # c".chars(), true), 7);
        assert_eq!(quoted_length("\"a\\\"b\" x".chars(), true), 6);
        assert_eq!(quoted_length("'it''s' # c".chars(), false), 7);
        assert_eq!(quoted_length("\"open".chars(), true), 5);
    }
}
