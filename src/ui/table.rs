//! Tables for people, in Docker's look: columns under capital headings, three spaces apart.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::Ui;
use super::columns::{cut, pad};

const GAP: &str = "   ";

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// How easily it is left out where the terminal is too narrow: the highest go first, 0 stays.
    pub spare: u8,
}

/// Rows under headings.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    last_is_prose: bool,
}

/// Of prose at least that much is shown.
const PROSE: usize = 20;

impl Table {
    /// An empty table with these headings, each with its readiness to be left out.
    pub fn new(columns: &[(&str, u8)]) -> Self {
        let columns = columns.iter().map(|(heading, spare)| Column { heading: (*heading).to_owned(), spare: *spare });
        Self { columns: columns.collect(), rows: Vec::new(), last_is_prose: false }
    }

    /// Says that the last column holds sentences, which are cut before anything is left out.
    #[must_use]
    pub fn ending_in_prose(self) -> Self {
        Self { last_is_prose: true, ..self }
    }

    /// Adds a row with one cell for each column; cells that are missing stay empty.
    pub fn row(&mut self, cells: impl Into<Vec<String>>) {
        let mut cells = cells.into();
        cells.resize(self.columns.len(), String::new());
        self.rows.push(cells);
    }

    /// The text, at most `width` columns wide where leaving out spare columns can do that.
    pub fn render(&self, width: Option<usize>) -> String {
        let (shown, widths) = self.fitted(width);
        let mut text = String::new();
        let headings: Vec<&str> = self.columns.iter().map(|column| column.heading.as_str()).collect();
        push_line(&mut text, &headings, &shown, &widths);
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            push_line(&mut text, &cells, &shown, &widths);
        }
        text
    }

    /// Which columns are shown, and how wide each is.
    fn fitted(&self, width: Option<usize>) -> (Vec<usize>, Vec<usize>) {
        let mut widths: Vec<usize> = (0..self.columns.len()).map(|index| self.column_width(index)).collect();
        let Some(last) = widths.len().checked_sub(1).filter(|_| self.last_is_prose) else {
            return (self.shown(&widths, width), widths);
        };
        let whole = widths[last];
        widths[last] = whole.min(PROSE);
        let shown = self.shown(&widths, width);
        let room = width.map_or(whole, |width| width.saturating_sub(total(&widths, &shown)));
        widths[last] = whole.min(widths[last] + room);
        (shown, widths)
    }

    fn column_width(&self, index: usize) -> usize {
        let cells = self.rows.iter().map(|row| row[index].width());
        cells.chain([self.columns[index].heading.width()]).max().unwrap_or(0)
    }

    /// Which columns fit.
    fn shown(&self, widths: &[usize], width: Option<usize>) -> Vec<usize> {
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        let Some(width) = width else { return shown };
        while total(widths, &shown) > width {
            let most_spare = shown.iter().copied().max_by_key(|index| self.columns[*index].spare);
            match most_spare.filter(|index| self.columns[*index].spare > 0) {
                Some(index) => shown.retain(|other| *other != index),
                None => break,
            }
        }
        shown
    }
}

/// How wide these columns are together.
fn total(widths: &[usize], shown: &[usize]) -> usize {
    shown.iter().map(|index| widths[*index]).sum::<usize>() + GAP.len() * shown.len().saturating_sub(1)
}

fn push_line(text: &mut String, cells: &[&str], shown: &[usize], widths: &[usize]) {
    let mut line = String::new();
    for (position, index) in shown.iter().enumerate() {
        if position > 0 {
            line.push_str(GAP);
        }
        let width = widths[*index];
        line.push_str(&pad(&cut(cells[*index], width), width));
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

impl Ui {
    /// Shows a table, in the width that the terminal has.
    pub fn table(&self, table: &Table) -> io::Result<()> {
        self.bytes(table.render(self.width()).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[("NAME", 0), ("COMMAND", 2), ("STATUS", 1)]);
        table.row(["x-web-1".into(), "\"sleep 1000\"".into(), "Up 2 minutes".into()]);
        table
    }

    #[test]
    fn columns_align_and_lines_have_no_spaces_at_their_end() {
        assert_eq!(table().render(None), "NAME      COMMAND        STATUS\nx-web-1   \"sleep 1000\"   Up 2 minutes\n");
    }

    #[test]
    fn prose_is_cut_before_a_column_is_left_out() {
        let mut table = Table::new(&[("TASK", 0), ("SERVICE", 2), ("WHAT", 1)]).ending_in_prose();
        table.row(["set-up".into(), "portal".into(), "Set a database up with all of its demo data".into()]);
        let line = |width| table.render(width).lines().nth(1).map(str::to_owned).expect("a row");
        assert_eq!(line(None), "set-up   portal    Set a database up with all of its demo data");
        assert_eq!(line(Some(50)), "set-up   portal    Set a database up with all of …");
        assert_eq!(line(Some(36)), "set-up   Set a database up with all…");
        assert_eq!(line(Some(20)), "set-up");
    }

    #[test]
    fn a_narrow_terminal_loses_the_spare_columns_first() {
        assert_eq!(table().render(Some(30)), "NAME      STATUS\nx-web-1   Up 2 minutes\n");
        assert_eq!(table().render(Some(5)), "NAME\nx-web-1\n");
    }
}
