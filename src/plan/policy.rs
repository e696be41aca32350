//! What the command line decides about a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::bases::Bases;
use crate::names::ServiceName;

/// When a container that exists is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recreate {
    /// If and only if its image's content or its configuration changed.
    #[default]
    Changed,
    /// Always (`--force-recreate`, `--always-recreate-deps`).
    Always,
    /// Never (`--no-recreate`).
    Never,
}

/// When an image is built or pulled although the Engine has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Refresh {
    /// As the service's `pull_policy` says.
    #[default]
    Policy,
    /// Always (`--build`, `--pull always`).
    Always,
    /// Only when the Engine has it not (`--pull missing`).
    Missing,
    /// Never, not even when it is missing (`--no-build`, `--pull never`).
    Never,
}

/// How images are got.
#[derive(Debug, Clone, Default)]
pub struct ImagePolicy {
    /// When images are built.
    pub build: Refresh,
    /// When images are pulled.
    pub pull: Refresh,
    /// Which images each build starts from.
    pub bases: Bases,
}

/// What `up`, `create` and `scale` are asked to do.
#[derive(Debug, Clone, Default)]
pub struct UpPolicy {
    /// Services named on the command line; empty: all. Others are there because these depend on them.
    pub named: BTreeSet<ServiceName>,
    /// For named services.
    pub recreate: Recreate,
    /// For services that are only depended on.
    pub recreate_dependencies: Recreate,
    /// New anonymous volumes for replaced containers (`-V`).
    pub renew_anonymous_volumes: bool,
    /// Remove containers of services that the manifest does not know.
    pub remove_orphans: bool,
    /// Say nothing about them either (`COMPOSE_IGNORE_ORPHANS`).
    pub ignore_orphans: bool,
    /// Replicas for some services (`--scale`).
    pub scale: BTreeMap<ServiceName, u32>,
    /// Until a stopped container is killed; `None`: its own grace period.
    pub timeout: Option<Duration>,
    /// Create containers without starting them (`create`, `up --no-start`).
    pub no_start: bool,
    /// Wait until every container is ready (`--wait`).
    pub wait: bool,
    /// Begin although it is known that a service waits for the health of one that has no health check: called as Docker
    /// Compose, what that one did until then is told, and in Compose's words.
    pub tries_anyway: bool,
    /// Make networks and volumes that no service uses, too (`--all-resources`).
    pub all_resources: bool,
    /// Replace volumes whose definition changed: their data is lost. The command asks first.
    pub replace_volumes: bool,
    /// How missing images are got. Images that are there are refreshed before, see [`super::refresh`].
    pub images: ImagePolicy,
}

/// Which images `down --rmi` removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RemoveImages {
    /// None.
    #[default]
    None,
    /// Those without a name of the user's (`local`).
    Local,
    /// All.
    All,
}

/// What `down` is asked to do.
#[derive(Debug, Clone, Default)]
pub struct DownPolicy {
    /// Services named on the command line; empty: all, with networks.
    pub named: BTreeSet<ServiceName>,
    /// Volumes too, anonymous ones included (`-v`).
    pub volumes: bool,
    /// Images too (`--rmi`).
    pub images: RemoveImages,
    /// Containers of services that the manifest does not know too.
    pub remove_orphans: bool,
    /// Say nothing about them either.
    pub ignore_orphans: bool,
    /// Until a stopped container is killed; `None`: its own grace period.
    pub timeout: Option<Duration>,
}
