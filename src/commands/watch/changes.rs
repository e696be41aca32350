//! Files that changed since something was last done about it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Changed paths, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Changes(BTreeSet<PathBuf>);

impl Changes {
    pub fn add(&mut self, path: PathBuf) {
        self.0.insert(path);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(PathBuf::as_path)
    }
}
