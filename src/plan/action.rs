//! What steps do.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::model::StepId;
use crate::names::{ContainerId, ContainerName, ImageRef, NetworkId, NetworkName, ServiceName, VolumeName};
use crate::project::{self, Hook, Replica};

/// A container that is there already, or one that a step of this plan makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Already there.
    Existing(ContainerId),
    /// Made by an earlier step.
    Made(StepId),
}

/// A container as the user knows it, beside how the executor finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its service.
    pub service: ServiceName,
    /// Its name, for people.
    pub name: ContainerName,
    /// Which one.
    pub target: Target,
}

impl Subject {
    /// The id of a container that is there already.
    pub fn existing(&self) -> Option<&ContainerId> {
        match &self.target {
            Target::Existing(id) => Some(id),
            Target::Made(_) => None,
        }
    }
}

/// What a container must have reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It was started.
    Started,
    /// Its health check succeeded.
    Healthy,
    /// It ended with code 0.
    Completed,
    /// It is of use (`--wait`): healthy, or running without a health check, or ended with code 0.
    Ready,
}

impl From<project::Condition> for Condition {
    fn from(condition: project::Condition) -> Self {
        match condition {
            project::Condition::Started => Self::Started,
            project::Condition::Healthy => Self::Healthy,
            project::Condition::Completed => Self::Completed,
        }
    }
}

/// What a step does. One variant is one request; each carries exactly what it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Fetch an image for these services.
    Pull {
        /// The image.
        image: ImageRef,
        /// `os/arch`.
        platform: Option<String>,
        /// Who asked for it.
        services: Vec<ServiceName>,
    },
    /// Build the image of a service.
    Build {
        /// The service.
        service: ServiceName,
        /// Its image.
        image: ImageRef,
    },
    /// Create a network of the project.
    CreateNetwork {
        /// Key in the manifest.
        key: NetworkName,
        /// Name in the Engine.
        name: NetworkName,
    },
    /// Remove a network.
    RemoveNetwork {
        /// Which.
        id: NetworkId,
        /// For people.
        name: NetworkName,
    },
    /// Create a volume of the project.
    CreateVolume {
        /// Key in the manifest.
        key: VolumeName,
        /// Name in the Engine.
        name: VolumeName,
    },
    /// Remove a volume: data is lost.
    RemoveVolume {
        /// Name in the Engine.
        name: VolumeName,
    },
    /// Remove an image.
    RemoveImage {
        /// Which.
        image: ImageRef,
    },
    /// Create a container, with its configs and secrets delivered.
    Create {
        /// Its service.
        service: ServiceName,
        /// What it is made of; `containers` is filled in from `references` when the step is done.
        replica: Replica,
        /// Containers of other services it refers to.
        references: BTreeMap<ServiceName, Target>,
    },
    /// Start a container.
    Start(Subject),
    /// Run a hook inside a running container.
    Hook {
        /// Where.
        subject: Subject,
        /// What.
        hook: Hook,
    },
    /// Wait until a container is as somebody needs it.
    Await {
        /// Which.
        subject: Subject,
        /// What must be true.
        condition: Condition,
    },
    /// Stop a container.
    Stop {
        /// Which.
        subject: Subject,
        /// Until it is killed; `None`: its own grace period.
        timeout: Option<Duration>,
    },
    /// Restart a container.
    Restart {
        /// Which.
        subject: Subject,
        /// Until it is killed; `None`: its own grace period.
        timeout: Option<Duration>,
    },
    /// Kill a container with a signal.
    Kill {
        /// Which.
        subject: Subject,
        /// `SIGKILL`, `SIGHUP` …
        signal: String,
    },
    /// Freeze a container.
    Pause(Subject),
    /// Let a frozen container go on.
    Unpause(Subject),
    /// Remove a container; running ones are killed.
    Remove {
        /// Which.
        subject: Subject,
        /// Its anonymous volumes too.
        volumes: bool,
    },
    /// Give a container another name.
    Rename {
        /// Which.
        subject: Subject,
        /// The new name.
        name: ContainerName,
    },
    /// Take a container out of a network that is about to be replaced.
    Disconnect {
        /// Which.
        subject: Subject,
        /// Name in the Engine.
        network: NetworkName,
    },
    /// Attach a container to a network.
    Connect {
        /// Which.
        subject: Subject,
        /// Key in the manifest.
        key: NetworkName,
        /// Whether it is the container of a `run`, which does not answer to its service's name.
        oneoff: bool,
    },
}

/// The subject of an action, borrowed as the action is: one list for reading and for changing.
macro_rules! subject_of {
    ($action:expr) => {
        match $action {
            Action::Start(subject)
            | Action::Hook { subject, .. }
            | Action::Await { subject, .. }
            | Action::Stop { subject, .. }
            | Action::Restart { subject, .. }
            | Action::Kill { subject, .. }
            | Action::Pause(subject)
            | Action::Unpause(subject)
            | Action::Remove { subject, .. }
            | Action::Rename { subject, .. }
            | Action::Disconnect { subject, .. }
            | Action::Connect { subject, .. } => Some(subject),
            Action::Pull { .. }
            | Action::Build { .. }
            | Action::CreateNetwork { .. }
            | Action::RemoveNetwork { .. }
            | Action::CreateVolume { .. }
            | Action::RemoveVolume { .. }
            | Action::RemoveImage { .. }
            | Action::Create { .. } => None,
        }
    };
}

impl Action {
    /// The container that is worked on, where it is one that a service has.
    pub fn subject(&self) -> Option<&Subject> {
        subject_of!(self)
    }

    /// The same, to point it elsewhere.
    pub fn subject_mut(&mut self) -> Option<&mut Subject> {
        subject_of!(self)
    }

    /// The service on whose behalf it is done, where it is one.
    pub fn service(&self) -> Option<&ServiceName> {
        match self {
            Self::Build { service, .. } | Self::Create { service, .. } => Some(service),
            other => other.subject().map(|subject| &subject.service),
        }
    }
}
