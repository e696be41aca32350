//! Lines that are drawn again and again at one place of the terminal.

use std::fmt::Write;
use std::io;

use super::Ui;

/// Where lines are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Results.
    Output,
    /// Everything about the work.
    Error,
}

/// A place of the terminal.
#[derive(Debug)]
pub struct Live {
    stream: Stream,
    height: usize,
}

impl Live {
    /// A place that begins at the cursor.
    pub fn new(stream: Stream) -> Self {
        Self { stream, height: 0 }
    }

    /// Rows and columns of the terminal.
    pub fn size(&self) -> (usize, usize) {
        let terminal = match self.stream {
            Stream::Output => console::Term::stdout(),
            Stream::Error => console::Term::stderr(),
        };
        let (rows, columns) = terminal.size();
        (usize::from(rows), usize::from(columns))
    }

    /// Replaces what was drawn before. It is one write, over the old lines and inside a synchronized update, so that
    /// nothing flickers.
    pub fn draw(&mut self, ui: &Ui, lines: &[String]) -> io::Result<()> {
        let mut text = String::from("\x1b[?2026h\r");
        if self.height > 0 {
            // Writing to a string cannot fail.
            let _ = write!(text, "\x1b[{}A", self.height);
        }
        for line in lines {
            let _ = write!(text, "{line}\x1b[K\r\n");
        }
        text.push_str("\x1b[J\x1b[?2026l");
        self.height = lines.len();
        match self.stream {
            Stream::Output => ui.bytes(text.as_bytes()),
            Stream::Error => ui.error_bytes(text.as_bytes()),
        }
    }
}
