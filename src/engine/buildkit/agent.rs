//! ssh agents that a build may use: one that runs already, or one that holds key files for as long as the build lasts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use indexmap::IndexMap;
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStdin, Command};

use crate::engine::error::Error;

/// A new agent listens after a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);

/// Starts an agent on the socket `$1` and ends it when standard input does, which the kernel sees to even where this process
/// is killed; the folder `$2` goes with it. An agent that ends by itself ends the shell at once.
const KEEPER: &str = r#"
exec 3<&0 </dev/null
ssh-agent -D -a "$1" 3<&- >/dev/null & agent=$!
{ cat <&3; kill $agent; } >/dev/null 2>&1 & watcher=$!
exec 3<&-
wait $agent; ended=$?
kill $watcher 2>/dev/null
rm -rf "$2"
exit $ended
"#;

/// An agent behind a socket.
pub(super) enum Agent {
    /// Somebody else's.
    Running(PathBuf),
    /// Ours; it ends when this is dropped, and when this process ends in whatever way.
    Own {
        /// Closed with this, which ends the agent.
        _pipe: ChildStdin,
        /// What keeps the agent; its standard error has a reader as long as it lives.
        _keeper: Box<Child>,
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
        let folder =
            tempfile::tempdir().map_err(|source| Error::File { path: "a temporary directory".into(), source })?;
        let socket = own_socket(&folder);
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "sh"]).arg(&socket).arg(folder.path());
        // Ctrl-C on the terminal is for this process, which ends the agent when the build has ended.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut keeper = command.spawn().map_err(|error| broken("sh", &error))?;
        // Taken, because waiting for the end of a program closes it.
        let pipe = keeper.stdin.take().ok_or_else(|| broken("sh", &"it has no standard input"))?;
        started(&mut keeper, &socket).await?;
        let agent = Self::Own { _pipe: pipe, _keeper: Box::new(keeper), folder };
        for key in keys {
            add(&socket, key).await?;
        }
        Ok(agent)
    }
}

/// Waits until an agent listens.
async fn started(keeper: &mut Child, socket: &Path) -> Result<(), Error> {
    let listening = async {
        while UnixStream::connect(socket).await.is_err() {
            tokio::time::sleep(PAUSE).await;
        }
    };
    let status = tokio::select! {
        () = listening => return Ok(()),
        () = tokio::time::sleep(PATIENCE) => {
            return Err(broken("ssh-agent", &format!("it does not listen after {} s", PATIENCE.as_secs())));
        }
        status = keeper.wait() => status.map_err(|error| broken("ssh-agent", &error))?,
    };
    let mut words = Vec::new();
    if let Some(mut stream) = keeper.stderr.take() {
        stream.read_to_end(&mut words).await.map_err(|error| broken("ssh-agent", &error))?;
    }
    Err(broken("ssh-agent", &reason("ssh-agent", status, &words)))
}

fn broken(program: &'static str, reason: &dyn ToString) -> Error {
    Error::SshAgent { program, reason: reason.to_string() }
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
    let output = command.output().await.map_err(|error| broken("ssh-add", &error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::SshKey { path: key.to_owned(), reason: reason("ssh-add", output.status, &output.stderr) })
}

fn reason(program: &str, status: ExitStatus, words: &[u8]) -> String {
    let words = String::from_utf8_lossy(words).trim().to_owned();
    if words.is_empty() { format!("{program} ended with {status}") } else { words }
}

/// The agents of a build by their id: `keys` are `build.ssh`, `own` is the user's agent.
///
/// # Errors
/// [`Error::NoAgent`] where the user has none, [`Error::SshAgent`] where none can be started, [`Error::SshKey`] for a file that
/// is no key or has a passphrase, [`Error::File`] for one that cannot be read.
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
