//! The Engine itself: what it is, what it has, and what can be cleaned away.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde::Deserialize;

use super::client::{Call, Patience};
use super::error::Error;
use super::handle::Engine;
use super::query::Query;
use super::summary::nullable;

/// `GET /version`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EngineVersion {
    /// The Engine's, for example `28.5.2`.
    pub version: String,
    /// The newest API version it speaks.
    pub api_version: String,
    /// `linux`, `windows`.
    #[serde(default)]
    pub os: String,
    /// `amd64` …
    #[serde(default)]
    pub arch: String,
    /// Of its machine.
    #[serde(default)]
    pub kernel_version: String,
}

/// `GET /info`, what `doctor` looks at.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EngineInfo {
    /// Of its machine.
    #[serde(default)]
    pub name: String,
    /// Where its data is, on its machine.
    #[serde(default)]
    pub docker_root_dir: String,
    /// `overlay2` …
    #[serde(default)]
    pub driver: String,
    /// Processors.
    #[serde(rename = "NCPU", default)]
    pub processors: u32,
    /// In bytes.
    #[serde(rename = "MemTotal", default)]
    pub memory: u64,
    /// `1` or `2`.
    #[serde(default)]
    pub cgroup_version: String,
    /// Its clock, RFC 3339.
    #[serde(default)]
    pub system_time: String,
    /// What it has to complain about.
    #[serde(default, deserialize_with = "nullable")]
    pub warnings: Vec<String>,
    /// How it is secured (`name=rootless` …).
    #[serde(default, deserialize_with = "nullable")]
    pub security_options: Vec<String>,
}

/// `GET /system/df`; the Engine may take seconds for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DiskUsage {
    /// All layers together, in bytes.
    #[serde(default)]
    pub layers_size: i64,
    /// Every image.
    #[serde(default, deserialize_with = "nullable")]
    pub images: Vec<ImageUsage>,
    /// Every container.
    #[serde(default, deserialize_with = "nullable")]
    pub containers: Vec<ContainerUsage>,
    /// Every volume.
    #[serde(default, deserialize_with = "nullable")]
    pub volumes: Vec<VolumeUsage>,
    /// What builds keep.
    #[serde(default, deserialize_with = "nullable")]
    pub build_cache: Vec<CacheUsage>,
}

/// An image, in the list and on disk (`GET /images/json`, `GET /system/df`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageUsage {
    /// Its id.
    pub id: String,
    /// Its names; empty for one that lost them.
    #[serde(default, deserialize_with = "nullable")]
    pub repo_tags: BTreeSet<String>,
    /// In bytes.
    #[serde(default)]
    pub size: i64,
    /// Bytes that other images have too; -1: not counted.
    #[serde(default)]
    pub shared_size: i64,
    /// Containers made from it; -1: not counted.
    #[serde(default)]
    pub containers: i64,
    /// Seconds since the epoch.
    #[serde(default)]
    pub created: i64,
    /// Its labels.
    #[serde(default, deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
}

/// A container on disk.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContainerUsage {
    /// Its id.
    pub id: String,
    /// Its names, each with a slash before it.
    #[serde(default, deserialize_with = "nullable")]
    pub names: Vec<String>,
    /// The Engine's word for its state.
    #[serde(default)]
    pub state: String,
    /// What it wrote into its own layer, in bytes.
    #[serde(default)]
    pub size_rw: i64,
    /// Its labels.
    #[serde(default, deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
}

/// A volume on disk.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VolumeUsage {
    /// Its name.
    pub name: String,
    /// Its labels.
    #[serde(default, deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
    /// How large and how used it is.
    #[serde(default)]
    pub usage_data: Option<VolumeUsageData>,
}

/// How large and how used a volume is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VolumeUsageData {
    /// In bytes; -1: the driver does not tell.
    pub size: i64,
    /// Containers that use it; -1: not counted.
    pub ref_count: i64,
}

/// One thing that builds keep.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CacheUsage {
    /// Its id.
    #[serde(rename = "ID")]
    pub id: String,
    /// In bytes.
    #[serde(default)]
    pub size: i64,
    /// A build needs it right now.
    #[serde(default)]
    pub in_use: bool,
    /// What it comes from.
    #[serde(default)]
    pub description: String,
}

impl Engine {
    /// What the Engine is.
    pub async fn version(&self) -> Result<EngineVersion, Error> {
        self.get("/version", Query::default(), "the Engine's version").await
    }

    /// What the Engine runs on.
    pub async fn info(&self) -> Result<EngineInfo, Error> {
        self.get("/info", Query::default(), "the Engine's description").await
    }

    /// What is on the Engine's disk. May take seconds.
    pub async fn disk_usage(&self) -> Result<DiskUsage, Error> {
        let call = Call::new(Method::GET, "/system/df", "the Engine's disk usage").patience(Patience::Change);
        self.client.json(call).await
    }
}
