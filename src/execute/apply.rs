//! One step, one request.

use std::collections::BTreeMap;

use super::failure::{StepError, failure, last_of};
use super::run::Surroundings;
use super::wait;
use crate::engine::{Error, ExecRequest};
use crate::event::Progress;
use crate::names::{ContainerId, ServiceName};
use crate::plan::{Action, Step, Subject};
use crate::project::{self, Hook, Replica, Service};

/// What a step needs to know of steps that were done before.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// The container it works on.
    pub(super) container: Option<ContainerId>,
    /// The containers that a new one refers to.
    pub(super) references: BTreeMap<ServiceName, ContainerId>,
}

/// Does one step; gives the container that it made. A network that a killed run had asked for can appear at any moment
/// beside the one that this run made; then one of them goes, and the step is done again.
pub(super) async fn apply_despite_duplicates(
    surroundings: &Surroundings<'_>,
    step: &Step,
    targets: &Targets,
    progress: &impl Fn(Progress),
) -> Result<Option<ContainerId>, StepError> {
    match apply(surroundings, step, targets, progress).await {
        Err(StepError::Engine(Error::AmbiguousNetwork { .. })) => {
            surroundings.engine.remove_duplicate_networks(&surroundings.project.name).await;
            apply(surroundings, step, targets, progress).await
        }
        done => done,
    }
}

/// Does one step; gives the container that it made.
async fn apply(
    surroundings: &Surroundings<'_>,
    step: &Step,
    targets: &Targets,
    progress: &impl Fn(Progress),
) -> Result<Option<ContainerId>, StepError> {
    let Surroundings { engine, project, options, .. } = surroundings;
    match &step.action {
        Action::Pull { image, platform, services: _ } => {
            Box::pin(engine.pull(image, platform.as_deref(), progress)).await?;
        }
        Action::Build { service, image: _ } => {
            let service = service_of(surroundings, service)?;
            Box::pin(engine.build(project, service, &options.build, progress)).await?;
        }
        Action::CreateNetwork { key, name } => {
            let network = project.networks.get(key).ok_or_else(|| failure(format!("network {name} is not defined")))?;
            engine.create_network(project, key, &project::network_hash(network)).await?;
        }
        Action::RemoveNetwork { id, name: _ } => gone(engine.remove_network(id.as_str()).await)?,
        Action::CreateVolume { key, name } => {
            let volume = project.volumes.get(key).ok_or_else(|| failure(format!("volume {name} is not defined")))?;
            engine.create_volume(project, key, &project::volume_hash(volume)).await?;
        }
        Action::RemoveVolume { name } => gone(engine.remove_volume(name).await)?,
        Action::RemoveImage { image } => gone(engine.remove_image(image, false).await)?,
        Action::Create { service, replica, references: _ } => {
            let service = service_of(surroundings, service)?;
            let replica = Replica { containers: targets.references.clone(), ..replica.clone() };
            return create(surroundings, service, &replica).await.map(Some);
        }
        on_container => {
            let Some(id) = &targets.container else { return Err(failure("its container was not made").into()) };
            apply_to(surroundings, on_container, (id, step), progress).await?;
        }
    }
    Ok(None)
}

async fn apply_to(
    surroundings: &Surroundings<'_>,
    action: &Action,
    (id, step): (&ContainerId, &Step),
    progress: &impl Fn(Progress),
) -> Result<(), StepError> {
    let Surroundings { engine, project, .. } = surroundings;
    match action {
        Action::Start(_) => engine.start(id).await?,
        Action::Stop { subject: _, timeout } => gone(engine.stop(id, *timeout).await)?,
        Action::Restart { subject: _, timeout } => engine.restart(id, *timeout).await?,
        Action::Kill { subject: _, signal } => gone(engine.kill(id, signal).await)?,
        Action::Pause(_) => engine.pause(id).await?,
        Action::Unpause(_) => engine.unpause(id).await?,
        Action::Remove { subject: _, volumes } => gone(engine.remove_container(id, *volumes).await)?,
        Action::Rename { subject: _, name } => engine.rename(id, name).await?,
        Action::Disconnect { subject: _, network } => gone(engine.disconnect_network(network.as_str(), id).await)?,
        Action::Connect { subject, key, oneoff } => {
            let service = service_of(surroundings, &subject.service)?;
            let replica = Replica { oneoff: *oneoff, ..Replica::new(subject.name.clone(), 1) };
            engine.connect_network(project, service, &replica, (key, id)).await?;
        }
        Action::Hook { subject, hook } => run_hook(surroundings, (id, subject), hook, progress).await?,
        Action::Await { subject, condition } => {
            wait::until(surroundings, (id, subject), *condition, (step, progress)).await?;
        }
        Action::Pull { .. }
        | Action::Build { .. }
        | Action::CreateNetwork { .. }
        | Action::RemoveNetwork { .. }
        | Action::CreateVolume { .. }
        | Action::RemoveVolume { .. }
        | Action::RemoveImage { .. }
        | Action::Create { .. } => {}
    }
    Ok(())
}

/// What is not there any more needs no removal.
fn gone(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(error) if error.is_not_found() => Ok(()),
        other => other,
    }
}

fn service_of<'a>(surroundings: &Surroundings<'a>, name: &ServiceName) -> Result<&'a Service, StepError> {
    let service = surroundings.project.service(name);
    service.ok_or_else(|| failure(format!("service `{name}` is not in the manifest")).into())
}

/// A container without its configs and secrets is of no use, so it goes again where they cannot be delivered.
async fn create(
    surroundings: &Surroundings<'_>,
    service: &Service,
    replica: &Replica,
) -> Result<ContainerId, StepError> {
    let Surroundings { engine, project, .. } = surroundings;
    let id = engine.create_container(project, service, replica).await?;
    match engine.deliver(project, service, &id).await {
        Ok(()) => Ok(id),
        Err(error) => {
            // Why it could not be delivered is what must be told, not that the removal failed too.
            engine.remove_container(&id, true).await.ok();
            Err(error.into())
        }
    }
}

async fn run_hook(
    surroundings: &Surroundings<'_>,
    (id, subject): (&ContainerId, &Subject),
    hook: &Hook,
    progress: &impl Fn(Progress),
) -> Result<(), StepError> {
    let Hook { command, user, privileged, working_dir, environment } = hook;
    let request = ExecRequest {
        command: command.clone(),
        user: user.clone(),
        working_dir: working_dir.clone(),
        environment: environment.clone(),
        privileged: *privileged,
        ..ExecRequest::default()
    };
    let told = |line: &str| progress(Progress::Line(line.trim_end().to_owned()));
    let tell = |_, bytes: &bytes::Bytes| String::from_utf8_lossy(bytes).lines().for_each(told);
    let outcome = Box::pin(surroundings.engine.exec_run(id, &request, tell)).await?;
    if outcome.exit_code == 0 {
        return Ok(());
    }
    // In Compose's words.
    let mut failed = failure(format!("{} hook exited with status {}", subject.service, outcome.exit_code));
    failed.details = last_of(&String::from_utf8_lossy(&outcome.output));
    failed.details.insert(0, format!("`{}` in container {}", command.join(" "), subject.name));
    Err(failed.into())
}
