//! Durations and sizes as Docker words them.

use std::time::Duration;

/// "Less than a second", "5 seconds", "About a minute", "3 weeks" (`github.com/docker/go-units`, `HumanDuration`).
pub fn age(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let minutes = seconds / 60;
    let hours = (duration.as_secs_f64() / 3600.0).round();
    let whole_hours = seconds / 3600;
    match () {
        () if seconds < 1 => "Less than a second".to_owned(),
        () if seconds == 1 => "1 second".to_owned(),
        () if seconds < 60 => format!("{seconds} seconds"),
        () if minutes == 1 => "About a minute".to_owned(),
        () if minutes < 60 => format!("{minutes} minutes"),
        () if hours <= 1.0 => "About an hour".to_owned(),
        () if hours < 48.0 => format!("{hours:.0} hours"),
        () if whole_hours < 24 * 7 * 2 => format!("{} days", whole_hours / 24),
        () if whole_hours < 24 * 30 * 2 => format!("{} weeks", whole_hours / 24 / 7),
        () if whole_hours < 24 * 365 * 2 => format!("{} months", whole_hours / 24 / 30),
        () => format!("{} years", whole_hours / 24 / 365),
    }
}

/// "0.2s", "12.3s", "1m05s": for progress.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 60.0 {
        return format!("{seconds:.1}s");
    }
    let whole = duration.as_secs();
    format!("{}m{:02}s", whole / 60, whole % 60)
}

/// "1.23MB": powers of 1000 and three or four digits (`go-units`, `HumanSizeWithPrecision`).
#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
pub fn bytes_decimal(bytes: u64, precision: usize) -> String {
    scaled(bytes as f64, 1000.0, &["B", "kB", "MB", "GB", "TB", "PB", "EB"], precision)
}

/// "1.23MiB": powers of 1024 and four digits (`go-units`, `BytesSize`).
#[expect(clippy::cast_precision_loss, reason = "shown with four digits")]
pub fn bytes_binary(bytes: u64) -> String {
    scaled(bytes as f64, 1024.0, &["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"], 4)
}

fn scaled(mut value: f64, base: f64, units: &[&str], precision: usize) -> String {
    let mut unit = 0;
    while value >= base && unit + 1 < units.len() {
        value /= base;
        unit += 1;
    }
    format!("{}{}", significant(value, precision), units[unit])
}

/// A number with so many significant digits and no zeros at the end, as `%.Ng` prints it.
fn significant(value: f64, digits: usize) -> String {
    let whole = format!("{value:.0}").len();
    let text = format!("{value:.*}", digits.saturating_sub(whole));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_as_docker_words_them() {
        for (seconds, text) in [
            (0, "Less than a second"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "About a minute"),
            (3599, "59 minutes"),
            (3600, "About an hour"),
            (2 * 3600, "2 hours"),
            (49 * 3600, "2 days"),
            (15 * 86400, "2 weeks"),
            (800 * 86400, "2 years"),
        ] {
            assert_eq!(age(Duration::from_secs(seconds)), text, "{seconds} s");
        }
    }

    #[test]
    fn sizes_read_as_docker_writes_them() {
        assert_eq!(bytes_decimal(0, 3), "0B");
        assert_eq!(bytes_decimal(1_234_000, 3), "1.23MB");
        assert_eq!(bytes_decimal(999, 3), "999B");
        assert_eq!(bytes_binary(1024), "1KiB");
        assert_eq!(bytes_binary(1_288_490), "1.229MiB");
    }

    #[test]
    fn progress_shows_tenths_of_a_second() {
        assert_eq!(duration(Duration::from_millis(249)), "0.2s");
        assert_eq!(duration(Duration::from_secs(65)), "1m05s");
    }
}
