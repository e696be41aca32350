//! Calling the user's own `git`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::Error;

/// Whether `git` and `ssh` may ask the person at the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompts {
    /// Several run at once, or nobody is there: what needs an answer fails at once.
    Never,
    /// Only this one runs, on a terminal.
    Allowed,
}

/// The user's `git`.
#[derive(Debug, Clone)]
pub struct Git {
    environment: BTreeMap<String, String>,
}

/// Variables that would make `git` work on another repository than the one it is called for (`git rev-parse
/// --local-env-vars`); they are set where ado is called from a git hook.
const LOCAL: [&str; 11] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_NAMESPACE",
];

/// What git and ssh say where they would have asked.
const LOGIN: [&str; 7] = [
    "terminal prompts disabled",
    "could not read Username",
    "could not read Password",
    "Authentication failed",
    "Permission denied (",
    "Host key verification failed",
    "Permission denied, please try again",
];

/// What they say where trying again helps: the server has too many connections, or the line broke.
const TRANSIENT: [&str; 4] =
    ["kex_exchange_identification", "Connection reset by peer", "Connection closed by", "early EOF"];

impl Git {
    /// A `git` that sees this environment.
    pub fn new(environment: BTreeMap<String, String>) -> Self {
        Self { environment }
    }

    /// Clones into a directory that is not there yet.
    pub(super) async fn clone(&self, call: &Call<'_>, branch: Option<&str>, into: &Path) -> Result<(), Error> {
        let mut arguments = vec!["clone", "--progress", "--origin", "origin"];
        arguments.extend(branch.map(|branch| ["--branch", branch]).into_iter().flatten());
        let mut command = self.command(call, &arguments);
        command.arg("--").arg(call.url).arg(into);
        self.run(call, "clone", command).await.map_err(|error| no_branch(error, call.url, branch))
    }

    /// Fetches what a remote has; local branches stay as they are.
    pub(super) async fn fetch(&self, call: &Call<'_>, remote: &str) -> Result<(), Error> {
        let command = self.command(call, &["fetch", "--progress", "--", remote]);
        self.run(call, "fetch", command).await
    }

    /// Moves the checked out branch forward; refuses whatever would lose something.
    pub(super) async fn fast_forward(&self, call: &Call<'_>, reference: &str) -> Result<(), Error> {
        let command = self.command(call, &["merge", "--ff-only", "--no-autostash", "--quiet", "--", reference]);
        self.run(call, "merge --ff-only", command).await
    }

    fn command(&self, call: &Call<'_>, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.env_clear().envs(&self.environment).env("LC_ALL", "C");
        for variable in LOCAL {
            command.env_remove(variable);
        }
        for (variable, value) in [("GIT_HTTP_LOW_SPEED_LIMIT", "1"), ("GIT_HTTP_LOW_SPEED_TIME", "60")] {
            if !self.environment.contains_key(variable) {
                command.env(variable, value);
            }
        }
        if call.prompts == Prompts::Never {
            command.env("GIT_TERMINAL_PROMPT", "0");
            if let Some(ssh) = self.ssh() {
                command.env("GIT_SSH_COMMAND", format!("{ssh} -o BatchMode=yes -o ConnectTimeout=30"));
            }
            command.stdin(Stdio::null());
        }
        command.current_dir(call.directory).args(["-c", "protocol.ext.allow=never", "-c", "advice.diverging=false"]);
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// The ssh command that git would use; `None` where `GIT_SSH` names a program that may not know OpenSSH's options.
    fn ssh(&self) -> Option<String> {
        if let Some(command) = self.environment.get("GIT_SSH_COMMAND") {
            return Some(command.clone());
        }
        if self.environment.contains_key("GIT_SSH") {
            return None;
        }
        let configured = git2::Config::open_default().and_then(|config| config.get_string("core.sshCommand"));
        Some(configured.unwrap_or_else(|_| "ssh".to_owned()))
    }

    async fn run(&self, call: &Call<'_>, what: &'static str, mut command: Command) -> Result<(), Error> {
        let mut child = command.spawn().map_err(|source| Error::NoGit { source })?;
        let mut said = String::new();
        if let Some(mut stderr) = child.stderr.take() {
            let mut buffer = [0; 4096];
            let mut line = Vec::new();
            while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
                for byte in &buffer[..count] {
                    if matches!(byte, b'\r' | b'\n') {
                        listen(&String::from_utf8_lossy(&line), *byte, call, &mut said);
                        line.clear();
                    } else {
                        line.push(*byte);
                    }
                }
            }
            listen(&String::from_utf8_lossy(&line), b'\n', call, &mut said);
        }
        let status = child.wait().await.map_err(|source| Error::NoGit { source })?;
        if status.success() { Ok(()) } else { Err(failure(call, what, &said)) }
    }
}

/// One call of `git`.
pub(super) struct Call<'a> {
    pub(super) directory: &'a Path,
    pub(super) url: &'a str,
    pub(super) prompts: Prompts,
    /// Gets "Receiving objects:  45%".
    pub(super) progress: &'a (dyn Fn(&str) + Sync),
}

/// A line of git's: progress is overwritten with `\r`, the rest is kept in case it explains a failure.
fn listen(line: &str, end: u8, call: &Call<'_>, said: &mut String) {
    let line = line.trim();
    if let Some((what, rest)) = line.split_once(": ")
        && let Some((percent, _)) = rest.trim_start().split_once('%')
        && percent.parse::<u8>().is_ok()
    {
        (call.progress)(&format!("{} {percent}%", what.trim_start_matches("remote: ")));
    } else if end == b'\n' && !line.is_empty() {
        said.push_str(line);
        said.push('\n');
    }
}

fn failure(call: &Call<'_>, what: &'static str, said: &str) -> Error {
    let message = explain(said);
    if LOGIN.iter().any(|sign| said.contains(sign)) {
        return Error::Login { url: call.url.to_owned(), message };
    }
    Error::Git { what, message }
}

/// The line that says why, without git's general advice and without "Cloning into …".
fn explain(said: &str) -> String {
    let lines: Vec<&str> =
        said.lines().filter(|line| !line.starts_with("Cloning into") && !line.starts_with("hint:")).collect();
    let reason = |line: &str| line.strip_prefix("fatal: ").or_else(|| line.strip_prefix("error: ")).map(str::to_owned);
    let sign = |line: &&&str| LOGIN.iter().chain(&TRANSIENT).any(|sign| line.contains(sign));
    let Some(first) = lines.iter().find(sign).or(lines.first()) else { return "it gave no reason".to_owned() };
    let position = lines.iter().position(|line| reason(line).is_some());
    match position.and_then(|at| Some((reason(lines[at])?, lines.get(at + 1)))) {
        // "The following untracked working tree files would be overwritten by merge:" and then the files.
        Some((reason, Some(next))) if reason.ends_with(':') => format!("{reason} {next}"),
        Some((reason, _)) if !sign(&first) => reason,
        _ => reason(first).unwrap_or_else(|| (*first).to_owned()),
    }
}

fn no_branch(error: Error, url: &str, branch: Option<&str>) -> Error {
    match (error, branch) {
        (Error::Git { message, .. }, Some(branch)) if message.contains("Remote branch") => {
            Error::NoBranch { url: url.to_owned(), branch: branch.to_owned() }
        }
        (error, _) => error,
    }
}

/// Whether trying again a little later may help.
pub(super) fn is_transient(error: &Error) -> bool {
    let (Error::Git { message, .. } | Error::Login { message, .. }) = error else { return false };
    TRANSIENT.iter().any(|sign| message.contains(sign))
}
