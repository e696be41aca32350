//! What is done about changed files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Shown;
use super::changes::Changes;
use super::rules::{Rule, Rules};
use crate::commands::perform::{Work, perform};
use crate::commands::scope::Present;
use crate::commands::{Error, archive};
use crate::context::{self, Context};
use crate::engine::ExecRequest;
use crate::names::ServiceName;
use crate::observed::Container;
use crate::plan;
use crate::project::{Hook, Project, WatchAction};

/// Acts on changes: copies first, then restarts and builds, each service once. Says whether any of them mattered.
///
/// # Errors
/// Where nothing can be shown any more. Whatever else fails is told, and the next change may mend it.
pub(super) async fn on(
    context: &Context,
    project: &Project,
    rules: &Rules<'_>,
    (changes, shown): (&Changes, Shown),
) -> Result<bool, Error> {
    let mut any = false;
    let mut restart: BTreeSet<ServiceName> = BTreeSet::new();
    let mut rebuild: BTreeSet<ServiceName> = BTreeSet::new();
    for rule in rules.iter() {
        let files = rule.matching(changes.iter());
        if files.is_empty() {
            continue;
        }
        any = true;
        let service = &rule.service.name;
        match rule.wanted.action {
            WatchAction::Rebuild => drop(rebuild.insert(service.clone())),
            WatchAction::Restart => drop(restart.insert(service.clone())),
            WatchAction::Sync | WatchAction::SyncExec | WatchAction::SyncRestart => {
                let copied = told(context, copied(context, project, rule, &files).await)?;
                if copied && rule.wanted.action == WatchAction::SyncRestart {
                    restart.insert(service.clone());
                }
            }
        }
    }
    if !rebuild.is_empty() {
        told(context, rebuilt(context, project, &rebuild, shown).await)?;
    }
    told(context, restarted(context, restart.difference(&rebuild).cloned().collect()).await)?;
    Ok(any)
}

/// Shows a failure; whether there was none.
fn told(context: &Context, result: Result<(), Error>) -> Result<bool, Error> {
    match result {
        Ok(()) => return Ok(true),
        Err(error @ (Error::Output(_) | Error::Context(context::Error::Output(_)))) => return Err(error),
        // That was shown where it happened.
        Err(Error::Shown(_)) => {}
        Err(error) => context.ui.warn(&format!("changed files could not be carried over: {error}"))?,
    }
    Ok(false)
}

/// Copies, and runs the rule's command if it has one.
async fn copied(context: &Context, project: &Project, rule: &Rule<'_>, files: &[PathBuf]) -> Result<(), Error> {
    sync(context, project, rule, files).await?;
    match &rule.wanted.exec {
        Some(hook) if rule.wanted.action == WatchAction::SyncExec => {
            exec(context, project, (&rule.service.name, hook)).await
        }
        _ => Ok(()),
    }
}

/// Makes the files of the service's containers what they are here.
pub(super) async fn sync(
    context: &Context,
    project: &Project,
    rule: &Rule<'_>,
    files: &[PathBuf],
) -> Result<(), Error> {
    let service = &rule.service.name;
    context.ui.note(format!("Syncing service {:?} after {} changes were detected", service.as_str(), files.len()))?;
    let (there, gone): (Vec<&PathBuf>, Vec<&PathBuf>) = files.iter().partition(|path| path.symlink_metadata().is_ok());
    let targets = |paths: &[&PathBuf]| -> Vec<(PathBuf, PathBuf)> {
        paths.iter().filter_map(|path| Some(((*path).clone(), rule.target(path)?))).collect()
    };
    let (there, gone) = (targets(&there), targets(&gone));
    let engine = context.engine()?;
    for container in running(context, project, service).await? {
        if !there.is_empty() {
            let named = there.iter().map(|(source, target)| (source.clone(), below_root(target)));
            engine.archive_put(&container.id, "/", false, archive::pack_files(named.collect())).await?;
        }
        if !gone.is_empty() {
            let mut command: Vec<String> = ["rm", "-rf", "--"].map(str::to_owned).into();
            command.extend(gone.iter().map(|(_, target)| target.to_string_lossy().into_owned()));
            let request = ExecRequest { command, ..ExecRequest::default() };
            let code = engine.exec_run(&container.id, &request, |_, _| {}).await?.exit_code;
            if code != 0 {
                let gone: Vec<String> = gone.iter().map(|(_, target)| target.display().to_string()).collect();
                let (gone, name) = (gone.join(", "), &container.name);
                context.ui.warn(&format!("{gone} could not be removed in {name}: `rm` ended with code {code}"))?;
            }
        }
    }
    Ok(())
}

/// Names in an archive are relative.
fn below_root(path: &Path) -> PathBuf {
    path.strip_prefix("/").unwrap_or(path).to_owned()
}

async fn exec(context: &Context, project: &Project, (service, hook): (&ServiceName, &Hook)) -> Result<(), Error> {
    let Hook { command, user, privileged, working_dir, environment } = hook;
    let request = ExecRequest {
        command: command.clone(),
        user: user.clone(),
        working_dir: working_dir.clone(),
        environment: environment.clone(),
        privileged: *privileged,
        ..ExecRequest::default()
    };
    let engine = context.engine()?;
    for container in running(context, project, service).await? {
        let outcome = engine.exec_run(&container.id, &request, |_, bytes| {
            // Output that cannot be shown does not undo what was done.
            let _ = context.ui.error_bytes(bytes);
        });
        let code = outcome.await?.exit_code;
        if code != 0 {
            context.ui.warn(&format!("`{}` in {} ended with code {code}", command.join(" "), container.name))?;
        }
    }
    Ok(())
}

async fn restarted(context: &Context, services: Vec<ServiceName>) -> Result<(), Error> {
    if services.is_empty() {
        return Ok(());
    }
    let present = Present::look(context, "watch", &services).await?;
    let plan = plan::restart(present.plan_scope(), None, false);
    perform(context, &Work::new("restart", &present.scope.whole, &plan)).await?;
    context.ui.note(format!("service(s) {:?} restarted", names(&services)))?;
    Ok(())
}

/// Builds and replaces what runs.
async fn rebuilt(
    context: &Context,
    project: &Project,
    services: &BTreeSet<ServiceName>,
    shown: Shown,
) -> Result<(), Error> {
    let services: Vec<ServiceName> = services.iter().cloned().collect();
    context.ui.note(format!("Rebuilding service(s) {:?} after changes were detected...", names(&services)))?;
    let goal = super::goal(project, &services, shown)?;
    let prepared = goal.prepare(context).await?;
    let performed = goal.carry_out(context, &prepared.plan, goal.work(&prepared.plan)).await?;
    if performed.ensure_done().is_ok() {
        context.ui.note(format!("service(s) {:?} successfully built", names(&services)))?;
    }
    Ok(())
}

fn names(services: &[ServiceName]) -> Vec<&str> {
    services.iter().map(ServiceName::as_str).collect()
}

async fn running(context: &Context, project: &Project, service: &ServiceName) -> Result<Vec<Container>, Error> {
    let mut containers = context.engine()?.containers(&project.name).await?;
    containers.retain(|one| one.service == *service && !one.oneoff && one.state.is_running());
    Ok(containers)
}
