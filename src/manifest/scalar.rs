//! What a plain YAML scalar means, as Docker Compose's YAML library decides it (YAML 1.2 with the octal numbers, the
//! underscores and the dates of YAML 1.1).

use super::node::Value;

/// A scalar's meaning.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// A value of the tree.
    Value(Value),
    /// A date or a time, written out (RFC 3339). Compose takes it for nothing but itself, so only extensions may hold it.
    Date(String),
}

/// The meaning of a scalar that was written without quotes.
pub fn plain(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Meaning::Value(Value::Null),
        "true" | "True" | "TRUE" => return Meaning::Value(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Meaning::Value(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Meaning::Value(Value::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Meaning::Value(Value::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => return Meaning::Value(Value::Float(f64::NEG_INFINITY)),
        _ => {}
    }
    if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        if let Some(date) = date(text) {
            return Meaning::Date(date);
        }
        let digits: String = text.chars().filter(|&c| c != '_').collect();
        if let Some(whole) = integer(&digits) {
            return Meaning::Value(Value::Int(whole));
        }
        if let Some(whole) = large(&digits) {
            return Meaning::Value(Value::Large(whole));
        }
        if let Some(number) = float(&digits) {
            return Meaning::Value(Value::Float(number));
        }
    }
    Meaning::Value(Value::String(text.into()))
}

/// Whether a text means itself where it is written without quotes, for every reader of YAML, those of YAML 1.1 included.
pub fn is_plain_text(text: &str) -> bool {
    // The last two are keys with a meaning of their own.
    const WORDS: [&str; 8] = ["y", "yes", "on", "n", "no", "off", "<<", "="];
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    let is_text = matches!(plain(text), Meaning::Value(Value::String(_)));
    is_text && !is_word && !is_unbounded(text) && !is_of_base_60(text) && !is_time(text)
}

/// A whole number with a base, of any size: not every reader stops at 64 bits, some take nothing but a base for a number
/// (`0b_`), and Go takes a sign behind it (`0o+7`).
fn is_unbounded(text: &str) -> bool {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    let Some((base, body)) = based(digits.strip_prefix(['-', '+']).unwrap_or(&digits)) else { return false };
    body.strip_prefix(['-', '+']).unwrap_or(body).chars().all(|c| c.is_digit(base))
}

/// Times and angles of YAML 1.1 (`1:30`, `-1_0:20:30.5`).
fn is_of_base_60(text: &str) -> bool {
    let spaced = |part: &str, first: bool| {
        part.bytes().enumerate().all(|(at, byte)| byte.is_ascii_digit() || byte == b'_' && !(first && at == 0))
    };
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let Some((first, rest)) = unsigned.split_once(':') else { return false };
    let (rest, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    !first.is_empty() && spaced(first, true) && rest.split(':').all(digits) && spaced(fraction, false)
}

/// A date of YAML 1.1, with or without a time (`2001-12-14 21:59:43.10 -5`), even if there is no such day: some readers
/// refuse those.
fn is_time(text: &str) -> bool {
    let (day, time) = text.find(['T', 't', ' ', '\t']).map_or((text, ""), |at| text.split_at(at));
    let mut parts = day.split('-');
    let year = parts.next().is_some_and(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()));
    let is_day = year && parts.next().and_then(field).and(parts.next().and_then(field)).is_some();
    is_day && parts.next().is_none() && time.chars().skip(1).all(|c| c.is_ascii_digit() || ":.+-Z \t".contains(c))
}

/// A whole number in decimal, octal (`0o17`, `017`), hexadecimal or binary.
fn integer(digits: &str) -> Option<i64> {
    let (sign, rest) = match digits.as_bytes().first()? {
        b'-' => ("-", &digits[1..]),
        b'+' => ("", &digits[1..]),
        _ => ("", digits),
    };
    let (base, body) = unsigned(rest)?;
    i64::from_str_radix(&format!("{sign}{body}"), base).ok()
}

/// A whole number that only 64 bits without a sign hold; Compose keeps all of its digits.
fn large(digits: &str) -> Option<u64> {
    let (base, body) = unsigned(digits)?;
    u64::from_str_radix(body, base).ok()
}

/// The base of a whole number without a sign, and its digits.
fn unsigned(digits: &str) -> Option<(u32, &str)> {
    let (base, body) = based(digits).unwrap_or((10, digits));
    (digits.starts_with(|c: char| c.is_ascii_digit()) && body.starts_with(|c: char| c.is_ascii_alphanumeric()))
        .then_some((base, body))
}

/// The base that a whole number names, and its digits.
fn based(digits: &str) -> Option<(u32, &str)> {
    let rest = digits.strip_prefix('0')?;
    match rest.as_bytes().first()? {
        b'x' | b'X' => Some((16, &rest[1..])),
        b'o' | b'O' => Some((8, &rest[1..])),
        b'b' | b'B' => Some((2, &rest[1..])),
        _ => Some((8, rest)),
    }
}

fn float(digits: &str) -> Option<f64> {
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let some = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && number(exponent)
    });
    let fits = some && number(whole) && fraction.is_none_or(number) && exponent_fits;
    if fits { digits.parse().ok() } else { None }
}

