//! Processes inside running containers.

use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use crate::names::ContainerId;

use super::container;
use super::error::Error;
use super::frames::OutputKind;
use super::handle::Engine;
use super::query::Query;
use super::session::{Session, post};

/// Of the output of [`Engine::exec_run`] that much is kept, the end of it.
const KEPT_OUTPUT: usize = 64 * 1024;

/// The Engine tells the exit code a moment after the output has ended.
const EXIT_POLL: Duration = Duration::from_millis(2);

/// A process to be started in a running container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecRequest {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// `user[:group]`; `None`: the container's.
    pub user: Option<String>,
    /// `None`: the container's.
    pub working_dir: Option<String>,
    /// Further variables, `NAME=value`.
    pub environment: Vec<String>,
    /// It gets a terminal.
    pub tty: bool,
    /// It gets all rights.
    pub privileged: bool,
    /// It gets an input.
    pub stdin: bool,
}

/// A started process.
pub struct Exec {
    /// Its streams.
    pub session: Session,
    /// What it is called in the Engine, for [`Engine::exec_exit_code`].
    pub id: ExecId,
}

/// A process inside a container, in the Engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecId(String);

/// A process that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecOutcome {
    /// Its exit code.
    pub exit_code: i64,
    /// The end of what it wrote, both streams as they came.
    pub output: Vec<u8>,
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Deserialize)]
struct Inspected {
    #[serde(rename = "Running")]
    running: bool,
    #[serde(rename = "ExitCode", default)]
    exit_code: Option<i64>,
}

impl Engine {
    /// Starts a process in a running container, with its streams.
    pub async fn exec(&self, container: &ContainerId, request: &ExecRequest) -> Result<Exec, Error> {
        let id = self.exec_create(container, request, true).await?;
        let object = container::object(container);
        let call =
            post(format!("/exec/{}/start", id.0), &object).json(&json!({ "Detach": false, "Tty": request.tty }))?;
        let session = self.hijack(call, request.tty, (format!("/exec/{}/resize", id.0), object)).await?;
        Ok(Exec { session, id })
    }

    /// Starts a process in a running container and leaves it alone.
    pub async fn exec_detached(&self, container: &ContainerId, request: &ExecRequest) -> Result<(), Error> {
        let id = self.exec_create(container, request, false).await?;
        let call = post(format!("/exec/{}/start", id.0), &container::object(container))
            .json(&json!({ "Detach": true, "Tty": request.tty }))?;
        self.client.done(call).await
    }

    /// Runs a process in a running container to its end. Its output is both returned and given to `on` as it comes.
    /// Dropping the future leaves the process running.
    pub async fn exec_run(
        &self,
        container: &ContainerId,
        request: &ExecRequest,
        mut on: impl FnMut(OutputKind, &Bytes),
    ) -> Result<ExecOutcome, Error> {
        let Exec { mut session, id } = self.exec(container, request).await?;
        let mut output = Vec::new();
        while let Some(piece) = session.output.next().await {
            let (kind, bytes) = piece?;
            on(kind, &bytes);
            output.extend_from_slice(&bytes);
            if output.len() > 2 * KEPT_OUTPUT {
                output.drain(..output.len() - KEPT_OUTPUT);
            }
        }
        Ok(ExecOutcome { exit_code: self.exec_exit_code(&id).await?, output })
    }

    /// The exit code of a process whose output has ended.
    pub async fn exec_exit_code(&self, id: &ExecId) -> Result<i64, Error> {
        loop {
            let path = format!("/exec/{}/json", id.0);
            match self.get(&path, Query::default(), "a process in a container").await? {
                Inspected { running: false, exit_code: Some(code) } => return Ok(code),
                Inspected { .. } => tokio::time::sleep(EXIT_POLL).await,
            }
        }
    }

    async fn exec_create(
        &self,
        container: &ContainerId,
        request: &ExecRequest,
        attached: bool,
    ) -> Result<ExecId, Error> {
        let ExecRequest { command, user, working_dir, environment, tty, privileged, stdin } = request;
        let body = json!({
            "Cmd": command,
            "User": user,
            "WorkingDir": working_dir,
            "Env": environment,
            "Tty": tty,
            "Privileged": privileged,
            "AttachStdin": *stdin && attached,
            "AttachStdout": attached,
            "AttachStderr": attached,
        });
        let call = post(container::path(container, "/exec"), &container::object(container)).json(&body)?;
        let Created { id } = self.client.json(call).await?;
        Ok(ExecId(id))
    }
}
