//! One JSON object for each change, with the keys of Compose's `--progress json`.

use std::io;

use serde::Serialize;

use crate::event::Progress;
use crate::ui::Ui;

use super::board::{Change, Phase};

#[derive(Serialize)]
struct Line<'a> {
    #[serde(rename = "dry-run", skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    error: bool,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u64>,
}

/// Writes the object to standard error.
pub(super) fn show(ui: &Ui, change: &Change) -> io::Result<()> {
    let mut line = Line {
        dry_run: ui.dry_run(),
        error: change.phase == Phase::Failed,
        id: &change.id,
        parent_id: None,
        text: None,
        status: &change.status,
        current: None,
        total: None,
        percent: None,
    };
    match &change.detail {
        Some(Progress::Line(text) | Progress::Status(text)) => line.text = Some(text),
        Some(Progress::Part { name, status, current, total }) => {
            line.parent_id = Some(&change.id);
            line.id = name;
            line.status = status;
            line.current = *current;
            line.total = *total;
            line.percent = current.zip(*total).filter(|(_, total)| *total > 0).map(|(done, total)| done * 100 / total);
        }
        None => {}
    }
    ui.note(serde_json::to_string(&line)?)
}
