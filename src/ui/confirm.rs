//! Questions that a person answers.

use std::io::{self, BufRead, Write};

use super::Ui;

/// What a question came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on.
    Yes,
    /// Leave it.
    No,
    /// Nobody is there to be asked.
    Nobody,
}

impl Ui {
    /// Asks before something that cannot be taken back; anything but `y` or `yes` is a no.
    pub fn confirm(&self, question: &str) -> io::Result<Answer> {
        if !self.input_is_terminal() {
            return Ok(Answer::Nobody);
        }
        let mut stream = io::stderr().lock();
        write!(stream, "{question} [yN] ")?;
        stream.flush()?;
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        let yes = matches!(line.trim().to_lowercase().as_str(), "y" | "yes");
        Ok(if yes { Answer::Yes } else { Answer::No })
    }
}
