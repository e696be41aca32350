//! The resolved desired state: typed, complete, with nothing left to look up.
//!
//! Field names are those of the Compose specification; each type names its section.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::limits::{Resources, Security, Ulimit};
use super::networks::{Attachment, Link, Network, PortMapping};
use super::seed::Seed;
use super::volumes::{Content, ContentMount, Mount, Volume, VolumesFrom};
use crate::diagnostic::{Sources, Span};
use crate::names::{ContainerName, ImageRef, NetworkName, ProfileName, ProjectName, ServiceName, VolumeName};
use crate::secret::Secret;

/// A project: what a team wants to run.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its name.
    pub name: ProjectName,
    /// Absolute; where relative paths start.
    pub directory: PathBuf,
    /// Absolute paths of the manifest files.
    pub files: Vec<PathBuf>,
    /// Active services, in an order in which every service stands after its dependencies.
    pub services: IndexMap<ServiceName, Service>,
    /// Services of profiles that are not active.
    pub disabled: IndexMap<ServiceName, Service>,
    /// Networks by their key in the manifest.
    pub networks: IndexMap<NetworkName, Network>,
    /// Volumes by their key in the manifest.
    pub volumes: IndexMap<VolumeName, Volume>,
    /// Configs by their key.
    pub configs: IndexMap<String, Content>,
    /// Secrets by their key.
    pub secrets: IndexMap<String, Content>,
    /// What volumes are filled with, by their key.
    pub seeds: IndexMap<VolumeName, Seed>,
    /// What stands between the parts of a container's name: `-`, or `_` as in the names of Compose v1.
    pub separator: char,
    /// The files, for causes and messages.
    pub sources: Arc<Sources>,
}

/// Section "services".
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name.
    pub name: ServiceName,
    /// Where its key stands.
    pub span: Span,
    /// Where each of its attributes stands, two levels deep (`environment.DEBUG`), for causes.
    pub spans: BTreeMap<String, Span>,
    /// `x-` and other attributes that ado reads itself (`x-ado`), as JSON.
    pub extensions: BTreeMap<String, serde_json::Value>,
    /// The image to run: as written, or `project-service` for one that is built.
    pub image: ImageRef,
    /// Whether `image` was written by the user.
    pub image_named: bool,
    /// How the image is built.
    pub build: Option<Build>,
    /// When the image is pulled.
    pub pull_policy: PullPolicy,
    /// `os/arch[/variant]`.
    pub platform: Option<String>,
    /// `scale`, `deploy.replicas`, else 1.
    pub replicas: u32,
    /// `container_name`.
    pub container_name: Option<ContainerName>,
    /// Profiles it belongs to; empty: always active.
    pub profiles: BTreeSet<ProfileName>,
    /// What it waits for.
    pub depends_on: IndexMap<ServiceName, Dependency>,
    /// Order in which a replica is replaced.
    pub update_order: UpdateOrder,
    /// `post_start` hooks.
    pub post_start: Vec<Hook>,
    /// `pre_stop` hooks.
    pub pre_stop: Vec<Hook>,
    /// `develop.watch` rules.
    pub watch: Vec<WatchRule>,
    /// `attach`: whether `up` shows its logs.
    pub attach: bool,

    /// `command`; `Some(empty)` clears the image's.
    pub command: Option<Vec<String>>,
    /// `entrypoint`; `Some(empty)` clears the image's.
    pub entrypoint: Option<Vec<String>>,
    /// Variables; `None` as a value takes the variable out of the image's environment.
    pub environment: IndexMap<String, Option<Secret<String>>>,
    /// Names of variables whose values came from `env_file` and must not be shown.
    pub hidden: BTreeSet<String>,
    /// `user`.
    pub user: Option<String>,
    /// `working_dir`.
    pub working_dir: Option<String>,
    /// `hostname`.
    pub hostname: Option<String>,
    /// `domainname`.
    pub domainname: Option<String>,
    /// `stdin_open`.
    pub stdin_open: bool,
    /// `tty`.
    pub tty: bool,
    /// `stop_signal`.
    pub stop_signal: Option<String>,
    /// `stop_grace_period`.
    pub stop_grace_period: Option<Duration>,
    /// `labels`, Compose's own aside.
    pub labels: IndexMap<String, String>,
    /// `annotations`.
    pub annotations: IndexMap<String, String>,
    /// `healthcheck`.
    pub healthcheck: Option<HealthCheck>,
    /// `restart` or `deploy.restart_policy`.
    pub restart: Restart,
    /// `init`.
    pub init: Option<bool>,
    /// `logging`.
    pub logging: Option<Logging>,

    /// `ports`.
    pub ports: Vec<PortMapping>,
    /// `expose`: `port[/protocol]`.
    pub expose: Vec<String>,
    /// How it is attached: exactly one of these.
    pub attachment: Attachment,
    /// `links` and `external_links`: `(target, alias)`; a target is a service of the project or the name of a container.
    pub links: Vec<Link>,
    /// `extra_hosts`: `host:address`.
    pub extra_hosts: Vec<String>,
    /// `dns`.
    pub dns: Vec<String>,
    /// `dns_search`.
    pub dns_search: Vec<String>,
    /// `dns_opt`.
    pub dns_opt: Vec<String>,
    /// `mac_address`.
    pub mac_address: Option<String>,

    /// `volumes`, in their order.
    pub volumes: Vec<Mount>,
    /// `volumes_from`: `(source, read only)`.
    pub volumes_from: Vec<VolumesFrom>,
    /// `tmpfs`: path and options, `path[:options]`.
    pub tmpfs: Vec<String>,
    /// `configs`.
    pub configs: Vec<ContentMount>,
    /// `secrets`.
    pub secrets: Vec<ContentMount>,

    /// Rights and isolation.
    pub security: Security,
    /// Limits and reservations.
    pub resources: Resources,
}

