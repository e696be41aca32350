//! What can be wrong with the surroundings of a command.

use std::io;
use std::path::PathBuf;

use crate::diagnostic::Invalid;
use crate::engine;
use crate::names::InvalidName;

/// Why the context cannot give what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was read is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A name on the command line or in the environment is none.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The Engine cannot be used.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// Standard input broke.
    #[error("standard input cannot be read: {0}")]
    Input(#[source] io::Error),
    /// Standard output or error broke.
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    /// `config.toml` cannot be read.
    #[error("{}: {source}", path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The kernel refused signal handlers.
    #[error("signals cannot be handled: {0}")]
    Signals(#[source] io::Error),
}
