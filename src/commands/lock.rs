//! One command at a time changes a project.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::Error;
use crate::context::Context;
use crate::engine::Engine;
use crate::execute::{ChangeMark, ProjectLock};
use crate::names::ProjectName;
use crate::observed::{Container, Observed};

/// So long a project must not change before nothing more is expected of a killed run.
const SETTLED: Duration = Duration::from_secs(1);

/// How often is looked.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A project that never stands still, as with a container that ends again and again, is taken as it is.
const PATIENCE: Duration = Duration::from_secs(15);

/// Waits for other commands that change this project, and says for whom, and for what the Engine still does for one that
/// was killed; `None` under `--dry-run`, which changes nothing.
pub async fn acquire(context: &Context, project: &ProjectName, verb: &str) -> Result<Option<ProjectLock>, Error> {
    if context.options.dry_run {
        return Ok(None);
    }
    let endpoint = context.engine()?.endpoint().to_string();
    let command = format!("ado {verb}");
    let directory = directory(context);
    let acquired = ProjectLock::acquire(&directory, (&endpoint, project), &command, |holder| {
        // Where nobody can read it, waiting goes on all the same.
        let _ = context.ui.note(format!("Waiting for {holder}, which changes project {project} right now"));
    });
    let lock = acquired.await?;
    if let Some((mark, holder)) = ChangeMark::left_over(&directory, (&endpoint, project)) {
        let words = format!("The last run, {holder}, was cut off: waiting until nothing changes any more");
        let _ = context.ui.note(words);
        settle(context.engine()?, project).await?;
        mark.remove();
    }
    Ok(Some(lock))
}

/// Notes that the project is being changed, for whoever comes after a run that was cut off.
///
/// # Errors
/// An endpoint that cannot be right.
pub fn mark(context: &Context, project: &ProjectName, verb: &str) -> Result<ChangeMark, Error> {
    let endpoint = context.engine()?.endpoint().to_string();
    Ok(ChangeMark::set(&directory(context), (&endpoint, project), &format!("ado {verb}")))
}

/// What a killed run had asked for goes on inside the Engine, which shows it only when it is done: a container being
/// made, one being stopped. So the project is left alone until nothing has changed for a moment.
async fn settle(engine: &Engine, project: &ProjectName) -> Result<(), Error> {
    let start = Instant::now();
    let (mut seen, mut since) = (engine.observe_named(project).await?, start);
    while since.elapsed() < SETTLED && start.elapsed() < PATIENCE {
        tokio::time::sleep(LOOK_AGAIN).await;
        let now = engine.observe_named(project).await?;
        if !is_same(&seen, &now) {
            (seen, since) = (now, Instant::now());
        }
    }
    Ok(())
}

/// Whether nothing happened between two looks; the Engine's words for people tell the time and always differ.
fn is_same(before: &Observed, after: &Observed) -> bool {
    let same =
        |a: &Container, b: &Container| (&a.id, &a.name, a.state, &a.networks) == (&b.id, &b.name, b.state, &b.networks);
    before.containers.len() == after.containers.len()
        && before.containers.iter().zip(&after.containers).all(|(a, b)| same(a, b))
        && before.networks.keys().eq(after.networks.keys())
        && before.duplicate_networks == after.duplicate_networks
        && before.volumes.keys().eq(after.volumes.keys())
}

/// A folder of this user's that does not outlive a restart of the machine.
fn directory(context: &Context) -> PathBuf {
    let set = |name: &str| context.environment.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(directory) = set("XDG_RUNTIME_DIR") {
        return directory.join("ado");
    }
    let temporary = set("TMPDIR").unwrap_or_else(|| PathBuf::from("/tmp"));
    temporary.join(format!("ado-{}", nix::unistd::getuid()))
}
