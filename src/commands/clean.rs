//! `ado clean`: removes what projects left behind.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Args;

use super::perform::confirmed;
use super::{Error, Exit};
use crate::context::Context;
use crate::engine::labels;
use crate::engine::{DiskUsage, Engine, ImageUsage};
use crate::names::ImageRef;
use crate::ui::{self, Table};

/// Whoever waits longer than this is told for what.
const SLOW: Duration = Duration::from_secs(1);

/// What is removed.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Containers that have ended, of projects of which nothing runs
    #[arg(long)]
    dead: bool,
    /// Volumes of projects that have no container: their data is lost
    #[arg(long)]
    volumes: bool,
}

/// Something that can go.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Waste {
    Image { id: String, name: String },
    Container { id: String, name: String },
    Volume { name: String },
}

/// Shows what belongs to projects and is of no use, asks, and removes it. What belongs to nobody stays.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let engine = context.engine()?;
    let usage = measured(context, engine).await?;
    let waste = find(&usage, arguments);
    if waste.is_empty() {
        context.ui.note("Nothing to clean: everything that belongs to a project is in use.")?;
        return Ok(Exit::DONE);
    }
    context.ui.table(&table(&waste))?;
    let total: u64 = waste.iter().map(|(_, _, size)| size).sum();
    if context.options.dry_run {
        return Ok(Exit::DONE);
    }
    let question = format!("Remove {} things, {} in all?", waste.len(), ui::bytes_decimal(total, 3));
    if !confirmed(context, arguments.yes, &question)? {
        return Ok(Exit::DONE);
    }
    let mut exit = Exit::DONE;
    for (thing, _, _) in &waste {
        let removed = match thing {
            Waste::Image { id, .. } => engine.remove_image(&ImageRef::new(id)?, false).await,
            Waste::Container { id, .. } => engine.remove_container(&crate::names::ContainerId::new(id)?, true).await,
            Waste::Volume { name } => engine.remove_volume(&crate::names::VolumeName::new(name)?).await,
        };
        if let Err(error) = removed {
            exit = Exit(Error::from(error).report(&context.ui));
        }
    }
    Ok(exit)
}

/// What is on the Engine's disk. The Engine measures every layer and volume for that, which takes long on a busy one.
async fn measured(context: &Context, engine: &Engine) -> Result<DiskUsage, Error> {
    let mut measuring = Box::pin(engine.disk_usage());
    if let Ok(usage) = tokio::time::timeout(SLOW, &mut measuring).await {
        return Ok(usage?);
    }
    context.ui.note("Waiting for the Engine to measure what is on its disk...")?;
    Ok(measuring.await?)
}

/// What can go, whose it is, and its size in bytes; containers first, because they hold images and volumes.
fn find(usage: &DiskUsage, arguments: &Arguments) -> Vec<(Waste, String, u64)> {
    let size = |bytes: i64| u64::try_from(bytes).unwrap_or(0);
    let mut waste = Vec::new();
    let projects = |running: bool| -> BTreeSet<&String> {
        let wanted = usage.containers.iter().filter(|container| !running || container.state == "running");
        wanted.filter_map(|container| container.labels.get(labels::PROJECT)).collect()
    };
    let (alive, existing) = (projects(true), projects(false));
    if arguments.dead {
        for container in &usage.containers {
            let Some(project) = container.labels.get(labels::PROJECT).filter(|project| !alive.contains(project)) else {
                continue;
            };
            let name = container.names.first().map_or(container.id.as_str(), |name| name.trim_start_matches('/'));
            let thing = Waste::Container { id: container.id.clone(), name: name.to_owned() };
            waste.push((thing, project.clone(), size(container.size_rw)));
        }
    }
    for image in usage.images.iter().filter(|image| image.containers == 0) {
        if let Some(project) = image.labels.get(labels::PROJECT) {
            let thing = Waste::Image { id: image.id.clone(), name: image_name(image) };
            waste.push((thing, project.clone(), size(image.size - image.shared_size.max(0))));
        }
    }
    if arguments.volumes {
        for volume in &usage.volumes {
            let Some(project) = volume.labels.get(labels::PROJECT).filter(|project| !existing.contains(project)) else {
                continue;
            };
            let bytes = volume.usage_data.map_or(0, |data| data.size);
            waste.push((Waste::Volume { name: volume.name.clone() }, project.clone(), size(bytes)));
        }
    }
    waste
}

fn image_name(image: &ImageUsage) -> String {
    let short = || image.id.trim_start_matches("sha256:").chars().take(12).collect();
    image.repo_tags.iter().find(|name| *name != "<none>:<none>").cloned().unwrap_or_else(short)
}

fn table(waste: &[(Waste, String, u64)]) -> Table {
    let mut table = Table::new(&[("KIND", 0), ("NAME", 0), ("PROJECT", 1), ("SIZE", 0)]);
    for (thing, project, size) in waste {
        let (kind, name) = match thing {
            Waste::Image { name, .. } => ("image", name),
            Waste::Container { name, .. } => ("container", name),
            Waste::Volume { name } => ("volume", name),
        };
        table.row([kind.to_owned(), name.clone(), project.clone(), ui::bytes_decimal(*size, 3)]);
    }
    table
}
