//! The database of `ado test`: a copy of a template, which the application's own update makes.

use super::super::{Error, Exit};
use super::Which;
use super::ingredients;
use super::setup::run_task;
use super::target::{Surroundings, Target};
use crate::context::Context;
use crate::database::{DatabaseName, leftover};

/// Makes a database for one run; `None` where the project has no server. `anew` also makes the template again, which
/// happens by itself when what it is made of has changed.
pub async fn begin(context: &Context, anew: bool) -> Result<Option<DatabaseName>, Error> {
    let surroundings = Surroundings::Outside(context);
    let settings = surroundings.settings()?;
    if settings.databases.is_empty() {
        return Ok(None);
    }
    let target = Target::find(&surroundings, Which::default()).await?;
    let server = &target.server;
    let own = target.own_name(None)?;
    let made_of = ingredients::of(context, &settings, &target.database).await?;
    let name = leftover::test(&own, server.engine)?;
    let template = leftover::template(&own, &made_of, server.engine)?;
    let _lock = server.lock("the template of tests").await?;
    let cached = server.exists(&template).await?;
    let outdated: Vec<_> =
        server.leftovers().await?.into_iter().filter(|one| leftover::is_outdated(&one.name, &template)).collect();
    if anew || !cached {
        let why = match () {
            () if anew => "is made anew",
            () if outdated.is_empty() => "is made; the next runs copy it",
            () => "is made anew, because what it was made of has changed",
        };
        target.ui().note(format!("the template of test databases {why}"))?;
    }
    if cached && anew {
        server.delete(&template).await?;
    }
    for one in &outdated {
        server.delete(&server.name(&one.name)?).await?;
    }
    if anew || !cached {
        make(&target, &template).await?;
    }
    server.copy(&template, &name).await?;
    Ok(Some(name))
}

/// Removes the database of one run.
pub async fn end(context: &Context, name: &DatabaseName) -> Result<(), Error> {
    let surroundings = Surroundings::Outside(context);
    Ok(Target::find(&surroundings, Which::default()).await?.server.delete(name).await?)
}

/// Under another name until it is whole.
async fn make(target: &Target<'_>, template: &DatabaseName) -> Result<(), Error> {
    let server = &target.server;
    let fresh = leftover::test(template, server.engine)?;
    server.create(&fresh).await?;
    if let Some(task) = &target.database.update {
        let exit = run_task(target, task, None, &fresh).await?;
        if exit != Exit::DONE {
            server.delete(&fresh).await?;
            return Err(Error::TestTemplate { task: task.clone() });
        }
    }
    Ok(server.rename(&fresh, template).await?)
}
