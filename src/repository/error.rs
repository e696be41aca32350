//! Why a repository, a directory or a file could not be brought up to date.

use std::path::PathBuf;

/// What went wrong, naming the place.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no `git` to call.
    #[error("`git` cannot be started: {source}")]
    NoGit {
        /// The system's reason.
        source: std::io::Error,
    },
    /// The remote wants a password, a passphrase or the confirmation of a host key, and nobody can be asked.
    #[error("{url} wants a login: {message}")]
    Login {
        /// The address.
        url: String,
        /// What git said, in one line.
        message: String,
    },
    /// `git` ended with an error.
    #[error("git {what} failed: {message}")]
    Git {
        /// `clone`, `fetch` …
        what: &'static str,
        /// What git said, in one line.
        message: String,
    },
    /// A checkout cannot be read.
    #[error("{path} cannot be read as a git checkout: {message}")]
    Unreadable {
        /// The checkout.
        path: PathBuf,
        /// libgit2's reason.
        message: String,
    },
    /// Something else stands at the place.
    #[error("{path} is there, but is not a git checkout")]
    NotACheckout {
        /// The place.
        path: PathBuf,
    },
    /// The checkout comes from somewhere else.
    #[error("{path} is a checkout of {found}, not of {wanted}")]
    WrongRemote {
        /// The checkout.
        path: PathBuf,
        /// What its remotes say.
        found: String,
        /// What config.toml says.
        wanted: String,
    },
    /// The remote does not have the branch.
    #[error("{url} has no branch `{branch}`")]
    NoBranch {
        /// The address.
        url: String,
        /// The branch that is wanted.
        branch: String,
    },
    /// The way to a place leads out of the project.
    #[error("{path} is refused: {through} is a symbolic link")]
    Outside {
        /// The place.
        path: PathBuf,
        /// The link.
        through: PathBuf,
    },
    /// A place is taken by something of another kind.
    #[error("{path} is there, but is not a {wanted}")]
    Taken {
        /// The place.
        path: PathBuf,
        /// "directory" or "file".
        wanted: &'static str,
    },
    /// The example of a file is not there.
    #[error("the example {path} is missing")]
    NoExample {
        /// The example.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// The place.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The run was interrupted.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// The next step, for people.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoGit { .. } => "install git, for example with `apt install git`".to_owned(),
            Self::Login { url, .. } => {
                format!(
                    "try `git ls-remote {url}` in a terminal until it answers without asking, then run `ado update` again"
                )
            }
            Self::Unreadable { path, message } if message.contains("not owned by") => {
                format!("if you trust it: git config --global --add safe.directory {}", path.display())
            }
            Self::NotACheckout { path } => format!("move {} away, or give the repository another path", path.display()),
            Self::WrongRemote { .. } => {
                "correct the url in config.toml, or move the checkout away so that it is cloned anew".to_owned()
            }
            Self::NoBranch { .. } => "correct the branch in config.toml".to_owned(),
            Self::Taken { path, .. } => format!("move {} away", path.display()),
            Self::Outside { .. } => "replace the link by a directory, or choose another path".to_owned(),
            Self::NoExample { .. } => "correct the source in config.toml".to_owned(),
            Self::Git { .. } | Self::Unreadable { .. } | Self::Io { .. } | Self::Interrupted => return None,
        };
        Some(hint)
    }
}
