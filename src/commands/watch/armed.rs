//! What the system watches for us.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher};

/// So often is looked for what appeared while it was being armed. What comes later is told by the folder above it.
const ROUNDS: usize = 16;

/// What is watched now.
pub(super) struct Armed {
    watcher: RecommendedWatcher,
    /// Whether what is below a path is watched as well.
    paths: BTreeMap<PathBuf, RecursiveMode>,
    /// Folders that cannot be watched, so that each is told once.
    closed: BTreeSet<PathBuf>,
    /// What is to be told about them.
    troubles: Vec<notify::Error>,
}

/// Why the system does not watch a path.
enum Failure {
    /// It watches as much as it can.
    Full,
    /// It watches the path, but came to a folder below it that it cannot watch, and gave up there.
    Below,
    /// Nothing is there any more.
    Gone,
    /// It may not be watched.
    Closed,
}

impl Armed {
    pub fn with(watcher: RecommendedWatcher) -> Self {
        Self { watcher, paths: BTreeMap::new(), closed: BTreeSet::new(), troubles: Vec::new() }
    }

    /// Watches what has to be watched by what is there now, until nothing has appeared meanwhile. Gives what could not
    /// be watched below the roots.
    ///
    /// # Errors
    /// Where a root cannot be watched, and where the system watches as much as it can.
    pub fn arm(&mut self, roots: &[PathBuf]) -> notify::Result<Vec<notify::Error>> {
        for _ in 0..ROUNDS {
            let mut missing = wanted(roots);
            missing.retain(|path, mode| self.paths.get(path) != Some(mode));
            if missing.is_empty() {
                break;
            }
            for (path, mode) in missing {
                if self.watch(&path, mode, is_needed(roots, &path))? {
                    self.paths.insert(path, mode);
                }
            }
        }
        Ok(std::mem::take(&mut self.troubles))
    }

    /// Gives up what is watched at and below a path: something else may have the name now.
    pub fn forget(&mut self, path: &Path) {
        let (old, kept) = std::mem::take(&mut self.paths).into_iter().partition(|(armed, _)| armed.starts_with(path));
        self.paths = kept;
        let old: BTreeMap<PathBuf, RecursiveMode> = old;
        for armed in old.keys() {
            // What is gone is not watched any more.
            self.watcher.unwatch(armed).ok();
        }
    }

    /// Whether this very path is watched.
    pub fn has(&self, path: &Path) -> bool {
        self.paths.contains_key(path)
    }

    /// Whether there is nothing more to be done for this path.
    fn watch(&mut self, path: &Path, mode: RecursiveMode, needed: bool) -> notify::Result<bool> {
        let Err(error) = self.watcher.watch(path, mode) else { return Ok(true) };
        match Failure::of(&error, path) {
            Failure::Below => self.one_by_one(path).map(|()| true),
            Failure::Gone => Ok(false),
            // A folder above a root that is watched itself may be closed to us.
            Failure::Closed if !needed => Ok(true),
            Failure::Closed | Failure::Full => Err(error),
        }
    }

    /// Watches the folders in a folder each for itself.
    fn one_by_one(&mut self, folder: &Path) -> notify::Result<()> {
        // What is gone need not be watched.
        let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir()) {
            let Err(error) = self.watcher.watch(&path, RecursiveMode::Recursive) else { continue };
            match Failure::of(&error, &path) {
                Failure::Full => return Err(error),
                // Links may lead round in circles.
                Failure::Below if !path.is_symlink() => self.one_by_one(&path)?,
                Failure::Gone => {}
                Failure::Below | Failure::Closed => {
                    if self.closed.insert(path) {
                        self.troubles.push(error);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Failure {
    fn of(error: &notify::Error, path: &Path) -> Self {
        let gone = match &error.kind {
            ErrorKind::MaxFilesWatch => return Self::Full,
            ErrorKind::PathNotFound => true,
            ErrorKind::Io(error) => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
            _ => false,
        };
        match error.paths.first() {
            Some(other) if other != path => Self::Below,
            // Something that vanishes just after it was armed is not named.
            None if gone && path.is_dir() => Self::Below,
            _ if gone => Self::Gone,
            _ => Self::Closed,
        }
    }
}

/// Each root that is a folder, with everything below it, and the folder above each root, in which it appears.
fn wanted(roots: &[PathBuf]) -> BTreeMap<PathBuf, RecursiveMode> {
    let folders: Vec<&PathBuf> = roots.iter().filter(|root| root.is_dir()).collect();
    let above = roots.iter().filter_map(|root| folder_above(root));
    // To watch a folder alone would end the watch over what is below it.
    let above = above.filter(|path| !folders.iter().any(|folder| path.starts_with(folder)));
    let mut wanted: BTreeMap<PathBuf, RecursiveMode> =
        above.map(|path| (path.to_owned(), RecursiveMode::NonRecursive)).collect();
    wanted.extend(folders.into_iter().map(|path| (path.clone(), RecursiveMode::Recursive)));
    wanted
}

/// Whether a root is seen by watching this path alone.
fn is_needed(roots: &[PathBuf], path: &Path) -> bool {
    roots.iter().any(|root| root == path || !root.is_dir() && folder_above(root) == Some(path))
}

/// The nearest folder above a path that is there.
fn folder_above(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|path| path.is_dir())
}
