//! What is wrong with the call of a `db-` verb, before anything is done.

/// A call that cannot work as it is.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseUsage {
    /// The verb needs `[database]` in `config.toml`.
    #[error("config.toml has no [database]")]
    NoDatabases,
    /// Several servers, and none was named.
    #[error("config.toml has several database servers: {known}")]
    WhichServer {
        /// Their names.
        known: String,
    },
    /// A server that `config.toml` does not have.
    #[error("config.toml has no [database.{name}]; it has {known}")]
    NoServer {
        /// As given.
        name: String,
        /// The names that it has.
        known: String,
    },
    /// No database was named.
    #[error("which database? neither the command line nor `name` of [database] in config.toml says it")]
    NoDatabaseName,
    /// The frame has no task to call.
    #[error("[database] in config.toml has no `{key}`")]
    NoDatabaseTask {
        /// The missing key.
        key: &'static str,
    },
    /// A backup is no text.
    #[error("a terminal cannot show this format")]
    BinaryToTerminal,
    /// The verb reads from standard input.
    #[error("the backup is expected on standard input")]
    NoInput,
    /// The verb needs the Engine.
    #[error("`{verb}` does not work inside a container")]
    OnlyOutside {
        /// Which.
        verb: &'static str,
    },
}

impl DatabaseUsage {
    /// The next step for the user, where one is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoDatabases => Some("add [database] with `service` and `engine`".to_owned()),
            Self::WhichServer { .. } => Some("choose one with --server NAME".to_owned()),
            Self::NoDatabaseTask { key } => {
                Some(format!("name the task of the application there that is to be run: {key} = \"TASK\""))
            }
            Self::BinaryToTerminal => Some("write to a file: -o FILE".to_owned()),
            Self::NoInput => Some("`< FILE`, or --input FILE".to_owned()),
            Self::OnlyOutside { .. } => Some("call it outside, as `ado`".to_owned()),
            Self::NoServer { .. } | Self::NoDatabaseName => None,
        }
    }
}
