//! `ado why`: what became of a service's containers.

use std::time::Duration;

use clap::Args;
use clap_complete::ArgValueCandidates;
use jiff::Timestamp;
use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::format::Format;
use super::scope::Scope;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::engine::{ContainerDetail, Engine, LogsRequest};
use crate::names::ServiceName;
use crate::observed::{Container, Health, State};
use crate::ui;

/// Lines of its log that are shown.
const LINES: u64 = 10;

/// Which service.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The service
    #[arg(add = ArgValueCandidates::new(context::service_names))]
    service: ServiceName,
    /// Number of the replica; without it, all
    #[arg(long)]
    index: Option<u32>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Everything that explains one container.
struct Case<'a> {
    container: &'a Container,
    detail: ContainerDetail,
    log: Vec<String>,
}

/// Tells for each container of the service.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let containers = scope.containers(engine).await?;
    scope.services(&containers, std::slice::from_ref(&arguments.service))?;
    let wanted = |container: &&Container| {
        container.service == arguments.service && arguments.index.is_none_or(|index| container.number == index)
    };
    let mut cases = Vec::new();
    for container in containers.iter().filter(wanted) {
        let detail = engine.inspect_state(&container.id).await?;
        cases.push(Case { container, detail, log: last_lines(engine, container).await? });
    }
    if cases.is_empty() {
        return Err(Error::NeverMade { service: arguments.service.clone() });
    }
    if arguments.format == Format::Json {
        context.ui.pretty_json(&cases.iter().map(Case::json).collect::<Vec<_>>())?;
    } else {
        for case in &cases {
            context.ui.line(case.text(&context.ui.heading(case.container.name.as_str())))?;
        }
    }
    Ok(Exit::DONE)
}

async fn last_lines(engine: &Engine, container: &Container) -> Result<Vec<String>, Error> {
    let mut log = engine.logs(&container.id, &LogsRequest { tail: Some(LINES), ..LogsRequest::default() }).await?;
    let mut lines = Vec::new();
    while let Some(line) = log.next().await {
        lines.push(String::from_utf8_lossy(&line?.text).trim_end().to_owned());
    }
    Ok(lines)
}

impl Case<'_> {
    fn json(&self) -> Value {
        let probe = self.detail.health_log.last();
        json!({
            "service": self.container.service,
            "container": self.container.name,
            "running": self.detail.state.is_running(),
            "exitCode": self.detail.exit_code,
            "signal": signal(self.detail.exit_code),
            "outOfMemory": self.detail.oom_killed,
            "error": self.detail.error,
            "restarts": self.detail.restart_count,
            "startedAt": self.detail.started_at,
            "finishedAt": self.detail.finished_at,
            "health": probe.map(|probe| json!({ "exitCode": probe.exit_code, "output": probe.output })),
            "log": self.log,
        })
    }

    fn text(&self, name: &str) -> String {
        let ContainerDetail { error, restart_count, started_at, finished_at, health_log, .. } = &self.detail;
        let mut lines = vec![format!("{name}: {}", self.verdict())];
        let mut add = |line: String| lines.push(format!("  {line}"));
        if !error.is_empty() {
            add(format!("the Engine could not run it: {error}"));
        }
        let running = self.detail.state.is_running();
        match (past(started_at), past(finished_at).filter(|_| !running)) {
            (Some(started), Some(finished)) => {
                add(format!("started {} ago, ended {} ago", ui::age(started), ui::age(finished)));
            }
            (Some(started), None) => add(format!("started {} ago", ui::age(started))),
            (None, _) => {}
        }
        if *restart_count > 0 {
            add(format!("restarted {restart_count} times"));
        }
        if let Some(probe) = health_log.last().filter(|probe| probe.exit_code != 0) {
            add(format!("last health check failed with code {}:", probe.exit_code));
            probe.output.trim().lines().for_each(|line| add(format!("  | {line}")));
        }
        if !self.log.is_empty() {
            add("last lines of its log:".to_owned());
            self.log.iter().for_each(|line| add(format!("  | {line}")));
        }
        lines.join("\n")
    }

    /// The state in one sentence.
    fn verdict(&self) -> String {
        let ContainerDetail { state, exit_code, oom_killed, .. } = &self.detail;
        match state {
            State::Created => "was made, but never started".to_owned(),
            State::Running(Health::Unhealthy) => "runs, but is unhealthy".to_owned(),
            State::Running(Health::Starting) => "runs; its health check has not succeeded yet".to_owned(),
            State::Running(Health::Healthy) => "runs and is healthy".to_owned(),
            State::Running(Health::None) => "runs".to_owned(),
            State::Paused => "is paused; `ado unpause` lets it go on".to_owned(),
            State::Restarting => format!("keeps ending and is restarted; {}", ended(*exit_code, *oom_killed)),
            State::Removing => "is being removed".to_owned(),
            State::Exited(_) => ended(*exit_code, *oom_killed),
            State::Dead => "is dead: the Engine failed to remove it".to_owned(),
        }
    }
}

/// What an exit code means (POSIX shells, and Docker's own from 125 on).
fn ended(code: i64, out_of_memory: bool) -> String {
    if out_of_memory {
        return format!("ended with code {code}: it needed more memory than it may have");
    }
    let meaning = match code {
        0 => return "ended by itself with code 0: it had nothing more to do".to_owned(),
        125 => "the Engine could not start it".to_owned(),
        126 => "its command cannot be executed".to_owned(),
        127 => "its command was not found".to_owned(),
        code => match signal(code) {
            Some(name) => format!("signal {name} ended it"),
            None => return format!("ended with code {code}"),
        },
    };
    format!("ended with code {code}: {meaning}")
}

/// The signal behind an exit code above 128.
fn signal(code: i64) -> Option<&'static str> {
    let number = i32::try_from(code - 128).ok()?;
    Signal::try_from(number).ok().map(Signal::as_str)
}

/// How long ago; `None` for Go's zero time, year 1.
fn past(time: &str) -> Option<Duration> {
    let time: Timestamp = time.parse().ok()?;
    (time.as_second() > 0)
        .then(|| Duration::from_secs(u64::try_from(Timestamp::now().as_second() - time.as_second()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_explained() {
        assert_eq!(ended(137, false), "ended with code 137: signal SIGKILL ended it");
        assert_eq!(ended(137, true), "ended with code 137: it needed more memory than it may have");
        assert_eq!(ended(127, false), "ended with code 127: its command was not found");
        assert_eq!(ended(3, false), "ended with code 3");
    }
}
