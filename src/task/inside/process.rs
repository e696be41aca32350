//! Running a command as a child to which signals pass through, and becoming one.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{ExitStatus, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::super::Error;
use super::signals::{Signals, ends};
use super::user::Ids;

/// A command with everything it needs.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// Not empty.
    pub(super) vector: Vec<String>,
    /// The whole environment.
    pub(super) environment: BTreeMap<String, String>,
    pub(super) workdir: Option<String>,
    pub(super) ids: Option<Ids>,
}

impl Program {
    fn command(&self) -> std::process::Command {
        let mut command = std::process::Command::new(&self.vector[0]);
        command.args(&self.vector[1..]).env_clear().envs(&self.environment);
        if let Some(workdir) = &self.workdir {
            command.current_dir(workdir);
        }
        if let Some(ids) = self.ids {
            command.uid(ids.user).gid(ids.group);
        }
        command
    }

    fn not_started(&self, source: io::Error) -> Error {
        Error::Start { program: self.vector[0].clone(), source }
    }

    /// Becomes the command; comes back only where that is impossible.
    pub(super) fn become_it(&self) -> Error {
        self.not_started(self.command().exec())
    }

    /// Runs it to its end and gives its exit code.
    ///
    /// # Errors
    /// [`Error::Start`], and [`Error::Interrupted`] where a signal came and the command made nothing of it.
    pub(super) async fn run(&self, signals: &mut Signals) -> Result<u8, Error> {
        self.wait(self.command(), signals).await
    }

    /// Runs it without showing its output, and tells whether it ended with 0.
    pub(super) async fn succeeds(&self, signals: &mut Signals) -> Result<bool, Error> {
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(Stdio::null());
        Ok(self.wait(command, signals).await? == 0)
    }

    async fn wait(&self, command: std::process::Command, signals: &mut Signals) -> Result<u8, Error> {
        let mut child = tokio::process::Command::from(command).spawn().map_err(|source| self.not_started(source))?;
        let terminal = io::stdin().is_terminal();
        let mut asked_to_end = None;
        let status = loop {
            tokio::select! {
                status = child.wait() => break status.map_err(|source| Error::Io { what: "waiting for a command", source })?,
                signal = signals.next() => {
                    if ends(signal) {
                        asked_to_end = Some(signal);
                    }
                    // At a terminal the kernel has already told the whole foreground group.
                    let told = terminal && matches!(signal, Signal::SIGINT | Signal::SIGQUIT | Signal::SIGWINCH);
                    if let Some(id) = child.id().filter(|_| !told) {
                        // It can have ended a moment ago.
                        let _ = kill(Pid::from_raw(i32::try_from(id).unwrap_or(0)), signal);
                    }
                }
            }
        };
        match (exit_code(status), asked_to_end) {
            (0, Some(signal)) => Err(Error::Interrupted(signal as i32)),
            (code, _) => Ok(code),
        }
    }
}

/// A shell's exit codes: 128 and the signal for a process that a signal ended.
fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}
