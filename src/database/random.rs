//! Words that nobody guesses or has by accident.

use std::fs::File;
use std::io::{self, Read};

use crate::project::hash::hexadecimal;

/// So many random bytes, in hexadecimal digits.
pub(super) fn word(bytes: usize) -> io::Result<String> {
    let mut random = vec![0; bytes];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    Ok(hexadecimal(&random))
}
