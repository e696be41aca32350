//! `ado apply`: carries out a plan that `ado plan --format json` wrote.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

use super::perform::{Work, perform};
use super::{Error, Exit, lock, ports};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan::{self, Plan};
use crate::project::Dependencies;

/// Which plan.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The file, or `-` for standard input
    #[arg(value_hint = clap::ValueHint::FilePath)]
    plan: PathBuf,
}

/// What is read of the file; the words for people do not count.
#[derive(Debug, Deserialize)]
struct Written {
    project: String,
    services: Vec<ServiceName>,
    plan: Plan,
}

/// Carries out that very plan, or nothing where the world has changed since.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let Written { project: name, services, plan } = read(context, &arguments.plan)?;
    let project = context.project()?;
    if project.name.as_str() != name {
        return Err(Error::OtherProject { planned: name, present: project.name });
    }
    let project = project.select(&services, Dependencies::Exclude)?;
    let lock = lock::acquire(context, &project.name, "apply").await?;
    let observed = context.engine()?.observe(&project).await?;
    if plan::fingerprint(&project, &observed) != plan.fingerprint {
        return Err(Error::WorldMoved);
    }
    ports::ensure_free(context, &plan, &project).await?;
    let performed = perform(context, &Work::new("apply", &project, &plan)).await?;
    drop(lock);
    Ok(performed.exit())
}

fn read(context: &Context, path: &Path) -> Result<Written, Error> {
    let text = if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(context::Error::Input)?;
        text
    } else {
        let path = context.directory.join(path);
        std::fs::read_to_string(&path).map_err(|source| Error::File { path, source })?
    };
    serde_json::from_str(&text).map_err(|source| Error::NotAPlan { path: path.to_owned(), source })
}
