//! What is to be loaded, and how files are read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How the loader reads files, so that it needs no disk of its own.
pub trait Files {
    /// The bytes of a file.
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>>;
    /// Whether the path is there.
    fn exists(&self, path: &Path) -> bool;
    /// Whether it is a directory.
    fn is_directory(&self, path: &Path) -> bool;
}

/// Steps of loading that can be left out (`config --no-…`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Skip {
    /// Keep `${…}` as it is written.
    pub interpolation: bool,
    /// Do not add defaults that depend on the rest of the manifest (networks, names, implied dependencies).
    pub normalization: bool,
    /// Keep relative paths.
    pub paths: bool,
    /// Do not check that references lead somewhere.
    pub consistency: bool,
    /// Keep `env_file` instead of reading it into `environment`.
    pub env_files: bool,
    /// Keep resources that no active service uses.
    pub pruning: bool,
}

/// What is loaded, as the command line and the environment say.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `-f`; empty: `COMPOSE_FILE`, else the usual names, here and in the parent directories. `-` is standard input.
    pub files: Vec<PathBuf>,
    /// `-p`.
    pub project_name: Option<String>,
    /// `--project-directory`.
    pub project_directory: Option<PathBuf>,
    /// `--env-file`.
    pub env_files: Vec<PathBuf>,
    /// `--profile`; `*` is all.
    pub profiles: Vec<String>,
    /// Where the command was called.
    pub working_directory: PathBuf,
    /// The environment of the process.
    pub environment: BTreeMap<String, String>,
    /// The text of standard input, where a file is `-`.
    pub standard_input: Option<Arc<str>>,
    /// Steps to leave out.
    pub skip: Skip,
}