/// `2001-12-14`, `2001-12-14T21:59:43.10-05:00`, `2001-12-14 21:59:43` as RFC 3339.
fn date(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (day, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some((&text[at..=at], &text[at + 1..]))),
        None => (text, None),
    };
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, field(parts.next()?)?, field(parts.next()?)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=days(year.parse().ok()?, month)).contains(&day) {
        return None;
    }
    let date = format!("{year}-{month:02}-{day:02}");
    let Some((separator, time)) = time else { return Some(format!("{date}T00:00:00Z")) };
    let (clock, zone) = match time.find(['Z', '+', '-']) {
        Some(at) if separator != " " => (&time[..at], &time[at..]),
        None if separator == " " => (time, "Z"),
        _ => return None,
    };
    let mut parts = clock.split(':');
    let (hour, minute, second) = (field(parts.next()?)?, field(parts.next()?)?, parts.next()?);
    let (second, fraction) = second.split_once('.').map_or((second, ""), |(second, fraction)| (second, fraction));
    let second = field(second)?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    Some(format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}"))
}

/// One or two digits.
fn field(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 2 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_compose_reads_them() {
        let int = |text| if let Meaning::Value(Value::Int(value)) = plain(text) { Some(value) } else { None };
        assert_eq!(int("017"), Some(15));
        assert_eq!(int("0o17"), Some(15));
        assert_eq!(int("0x10"), Some(16));
        assert_eq!(int("-3"), Some(-3));
        assert_eq!(int("1_000"), Some(1000));
        assert_eq!(int("08"), None);
        assert_eq!(plain("1e3"), Meaning::Value(Value::Float(1000.0)));
        assert_eq!(plain(".5"), Meaning::Value(Value::Float(0.5)));
        assert_eq!(plain("1.2.3"), Meaning::Value(Value::String("1.2.3".into())));
        assert_eq!(plain("22:22"), Meaning::Value(Value::String("22:22".into())));
    }

    #[test]
    fn whole_numbers_use_all_of_64_bits() {
        let large = |text| if let Meaning::Value(Value::Large(value)) = plain(text) { Some(value) } else { None };
        assert_eq!(large("12_345_678_901_234_567_890"), Some(12_345_678_901_234_567_890));
        assert_eq!(large("0xffffffffffffffff"), Some(u64::MAX));
        assert_eq!(large("01777777777777777777777"), Some(u64::MAX));
        assert_eq!(large("9223372036854775807"), None);
        assert_eq!(plain("+12345678901234567890"), Meaning::Value(Value::Float(12_345_678_901_234_567_890.0)));
        assert_eq!(plain("-9223372036854775809"), Meaning::Value(Value::Float(-9_223_372_036_854_775_809.0)));
    }

    #[test]
    fn what_any_reader_takes_for_something_else_is_no_plain_text() {
        let numbers = [
            "12345678901234567890",
            "0xffffffffffffffffff",
            "-0x1",
            "0b_",
            "0o+7",
            "1_0",
            "1e3",
            ".5",
            "08",
            ".NaN",
            "-.inf",
        ];
        let sixties = ["1:5", "1:5.5", "1_0:5", "-1:20:30.5_0", "80:80"];
        let dates =
            ["2001-12-14", "2001-13-14", "2001-12-14 21:59:43.10 -5", "2001-1-4t1:59:43Z", "2001-12-14\t21:59:43"];
        let words = ["", "~", "Null", "yes", "N", "oFF", "true", "<<", "="];
        for text in numbers.iter().chain(&sixties).chain(&dates).chain(&words) {
            assert!(!is_plain_text(text), "{text}");
        }
        let texts = [
            "1.2.3",
            "1:x",
            ":5",
            "_1:5",
            "1:5.5.5",
            "2001-12",
            "2001-12-14-1",
            "2001-12-14 noon",
            "0xg",
            "0o8",
            "a=",
            "<",
        ];
        for text in texts {
            assert!(is_plain_text(text), "{text}");
        }
    }

    #[test]
    fn words_of_yaml_1_1_are_texts() {
        for word in ["yes", "no", "on", "off", "y", "n"] {
            assert_eq!(plain(word), Meaning::Value(Value::String(word.into())));
        }
    }

    #[test]
    fn dates_are_dates() {
        assert_eq!(plain("2024-01-02"), Meaning::Date("2024-01-02T00:00:00Z".into()));
        assert_eq!(plain("2024-13-02"), Meaning::Value(Value::String("2024-13-02".into())));
    }
}
