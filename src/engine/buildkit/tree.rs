//! The files of a directory in the order and with the data that the builder's file transfer wants
//! (`github.com/tonistiigi/fsutil`).

use std::fs::Metadata;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use bollard::fsutil::types::Stat;

use crate::engine::build::{Ignore, entries};
use crate::engine::error::Error;

/// Kinds of files in Go's `fs::FileMode`.
const DIRECTORY: u32 = 1 << 31;
const SYMLINK: u32 = 1 << 27;
const NAMED_PIPE: u32 = 1 << 25;
const SET_USER: u32 = 1 << 23;
const SET_GROUP: u32 = 1 << 22;
const STICKY: u32 = 1 << 20;

/// What of a directory the builder asks for.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// What is left out.
    pub ignore: Ignore,
    /// Only these paths, by name; empty: all.
    pub only: Vec<String>,
}

impl Selection {
    /// Whether this path, or something below it, is asked for.
    fn takes(&self, path: &str) -> bool {
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.only.is_empty() || self.only.iter().any(|only| within(path, only) || within(only, path))
    }
}

/// Walks a directory. `on` gets each file with its description; directories come before what is in them, and one that
/// is left out comes as soon as something in it does not.
pub(super) fn walk(
    root: &Path,
    selection: &Selection,
    on: &mut impl FnMut(PathBuf, Stat) -> Result<(), Error>,
) -> Result<(), Error> {
    Walk { selection, waiting: Vec::new() }.directory(root, "", on)
}

struct Walk<'a> {
    selection: &'a Selection,
    /// Directories that are left out unless something in them is not.
    waiting: Vec<(PathBuf, Stat)>,
}

impl Walk<'_> {
    fn directory(
        &mut self,
        directory: &Path,
        below: &str,
        on: &mut impl FnMut(PathBuf, Stat) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (path, metadata) in entries(directory)? {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let relative = if below.is_empty() { name } else { format!("{below}/{name}") };
            if !self.selection.takes(&relative) || metadata.file_type().is_socket() {
                continue;
            }
            let ignored = self.selection.ignore.ignores(&relative);
            if ignored && (!metadata.is_dir() || self.selection.ignore.ends_at(&relative)) {
                continue;
            }
            let stat = describe(&path, relative.clone(), &metadata)?;
            let waiting = self.waiting.len();
            if ignored {
                self.waiting.push((path.clone(), stat));
            } else {
                for (path, stat) in self.waiting.drain(..) {
                    on(path, stat)?;
                }
                on(path.clone(), stat)?;
            }
            if metadata.is_dir() {
                self.directory(&path, &relative, on)?;
                self.waiting.truncate(waiting);
            }
        }
        Ok(())
    }
}

/// Owners are not sent: everything belongs to root inside.
fn describe(path: &Path, relative: String, metadata: &Metadata) -> Result<Stat, Error> {
    let kind = metadata.file_type();
    let bits = metadata.permissions().mode();
    let mut mode = bits & 0o777;
    for (bit, flag) in [(0o4000, SET_USER), (0o2000, SET_GROUP), (0o1000, STICKY)] {
        if bits & bit != 0 {
            mode |= flag;
        }
    }
    let mut linkname = String::new();
    if kind.is_dir() {
        mode |= DIRECTORY;
    } else if kind.is_symlink() {
        mode |= SYMLINK;
        let target = std::fs::read_link(path)
            .map_err(|error| Error::BuildContext { path: path.to_owned(), reason: error.to_string() })?;
        linkname = target.to_string_lossy().into_owned();
    } else if kind.is_fifo() {
        mode |= NAMED_PIPE;
    }
    Ok(Stat {
        path: relative,
        mode,
        size: if kind.is_file() { i64::try_from(metadata.len()).unwrap_or(i64::MAX) } else { 0 },
        mod_time: metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec()),
        linkname,
        ..Stat::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(root: &Path, selection: &Selection) -> Vec<String> {
        let mut found = Vec::new();
        let walked = walk(root, selection, &mut |_, stat| {
            found.push(stat.path);
            Ok(())
        });
        walked.expect("the walk ends well");
        found
    }

    #[test]
    fn an_ignored_directory_comes_only_before_what_is_kept_in_it() {
        let root = tempfile::tempdir().expect("a temporary folder");
        for file in ["a/kept", "a/left", "b/left", "c"] {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().expect("below the root")).expect("the folder is made");
            std::fs::write(path, file).expect("the file is written");
        }
        let selection = Selection { ignore: Ignore::parse("*\n!a/kept\n!b/none\n!c"), only: Vec::new() };
        assert_eq!(paths(root.path(), &selection), ["a", "a/kept", "c"]);
        let only = Selection { only: vec!["a/left".to_owned()], ..Selection::default() };
        assert_eq!(paths(root.path(), &only), ["a", "a/left"]);
    }
}
