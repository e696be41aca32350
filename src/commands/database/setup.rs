//! `db-update`, `db-demo-setup`, `db-rebuild`: the frame around the application's own tasks.

use clap::Args;

use super::super::{Error, Exit};
use super::target::Target;
use super::tasks;
use super::{DatabaseUsage, Which};
use crate::database::{DatabaseName, leftover};

/// Of `db-update`.
#[derive(Debug, Args)]
pub struct Update {
    #[command(flatten)]
    pub(super) which: Which,
    /// Only these modules; the task gets them as its option `--modules`
    #[arg(short, long, value_name = "MODULE,…")]
    modules: Option<String>,
    /// The database; without it, the one of config.toml
    name: Option<String>,
}

/// Of `db-demo-setup`.
#[derive(Debug, Args)]
pub struct Name {
    #[command(flatten)]
    pub(super) which: Which,
    /// The database; without it, the one of config.toml
    name: Option<String>,
}

/// Of `db-rebuild`.
#[derive(Debug, Args)]
pub struct Confirmed {
    #[command(flatten)]
    pub(super) which: Which,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// The database; without it, the one of config.toml
    name: Option<String>,
}

/// Runs the application's update.
pub async fn update(target: &Target<'_>, arguments: &Update) -> Result<Exit, Error> {
    let name = target.own_name(arguments.name.as_ref())?;
    target.server.require(&name).await?;
    let task = target.database.update.as_ref().ok_or(DatabaseUsage::NoDatabaseTask { key: "update" })?;
    let modules = arguments.modules.as_ref().map(|modules| format!("--modules={modules}"));
    run_task(target, task, modules, &name).await
}

/// Makes the database with demo data, unless it is there.
pub async fn demo(target: &Target<'_>, arguments: &Name) -> Result<Exit, Error> {
    set_up(target, &target.own_name(arguments.name.as_ref())?).await
}

/// Removes the database and makes it again.
pub async fn rebuild(target: &Target<'_>, arguments: &Confirmed) -> Result<Exit, Error> {
    let name = target.own_name(arguments.name.as_ref())?;
    if target.server.exists(&name).await? {
        if !target
            .surroundings
            .consent(arguments.yes, &format!("Remove {name} with all its data and set it up again?"))?
        {
            return Ok(Exit::FAILED);
        }
        target.server.delete(&name).await?;
    }
    set_up(target, &name).await
}

/// One at a time: the second one waits, and then finds the database there. An empty database marks the set-up as not
/// ended, so that one which was interrupted is begun anew and not taken for a whole one.
pub async fn set_up(target: &Target<'_>, name: &DatabaseName) -> Result<Exit, Error> {
    let server = &target.server;
    let _lock = server.lock(&format!("set up {}", name.as_str())).await?;
    let mark = leftover::setup(name, server.engine)?;
    let interrupted = server.exists(&mark).await?;
    if server.exists(name).await? {
        if !interrupted {
            target.ui().note(format!("database {name} exists already: nothing to do"))?;
            return Ok(Exit::DONE);
        }
        target.ui().note(format!("database {name} was not set up to the end: beginning anew"))?;
        server.delete(name).await?;
    }
    if !interrupted {
        server.create(&mark).await?;
    }
    server.create(name).await?;
    for task in [&target.database.update, &target.database.demo].into_iter().flatten() {
        let exit = run_task(target, task, None, name).await?;
        if exit != Exit::DONE {
            return Ok(exit);
        }
    }
    server.delete(&mark).await?;
    target.ui().note(format!("database {name} is set up"))?;
    Ok(Exit::DONE)
}

/// Runs a task of the application on a database.
pub async fn run_task(
    target: &Target<'_>,
    task: &str,
    option: Option<String>,
    name: &DatabaseName,
) -> Result<Exit, Error> {
    // After `--` a name is an argument, whatever it begins with.
    let words = option.into_iter().chain(["--".to_owned(), name.as_str().to_owned()]).collect();
    tasks::perform(target.surroundings, task, words).await
}
