//! Containers: make, start, stop, remove, and look at one.

use std::time::Duration;

use http::Method;
use serde::Deserialize;

use crate::names::{ContainerId, ContainerName};
use crate::observed::{Health, State};
use crate::project::{Project, Replica, Service};

use super::client::{Call, Patience};
use super::create::{self, Creation};
use super::error::Error;
use super::handle::Engine;
use super::query::{Query, encode_path};
use super::summary::nullable;

/// Time a container has to stop when neither its service nor the user says another (Engine API, `StopTimeout`).
const DEFAULT_STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// One container as `GET /containers/{id}/json` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerDetail {
    /// Its name without the slash.
    pub name: String,
    /// Its state.
    pub state: State,
    /// Code of its last end; 0 while it has not ended.
    pub exit_code: i64,
    /// Why the Engine could not run it; empty if it could.
    pub error: String,
    /// Whether the kernel killed it for lack of memory.
    pub oom_killed: bool,
    /// How often its restart policy has started it.
    pub restart_count: u64,
    /// When it was last started, RFC 3339; year 1 if never.
    pub started_at: String,
    /// When it last ended, RFC 3339; year 1 if never.
    pub finished_at: String,
    /// The last probes of its health check, oldest first.
    pub health_log: Vec<HealthProbe>,
    /// The health check that is in force, from the service or the image; `None` if there is none.
    pub health_check: Option<HealthCheckConfig>,
    /// Whether it has a terminal.
    pub tty: bool,
    /// The signal that stops it, where it says one.
    pub stop_signal: Option<String>,
}

/// One run of a health check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthProbe {
    /// Its exit code; 0 is healthy.
    pub exit_code: i64,
    /// What it wrote.
    pub output: String,
}

