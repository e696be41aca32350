//! Points in time as users of `docker logs` write them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};

/// Makes `2026-01-02T15:04:05Z`, `2026-01-02`, `1735689600.5` or `10m` (before `now`) a number of seconds since the epoch
/// with nine decimals, as the Engine wants it. Times without a zone are in `zone`.
///
/// `None` for a text that is none of these.
pub fn moment(text: &str, now: Timestamp, zone: &TimeZone) -> Option<String> {
    let text = text.trim();
    if let Some(seconds) = seconds(text) {
        return Some(seconds);
    }
    if let Some(ago) = go_duration(text) {
        return now.checked_sub(ago).ok().map(format);
    }
    let timestamp = text.parse::<Timestamp>().ok().or_else(|| {
        let local = text.parse::<civil::DateTime>().or_else(|_| text.parse::<civil::Date>().map(Into::into)).ok()?;
        zone.to_timestamp(local).ok()
    })?;
    Some(format(timestamp))
}

fn format(timestamp: Timestamp) -> String {
    format!("{}.{:09}", timestamp.as_second(), timestamp.subsec_nanosecond())
}

fn seconds(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (!whole.is_empty() && digits(whole) && digits(fraction) && fraction.len() <= 9)
        .then(|| format!("{whole}.{fraction:0<9}"))
}

/// Go's `time.ParseDuration`: numbers with units, one after another (`1h30m`, `1.5s`, `200ms`).
fn go_duration(text: &str) -> Option<SignedDuration> {
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let unit_end = rest[number..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |end| number + end);
        let factor = match &rest[number..unit_end] {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        total += rest[..number].parse::<f64>().ok()? * factor;
        rest = &rest[unit_end..];
    }
    SignedDuration::try_from_secs_f64(total).ok().filter(|_| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_many_ways() {
        let now = Timestamp::from_second(1_000_000).expect("it is in range");
        let of = |text: &str| moment(text, now, &TimeZone::UTC);
        assert_eq!(of("1735689600").as_deref(), Some("1735689600.000000000"));
        assert_eq!(of("1.5").as_deref(), Some("1.500000000"));
        assert_eq!(of("1h30m").as_deref(), Some("994600.000000000"));
        assert_eq!(of("1.5s").as_deref(), Some("999998.500000000"));
        assert_eq!(of("1970-01-02").as_deref(), Some("86400.000000000"));
        assert_eq!(of("1970-01-01T00:00:10").as_deref(), Some("10.000000000"));
        assert_eq!(of("1970-01-01T01:00:00+01:00").as_deref(), Some("0.000000000"));
        for wrong in ["", "yesterday", "10", "m"] {
            assert_eq!(of(wrong).is_some(), wrong == "10", "{wrong:?}");
        }
    }
}
