//! One line for each change, as Compose writes them to standard error where nobody watches.

use std::io;

use crate::event::Progress;
use crate::ui::Ui;

use super::board::Change;

/// ` Container x-web-1  Created`, under `--dry-run` with Compose's words before it.
pub(super) fn show(ui: &Ui, change: &Change) -> io::Result<()> {
    let mode = if ui.dry_run() { " DRY-RUN MODE - " } else { "" };
    let Change { id, status, detail, .. } = change;
    let gap = if is_of_an_image(status) { " " } else { "  " };
    match detail {
        Some(Progress::Line(line)) if status == "Building" => ui.build_line(format!("{mode} {id}  {line}")),
        Some(Progress::Line(line)) => ui.note(format!("{mode} {id}  {line}")),
        // Bytes of layers change many times a second; in a log their ends are enough.
        Some(Progress::Part { current: Some(_), .. }) => Ok(()),
        Some(Progress::Part { name, status, .. }) => ui.note(format!("{mode} {name} {status}")),
        Some(Progress::Status(text)) if status != "Waiting" => ui.note(format!("{mode} {id}  {status} {text}")),
        Some(Progress::Status(_)) => Ok(()),
        None => ui.note(format!("{mode} {id}{gap}{status}")),
    }
}

/// What becomes of the image of a service stands in another of Compose's columns, so that one blank is before it.
fn is_of_an_image(status: &str) -> bool {
    matches!(status, "Pulling" | "Pulled") || status.starts_with("Skipped - ")
}
