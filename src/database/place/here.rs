//! Client programs as processes of this machine: the form that is used inside a container of the project.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};

use super::running::{Ended, Running, keep_tail};
use crate::database::{Error, Invocation};
use crate::secret::Secret;

/// This machine.
#[derive(Debug, Clone)]
pub struct Here {
    /// The server's host; `None`: what the environment says, or the socket.
    pub host: Option<String>,
    /// The variable that the programs take a password from, and the password.
    pub password: Option<(&'static str, Secret<String>)>,
    /// The environment of the process.
    pub environment: BTreeMap<String, String>,
}

impl Here {
    /// Starts a program with pipes on all its streams.
    pub fn start(&self, invocation: &Invocation) -> Result<Running, Error> {
        let child = self.spawn(invocation, |command| {
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        })?;
        Ok(running(child, invocation))
    }

    /// Runs a program with the streams of this process, and gives its exit code.
    pub fn interactive(&self, invocation: &Invocation) -> Result<i64, Error> {
        let mut child = self.spawn(invocation, |_| {})?;
        let status = child.wait().map_err(|source| Error::Stream { what: invocation.program(), source })?;
        Ok(code(status).unwrap_or(1))
    }

    fn spawn(&self, invocation: &Invocation, wire: impl Fn(&mut Command)) -> Result<Child, Error> {
        for program in invocation.programs {
            let mut command = self.command(program, invocation);
            wire(&mut command);
            match command.spawn() {
                Ok(child) => return Ok(child),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(source) => return Err(Error::Stream { what: invocation.program(), source }),
            }
        }
        Err(Error::NoClient { program: invocation.program(), place: "this container".to_owned() })
    }

    fn command(&self, program: &str, invocation: &Invocation) -> Command {
        let mut command = Command::new(program);
        command.args(&invocation.arguments).env_clear().envs(&self.environment);
        command.envs(invocation.environment.iter().map(|(name, value)| (name, value)));
        if let Some((variable, password)) = &self.password {
            command.env(variable, password.reveal());
        }
        command
    }
}

fn code(status: ExitStatus) -> Option<i64> {
    status.code().map(i64::from).or_else(|| status.signal().map(|signal| 128 + i64::from(signal)))
}

fn running(mut child: Child, invocation: &Invocation) -> Running {
    let input = child.stdin.take().map(|input| Box::new(input) as Box<dyn std::io::Write + Send>);
    let output = child.stdout.take().map(|output| Box::new(output) as Box<dyn Read + Send>);
    let errors = child.stderr.take();
    let waiting = tokio::task::spawn_blocking(move || {
        let mut tail = Vec::new();
        let mut buffer = [0; 4096];
        if let Some(mut errors) = errors {
            while let Ok(count @ 1..) = errors.read(&mut buffer) {
                keep_tail(&mut tail, &buffer[..count]);
            }
        }
        let code = code(child.wait()?);
        Ok(Ended { code, errors: String::from_utf8_lossy(&tail).into_owned() })
    });
    let program = invocation.program();
    let end = Box::pin(async move {
        match waiting.await {
            Ok(ended) => ended.map_err(|source| Error::Stream { what: program, source }),
            Err(_) => Ok(Ended { code: None, errors: String::new() }),
        }
    });
    Running { program, place: "this container".to_owned(), input, output, end }
}
