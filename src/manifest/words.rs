//! A command line as text is split into words, by the rules that Docker Compose has for it.

/// Why a command cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// A quote or parenthesis is not closed, or a backslash ends the text.
    #[error("a quote, a parenthesis or an escape in this command is not finished")]
    Open,
    /// `(` that is not part of `$(`.
    #[error("a parenthesis in this command needs quotes")]
    Parenthesis,
}

#[derive(Default)]
struct State {
    escaped: bool,
    single: bool,
    double: bool,
    backtick: bool,
    dollar: bool,
}

impl State {
    fn quoted(&self) -> bool {
        self.single || self.double || self.backtick || self.dollar
    }
}

/// Splits a text into words. Quotes and backslashes work as in a shell; the text ends at `;`, `&`, `|`, `<` or `>`.
pub fn split(text: &str) -> Result<Vec<String>, WordsError> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut begun = false;
    let mut state = State::default();
    for c in text.chars() {
        if state.escaped {
            word.push(match c {
                't' => '\t',
                'n' => '\n',
                c => c,
            });
            state.escaped = false;
            begun = true;
            continue;
        }
        match c {
            '\\' if state.single => word.push(c),
            '\\' => state.escaped = true,
            ' ' | '\t' | '\r' | '\n' if state.quoted() => word.push(c),
            ' ' | '\t' | '\r' | '\n' => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            '"' if !state.single && !state.dollar => {
                begun |= state.double;
                state.double = !state.double;
            }
            '\'' if !state.double && !state.dollar => {
                begun |= state.single;
                state.single = !state.single;
            }
            '(' if !state.single && !state.double && !state.backtick => {
                if state.dollar || !word.ends_with('$') {
                    return Err(WordsError::Parenthesis);
                }
                state.dollar = true;
                word.push(c);
            }
            ';' | '&' | '|' | '<' | '>' if !state.quoted() => {
                if c == '>' && word.starts_with(|c: char| c.is_ascii_digit()) {
                    begun = false;
                }
                break;
            }
            c => {
                if c == '`' && !state.single && !state.double && !state.dollar {
                    state.backtick = !state.backtick;
                } else if c == ')' && !state.single && !state.double && !state.backtick {
                    state.dollar = !state.dollar;
                }
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    if state.escaped || state.quoted() { Err(WordsError::Open) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let words = |text| split(text).expect("it can be read");
        assert_eq!(words("echo \"a b\" 'c d' e\\ f"), ["echo", "a b", "c d", "e f"]);
        assert_eq!(words("a\"b\"c ''"), ["abc", ""]);
        assert_eq!(words("echo a && b"), ["echo", "a"]);
        assert_eq!(words("  "), Vec::<String>::new());
        assert_eq!(split("echo 'x"), Err(WordsError::Open));
    }
}
