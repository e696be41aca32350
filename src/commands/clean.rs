//! `ado clean`: removes what projects left behind.

mod waste;

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::malformed::Malformed;
use super::perform::confirmed;
use super::{Error, Exit, lock};
use crate::context::Context;
use crate::engine::{self, Engine};
use crate::execute::ProjectLock;
use crate::names::{ContainerId, ImageRef, ProjectName, VolumeName};
use crate::ui;
use waste::{Kind, Lists, Wanted, Waste};

/// Whoever waits longer than this is told for what.
const SLOW: Duration = Duration::from_secs(1);

/// What is removed, beside images that were built for a project and that no container uses; with `-p` before the verb, of that
/// project only.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Containers and networks of projects of which nothing runs
    #[arg(long)]
    dead: bool,
    /// Volumes of projects that have no container: their data is lost
    #[arg(long)]
    volumes: bool,
    /// What builds keep: `projects` copies of the directories that were built from, `all` everything of the whole Engine
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "projects"
    )]
    build_cache: Option<BuildCache>,
}

/// Whose build cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum BuildCache {
    Projects,
    All,
}

/// Shows what belongs to projects and is of no use, asks, and removes it. What belongs to nobody stays.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let wanted = Wanted {
        project: context.options.project_name.as_ref().map(|name| ProjectName::new(name)).transpose()?,
        dead: arguments.dead,
        volumes: arguments.volumes,
        build_cache: arguments.build_cache,
    };
    if wanted.project.is_some() && wanted.build_cache == Some(BuildCache::All) {
        return Err(Malformed::CacheOfProject.into());
    }
    let engine = context.engine()?;
    let mut lists = listed(engine, &wanted).await?;
    if wanted.build_cache.is_some() {
        lists.cache = patiently(context, engine.build_cache()).await?;
    }
    let mut waste = waste::find(&lists, &wanted);
    if waste.is_empty() {
        context.ui.note("Nothing to clean: everything that belongs to a project is in use.")?;
        return Ok(Exit::DONE);
    }
    measure(context, engine, &mut waste).await?;
    context.ui.table(&waste::table(&waste))?;
    if context.options.dry_run {
        return Ok(Exit::DONE);
    }
    if !confirmed(context, arguments.yes, &question(&waste))? {
        return Ok(Exit::DONE);
    }
    let _locks = locks(context, &waste).await?;
    // Other commands may have taken some of it into use in the meantime.
    let again = Lists { cache: lists.cache, ..listed(engine, &wanted).await? };
    let still = waste::find(&again, &wanted);
    waste.retain(|one| still.iter().any(|other| (other.kind, &other.id) == (one.kind, &one.id)));
    remove(context, engine, &waste, arguments.volumes).await
}

/// What the Engine has, as far as listing it is quick.
async fn listed(engine: &Engine, wanted: &Wanted) -> Result<Lists, engine::Error> {
    let volumes = async { if wanted.volumes { engine.volumes_of_projects().await } else { Ok(Vec::new()) } };
    let networks = async { if wanted.dead { engine.networks_of_projects().await } else { Ok(Vec::new()) } };
    let (images, containers, networks, volumes) =
        futures_util::try_join!(engine.images_of_projects(), engine.all_containers(), networks, volumes)?;
    Ok(Lists { images, containers, networks, volumes, cache: Vec::new() })
}

/// Finds out sizes that the Engine does not list: of containers and volumes that can go.
async fn measure(context: &Context, engine: &Engine, waste: &mut [Waste]) -> Result<(), Error> {
    let containers: Vec<&str> =
        waste.iter().filter(|one| one.kind == Kind::Container).map(|one| one.id.as_str()).collect();
    let measured = match containers.as_slice() {
        [] => Vec::new(),
        ids => patiently(context, engine.measured_containers(ids)).await?,
    };
    let volumes = if waste.iter().any(|one| one.kind == Kind::Volume) {
        patiently(context, engine.volume_sizes()).await?
    } else {
        std::collections::BTreeMap::new()
    };
    for one in waste {
        match one.kind {
            Kind::Container => {
                let found = measured.iter().find(|container| container.id == one.id);
                one.size = found.and_then(|container| u64::try_from(container.size_rw).ok());
            }
            Kind::Volume => one.size = volumes.get(&one.id).copied(),
            Kind::Network | Kind::Image | Kind::BuildCache => {}
        }
    }
    Ok(())
}

/// Waits for an answer for which the Engine has to measure its disk, which takes long on a busy one.
async fn patiently<T>(context: &Context, answer: impl Future<Output = Result<T, engine::Error>>) -> Result<T, Error> {
    let mut answer = Box::pin(answer);
    if let Ok(answer) = tokio::time::timeout(SLOW, &mut answer).await {
        return Ok(answer?);
    }
    context.ui.note("Waiting for the Engine to measure what is on its disk...")?;
    Ok(answer.await?)
}

fn question(waste: &[Waste]) -> String {
    let volumes = waste.iter().filter(|one| one.kind == Kind::Volume).count();
    let loss = match volumes {
        0 => String::new(),
        1 => ", the data in 1 volume among them".to_owned(),
        count => format!(", the data in {count} volumes among them"),
    };
    let things = if waste.len() == 1 { "1 thing".to_owned() } else { format!("{} things", waste.len()) };
    format!("Remove {things}{loss}, {} in all?", ui::bytes_decimal(waste::total(waste), 3))
}

/// Keeps other commands from changing these projects, and waits for those that do.
async fn locks(context: &Context, waste: &[Waste]) -> Result<Vec<ProjectLock>, Error> {
    let projects: BTreeSet<&ProjectName> = waste.iter().filter_map(|one| one.project.as_ref()).collect();
    let mut locks = Vec::new();
    for project in projects {
        locks.extend(lock::acquire(context, project, "clean").await?);
    }
    Ok(locks)
}

async fn remove(context: &Context, engine: &Engine, waste: &[Waste], volumes: bool) -> Result<Exit, Error> {
    let mut removed: Vec<&Waste> = Vec::new();
    let mut exit = Exit::DONE;
    for one in waste {
        let result = match one.kind {
            Kind::Container => engine.remove_container(&ContainerId::new(&one.id)?, volumes).await,
            Kind::Network => engine.remove_network(&one.id).await,
            Kind::Image => engine.remove_image(&ImageRef::new(&one.id)?, false).await,
            Kind::Volume => engine.remove_volume(&VolumeName::new(&one.id)?).await,
            Kind::BuildCache => engine.remove_build_cache(&one.id).await,
        };
        match result {
            Ok(()) => removed.push(one),
            Err(error) => exit = Exit(Error::from(error).report(&context.ui)),
        }
    }
    let size: u64 = removed.iter().filter_map(|one| one.size).sum();
    context.ui.note(format!("Removed {} of {}, {} in all", removed.len(), waste.len(), ui::bytes_decimal(size, 3)))?;
    Ok(exit)
}
