//! `ado stats`: what each container uses.

use std::time::Duration;

use clap::Args;
use clap_complete::ArgValueCandidates;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::samples::Samples;
use super::scope::Scope;
use super::{Error, Exit, format};
use crate::context::{self, Context};
use crate::engine::Stats;
use crate::names::ServiceName;
use crate::observed::Container;
use crate::ui::{self, Live, Stream, Table};

/// Between two pictures.
const INTERVAL: Duration = Duration::from_millis(500);
/// How long the first figures are waited for; the Engine needs up to two seconds.
const FIRST: Duration = Duration::from_secs(4);

/// Of which containers.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The service; none means all
    #[arg(add = ArgValueCandidates::new(context::service_names))]
    service: Option<ServiceName>,
    /// Stopped containers as well
    #[arg(short, long)]
    all: bool,
    /// `table`, `json`, or a Go template
    #[arg(long, default_value = "table")]
    format: String,
    /// One picture only
    #[arg(long)]
    no_stream: bool,
    /// Long ids
    #[arg(long)]
    no_trunc: bool,
}

/// Shows the figures until it is interrupted.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let mut samples = Samples::new(engine);
    let mut live = (context.ui.output_is_terminal() && !arguments.no_stream).then(|| Live::new(Stream::Output));
    loop {
        let mut containers = scope.containers(engine).await?;
        let named: Vec<ServiceName> = arguments.service.iter().cloned().collect();
        let services = scope.services(&containers, &named)?;
        containers.retain(|container| {
            (arguments.all || container.state.is_running())
                && services.as_ref().is_none_or(|services| services.contains(&container.service))
        });
        samples.look_at(&containers).await?;
        samples.complete(FIRST).await?;
        let rows: Vec<Value> =
            containers.iter().map(|container| row(container, samples.of(&container.id), arguments.no_trunc)).collect();
        match &mut live {
            Some(live) if arguments.format == "table" => {
                let text = table(&rows).render(context.ui.width());
                live.draw(&context.ui, &text.lines().map(str::to_owned).collect::<Vec<_>>())?;
            }
            _ if arguments.format == "table" => context.ui.table(&table(&rows))?,
            _ => format::show(&context.ui, &arguments.format, rows.into_iter())?,
        }
        if arguments.no_stream {
            return Ok(Exit::DONE);
        }
        samples.until(Instant::now() + INTERVAL).await?;
    }
}

fn table(rows: &[Value]) -> Table {
    let columns = [
        ("CONTAINER ID", "ID", 3),
        ("NAME", "Name", 0),
        ("CPU %", "CPUPerc", 0),
        ("MEM USAGE / LIMIT", "MemUsage", 1),
        ("MEM %", "MemPerc", 2),
        ("NET I/O", "NetIO", 4),
        ("BLOCK I/O", "BlockIO", 5),
        ("PIDS", "PIDs", 6),
    ];
    let mut table = Table::new(&columns.map(|(heading, _, spare)| (heading, spare)));
    for row in rows {
        table.row(columns.map(|(_, key, _)| row[key].as_str().unwrap_or_default().to_owned()));
    }
    table
}

/// The object of `--format json`, with Compose's keys.
fn row(container: &Container, stats: Option<Stats>, whole: bool) -> Value {
    let id = container.id.as_str();
    let shown = |text: &dyn Fn(Stats) -> String| stats.map_or_else(|| "--".to_owned(), text);
    json!({
        "BlockIO": shown(&|stats| pair(stats.block_read, stats.block_written)),
        "CPUPerc": shown(&|stats| format!("{:.2}%", stats.cpu_percent)),
        "Container": id,
        "ID": if whole { id } else { &id[..id.len().min(12)] },
        "MemPerc": shown(&|stats| format!("{:.2}%", memory_percent(&stats))),
        "MemUsage": shown(&|stats| format!("{} / {}", ui::bytes_binary(stats.memory), ui::bytes_binary(stats.memory_limit))),
        "Name": container.name,
        "NetIO": shown(&|stats| pair(stats.network_received, stats.network_sent)),
        "PIDs": shown(&|stats| stats.processes.to_string()),
    })
}

fn pair(one: u64, other: u64) -> String {
    format!("{} / {}", ui::bytes_decimal(one, 3), ui::bytes_decimal(other, 3))
}

#[expect(clippy::cast_precision_loss, reason = "shown with two decimals")]
fn memory_percent(stats: &Stats) -> f64 {
    if stats.memory_limit == 0 { 0.0 } else { stats.memory as f64 / stats.memory_limit as f64 * 100.0 }
}
