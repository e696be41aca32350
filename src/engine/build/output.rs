//! What a builder says, kept as far as it explains a failure.

use std::collections::VecDeque;

/// Lines of the step that is being built; more are not needed to see why it failed.
const KEPT: usize = 60;

/// The last step and the end of its output.
#[derive(Debug, Default)]
pub(in crate::engine) struct Tail {
    step: Option<String>,
    lines: VecDeque<String>,
}

impl Tail {
    /// A new step begins.
    pub(in crate::engine) fn begin(&mut self, step: &str) {
        self.step = Some(step.to_owned());
        self.lines.clear();
    }

    /// It says something.
    pub(in crate::engine) fn push(&mut self, line: &str) {
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line.to_owned());
    }

    /// The step and its output, for an error.
    pub(in crate::engine) fn into_lines(self) -> Vec<String> {
        self.step.into_iter().chain(self.lines).collect()
    }
}

/// Puts text that arrives in pieces together to lines.
#[derive(Debug, Default)]
pub(in crate::engine) struct Lines {
    begun: String,
}

impl Lines {
    /// The lines that are complete with this piece. A carriage return begins a line anew, as on a terminal.
    pub(in crate::engine) fn push(&mut self, piece: &str) -> Vec<String> {
        self.begun.push_str(piece);
        let Some(end) = self.begun.rfind('\n') else { return Vec::new() };
        let rest = self.begun.split_off(end + 1);
        let whole = std::mem::replace(&mut self.begun, rest);
        let last = |line: &str| line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default().to_owned();
        whole.trim_end_matches('\n').split('\n').map(last).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_lines() {
        let mut lines = Lines::default();
        assert_eq!(lines.push("a"), Vec::<String>::new());
        assert_eq!(lines.push("b\n10%\r20%\r\nc"), ["ab", "20%"]);
        assert_eq!(lines.push("\n"), ["c"]);
    }

    #[test]
    fn the_tail_is_that_of_the_last_step() {
        let mut tail = Tail::default();
        tail.begin("Step 1/2 : FROM x");
        tail.push("pulled");
        tail.begin("Step 2/2 : RUN false");
        tail.push("failed");
        assert_eq!(tail.into_lines(), ["Step 2/2 : RUN false", "failed"]);
    }
}
