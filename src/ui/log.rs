//! Lines of logs, many at once.

use std::io::{self, BufWriter, Stderr, Stdout, Write};

use super::{Prefixes, Ui};

/// Bytes that are written at once.
const BUFFER: usize = 64 * 1024;

/// Writes lines with the names of those who wrote them, each to the stream that it was written to.
#[derive(Debug)]
pub struct LogWriter {
    out: BufWriter<Stdout>,
    err: BufWriter<Stderr>,
    prefixes: Prefixes,
    timestamps: bool,
    line: Vec<u8>,
}

impl LogWriter {
    /// `timestamps`: show when a line was written.
    pub fn new(prefixes: Prefixes, timestamps: bool) -> Self {
        let out = BufWriter::with_capacity(BUFFER, io::stdout());
        Self { out, err: BufWriter::with_capacity(BUFFER, io::stderr()), prefixes, timestamps, line: Vec::new() }
    }

    /// Makes a name known, so that the others align to it.
    pub fn add(&mut self, name: &str) {
        self.prefixes.add(name);
    }

    /// Writes a line, to standard error where it `complains`; it is shown at the next [`LogWriter::flush`] at the latest.
    pub fn line(&mut self, name: &str, complains: bool, (timestamp, text): (&[u8], &[u8])) -> io::Result<()> {
        self.line.clear();
        self.prefixes.add(name);
        self.prefixes.write(name, &mut self.line);
        if self.timestamps {
            self.line.extend_from_slice(timestamp);
            self.line.push(b' ');
        }
        self.line.extend_from_slice(text);
        self.line.push(b'\n');
        // Where both streams end in one terminal, lines stay in their order.
        if complains {
            self.out.flush()?;
            self.err.write_all(&self.line)
        } else {
            self.err.flush()?;
            self.out.write_all(&self.line)
        }
    }

    /// Shows what was written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.err.flush()
    }
}

impl Ui {
    /// Prefixes in colour where results can show them.
    pub fn prefixes(&self, shown: bool, colours: bool) -> Prefixes {
        Prefixes::new(shown, colours && self.output_colours())
    }
}
