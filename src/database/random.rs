//! Words that nobody guesses or has by accident.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};

/// So many random bytes, in hexadecimal digits.
pub(super) fn word(bytes: usize) -> io::Result<String> {
    let mut random = vec![0; bytes];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    Ok(hexadecimal(&random))
}

/// Two digits for each byte.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