/// A health check in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheckConfig {
    /// `["CMD", …]` or `["CMD-SHELL", text]`.
    pub test: Vec<String>,
    /// Between two probes.
    pub interval: Duration,
    /// Of one probe.
    pub timeout: Duration,
    /// Failures in a row until unhealthy.
    pub retries: u32,
    /// Failures in this time do not count.
    pub start_period: Duration,
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Deserialize)]
struct Waited {
    #[serde(rename = "StatusCode")]
    code: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inspected {
    name: String,
    state: InspectedState,
    #[serde(default)]
    restart_count: u64,
    config: InspectedConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InspectedState {
    status: String,
    #[serde(default)]
    exit_code: i64,
    #[serde(default)]
    error: String,
    #[serde(default, rename = "OOMKilled")]
    oom_killed: bool,
    #[serde(default)]
    started_at: String,
    #[serde(default)]
    finished_at: String,
    #[serde(default)]
    health: Option<InspectedHealth>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InspectedHealth {
    status: String,
    #[serde(default, deserialize_with = "nullable")]
    log: Vec<InspectedProbe>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InspectedProbe {
    exit_code: i64,
    #[serde(default)]
    output: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InspectedConfig {
    #[serde(default)]
    tty: bool,
    #[serde(default)]
    stop_signal: Option<String>,
    #[serde(default)]
    healthcheck: Option<InspectedCheck>,
}

/// Times in nanoseconds; 0 is the Engine's default.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InspectedCheck {
    #[serde(default, deserialize_with = "nullable")]
    test: Vec<String>,
    #[serde(default)]
    interval: u64,
    #[serde(default)]
    timeout: u64,
    #[serde(default)]
    retries: u32,
    #[serde(default)]
    start_period: u64,
}

impl Engine {
    /// Makes one container of a service, attached to all its networks, not started.
    ///
    /// # Errors
    /// [`Error::MissingImage`], [`Error::Conflict`] for a name that is taken, [`Error::Unsupported`] for a field that the
    /// Engine is too old for, and what the Engine says. Nothing is left over then.
    pub async fn create_container(
        &self,
        project: &Project,
        service: &Service,
        replica: &Replica,
    ) -> Result<ContainerId, Error> {
        let version = self.api_version().await?;
        let image = self.image_id(&service.image).await?;
        let creation = Creation { project, service, replica, image, version };
        let (body, later) = create::request(&creation)?;
        let object = creation.object();
        let query = Query::default().with("name", &replica.name).maybe("platform", service.platform.as_ref());
        let call = Call::new(Method::POST, "/containers/create", object.as_str()).query(query).json(&body)?;
        let Created { id } = self.client.json(call).await?;
        let id = ContainerId::new(&id).map_err(|error| Error::Answer { object, reason: error.to_string() })?;
        for (network, settings) in &later {
            if let Err(error) = self.attach_to(network, &id, settings).await {
                // The container is useless without its network; that it could not be made is what must be told.
                self.remove_container(&id, true).await.ok();
                return Err(error);
            }
        }
        Ok(id)
    }

    /// Starts it. Nothing happens if it runs.
    pub async fn start(&self, id: &ContainerId) -> Result<(), Error> {
        self.post(&path(id, "/start"), Query::default(), object(id)).await
    }

    /// Stops it: its stop signal, then after `timeout` (`None`: its own grace period) SIGKILL. Nothing happens if it is
    /// not running.
    pub async fn stop(&self, id: &ContainerId, timeout: Option<Duration>) -> Result<(), Error> {
        self.ending(id, "/stop", timeout).await
    }

    /// Stops and starts it.
    pub async fn restart(&self, id: &ContainerId, timeout: Option<Duration>) -> Result<(), Error> {
        self.ending(id, "/restart", timeout).await
    }

    async fn ending(&self, id: &ContainerId, verb: &str, timeout: Option<Duration>) -> Result<(), Error> {
        // Without a timeout the container's own counts, which is not known here and may be hours.
        let patience = timeout.map_or(Patience::Endless, |time| Patience::After(time.max(DEFAULT_STOP_TIMEOUT)));
        let query = Query::default().maybe("t", timeout.map(|time| time.as_secs()));
        self.client.done(Call::new(Method::POST, path(id, verb), object(id)).query(query).patience(patience)).await
    }

    /// Sends it a signal (`SIGKILL`, `HUP`, `9`).
    pub async fn kill(&self, id: &ContainerId, signal: &str) -> Result<(), Error> {
        self.post(&path(id, "/kill"), Query::default().with("signal", signal), object(id)).await
    }

    /// Freezes it.
    pub async fn pause(&self, id: &ContainerId) -> Result<(), Error> {
        self.post(&path(id, "/pause"), Query::default(), object(id)).await
    }

    /// Lets it go on.
    pub async fn unpause(&self, id: &ContainerId) -> Result<(), Error> {
        self.post(&path(id, "/unpause"), Query::default(), object(id)).await
    }

    /// Gives it another name.
    pub async fn rename(&self, id: &ContainerId, name: &ContainerName) -> Result<(), Error> {
        self.post(&path(id, "/rename"), Query::default().with("name", name), object(id)).await
    }

    /// Removes it, killing it where it runs; `volumes`: its anonymous volumes too. Where the Engine removes it already, as
    /// it does with a container of `run --rm` that ends, this waits until it is gone.
    pub async fn remove_container(&self, id: &ContainerId, volumes: bool) -> Result<(), Error> {
        let query = Query::default().flag("force", true).flag("v", volumes);
        match self.delete(&path(id, ""), query, object(id)).await {
            Err(Error::Conflict { message, .. }) if message.contains("already in progress") => self.wait_gone(id).await,
            result => result,
        }
    }

    /// `POST /containers/{id}/wait?condition=removed`.
    async fn wait_gone(&self, id: &ContainerId) -> Result<(), Error> {
        let query = Query::default().with("condition", "removed");
        let call = Call::new(Method::POST, path(id, "/wait"), object(id)).query(query).patience(Patience::Change);
        match self.client.json::<serde_json::Value>(call).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    /// Waits until it does not run, and gives its exit code.
    pub async fn wait_exit(&self, id: &ContainerId) -> Result<i64, Error> {
        let call = Call::new(Method::POST, path(id, "/wait"), object(id)).patience(Patience::Endless);
        let Waited { code } = self.client.json(call).await?;
        Ok(code)
    }

    /// Looks at one container, by id or name.
    pub async fn inspect_state(&self, id: &ContainerId) -> Result<ContainerDetail, Error> {
        let answer: Inspected = self.get(&path(id, "/json"), Query::default(), object(id)).await?;
        Ok(answer.into())
    }
}

/// A container in words: the first twelve digits of its id, as `docker ps` shows it.
pub(super) fn object(id: &ContainerId) -> String {
    let short = id.as_str().get(..12).unwrap_or(id.as_str());
    format!("container `{short}`")
}

/// The path of a container in the API, with something behind it.
pub(super) fn path(id: &ContainerId, rest: &str) -> String {
    format!("/containers/{}{rest}", encode_path(id.as_str()))
}

impl From<Inspected> for ContainerDetail {
    fn from(Inspected { name, state, restart_count, config }: Inspected) -> Self {
        let health = match state.health.as_ref().map(|health| health.status.as_str()) {
            Some("healthy") => Health::Healthy,
            Some("unhealthy") => Health::Unhealthy,
            Some("starting") => Health::Starting,
            _ => Health::None,
        };
        let probe = |InspectedProbe { exit_code, output }| HealthProbe { exit_code, output };
        ContainerDetail {
            name: name.trim_start_matches('/').to_owned(),
            state: match state.status.as_str() {
                "created" => State::Created,
                "running" => State::Running(health),
                "paused" => State::Paused,
                "restarting" => State::Restarting,
                "removing" => State::Removing,
                "exited" => State::Exited(state.exit_code),
                _ => State::Dead,
            },
            exit_code: state.exit_code,
            error: state.error,
            oom_killed: state.oom_killed,
            restart_count,
            started_at: state.started_at,
            finished_at: state.finished_at,
            health_log: state.health.map(|health| health.log.into_iter().map(probe).collect()).unwrap_or_default(),
            health_check: config.healthcheck.and_then(InspectedCheck::in_force),
            tty: config.tty,
            stop_signal: config.stop_signal.filter(|signal| !signal.is_empty()),
        }
    }
}

impl InspectedCheck {
    /// With the Engine's defaults filled in (`daemon/health.go`: 30 s, 30 s, 3 retries, no start period).
    fn in_force(self) -> Option<HealthCheckConfig> {
        if self.test.first().is_none_or(|word| word == "NONE") {
            return None;
        }
        let or_half_a_minute =
            |nanoseconds| Duration::from_nanos(if nanoseconds == 0 { 30_000_000_000 } else { nanoseconds });
        Some(HealthCheckConfig {
            test: self.test,
            interval: or_half_a_minute(self.interval),
            timeout: or_half_a_minute(self.timeout),
            retries: if self.retries == 0 { 3 } else { self.retries },
            start_period: Duration::from_nanos(self.start_period),
        })
    }
}
