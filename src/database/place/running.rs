//! A client program that runs, wherever it does.

use std::future::Future;
use std::io::{Read, Write};
use std::pin::Pin;

use crate::database::Error;

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; `None`: by a signal, or with its container.
    pub code: Option<i64>,
    /// The last lines of its error stream.
    pub errors: String,
}

/// How to wait for the end.
pub type End = Pin<Box<dyn Future<Output = Result<Ended, Error>> + Send>>;

/// A program that runs. Its streams are blocking ones, because whole databases flow through them: read and write them
/// on a thread of their own.
pub struct Running {
    /// For messages.
    pub program: &'static str,
    /// For messages.
    pub place: String,
    /// Its input; dropping it is the end of the input.
    pub input: Option<Box<dyn Write + Send>>,
    /// Its output.
    pub output: Option<Box<dyn Read + Send>>,
    /// Its end.
    pub end: End,
}

impl Running {
    /// Waits for its end. The streams that were not taken are closed first.
    ///
    /// # Errors
    /// If it did not end with exit code 0, with the last lines of its error stream.
    pub async fn finish(mut self) -> Result<(), Error> {
        self.input = None;
        self.output = None;
        let ended = self.end.await?;
        match ended.code {
            Some(0) => Ok(()),
            Some(127) if ended.errors.contains(NOT_INSTALLED) => {
                Err(Error::NoClient { program: self.program, place: self.place })
            }
            code => {
                let message = match ended.errors.trim() {
                    "" if code.is_none() => "it was killed".to_owned(),
                    "" => "it said nothing".to_owned(),
                    errors => last_lines(errors),
                };
                Err(Error::Client { program: self.program, code, message })
            }
        }
    }
}

/// What the starting script says where a program is missing.
pub const NOT_INSTALLED: &str = "ado: not installed";

/// How much of an error stream is kept, in bytes.
pub const ERROR_TAIL: usize = 16 * 1024;

/// Adds to the kept end of an error stream.
pub fn keep_tail(tail: &mut Vec<u8>, bytes: &[u8]) {
    tail.extend_from_slice(bytes);
    if tail.len() > ERROR_TAIL {
        tail.drain(..tail.len() - ERROR_TAIL);
    }
}

fn last_lines(errors: &str) -> String {
    let lines: Vec<_> = errors.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(6)..].join("\n")
}
