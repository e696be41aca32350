//! Calling `ado-do` in a container of a service: one that runs, else one that is made for it.

use crate::commands::Error;
use crate::commands::run::run_task;
use bytes::Bytes;

use crate::commands::scope::running_replica;
use crate::commands::session::{self, Wiring};
use crate::context::Context;
use crate::engine::{Engine, ExecRequest, OutputKind};
use crate::names::{ContainerName, ServiceName};
use crate::observed::Container;
use crate::project::{Project, TASK_HOME};
use crate::task::inside::{STALE, STAMP_VARIABLE};
use crate::task::{Call, doing};

/// How a call is made.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Only where a container runs.
    pub exec_only: bool,
    /// Only in a container of its own.
    pub run_only: bool,
    /// Which replica.
    pub index: Option<u32>,
    /// The process gets a terminal.
    pub tty: bool,
    /// The output is kept instead of shown; there is no input then.
    pub collect: bool,
}

/// How a call ended.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Where it ran; `None` where it did not, under `--dry-run`.
    pub container: Option<ContainerName>,
    /// The task's.
    pub exit_code: i64,
    /// What it wrote, where that is kept.
    pub stdout: Vec<u8>,
    /// What it wrote, where that is kept.
    pub stderr: Vec<u8>,
}

impl Outcome {
    /// Keeps a piece of output.
    pub fn take(&mut self, (kind, bytes): (OutputKind, Bytes)) {
        match kind {
            OutputKind::Stdout => self.stdout.extend_from_slice(&bytes),
            OutputKind::Stderr => self.stderr.extend_from_slice(&bytes),
        }
    }
}

/// The project as far as calls need it.
pub struct Tasks<'a> {
    context: &'a Context,
    engine: &'a Engine,
    project: Project,
}

impl<'a> Tasks<'a> {
    /// Reads the project, and checks that the services do tasks.
    pub fn of<'s>(context: &'a Context, services: impl Iterator<Item = &'s ServiceName>) -> Result<Self, Error> {
        let project = context.project()?;
        for name in services {
            if doing(&project, name)?.is_none() {
                return Err(Error::NoSuchService { name: name.clone() });
            }
        }
        Ok(Self { context, engine: context.engine()?, project })
    }

    /// Makes a call and waits for its end.
    pub async fn call(&self, call: &Call, place: Place) -> Result<Outcome, Error> {
        let container = match running_replica(self.engine, &self.project.name, &call.service, place.index).await {
            Ok(container) => (!place.run_only).then_some(container),
            Err(Error::NotRunning { .. }) if !place.exec_only && place.index.is_none() => None,
            Err(error) => return Err(error),
        };
        match container {
            Some(container) => self.exec(call, place, &container).await,
            None => Box::pin(run_task(self.context, &self.project, call, place)).await,
        }
    }

    async fn exec(&self, call: &Call, place: Place, container: &Container) -> Result<Outcome, Error> {
        if !container.mounts.contains_key(TASK_HOME) {
            let (container, service) = (container.name.clone(), call.service.clone());
            return Err(Error::NotEquipped { container, service });
        }
        let request = self.request(call, place);
        let outcome = self.exec_once(&request, place, container).await?;
        if outcome.exit_code != i64::from(STALE) {
            return Ok(outcome);
        }
        // The task did not begin, because the container holds an older `ado-do` or older tasks.
        if let Some(service) = doing(&self.project, &call.service)? {
            self.engine.fill_volumes(&self.project, service, &container.id).await?;
        }
        self.exec_once(&request, place, container).await
    }

    fn request(&self, call: &Call, place: Place) -> ExecRequest {
        let mut environment = call.environment.clone();
        let stamp = self.project.seeds.values().next().map(|seed| format!("{STAMP_VARIABLE}={}", seed.stamp));
        environment.extend(stamp);
        let terminal = self.context.environment.get("TERM").filter(|_| place.tty);
        environment.extend(terminal.map(|terminal| format!("TERM={terminal}")));
        ExecRequest {
            command: call.command.clone(),
            user: call.user.clone(),
            working_dir: None,
            environment,
            tty: place.tty,
            privileged: false,
            stdin: !place.collect,
        }
    }

    async fn exec_once(&self, request: &ExecRequest, place: Place, container: &Container) -> Result<Outcome, Error> {
        let process = self.engine.exec(&container.id, request).await?;
        let mut outcome = Outcome { container: Some(container.name.clone()), ..Outcome::default() };
        if place.collect {
            let mut session = process.session;
            while let Some(piece) = session.output.next().await {
                outcome.take(piece?);
            }
        } else {
            session::connect(self.context, process.session, Wiring { tty: place.tty, stdin: true }).await?;
        }
        outcome.exit_code = self.engine.exec_exit_code(&process.id).await?;
        Ok(outcome)
    }
}
