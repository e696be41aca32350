//! One command at a time changes a project.

use std::path::PathBuf;

use super::Error;
use crate::context::Context;
use crate::execute::ProjectLock;
use crate::names::ProjectName;

/// Waits for other commands that change this project, and says for whom; `None` under `--dry-run`, which changes nothing.
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
    Ok(Some(acquired.await?))
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
