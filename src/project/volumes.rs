//! Volumes, configs and secrets, and how services mount them.

use std::path::PathBuf;

use indexmap::IndexMap;
use serde::Serialize;

use super::networks::LinkTarget;
use crate::diagnostic::Span;
use crate::names::{ImageRef, VolumeName};
use crate::secret::Secret;

/// Section "volumes" of a service, long form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mount {
    /// Path in the container.
    pub target: String,
    /// `read_only`.
    pub read_only: bool,
    /// `consistency`.
    pub consistency: Option<String>,
    /// What is mounted.
    pub kind: MountKind,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// What a mount brings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum MountKind {
    /// A path of the host.
    Bind {
        /// Absolute.
        source: String,
        /// Make the directory where it is missing.
        create_host_path: bool,
        /// `bind.propagation`.
        propagation: Option<String>,
        /// `bind.selinux`: `z` or `Z`.
        selinux: Option<String>,
        /// `bind.recursive`.
        recursive: Option<String>,
    },
    /// A volume of the project.
    Volume {
        /// Its key.
        source: VolumeName,
        /// Leave out the image's content.
        no_copy: bool,
        /// `volume.subpath`.
        subpath: Option<String>,
        /// `volume.labels`.
        labels: IndexMap<String, String>,
    },
    /// A volume without a name.
    Anonymous {
        /// Leave out the image's content.
        no_copy: bool,
    },
    /// Memory.
    Tmpfs {
        /// In bytes.
        size: Option<i64>,
        /// Permission bits.
        mode: Option<u32>,
    },
    /// An image.
    Image {
        /// The reference.
        source: ImageRef,
        /// `image.subpath`.
        subpath: Option<String>,
    },
    /// A named pipe (Windows).
    NamedPipe {
        /// The pipe.
        source: String,
    },
}

/// One of `volumes_from`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VolumesFrom {
    /// A service of the project or a container.
    pub source: LinkTarget,
    /// `:ro`.
    pub read_only: bool,
}

/// A config or secret as a service takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContentMount {
    /// Key in the project's `configs` or `secrets`.
    pub source: String,
    /// Absolute path in the container; for a build secret, its id.
    pub target: String,
    /// Owner in the container.
    pub uid: Option<String>,
    /// Group in the container.
    pub gid: Option<String>,
    /// Permission bits.
    pub mode: Option<u32>,
}

/// Top-level "configs" and "secrets".
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// Its name in the Engine.
    pub name: String,
    /// Where the bytes come from.
    pub source: ContentSource,
    /// Where it stands.
    pub span: Span,
}

/// Where the bytes of a config or a secret come from.
#[derive(Debug, Clone, PartialEq)]
pub enum ContentSource {
    /// A file of the host, absolute.
    File(PathBuf),
    /// A variable of the environment, by name, with its value where it is set.
    Environment(String, Option<Secret<String>>),
    /// Written in the manifest.
    Inline(Secret<String>),
    /// Kept by the Engine (swarm), by its name.
    External,
}

/// Top-level "volumes".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Volume {
    /// Its name in the Engine.
    pub name: VolumeName,
    /// Made by others; the fields below do not count then.
    pub external: bool,
    /// `driver`.
    pub driver: Option<String>,
    /// `driver_opts`.
    pub driver_opts: IndexMap<String, String>,
    /// `labels`.
    pub labels: IndexMap<String, String>,
    /// Where it stands.
    #[serde(skip)]
    pub span: Option<Span>,
}
