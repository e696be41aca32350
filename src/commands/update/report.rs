//! What `ado update` tells at its end.

use std::io;

use serde::Serialize;

use crate::repository::{Done, Error, LaidOut, Position, State, Updated};
use crate::settings::Repository;
use crate::ui::{Table, Ui};

/// One line of the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// Below the project's directory.
    path: String,
    /// "repository", "directory" or "file".
    kind: &'static str,
    /// One word.
    state: &'static str,
    /// What was done, or why nothing was.
    what: String,
    /// Whether it is not as it should be.
    pub(super) failed: bool,
}

/// A line for each repository, and for each directory and file that was made or could not be.
pub(super) fn lines(
    repositories: &[Repository],
    updated: &[Result<Updated, Error>],
    laid_out: &[LaidOut],
) -> Vec<Line> {
    let of_repository = |(repository, result): (&Repository, &Result<Updated, Error>)| {
        let (state, what) = match result {
            Ok(updated) => (updated.state.word(), what(updated)),
            Err(error) => ("failed", error.to_string()),
        };
        let path = repository.path.display().to_string();
        Line { path, kind: "repository", state, what, failed: result.is_err() }
    };
    let of_place = |one: &LaidOut| {
        let (state, what) = match &one.result {
            Ok(true) => ("new", if one.kind == "file" { "copied from its example" } else { "made" }.to_owned()),
            Ok(false) => return None,
            Err(error) => ("failed", error.to_string()),
        };
        let path = one.path.display().to_string();
        Some(Line { path, kind: one.kind, state, what, failed: one.result.is_err() })
    };
    let repositories = repositories.iter().zip(updated).map(of_repository);
    repositories.chain(laid_out.iter().filter_map(of_place)).collect()
}

/// The table for people.
pub(super) fn table(lines: &[Line]) -> Table {
    let mut table = Table::new(&[("REPOSITORY", 0), ("STATE", 0), ("WHAT", 0)]);
    for line in lines {
        table.row([line.path.clone(), line.state.to_owned(), line.what.clone()]);
    }
    table
}

/// The next step for each different kind of failure, once.
pub(super) fn hints(ui: &Ui, updated: &[Result<Updated, Error>], laid_out: &[LaidOut]) -> io::Result<()> {
    let failures = updated.iter().filter_map(|result| result.as_ref().err());
    let failures = failures.chain(laid_out.iter().filter_map(|one| one.result.as_ref().err()));
    let mut shown = Vec::new();
    for hint in failures.filter_map(Error::hint) {
        if !shown.contains(&hint) {
            ui.note(format!("hint: {hint}"))?;
            shown.push(hint);
        }
    }
    Ok(())
}

/// What was done to a repository, or why it was left as it was.
pub(super) fn what(updated: &Updated) -> String {
    match (&updated.done, &updated.state) {
        (Done::Cloned, State::OnBranch(at)) => format!("cloned {} at {}", at.branch, at.commit),
        (Done::Cloned, _) => "cloned".to_owned(),
        (Done::FastForwarded { from, commits }, State::OnBranch(at)) => {
            format!("{}, {from}..{}", count(*commits, "new commit"), at.commit)
        }
        (Done::FastForwarded { commits, .. }, _) => count(*commits, "new commit"),
        (Done::Left, State::OnBranch(at)) => left(at),
        (Done::Left, State::Missing) => "nothing there".to_owned(),
        (Done::Left, State::Detached(commit)) => format!("no branch is checked out, at {commit}: left as it is"),
        (Done::Left, State::Unborn) => "no commit yet".to_owned(),
        (Done::Left, State::OtherBranch(branch)) => format!("on branch `{branch}`: left as it is"),
        (Done::Left, State::Busy(what)) => format!("{what} is going on: left as it is"),
    }
}

fn left(at: &Position) -> String {
    if !at.known {
        return format!("the remote has no branch `{}`", at.branch);
    }
    let mut parts = Vec::new();
    if at.changed > 0 {
        parts.push(count(at.changed, "changed file"));
    }
    if at.ahead > 0 {
        parts.push(format!("{} to push", count(at.ahead, "commit")));
    }
    if at.behind > 0 {
        parts.push(format!("{} behind: left as it is", count(at.behind, "commit")));
    }
    if parts.is_empty() { format!("up to date, {} at {}", at.branch, at.commit) } else { parts.join(", ") }
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
