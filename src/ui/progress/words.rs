//! What a step is called while it is done and after it, in Compose's words.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::{ContainerId, ContainerName, ServiceName};
use crate::plan::{Action, Cause, Condition, Plan, StepId, Subject, Target};

use super::board::Kind;

/// How a step is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// The object: `Container x-web-1`.
    pub id: String,
    /// What is done about it.
    pub kind: Kind,
    /// While it is done; `None` where only the end is told.
    pub working: Option<&'static str>,
    /// When it is done.
    pub done: &'static str,
}

/// The words for every step that is shown.
///
/// A replacement is one line for people ("Recreate", "Recreated"), although it is several requests: those that take the
/// old container away and give its name to the new one are not shown.
pub(super) fn of_plan(plan: &Plan) -> BTreeMap<StepId, Words> {
    let replaced = Replaced::of(plan);
    plan.steps().filter_map(|(id, step)| Some((id, replaced.words(id, &step.action, &step.cause)?))).collect()
}

/// What the plan puts new containers in the place of.
struct Replaced {
    /// Containers that go.
    old: BTreeSet<ContainerId>,
    /// The name that a new container ends up with, by the step that makes it.
    final_name: BTreeMap<StepId, ContainerName>,
    /// Steps that make a container in the place of another.
    makers: BTreeSet<StepId>,
}

impl Replaced {
    fn of(plan: &Plan) -> Self {
        let mut replaced = Self { old: BTreeSet::new(), final_name: BTreeMap::new(), makers: BTreeSet::new() };
        for (id, step) in plan.steps() {
            match &step.action {
                Action::Create { replica, .. } => {
                    if let Some(old) = &replica.replaces {
                        replaced.old.insert(old.clone());
                        replaced.makers.insert(id);
                    }
                }
                Action::Rename { subject: Subject { target: Target::Made(maker), .. }, name } => {
                    replaced.final_name.insert(*maker, name.clone());
                }
                _ => {}
            }
        }
        replaced
    }

    fn takes_away(&self, subject: &Subject) -> bool {
        matches!(&subject.target, Target::Existing(id) if self.old.contains(id))
    }

    fn name(&self, subject: &Subject) -> String {
        let renamed = match &subject.target {
            Target::Made(maker) => self.final_name.get(maker),
            Target::Existing(_) => None,
        };
        container(renamed.unwrap_or(&subject.name))
    }

    fn words(&self, step: StepId, action: &Action, cause: &Cause) -> Option<Words> {
        let kind = kind(action);
        let words = |id: String, working: &'static str, done: &'static str| {
            Some(Words { id, kind, working: Some(working), done })
        };
        match action {
            Action::Pull { image, services, .. } => words(pulled(image.as_str(), services), "Pulling", "Pulled"),
            Action::Build { image, .. } => words(image.to_string(), "Building", "Built"),
            Action::CreateNetwork { name, .. } => words(format!("Network {name}"), "Creating", "Created"),
            Action::RemoveNetwork { name, .. } => words(format!("Network {name}"), "Removing", "Removed"),
            Action::CreateVolume { name, .. } => words(format!("Volume {name}"), "Creating", "Created"),
            Action::RemoveVolume { name } => words(format!("Volume {name}"), "Removing", "Removed"),
            Action::RemoveImage { image } => words(format!("Image {image}"), "Removing", "Removed"),
            Action::Create { replica, .. } => {
                let name = container(self.final_name.get(&step).unwrap_or(&replica.name));
                if self.makers.contains(&step) {
                    words(name, "Recreate", "Recreated")
                } else {
                    words(name, "Creating", "Created")
                }
            }
            Action::Start(subject) => words(self.name(subject), "Starting", "Started"),
            Action::Await { subject, condition } => {
                let done = match condition {
                    Condition::Started => "Started",
                    Condition::Healthy | Condition::Ready => "Healthy",
                    Condition::Completed => "Exited",
                };
                words(self.name(subject), "Waiting", done)
            }
            // What stops for the sake of a network or volume stops long before its replacement is made.
            Action::Stop { subject, .. } if !self.takes_away(subject) || matches!(cause, Cause::Uses(_)) => {
                words(self.name(subject), "Stopping", "Stopped")
            }
            Action::Remove { subject, .. } if !self.takes_away(subject) && *cause != Cause::LeftOver => {
                words(self.name(subject), "Removing", "Removed")
            }
            Action::Restart { subject, .. } => words(self.name(subject), "Restarting", "Started"),
            Action::Kill { subject, .. } => words(self.name(subject), "Killing", "Killed"),
            Action::Pause(subject) => Some(Words { id: self.name(subject), kind, working: None, done: "Paused" }),
            Action::Unpause(subject) => Some(Words { id: self.name(subject), kind, working: None, done: "Unpaused" }),
            Action::Stop { .. }
            | Action::Remove { .. }
            | Action::Rename { .. }
            | Action::Hook { .. }
            | Action::Disconnect { .. }
            | Action::Connect { .. } => None,
        }
    }
}

fn kind(action: &Action) -> Kind {
    match action {
        Action::Pull { .. } => Kind::Pull,
        Action::Build { .. } => Kind::Build,
        Action::Await { .. } => Kind::Wait,
        _ => Kind::Other,
    }
}

fn container(name: &ContainerName) -> String {
    format!("Container {name}")
}

fn pulled(image: &str, services: &[ServiceName]) -> String {
    match services {
        [] => image.to_owned(),
        services => services.iter().map(ServiceName::as_str).collect::<Vec<_>>().join(", "),
    }
}
