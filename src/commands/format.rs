//! `--format` of the lists.

use std::io;

use serde_json::Value;

use super::Error;
use crate::ui::{Template, Ui};

/// Lists that are a table or JSON, nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Columns under headings
    Table,
    /// JSON
    Json,
}

/// Shows rows as `json` (one object a line, as Compose does it) or by a Go template.
pub fn show(ui: &Ui, format: &str, rows: impl Iterator<Item = Value>) -> Result<(), Error> {
    if format == "json" {
        for row in rows {
            ui.json(&row)?;
        }
        return Ok(());
    }
    let template = Template::parse(format)?;
    let rows = rows.map(|row| template.render(&row)).collect::<Result<Vec<String>, _>>()?;
    if template.table {
        aligned(ui, std::iter::once(template.headings()).chain(rows))?;
    } else {
        for row in rows {
            ui.line(row)?;
        }
    }
    Ok(())
}

/// Lines whose tabs become columns.
fn aligned(ui: &Ui, lines: impl Iterator<Item = String>) -> io::Result<()> {
    let rows: Vec<Vec<String>> = lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        ui.line(cells.join("   ").trim_end())?;
    }
    Ok(())
}