/// Section `depends_on`, long form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// What must be true before the dependent starts.
    pub condition: Condition,
    /// Whether the dependent is restarted after the dependency was.
    pub restart: bool,
    /// Whether a missing or failing dependency is an error.
    pub required: bool,
    /// Where it stands.
    pub span: Span,
}

/// When a dependency is satisfied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Condition {
    /// `service_started`.
    Started,
    /// `service_healthy`.
    Healthy,
    /// `service_completed_successfully`.
    Completed,
}

/// `pull_policy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullPolicy {
    /// `missing`, `if_not_present`, and the default.
    Missing,
    /// `always`.
    Always,
    /// `never`.
    Never,
    /// `build`: never pulled, always built.
    Build,
    /// `daily`, `weekly`, `every_<duration>`: pulled when older.
    OlderThan(Duration),
}

/// `deploy.update_config.order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UpdateOrder {
    /// The old replica goes before the new one starts.
    #[default]
    StopFirst,
    /// The new replica runs before the old one goes.
    StartFirst,
}

/// Compose Build specification.
#[derive(Debug, Clone, PartialEq)]
pub struct Build {
    /// An absolute directory, or an URL that the builder fetches.
    pub context: String,
    /// Path of the Dockerfile, relative to the context or absolute.
    pub dockerfile: String,
    /// `dockerfile_inline`.
    pub dockerfile_inline: Option<String>,
    /// `args`; `None` as a value is a variable without a value.
    pub args: IndexMap<String, Option<String>>,
    /// `target`.
    pub target: Option<String>,
    /// Further names of the image.
    pub tags: Vec<String>,
    /// `labels`.
    pub labels: IndexMap<String, String>,
    /// `cache_from`.
    pub cache_from: Vec<String>,
    /// `cache_to`.
    pub cache_to: Vec<String>,
    /// `additional_contexts`; `service:NAME` names another service's image.
    pub additional_contexts: IndexMap<String, String>,
    /// `platforms`.
    pub platforms: Vec<String>,
    /// `network`.
    pub network: Option<String>,
    /// `extra_hosts`: `host:address`.
    pub extra_hosts: Vec<String>,
    /// `secrets`: id in the build and the key of the project's secret.
    pub secrets: Vec<ContentMount>,
    /// `ssh`: id and path (`None`: the agent).
    pub ssh: IndexMap<String, Option<String>>,
    /// `shm_size`, in bytes.
    pub shm_size: Option<i64>,
    /// `ulimits`.
    pub ulimits: IndexMap<String, Ulimit>,
    /// `isolation`.
    pub isolation: Option<String>,
    /// `entitlements`.
    pub entitlements: Vec<String>,
    /// `privileged`.
    pub privileged: bool,
    /// `no_cache`.
    pub no_cache: bool,
    /// `pull`.
    pub pull: bool,
    /// `provenance` and `sbom`, as written.
    pub attestations: IndexMap<String, String>,
}

/// Section "healthcheck".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HealthCheck {
    /// `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", text]`; empty: the image's.
    pub test: Vec<String>,
    /// Between two probes.
    pub interval: Option<Duration>,
    /// Of one probe.
    pub timeout: Option<Duration>,
    /// Failures in a row until unhealthy.
    pub retries: Option<u32>,
    /// Failures in this time do not count.
    pub start_period: Option<Duration>,
    /// Between two probes in the start period.
    pub start_interval: Option<Duration>,
}

/// Restart policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Restart {
    /// `no`.
    #[default]
    No,
    /// `always`.
    Always,
    /// `unless-stopped`.
    UnlessStopped,
    /// `on-failure[:n]`; `None` is without limit.
    OnFailure(Option<u32>),
}

/// Section "logging".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Logging {
    /// The driver; `None`: the Engine's.
    pub driver: Option<String>,
    /// Its options.
    pub options: IndexMap<String, String>,
}

/// `post_start` and `pre_stop`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hook {
    /// The command.
    pub command: Vec<String>,
    /// `user`.
    pub user: Option<String>,
    /// `privileged`.
    pub privileged: bool,
    /// `working_dir`.
    pub working_dir: Option<String>,
    /// `environment`: `NAME=value`.
    pub environment: Vec<String>,
}

/// `develop.watch`.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchRule {
    /// Absolute path of the host.
    pub path: PathBuf,
    /// What happens on a change.
    pub action: WatchAction,
    /// Path in the container, for the actions that copy.
    pub target: Option<String>,
    /// Patterns that are left out.
    pub ignore: Vec<String>,
    /// Patterns that are taken; empty: all.
    pub include: Vec<String>,
    /// Copy everything when watching begins.
    pub initial_sync: bool,
    /// The command after copying (`sync+exec`).
    pub exec: Option<Hook>,
}

/// `develop.watch[].action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchAction {
    /// `sync`.
    Sync,
    /// `rebuild`.
    Rebuild,
    /// `restart`.
    Restart,
    /// `sync+restart`.
    SyncRestart,
    /// `sync+exec`.
    SyncExec,
}
