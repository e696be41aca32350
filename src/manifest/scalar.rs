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
        // Larger than what a whole number can hold here, but Compose keeps all of its digits.
        if digits.parse::<u64>().is_ok() && !digits.starts_with(['0', '+']) {
            return Meaning::Value(Value::String(digits.into()));
        }
        if let Some(number) = float(&digits) {
            return Meaning::Value(Value::Float(number));
        }
    }
    Meaning::Value(Value::String(text.into()))
}

/// Whether a text means itself where it is written without quotes, for every reader of YAML, those of YAML 1.1 included.
pub fn is_plain_text(text: &str) -> bool {
    const WORDS: [&str; 6] = ["y", "yes", "on", "n", "no", "off"];
    let lower = text.to_ascii_lowercase();
    let sixties = || {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let mut parts = unsigned.split(':');
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.next().is_some_and(digits) && unsigned.contains(':') && parts.all(digits)
    };
    !WORDS.contains(&lower.as_str()) && matches!(plain(text), Meaning::Value(Value::String(_))) && !sixties()
}

/// A whole number in decimal, octal (`0o17`, `017`), hexadecimal or binary.
pub fn integer(digits: &str) -> Option<i64> {
    let (sign, rest) = match digits.as_bytes().first()? {
        b'-' => ("-", &digits[1..]),
        b'+' => ("", &digits[1..]),
        _ => ("", digits),
    };
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let lower = rest.to_ascii_lowercase();
    let (base, body) = if let Some(body) = lower.strip_prefix("0x") {
        (16, body)
    } else if let Some(body) = lower.strip_prefix("0o") {
        (8, body)
    } else if let Some(body) = lower.strip_prefix("0b") {
        (2, body)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, &*lower)
    };
    if !body.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    i64::from_str_radix(&format!("{sign}{body}"), base).ok()
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
