//! Waiting until a container is as somebody needs it.

use std::time::Duration;

use super::failure::{StepError, failure, last_lines, last_of};
use super::probe;
use super::run::Surroundings;
use crate::engine::ContainerDetail;
use crate::event::{Failure, Progress};
use crate::names::ContainerId;
use crate::observed::{Health, State};
use crate::plan::{Cause, Condition, Step, Subject};

/// How often the Engine is asked for a state that nothing announces (unhealthy, restarting).
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// A container without a health check is ready if it still runs after that long: many fail at once.
const SETTLE: Duration = Duration::from_millis(500);

/// Waits until `condition` holds for a container.
///
/// # Errors
/// The condition cannot hold any more, or the time of `--wait-timeout` is over.
pub(super) async fn until(
    surroundings: &Surroundings<'_>,
    (id, subject): (&ContainerId, &Subject),
    condition: Condition,
    (step, progress): (&Step, &impl Fn(Progress)),
) -> Result<(), StepError> {
    let waiting = Waiting { surroundings, id, subject, condition, cause: &step.cause, optional: step.optional };
    let reached = async {
        match condition {
            Condition::Started => Ok(()),
            Condition::Completed => waiting.completed().await,
            Condition::Healthy | Condition::Ready => waiting.ready(progress).await,
        }
    };
    let (Some(deadline), Some(timeout)) = (surroundings.deadline, surroundings.options.wait_timeout) else {
        return reached.await;
    };
    match tokio::time::timeout_at(deadline, reached).await {
        Ok(result) => result,
        Err(_) => Err(waiting.expired(timeout).await.into()),
    }
}

struct Waiting<'a> {
    surroundings: &'a Surroundings<'a>,
    id: &'a ContainerId,
    subject: &'a Subject,
    condition: Condition,
    cause: &'a Cause,
    optional: bool,
}

impl Waiting<'_> {
    async fn completed(&self) -> Result<(), StepError> {
        let code = self.surroundings.engine.wait_exit(self.id).await?;
        if code == 0 {
            return Ok(());
        }
        let message = format!("service \"{}\" didn't complete successfully: exit {code}", self.subject.service);
        Err(self.with_log(message).await.into())
    }

    async fn ready(&self, progress: &impl Fn(Progress)) -> Result<(), StepError> {
        let engine = self.surroundings.engine;
        let mut told = None;
        loop {
            let detail = engine.inspect_state(self.id).await?;
            if told.replace(detail.state) != Some(detail.state) {
                progress(Progress::Status(status(detail.state).to_owned()));
            }
            match detail.state {
                State::Running(Health::Healthy) => return Ok(()),
                State::Running(Health::Starting) => {
                    if self.probed(&detail).await? {
                        return Ok(());
                    }
                }
                State::Running(Health::Unhealthy) => return Err(self.unhealthy(&detail).into()),
                State::Running(Health::None) if self.condition == Condition::Healthy => {
                    // Where it ends at once, its exit code says more.
                    if tokio::time::timeout(SETTLE, engine.wait_exit(self.id)).await.is_ok() {
                        continue;
                    }
                    let message = format!("container {} has no healthcheck configured", self.subject.name);
                    return Err(failure(self.worded(message)).into());
                }
                State::Running(Health::None) => {
                    if tokio::time::timeout(SETTLE, engine.wait_exit(self.id)).await.is_err() {
                        return Ok(());
                    }
                }
                State::Exited(0) if self.condition == Condition::Ready => return Ok(()),
                State::Exited(code) => return Err(self.exited(code, &detail).await.into()),
                State::Created if !detail.error.is_empty() => return Err(failure(self.worded(detail.error)).into()),
                State::Dead | State::Removing => {
                    return Err(failure(self.worded(format!("container {} is gone", self.subject.name))).into());
                }
                State::Created | State::Paused | State::Restarting => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// Probes a container that is starting; false where its state has to be looked at again.
    async fn probed(&self, detail: &ContainerDetail) -> Result<bool, StepError> {
        let engine = self.surroundings.engine;
        let Some(check) = &detail.health_check else {
            tokio::time::sleep(LOOK_AGAIN).await;
            return Ok(false);
        };
        tokio::select! {
            biased;
            () = probe::until_healthy(engine, self.id, check) => Ok(true),
            exited = engine.wait_exit(self.id) => exited.map(|_| false).map_err(StepError::from),
            state = self.decided() => state,
        }
    }

    /// The Engine's own word: false as soon as it is something else than "starting".
    async fn decided(&self) -> Result<bool, StepError> {
        loop {
            tokio::time::sleep(LOOK_AGAIN).await;
            let detail = self.surroundings.engine.inspect_state(self.id).await?;
            if detail.state != State::Running(Health::Starting) {
                return Ok(false);
            }
        }
    }

    fn unhealthy(&self, detail: &ContainerDetail) -> Failure {
        let message = self.worded(format!("container {} is unhealthy", self.subject.name));
        let details = detail.health_log.last().map(|probe| last_of(&probe.output)).unwrap_or_default();
        Failure { details, hint: Some(self.hint()), ..failure(message) }
    }

    async fn exited(&self, code: i64, detail: &ContainerDetail) -> Failure {
        let killed = if detail.oom_killed { ", out of memory" } else { "" };
        self.with_log(format!("container {} exited ({code}{killed})", self.subject.name)).await
    }

    async fn with_log(&self, message: String) -> Failure {
        let details = last_lines(self.surroundings.engine, self.id).await;
        Failure { details, hint: Some(self.hint()), ..failure(self.worded(message)) }
    }

    async fn expired(&self, timeout: Duration) -> Failure {
        // Begins with Compose's words.
        let (name, seconds) = (&self.subject.name, timeout.as_secs_f64());
        let message = format!("application not healthy after {seconds}s: container {name} is not ready");
        let detail = self.surroundings.engine.inspect_state(self.id).await.ok();
        let probe = detail.and_then(|detail| detail.health_log.last().map(|probe| last_of(&probe.output)));
        match probe.filter(|lines| !lines.is_empty()) {
            Some(details) => Failure { details, hint: Some(self.hint()), ..failure(self.worded(message)) },
            None => self.with_log(message).await,
        }
    }

    /// In Compose's words where another service waits.
    fn worded(&self, message: String) -> String {
        match self.cause {
            Cause::NeededBy(_) if self.optional => {
                format!("optional dependency \"{}\" failed to start: {message}", self.subject.service)
            }
            Cause::NeededBy(_) => format!("dependency failed to start: {message}"),
            _ => message,
        }
    }

    fn hint(&self) -> String {
        format!("`ado why {}` says more", self.subject.service)
    }
}

fn status(state: State) -> &'static str {
    match state {
        State::Created => "created",
        State::Running(Health::None) => "running",
        State::Running(Health::Starting) => "health check: starting",
        State::Running(Health::Healthy) => "healthy",
        State::Running(Health::Unhealthy) => "unhealthy",
        State::Paused => "paused",
        State::Restarting => "restarting",
        State::Removing => "being removed",
        State::Exited(_) => "exited",
        State::Dead => "dead",
    }
}
