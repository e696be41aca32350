//! ssh agents that a build may use: one that runs already, or one that holds key files for as long as the build lasts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use indexmap::IndexMap;
use tokio::net::UnixStream;
use tokio::process::{Child, Command};

use crate::engine::error::Error;

/// A new agent listens after a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);

/// An agent behind a socket.
pub(super) enum Agent {
    /// Somebody else's.
    Running(PathBuf),
    /// Ours; it ends when this is dropped.
    Own {
        /// The program, killed with this.
        _program: Child,
        /// Where its socket is.
        folder: tempfile::TempDir,
    },
}

impl Agent {
    /// The socket.
    pub(super) fn socket(&self) -> PathBuf {
        match self {
            Self::Running(socket) => socket.clone(),
            Self::Own { folder, .. } => own_socket(folder),
        }
    }

    /// A new agent with these keys, as `ssh-agent` and `ssh-add` of this machine make it.
    async fn holding(keys: &[PathBuf]) -> Result<Self, Error> {
        let broken = |program: &str, source| Error::File { path: program.into(), source };
        let folder = tempfile::tempdir().map_err(|error| broken("a temporary directory", error))?;
        let socket = own_socket(&folder);
        let mut command = Command::new("ssh-agent");
        command.arg("-D").arg("-a").arg(&socket).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let program = command.spawn().map_err(|error| broken("ssh-agent", error))?;
        let listening = async {
            while UnixStream::connect(&socket).await.is_err() {
                tokio::time::sleep(PAUSE).await;
            }
        };
        let late = |_| broken("ssh-agent", std::io::ErrorKind::TimedOut.into());
        tokio::time::timeout(PATIENCE, listening).await.map_err(late)?;
        for key in keys {
            add(&socket, key).await?;
        }
        Ok(Self::Own { _program: program, folder })
    }
}

fn own_socket(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("agent")
}

/// Gives a key to an agent. `ssh-add` refuses files that others may read; whether they may is not decided by a build.
async fn add(socket: &Path, key: &Path) -> Result<(), Error> {
    let file = std::fs::File::open(key).map_err(|source| Error::File { path: key.to_owned(), source })?;
    let mut command = Command::new("ssh-add");
    command.args(["-q", "-"]).env("SSH_AUTH_SOCK", socket).env("SSH_ASKPASS_REQUIRE", "force");
    // Nobody is asked for a passphrase while a build runs.
    command.env("SSH_ASKPASS", "false").stdin(file);
    let output = command.output().await.map_err(|source| Error::File { path: "ssh-add".into(), source })?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::SshKey { path: key.to_owned(), reason: reason(output.status, &output.stderr) })
}

fn reason(status: ExitStatus, words: &[u8]) -> String {
    let words = String::from_utf8_lossy(words).trim().to_owned();
    if words.is_empty() { format!("ssh-add ended with {status}") } else { words }
}

/// The agents of a build by their id: `keys` are `build.ssh`, `own` is the user's agent.
///
/// # Errors
/// [`Error::NoAgent`] where the user has none, [`Error::SshKey`] for a file that is no key or has a passphrase,
/// [`Error::File`] for one that cannot be read.
pub(super) async fn agents(
    keys: &IndexMap<String, Option<String>>,
    own: Option<&PathBuf>,
) -> Result<BTreeMap<String, Agent>, Error> {
    use std::os::unix::fs::FileTypeExt;
    let mut agents = BTreeMap::new();
    for (id, paths) in keys {
        let Some(paths) = paths else {
            agents.insert(id.clone(), Agent::Running(own.cloned().ok_or(Error::NoAgent)?));
            continue;
        };
        let paths: Vec<PathBuf> = paths.split(',').map(PathBuf::from).collect();
        let is_socket = |path: &PathBuf| path.metadata().is_ok_and(|found| found.file_type().is_socket());
        let agent = match &paths[..] {
            [socket] if is_socket(socket) => Agent::Running(socket.clone()),
            keys => Agent::holding(keys).await?,
        };
        agents.insert(id.clone(), agent);
    }
    Ok(agents)
}
