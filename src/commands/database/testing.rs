//! The database of `ado test`: a copy of a template, which is made once by the application's own update.

use super::super::{Error, Exit};
use super::Which;
use super::setup::run_task;
use super::target::{Surroundings, Target};
use crate::context::Context;
use crate::database::{DatabaseName, leftover};

/// Makes a database for one run; `None` where the project has no server. `anew` also makes the template again.
pub async fn begin(context: &Context, anew: bool) -> Result<Option<DatabaseName>, Error> {
    let surroundings = Surroundings::Outside(context);
    if surroundings.settings()?.databases.is_empty() {
        return Ok(None);
    }
    let target = Target::find(&surroundings, Which::default()).await?;
    let server = &target.server;
    let own = target.own_name(None)?;
    let (name, template) = (leftover::test(&own, server.engine)?, leftover::template(&own, server.engine)?);
    let _lock = server.lock("the template of tests").await?;
    let cached = server.exists(&template).await?;
    if cached && anew {
        server.delete(&template).await?;
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
