//! `ado images`: the images of the project's containers.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Args;
use clap_complete::ArgValueCandidates;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::format::Format;
use super::scope::Scope;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::engine::ImageDetail;
use crate::names::{ImageId, ServiceName};
use crate::observed::Container;
use crate::ui::{self, Table};

/// Whose images.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// How they are shown
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Ids alone
    #[arg(short, long)]
    quiet: bool,
}

/// Lists images.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let mut containers = scope.containers(engine).await?;
    if let Some(services) = scope.services(&containers, &arguments.services)? {
        containers.retain(|container| services.contains(&container.service));
    }
    let ids: BTreeSet<&ImageId> = containers.iter().map(|container| &container.image_id).collect();
    let images = engine.image_details(ids).await?;
    if arguments.quiet {
        for image in &images {
            context.ui.line(image.id.trim_start_matches("sha256:"))?;
        }
        return Ok(Exit::DONE);
    }
    let used: Vec<(&Container, &ImageDetail)> = containers
        .iter()
        .filter_map(|container| Some((container, images.iter().find(|image| image.id == container.image_id.as_str())?)))
        .collect();
    if arguments.format == Format::Json {
        let rows: Vec<Value> = used.iter().map(|(container, image)| row(container, image)).collect();
        context.ui.json(&rows)?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(&[
        ("CONTAINER", 0),
        ("REPOSITORY", 0),
        ("TAG", 1),
        ("PLATFORM", 4),
        ("IMAGE ID", 3),
        ("SIZE", 2),
        ("CREATED", 2),
    ]);
    for (container, image) in used {
        let (repository, tag) = name(container, image);
        let id = image.id.trim_start_matches("sha256:");
        table.row([
            container.name.to_string(),
            repository.to_owned(),
            tag.to_owned(),
            platform(image),
            id[..id.len().min(12)].to_owned(),
            ui::bytes_decimal(image.size, 3),
            tagged(image).map_or_else(|| "N/A".to_owned(), |past| format!("{} ago", ui::age(past))),
        ]);
    }
    context.ui.table(&table)?;
    Ok(Exit::DONE)
}

fn row(container: &Container, image: &ImageDetail) -> Value {
    let (repository, tag) = name(container, image);
    json!({
        "ID": image.id,
        "ContainerName": container.name,
        "Repository": repository,
        "Tag": tag,
        "Platform": platform(image),
        "Size": image.size,
        "LastTagTime": image.metadata.last_tag_time,
    })
}

/// Repository and tag: of the name under which the container got the image, else of the image's first name.
fn name<'a>(container: &Container, image: &'a ImageDetail) -> (&'a str, &'a str) {
    let is_its =
        |tag: &&String| tag.strip_suffix(":latest").unwrap_or(tag) == container.image || **tag == container.image;
    let tag = image.repo_tags.iter().find(is_its).or(image.repo_tags.first());
    let tag = tag.map_or("<none>:<none>", String::as_str);
    tag.rsplit_once(':').unwrap_or((tag, "latest"))
}

fn platform(image: &ImageDetail) -> String {
    let ImageDetail { os, architecture, variant, .. } = image;
    if variant.is_empty() { format!("{os}/{architecture}") } else { format!("{os}/{architecture}/{variant}") }
}

/// How long ago the image got its name.
fn tagged(image: &ImageDetail) -> Option<Duration> {
    let time: Timestamp = image.metadata.last_tag_time.parse().ok()?;
    let seconds = Timestamp::now().as_second() - time.as_second();
    // Year 1 stands for never.
    (time.as_second() > 0).then(|| Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}
