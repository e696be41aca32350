//! Sizes and times as Docker writes them.

/// A number of bytes: `512`, `64m`, `1.5 GiB`. Units are powers of 1024. `None` if it is none.
pub fn bytes(text: &str) -> Option<i64> {
    let digits = text.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |at| at + 1);
    let (number, unit) = text.split_at(digits);
    let number = number.trim_end();
    let unit = unit.trim_start().to_ascii_lowercase();
    if number.is_empty() || number.starts_with(['+', '-']) {
        return None;
    }
    let size: f64 = number.parse().ok().filter(|size: &f64| size.is_finite())?;
    let prefix = unit.strip_suffix("ib").or_else(|| unit.strip_suffix('b')).unwrap_or(&unit);
    let power = match (prefix, unit.as_str()) {
        ("", "ib") => return None,
        ("", _) => 0,
        ("k", _) => 1,
        ("m", _) => 2,
        ("g", _) => 3,
        ("t", _) => 4,
        ("p", _) => 5,
        _ => return None,
    };
    #[allow(clippy::cast_possible_truncation)] // Docker cuts the fraction off as well
    let whole = (size * 1024f64.powi(power)) as i64;
    Some(whole)
}

/// A time in nanoseconds: `90s`, `1m30s`, `1.5h`, `2d`, `1w`. `None` if it is none.
pub fn nanoseconds(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let number = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let (digits, after) = rest.split_at(number);
        let letters = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let scale: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            "d" => 86_400_000_000_000,
            "w" => 604_800_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') || digits.len() > 24 {
            return None;
        }
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
        let ten = 10i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        total = total.checked_add(whole.checked_mul(scale)?)?.checked_add(part.checked_mul(scale)? / ten)?;
        rest = after;
    }
    let total = i64::try_from(total).ok()?;
    Some(if negative { -total } else { total })
}

/// A time as Go prints it: `1h2m3s`, `1.5s`, `250ms`, `1µs`, `0s`.
pub fn duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    let fraction = |value: u64, scale: u64, unit: &str| {
        let part = value % scale;
        let width = scale.ilog10() as usize;
        let digits = format!("{part:0width$}");
        let digits = digits.trim_end_matches('0');
        let dot = if digits.is_empty() { "" } else { "." };
        format!("{}{dot}{digits}{unit}", value / scale)
    };
    let text = match total {
        0 => return "0s".to_owned(),
        1..1_000 => format!("{total}ns"),
        1_000..1_000_000 => fraction(total, 1_000, "µs"),
        1_000_000..1_000_000_000 => fraction(total, 1_000_000, "ms"),
        _ => {
            let seconds = fraction(total % 60_000_000_000, 1_000_000_000, "s");
            let minutes = total / 60_000_000_000;
            match (minutes / 60, minutes % 60) {
                (0, 0) => seconds,
                (0, minutes) => format!("{minutes}m{seconds}"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}"),
            }
        }
    };
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, expected) in [
            ("10", Some(10)),
            ("10Kb", Some(10_240)),
            ("10KiB", Some(10_240)),
            ("0.5g", Some(536_870_912)),
            ("512 m", Some(536_870_912)),
            ("-1", None),
            ("potato", None),
            ("1x", None),
        ] {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }

    #[test]
    fn times() {
        for (text, expected) in [
            ("1500ms", Some("1.5s")),
            ("1h2m3s", Some("1h2m3s")),
            ("2.5h", Some("2h30m0s")),
            ("120s", Some("2m0s")),
            ("1us", Some("1µs")),
            ("0s", Some("0s")),
            ("0", Some("0s")),
            ("-5s", Some("-5s")),
            ("10", None),
            ("soon", None),
            ("", None),
            ("1d", Some("24h0m0s")),
            ("1y", None),
        ] {
            assert_eq!(nanoseconds(text).map(duration).as_deref(), expected, "{text}");
        }
    }
}
