//! Host ports that a plan needs, checked before anything is created.

mod listening;
mod preflight;

use listening::{Listener, Listening};
pub use preflight::Conflict;

use std::path::Path;

use super::Error;
use crate::context::Context;
use crate::plan::Plan;
use crate::project::Project;

/// Makes sure that every fixed host port of the plan can be had.
///
/// # Errors
/// [`Error::PortsTaken`] with everyone who holds one.
pub async fn ensure_free(context: &Context, plan: &Plan, project: &Project) -> Result<(), Error> {
    if !preflight::needs_ports(plan, project) {
        return Ok(());
    }
    let engine = context.engine()?;
    let proc = engine.endpoint().is_local().then_some(Path::new("/proc"));
    let conflicts = preflight::check(plan, project, &engine.publishers().await?, proc);
    if conflicts.is_empty() { Ok(()) } else { Err(Error::PortsTaken { conflicts }) }
}
