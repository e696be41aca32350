//! Files that a volume of the project must hold before the first container that mounts it starts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What a volume is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// Another one whenever the files are others; it is kept in the volume, in the file `stamp`.
    pub stamp: String,
    /// Directories, relative to the volume. One that is there keeps its identity, so that locks on it stay.
    pub directories: Vec<String>,
    /// The files.
    pub files: Vec<SeedFile>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedFile {
    /// Relative to the volume.
    pub path: String,
    /// Permission bits.
    pub mode: u32,
    /// Where its bytes come from.
    pub content: SeedContent,
}

/// Where the bytes of a file come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeedContent {
    /// A text.
    Text(Arc<str>),
    /// A program of this machine, by the architecture of the Engine that runs it, as Docker calls it (`amd64`).
    Program(BTreeMap<String, PathBuf>),
}
