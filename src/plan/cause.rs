//! Why steps are done, and what a plan does not do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names::{ContainerName, ImageRef, ServiceName};

/// Why a step is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It is not there.
    Missing,
    /// It differs from the manifest.
    Changed(Vec<Change>),
    /// It was made by another program, which does not say how.
    Foreign,
    /// Its image has another content than the container's.
    NewImage(ImageRef),
    /// More replicas are wanted, or fewer.
    Scaled {
        /// Replicas there are.
        from: u32,
        /// Replicas wanted.
        to: u32,
    },
    /// No manifest knows it any more.
    Orphaned,
    /// It must go along with another service.
    Follows(ServiceName),
    /// Another service waits for it.
    NeededBy(ServiceName),
    /// A network or volume it uses is replaced.
    Uses(String),
    /// It is left over from an earlier run that was cut off.
    LeftOver,
    /// It is stopped but should run.
    NotRunning,
    /// The command line says so.
    Asked,
}

/// One attribute that differs, for example `environment.DEBUG`, and where the manifest has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Path of the attribute inside its service, network or volume.
    pub attribute: String,
    /// `compose.yaml:31`; `None` where it was taken out.
    pub place: Option<String>,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("does not exist"),
            Self::Changed(changes) if changes.is_empty() => f.write_str("its definition changed"),
            Self::Changed(changes) => {
                for (index, change) in changes.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "; " })?;
                    change.fmt(f)?;
                }
                Ok(())
            }
            Self::Foreign => f.write_str("made by another program; it cannot be compared with the manifest"),
            Self::NewImage(image) => write!(f, "image `{image}` has another content"),
            Self::Scaled { from, to } => write!(f, "replicas: {from} → {to}"),
            Self::Orphaned => f.write_str("no service of the manifest"),
            Self::Follows(service) => write!(f, "`{service}` is replaced"),
            Self::NeededBy(service) => write!(f, "`{service}` waits for it"),
            Self::Uses(name) => write!(f, "`{name}` is replaced"),
            Self::LeftOver => f.write_str("left over from a run that was cut off"),
            Self::NotRunning => f.write_str("is not running"),
            Self::Asked => f.write_str("asked for"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{} changed, {place}", self.attribute),
            None => write!(f, "{} was taken out", self.attribute),
        }
    }
}

/// Something that people should know about a plan, but that it does nothing about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Containers of services that the manifest does not know.
    #[error(
        "Found orphan containers ([{}]) for this project. If you removed or renamed this service in your compose \
         file, you can run this command with the --remove-orphans flag to clean it up.",
        listed(containers)
    )]
    Orphans {
        /// Their names.
        containers: Vec<ContainerName>,
    },
    /// A network with the wanted name that was not made for this project; it is used as it is.
    #[error(
        "a network with name {name} exists but was not created for this project; set `external: true` to use an existing network"
    )]
    ForeignNetwork {
        /// Its name in the Engine.
        name: String,
    },
    /// A volume with the wanted name that was not made for this project; it is used as it is.
    #[error(
        "volume \"{name}\" already exists but was not created for this project; use `external: true` to use an existing volume"
    )]
    ForeignVolume {
        /// Its name in the Engine.
        name: String,
    },
    /// A volume whose definition changed; it is used as it is, because its data would be lost.
    #[error(
        "volume \"{name}\" exists but does not match the configuration in the compose file; it is kept, because replacing it loses its data"
    )]
    DifferentVolume {
        /// Its name in the Engine.
        name: String,
    },
}

fn listed(names: &[ContainerName]) -> String {
    names.iter().map(ContainerName::as_str).collect::<Vec<_>>().join(" ")
}
