//! Progress of things that belong to no plan: one row each, named by the caller.

use std::io;
use std::time::{Duration, Instant};

use crate::event::Progress;
use crate::ui::{ProgressMode, Ui};

use super::board::{Board, Change, Kind, Phase};
use super::frames::Frames;
use super::{json, plain, terminal};

/// How often a terminal is redrawn at most.
const FRAME: Duration = Duration::from_millis(80);

/// Shows rows that are worked on at the same time.
#[derive(Debug)]
pub struct Rows {
    ui: Ui,
    title: String,
    board: Board,
    screen: terminal::Screen,
    drawn: Option<Instant>,
}

impl Rows {
    /// No rows yet; `title` stands in the heading on a terminal.
    pub fn new(ui: &Ui, title: &str) -> Self {
        let (title, board, screen) = (title.to_owned(), Board::default(), terminal::Screen::new());
        Self { ui: ui.clone(), title, board, screen, drawn: None }
    }

    /// When [`Rows::tick`] wants to be called.
    pub fn frames(&self) -> Frames {
        Frames::every((self.ui.mode() == ProgressMode::Tty).then_some(FRAME))
    }

    /// A row is worked on; `detail` is shown on a terminal only.
    pub fn working(&mut self, id: &str, status: &str, detail: Option<&str>) -> io::Result<()> {
        if detail.is_some() && self.ui.mode() == ProgressMode::Plain {
            return Ok(());
        }
        let detail = detail.map(|text| Progress::Status(text.to_owned()));
        self.change(Change::new(id, Kind::Other, status, Phase::Working).with(detail))
    }

    /// A row is as it should be.
    pub fn done(&mut self, id: &str, status: &str) -> io::Result<()> {
        self.change(Change::new(id, Kind::Other, status, Phase::Done))
    }

    /// A row could not be made as it should be.
    pub fn failed(&mut self, id: &str, status: &str) -> io::Result<()> {
        self.change(Change::new(id, Kind::Other, status, Phase::Failed))
    }

    /// Draws the next frame on a terminal.
    pub fn tick(&mut self) -> io::Result<()> {
        if self.ui.mode() == ProgressMode::Tty {
            self.screen.draw(&self.ui, &self.title, &self.board, false)?;
            self.drawn = Some(Instant::now());
        }
        Ok(())
    }

    /// Draws the last state.
    pub fn finish(mut self) -> io::Result<()> {
        if self.ui.mode() == ProgressMode::Tty && !self.board.is_empty() {
            self.screen.draw(&self.ui, &self.title, &self.board, true)?;
        }
        Ok(())
    }

    /// A row has changed.
    pub(super) fn change(&mut self, change: Change) -> io::Result<()> {
        match self.ui.mode() {
            ProgressMode::Quiet => Ok(()),
            ProgressMode::Json => json::show(&self.ui, &change),
            ProgressMode::Plain | ProgressMode::Auto => plain::show(&self.ui, &change),
            ProgressMode::Tty => {
                self.board.apply(change);
                if self.drawn.is_none_or(|drawn| drawn.elapsed() >= FRAME) { self.tick() } else { Ok(()) }
            }
        }
    }
}
