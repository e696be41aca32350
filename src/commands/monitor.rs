//! `ado monitor`: what each service uses, and how it is.

use std::time::Duration;

use clap::Args;
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Serialize;
use tokio::time::Instant;

use super::malformed::Malformed;
use super::samples::Samples;
use super::scope::Scope;
use super::{Error, Exit};
use crate::context::Context;
use crate::engine::Stats;
use crate::observed::{Container, Health, State};
use crate::ui::{self, Live, Stream, Table};

/// How often, and for whom.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Seconds between two pictures
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
    interval: f64,
    /// One JSON object an interval, as it is anyway where nobody watches
    #[arg(long)]
    json: bool,
    /// One picture only
    #[arg(long)]
    once: bool,
}

/// A service at one time.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    service: String,
    running: usize,
    replicas: usize,
    /// The worst of its replicas: `unhealthy`, `starting`, `healthy`, or empty.
    health: &'static str,
    cpu_percent: f64,
    memory: u64,
    network_received: u64,
    network_sent: u64,
    block_read: u64,
    block_written: u64,
    processes: u64,
}

#[derive(Serialize)]
struct Picture<'a> {
    time: String,
    project: &'a str,
    services: Vec<Row>,
}

/// Shows the project until it is interrupted.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let interval = Duration::try_from_secs_f64(arguments.interval)
        .map_err(|_| Malformed::Interval { seconds: arguments.interval })?;
    let mut samples = Samples::new(engine);
    let mut live = (context.ui.output_is_terminal() && !arguments.json).then(|| Live::new(Stream::Output));
    loop {
        let due = Instant::now() + interval;
        let containers = scope.containers(engine).await?;
        samples.look_at(&containers).await?;
        if arguments.once {
            samples.complete(Duration::from_secs(4)).await?;
        }
        let services = rows(&containers, &samples);
        if let Some(live) = &mut live {
            let text = table(&services).render(context.ui.width());
            live.draw(&context.ui, &text.lines().map(str::to_owned).collect::<Vec<_>>())?;
        } else {
            let time = Timestamp::now().to_string();
            context.ui.json(&Picture { time, project: scope.name().as_str(), services })?;
        }
        if arguments.once {
            return Ok(Exit::DONE);
        }
        samples.until(due).await?;
    }
}

fn rows(containers: &[Container], samples: &Samples<'_>) -> Vec<Row> {
    let mut rows: IndexMap<&str, Row> = IndexMap::new();
    for container in containers.iter().filter(|container| !container.oneoff) {
        let service = container.service.as_str();
        let row = rows.entry(service).or_insert_with(|| Row { service: service.to_owned(), ..Row::default() });
        row.replicas += 1;
        row.running += usize::from(container.state.is_running());
        row.health = worse(row.health, container.state);
        let Stats { cpu_percent, memory, network_received, network_sent, block_read, block_written, processes, .. } =
            samples.of(&container.id).unwrap_or_default();
        row.cpu_percent += cpu_percent;
        row.memory += memory;
        row.network_received += network_received;
        row.network_sent += network_sent;
        row.block_read += block_read;
        row.block_written += block_written;
        row.processes += processes;
    }
    rows.into_values().collect()
}

fn worse(so_far: &'static str, state: State) -> &'static str {
    const ORDER: [&str; 4] = ["", "healthy", "starting", "unhealthy"];
    let this = match state {
        State::Running(Health::Healthy) => "healthy",
        State::Running(Health::Starting) => "starting",
        State::Running(Health::Unhealthy) => "unhealthy",
        _ => "",
    };
    let rank = |health: &str| ORDER.iter().position(|other| *other == health);
    if rank(this) > rank(so_far) { this } else { so_far }
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new(&[
        ("SERVICE", 0),
        ("REPLICAS", 0),
        ("HEALTH", 1),
        ("CPU %", 0),
        ("MEMORY", 0),
        ("NET I/O", 2),
        ("BLOCK I/O", 3),
        ("PIDS", 4),
    ]);
    for row in rows {
        let pair = |one, other| format!("{} / {}", ui::bytes_decimal(one, 3), ui::bytes_decimal(other, 3));
        table.row([
            row.service.clone(),
            format!("{}/{}", row.running, row.replicas),
            row.health.to_owned(),
            format!("{:.2}%", row.cpu_percent),
            ui::bytes_binary(row.memory),
            pair(row.network_received, row.network_sent),
            pair(row.block_read, row.block_written),
            row.processes.to_string(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_as_healthy_as_its_worst_replica() {
        let states =
            [State::Running(Health::Healthy), State::Running(Health::Unhealthy), State::Running(Health::Starting)];
        assert_eq!(states.into_iter().fold("", worse), "unhealthy");
        assert_eq!(worse("healthy", State::Exited(0)), "healthy");
    }
}
