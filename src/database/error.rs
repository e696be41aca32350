//! What can go wrong with a database, in words that name it.

use std::io;

use super::name::InvalidDatabaseName;
use crate::engine;

/// Why a database command did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is no name of a database.
    #[error(transparent)]
    Name(#[from] InvalidDatabaseName),
    /// The server lives on this database.
    #[error("`{name}` belongs to the database server itself")]
    Reserved {
        /// Its name.
        name: String,
    },
    /// There is no such database.
    #[error("database `{name}` does not exist")]
    Missing {
        /// Its name.
        name: String,
    },
    /// There is one already.
    #[error("database `{name}` exists already")]
    Exists {
        /// Its name.
        name: String,
    },
    /// A client program reported an error.
    #[error("{program} failed{}: {message}", code.map(|code| format!(" (exit code {code})")).unwrap_or_default())]
    Client {
        /// The program.
        program: &'static str,
        /// How it ended; `None`: by a signal, or with its container.
        code: Option<i64>,
        /// The last lines of its error stream.
        message: String,
    },
    /// The client program is not where it is needed.
    #[error("{program} is not installed in {place}")]
    NoClient {
        /// The program.
        program: &'static str,
        /// A container, or this machine.
        place: String,
    },
    /// An answer of the server that cannot be understood.
    #[error("the answer of the database server is not understood: {reason}")]
    Answer {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The backup is empty.
    #[error("the backup is empty")]
    EmptyBackup,
    /// Something else than a backup.
    #[error("this is no backup of a database: neither SQL nor an archive of pg_dump, nor one of these in zstd or gzip")]
    NoBackup,
    /// A backup of another kind of server.
    #[error("this is a backup of {found}, and the server is {wanted}")]
    OtherServer {
        /// What it was made with.
        found: &'static str,
        /// What it would be read by.
        wanted: &'static str,
    },
    /// The backup would leave the database it is read into.
    #[error("the backup chooses its database by itself: {line}")]
    ChoosesDatabase {
        /// The line.
        line: String,
    },
    /// The backup has no end.
    #[error("the backup is cut off: its last lines are missing")]
    CutOff,
    /// The compressed backup is damaged.
    #[error("the compressed backup is damaged or cut off: {source}")]
    Compression {
        /// What the decoder says.
        source: io::Error,
    },
    /// The format is not known to this kind of server.
    #[error("{engine} has no backup format `{format}`")]
    NoSuchFormat {
        /// The kind of server.
        engine: &'static str,
        /// The format.
        format: &'static str,
    },
    /// Reading or writing the stream of a backup.
    #[error("{what}: {source}")]
    Stream {
        /// Which end of it.
        what: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// The user has ended it.
    #[error("interrupted")]
    Interrupted,
    /// The Engine.
    #[error(transparent)]
    Engine(#[from] engine::Error),
}

impl Error {
    /// The next step for the user, where there is one.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing { .. } => "`ado db-list` shows those that exist, `ado db-create NAME` makes one",
            Self::Exists { .. } => "choose another name, or remove it first with `ado db-delete NAME`",
            Self::Reserved { .. } => "choose another database",
            Self::Client { message, .. } => return client_hint(message).map(str::to_owned),
            Self::NoClient { .. } => "install the client programs in the image, or run the command outside",
            Self::EmptyBackup | Self::CutOff | Self::Compression { .. } => {
                "nothing was changed; take an earlier backup, or make a new one with `ado db-backup NAME -o FILE`"
            }
            Self::NoBackup => "nothing was changed; give a file that `ado db-backup`, pg_dump or mysqldump wrote",
            Self::OtherServer { .. } => "nothing was changed; choose the server with --server NAME",
            Self::ChoosesDatabase { .. } => {
                "nothing was changed; make the backup without --create, --databases and the like"
            }
            Self::NoSuchFormat { .. } => "use --format plain",
            Self::Engine(error) => return error.hint(),
            Self::Name(_) | Self::Interrupted | Self::Answer { .. } | Self::Stream { .. } => {
                return None;
            }
        };
        Some(hint.to_owned())
    }
}

/// What usually helps against an error of a client program, by its words.
fn client_hint(message: &str) -> Option<&'static str> {
    let has = |words: &str| message.contains(words);
    if has("no password supplied")
        || has("Peer authentication failed")
        || has("password authentication failed")
        || has("Access denied for user")
    {
        Some("check `user` and `password` of [database] in config.toml")
    } else if has("role ") && has("does not exist") {
        Some("create the role first, or restore with --no-owner")
    } else if has("No space left on device") || has("could not extend file") {
        Some("the server's disk is full: free some space")
    } else if has("is not available") && has("xtension") {
        Some("install the extension in the server's image")
    } else {
        None
    }
}
