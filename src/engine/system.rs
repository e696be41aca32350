//! The Engine itself: what it is and what it runs on.

use serde::Deserialize;

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

impl Engine {
    /// What the Engine is.
    pub async fn version(&self) -> Result<EngineVersion, Error> {
        self.get("/version", Query::default(), "the Engine's version").await
    }

    /// What the Engine runs on.
    pub async fn info(&self) -> Result<EngineInfo, Error> {
        self.get("/info", Query::default(), "the Engine's description").await
    }
}
