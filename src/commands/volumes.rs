//! `ado volumes`: the project's volumes.

use clap::Args;
use clap_complete::ArgValueCandidates;
use serde_json::{Value, json};

use super::scope::Scope;
use super::{Error, Exit, format};
use crate::context::{self, Context};
use crate::engine::VolumeDetail;
use crate::names::ServiceName;
use crate::observed::{Container, Mount};
use crate::ui::Table;

/// Whose volumes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services that use them; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// `table`, `json`, or a Go template
    #[arg(long, default_value = "table")]
    format: String,
    /// Names alone
    #[arg(short, long)]
    quiet: bool,
}

/// Lists volumes.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let mut volumes = engine.volume_details(scope.name()).await?;
    if !arguments.services.is_empty() {
        let containers = scope.containers(engine).await?;
        let services = scope.services(&containers, &arguments.services)?.unwrap_or_default();
        volumes.retain(|volume| {
            containers.iter().any(|container| services.contains(&container.service) && mounts(container, &volume.name))
        });
    }
    if arguments.quiet {
        for volume in &volumes {
            context.ui.line(&volume.name)?;
        }
    } else if arguments.format == "table" {
        let mut table = Table::new(&[("DRIVER", 1), ("VOLUME NAME", 0)]);
        for volume in &volumes {
            table.row([volume.driver.clone(), volume.name.clone()]);
        }
        context.ui.table(&table)?;
    } else {
        format::show(&context.ui, &arguments.format, volumes.iter().map(row))?;
    }
    Ok(Exit::DONE)
}

fn mounts(container: &Container, volume: &str) -> bool {
    container.mounts.values().any(|mount| matches!(mount, Mount::Volume { name } if name == volume))
}

/// The object of `--format json`, with Compose's keys.
fn row(volume: &VolumeDetail) -> Value {
    let labels: Vec<String> = volume.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    json!({
        "Availability": "N/A",
        "Driver": volume.driver,
        "Group": "N/A",
        "Labels": labels.join(","),
        "Links": "N/A",
        "Mountpoint": volume.mountpoint,
        "Name": volume.name,
        "Scope": volume.scope,
        "Size": "N/A",
        "Status": "N/A",
    })
}
