//! Lines that change in place.

use std::io;

use unicode_width::UnicodeWidthStr;

use crate::event::Progress;
use crate::ui::columns::{cut, pad};
use crate::ui::{Live, Stream, Ui, human};

use super::board::{Board, Line, Phase};

const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const GREEN: &str = "32";
const RED: &str = "31";
const BLUE: &str = "34";

/// What stands on the terminal now.
#[derive(Debug)]
pub(super) struct Screen {
    live: Live,
    ticks: usize,
}

impl Screen {
    pub fn new() -> Self {
        Self { live: Live::new(Stream::Error), ticks: 0 }
    }

    /// Replaces the last frame; the last one of a run (`end`) shows everything and stays.
    pub fn draw(&mut self, ui: &Ui, title: &str, board: &Board, end: bool) -> io::Result<()> {
        let (rows, columns) = self.live.size();
        let lines = self.frame(ui, title, board, (if end { usize::MAX } else { rows }, columns));
        self.ticks += 1;
        self.live.draw(ui, &lines)
    }

    /// The lines of a frame that fits `(rows, columns)`.
    fn frame(&self, ui: &Ui, title: &str, board: &Board, (rows, columns): (usize, usize)) -> Vec<String> {
        let mut frame = vec![cut(&format!("[+] {title} {}/{}", board.done(), board.lines().len()), columns)];
        let room = rows.saturating_sub(2).max(1);
        let lines = board.lines();
        let shown: Vec<&Line> = if lines.len() <= room {
            lines.iter().collect()
        } else {
            // Too many for the terminal: what is being worked on matters, the rest is a number in the heading.
            lines.iter().filter(|line| line.phase != Phase::Done).take(room).collect()
        };
        let width = shown.iter().map(|line| line.id.width()).max().unwrap_or(0).min(columns.saturating_sub(24).max(12));
        frame.extend(shown.into_iter().map(|line| self.line(ui, line, width, columns)));
        frame
    }

    fn line(&self, ui: &Ui, line: &Line, width: usize, columns: usize) -> String {
        let (mark, colour) = match line.phase {
            Phase::Working => (SPINNER[self.ticks % SPINNER.len()], BLUE),
            Phase::Done => ("✔", GREEN),
            Phase::Failed => ("✘", RED),
        };
        let took = human::duration(line.elapsed());
        let mut middle = format!("{} {}", pad(&cut(&line.id, width), width), line.status);
        if let (Some(detail), Phase::Working) = (line.detail.as_ref().map(describe), line.phase) {
            middle.push_str("  ");
            middle.push_str(&detail);
        }
        // One column of the terminal stays free: some wrap when the last one is written.
        let room = columns.saturating_sub(took.len() + 5);
        let middle = pad(&cut(&middle, room), room.min(60));
        if ui.error_colours() {
            format!(" \x1b[{colour}m{mark}\x1b[0m {middle} \x1b[{BLUE}m{took}\x1b[0m")
        } else {
            format!(" {mark} {middle} {took}")
        }
    }
}

fn describe(detail: &Progress) -> String {
    match detail {
        Progress::Line(text) | Progress::Status(text) => text.trim().replace(['\t', '\r', '\n'], " "),
        Progress::Part { name, status, current, total } => match (current, total) {
            (Some(current), Some(total)) => {
                format!("{name} {status} {}/{}", human::bytes_decimal(*current, 3), human::bytes_decimal(*total, 3))
            }
            _ => format!("{name} {status}"),
        },
    }
}
