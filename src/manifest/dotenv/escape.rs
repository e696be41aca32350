//! Escapes in double quotes.

use std::borrow::Cow;

/// `\n`, `\t`, `\"`, `\\`, `\$`, `\0123` … as a shell's `$'…'` reads them; other backslashes stay.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let plain = match rest.chars().next() {
            Some('a') => '\u{7}',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('v') => '\u{b}',
            Some('"') => '"',
            Some('\\') => '\\',
            Some('$') => {
                out.push_str("$$");
                rest = &rest[1..];
                continue;
            }
            Some('0') => {
                let digits = rest[1..].bytes().take(3).take_while(u8::is_ascii_digit).count();
                let code = u32::from_str_radix(&rest[1..=digits], 8).ok().filter(|_| digits == 3);
                if let Some(c) = code.and_then(char::from_u32) {
                    out.push(c);
                } else {
                    out.push('\\');
                    out.push_str(&rest[..=digits]);
                }
                rest = &rest[1 + digits..];
                continue;
            }
            _ => {
                out.push('\\');
                continue;
            }
        };
        out.push(plain);
        rest = &rest[1..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}
