//! `db-create`, `db-delete`, `db-copy`, `db-rename`.

use clap::Args;

use super::super::{Error, Exit};
use super::Which;
use super::target::Target;

/// Of `db-create`.
#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    pub(super) which: Which,
    /// Leave it as it is where it is there already
    #[arg(long)]
    if_missing: bool,
    /// The new database
    name: Option<String>,
}

/// Of `db-delete`.
#[derive(Debug, Args)]
pub struct Delete {
    #[command(flatten)]
    pub(super) which: Which,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Remove what interrupted commands left, as far as nobody is connected to it
    #[arg(long, conflicts_with = "names")]
    leftovers: bool,
    /// The databases
    #[arg(value_name = "NAME", required_unless_present = "leftovers")]
    names: Vec<String>,
}

/// Of `db-copy` and `db-rename`.
#[derive(Debug, Args)]
pub struct Move {
    #[command(flatten)]
    pub(super) which: Which,
    /// The database that exists
    from: String,
    /// The database that does not yet
    to: String,
}

/// Makes a database.
pub async fn create(target: &Target<'_>, arguments: &Create) -> Result<Exit, Error> {
    let name = target.own_name(arguments.name.as_ref())?;
    if arguments.if_missing && target.server.exists(&name).await? {
        return Ok(Exit::DONE);
    }
    target.server.create(&name).await?;
    target.ui().note(format!("database {name} is there"))?;
    Ok(Exit::DONE)
}

/// Removes databases.
pub async fn delete(target: &Target<'_>, arguments: &Delete) -> Result<Exit, Error> {
    if arguments.leftovers {
        return delete_leftovers(target, arguments.yes).await;
    }
    let names: Vec<_> = arguments.names.iter().map(|name| target.server.own_name(name)).collect::<Result<_, _>>()?;
    for name in &names {
        target.server.require(name).await?;
    }
    let shown: Vec<_> = names.iter().map(ToString::to_string).collect();
    if !target.surroundings.consent(arguments.yes, &format!("Remove {} with all data?", shown.join(", ")))? {
        return Ok(Exit::FAILED);
    }
    for name in &names {
        target.server.delete(name).await?;
        target.ui().note(format!("database {name} is removed"))?;
    }
    Ok(Exit::DONE)
}

async fn delete_leftovers(target: &Target<'_>, yes: bool) -> Result<Exit, Error> {
    let (used, left): (Vec<_>, Vec<_>) =
        target.server.leftovers().await?.into_iter().partition(|listed| listed.connections > 0);
    for listed in &used {
        target
            .ui()
            .note(format!("{} stays: somebody is connected to it, perhaps a restore", listed.name.escape_debug()))?;
    }
    if left.is_empty() {
        target.ui().note("nothing is left over")?;
        return Ok(Exit::DONE);
    }
    let names: Vec<_> = left.iter().map(|listed| target.server.name(&listed.name)).collect::<Result<_, _>>()?;
    let shown: Vec<_> = names.iter().map(ToString::to_string).collect();
    if !target.surroundings.consent(yes, &format!("Remove {}?", shown.join(", ")))? {
        return Ok(Exit::FAILED);
    }
    for name in &names {
        target.server.delete(name).await?;
        target.ui().note(format!("database {name} is removed"))?;
    }
    Ok(Exit::DONE)
}

/// Copies a database.
pub async fn copy(target: &Target<'_>, arguments: &Move) -> Result<Exit, Error> {
    let (from, to) = (target.server.name(&arguments.from)?, target.server.own_name(&arguments.to)?);
    target.server.copy(&from, &to).await?;
    target.ui().note(format!("database {to} is a copy of {from}"))?;
    Ok(Exit::DONE)
}

/// Renames a database.
pub async fn rename(target: &Target<'_>, arguments: &Move) -> Result<Exit, Error> {
    let (from, to) = (target.server.own_name(&arguments.from)?, target.server.own_name(&arguments.to)?);
    target.server.rename(&from, &to).await?;
    target.ui().note(format!("database {from} is called {to} now"))?;
    Ok(Exit::DONE)
}
