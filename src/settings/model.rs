//! Everything that `config.toml` says.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Database, Directory, ExampleFile, Repository, Task};
use crate::diagnostic::Sources;

/// The settings of a project, in the order in which they were written.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `[[repository]]`: what `ado update` clones and fast-forwards.
    pub repositories: Vec<Repository>,
    /// `[[directory]]`: what `ado update` creates.
    pub directories: Vec<Directory>,
    /// `[[file]]`: what `ado update` copies where it is missing.
    pub files: Vec<ExampleFile>,
    /// `[database]` under the name `default`, and `[database.NAME]`.
    pub databases: IndexMap<String, Database>,
    /// `[task.NAME]`.
    pub tasks: IndexMap<TaskName, Task>,
    /// The file itself, so that places can be shown.
    pub sources: Arc<Sources>,
}

/// The name of a task: what stands after `ado do`.
pub type TaskName = String;
