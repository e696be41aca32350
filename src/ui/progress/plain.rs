//! One line for each change, as Compose writes them to standard error where nobody watches.

use std::io;

use crate::event::Progress;
use crate::ui::Ui;

use super::board::{Change, Kind, Phase};

/// ` Container x-web-1  Created`, under `--dry-run` with Compose's words before it.
pub(super) fn show(ui: &Ui, change: &Change) -> io::Result<()> {
    let mode = if ui.dry_run() { " DRY-RUN MODE - " } else { "" };
    let Change { id, kind, status, detail, phase } = change;
    // What becomes of a pulled image stands in another of Compose's columns, so that one blank is before it.
    let gap = if *kind == Kind::Pull { " " } else { "  " };
    match detail {
        Some(Progress::Line(line)) if *kind == Kind::Build => ui.build_line(format!("{mode} {id}  {line}")),
        Some(Progress::Line(line)) => ui.note(format!("{mode} {id}  {line}")),
        // Bytes of layers change many times a second; in a log their ends are enough.
        Some(Progress::Part { current: Some(_), .. }) => Ok(()),
        Some(Progress::Part { name, status, .. }) => ui.note(format!("{mode} {name} {status}")),
        // What a container that is waited for does meanwhile is for terminals.
        Some(Progress::Status(_)) if (*kind, *phase) == (Kind::Wait, Phase::Working) => Ok(()),
        Some(Progress::Status(text)) => ui.note(format!("{mode} {id}{gap}{status} {text}")),
        None => ui.note(format!("{mode} {id}{gap}{status}")),
    }
}
