//! What a checkout is like, read with libgit2; nothing is changed.

use std::path::Path;

use git2::{ErrorCode, Oid, Repository as Git2, RepositoryOpenFlags, Status, StatusOptions};

use super::address::Address;
use super::{Error, place};
use crate::settings::Repository;

/// A checkout, as far as an update must know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// There is nothing, or an empty directory.
    Missing,
    /// No branch is checked out; the commit, abbreviated.
    Detached(String),
    /// The branch has no commit yet.
    Unborn,
    /// Another branch than the wanted one is checked out.
    OtherBranch(String),
    /// A merge, rebase or the like is going on.
    Busy(&'static str),
    /// The wanted branch is checked out.
    OnBranch(Position),
}

/// Where a checked out branch stands in comparison to the remote's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The branch.
    pub branch: String,
    /// The remote that has the wanted address.
    pub remote: String,
    /// The commit that is checked out, abbreviated.
    pub commit: String,
    /// Tracked files that are changed, added or deleted.
    pub changed: usize,
    /// Commits that the remote does not have.
    pub ahead: usize,
    /// Commits that the checkout does not have.
    pub behind: usize,
    /// Whether the remote has the branch at all, as far as was fetched.
    pub known: bool,
}

impl State {
    /// One word for tables.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Detached(_) => "detached",
            Self::Unborn => "empty",
            Self::OtherBranch(_) => "other branch",
            Self::Busy(_) => "busy",
            Self::OnBranch(at) if at.ahead > 0 && at.behind > 0 => "diverged",
            Self::OnBranch(at) if at.changed > 0 => "dirty",
            Self::OnBranch(at) if at.ahead > 0 => "ahead",
            Self::OnBranch(at) if at.behind > 0 => "behind",
            Self::OnBranch(_) => "clean",
        }
    }
}

/// Reads the state of a checkout, from the disk alone.
///
/// # Errors
/// Where the place is taken by something else, leads out of the project or cannot be read.
pub fn inspect(directory: &Path, wanted: &Repository) -> Result<State, Error> {
    let path = place::below(directory, &wanted.path)?;
    match std::fs::read_dir(&path) {
        Ok(mut entries) => {
            if entries.next().is_none() {
                return Ok(State::Missing);
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(State::Missing),
        Err(_) if !path.is_dir() => return Err(Error::NotACheckout { path: wanted.path.clone() }),
        Err(source) => return Err(Error::Io { path: wanted.path.clone(), source }),
    }
    let git = match Git2::open_ext(&path, RepositoryOpenFlags::NO_SEARCH, [] as [&Path; 0]) {
        Ok(git) if git.is_bare() => return Err(Error::NotACheckout { path: wanted.path.clone() }),
        Ok(git) => git,
        Err(error) if error.code() == ErrorCode::NotFound => {
            return Err(Error::NotACheckout { path: wanted.path.clone() });
        }
        Err(error) => return Err(unreadable(wanted, &error)),
    };
    let remote = remote(&git, directory, wanted)?;
    state(&git, wanted, remote).map_err(|error| unreadable(wanted, &error))
}

fn unreadable(wanted: &Repository, error: &git2::Error) -> Error {
    Error::Unreadable { path: wanted.path.clone(), message: error.message().to_owned() }
}

/// The remote whose address is the wanted one; a fork can have several.
fn remote(git: &Git2, directory: &Path, wanted: &Repository) -> Result<String, Error> {
    let address = Address::parse(&wanted.url, directory);
    let checkout = directory.join(&wanted.path);
    let names = git.remotes().map_err(|error| unreadable(wanted, &error))?;
    let config = git.config().map_err(|error| unreadable(wanted, &error))?;
    let mut found = Vec::new();
    for name in names.iter().flatten().flatten() {
        // The address as written, before `url.*.insteadOf`.
        let Ok(url) = config.get_string(&format!("remote.{name}.url")) else { continue };
        if url == wanted.url || Address::parse(&url, &checkout) == address {
            return Ok(name.to_owned());
        }
        found.push(url);
    }
    let found = if found.is_empty() { "no remote".to_owned() } else { found.join(", ") };
    Err(Error::WrongRemote { path: wanted.path.clone(), found, wanted: wanted.url.clone() })
}

fn state(git: &Git2, wanted: &Repository, remote: String) -> Result<State, git2::Error> {
    if let Some(what) = going_on(git) {
        return Ok(State::Busy(what));
    }
    let head = match git.head() {
        Ok(head) => head,
        Err(error) if error.code() == ErrorCode::UnbornBranch => return Ok(State::Unborn),
        Err(error) => return Err(error),
    };
    let commit = head.peel_to_commit()?.id();
    if git.head_detached()? {
        return Ok(State::Detached(short(commit)));
    }
    let branch = head.shorthand().unwrap_or_default().to_owned();
    if wanted.branch.as_ref().is_some_and(|wanted| *wanted != branch) {
        return Ok(State::OtherBranch(branch));
    }
    let upstream = git.refname_to_id(&format!("refs/remotes/{remote}/{branch}")).ok();
    let (ahead, behind) = match upstream {
        Some(upstream) => git.graph_ahead_behind(commit, upstream)?,
        None => (0, 0),
    };
    let changed = changed(git)?;
    let commit = short(commit);
    Ok(State::OnBranch(Position { branch, remote, commit, changed, ahead, behind, known: upstream.is_some() }))
}

fn changed(git: &Git2) -> Result<usize, git2::Error> {
    let mut options = StatusOptions::new();
    options.include_untracked(false).include_ignored(false).exclude_submodules(true);
    let statuses = git.statuses(Some(&mut options))?;
    Ok(statuses.iter().filter(|entry| entry.status() != Status::CURRENT).count())
}

fn going_on(git: &Git2) -> Option<&'static str> {
    use git2::RepositoryState as Going;
    match git.state() {
        Going::Clean => None,
        Going::Merge => Some("a merge"),
        Going::Revert | Going::RevertSequence => Some("a revert"),
        Going::CherryPick | Going::CherryPickSequence => Some("a cherry-pick"),
        Going::Bisect => Some("a bisection"),
        Going::Rebase | Going::RebaseInteractive | Going::RebaseMerge => Some("a rebase"),
        Going::ApplyMailbox | Going::ApplyMailboxOrRebase => Some("the application of patches"),
    }
}

fn short(commit: Oid) -> String {
    commit.to_string().chars().take(8).collect()
}
