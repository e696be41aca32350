//! Rights, isolation and resources of a service.

use indexmap::IndexMap;
use serde::Serialize;

/// `ulimits`: one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ulimit {
    /// May be raised by the process up to `hard`.
    pub soft: i64,
    /// The end.
    pub hard: i64,
}

/// Rights and isolation of a service.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Security {
    /// `privileged`.
    pub privileged: bool,
    /// `cap_add`.
    pub cap_add: Vec<String>,
    /// `cap_drop`.
    pub cap_drop: Vec<String>,
    /// `security_opt`.
    pub security_opt: Vec<String>,
    /// `group_add`.
    pub group_add: Vec<String>,
    /// `read_only`.
    pub read_only: bool,
    /// `userns_mode`.
    pub userns_mode: Option<String>,
    /// `pid`: `host`, `service:NAME` or `container:NAME`.
    pub pid: Option<String>,
    /// `ipc`: `host`, `shareable`, `service:NAME` …
    pub ipc: Option<String>,
    /// `uts`.
    pub uts: Option<String>,
    /// `cgroup`.
    pub cgroup: Option<String>,
    /// `cgroup_parent`.
    pub cgroup_parent: Option<String>,
    /// `isolation`.
    pub isolation: Option<String>,
    /// `runtime`.
    pub runtime: Option<String>,
    /// `sysctls`.
    pub sysctls: IndexMap<String, String>,
    /// `ulimits`.
    pub ulimits: IndexMap<String, Ulimit>,
    /// `storage_opt`.
    pub storage_opt: IndexMap<String, String>,
    /// `devices`: `source:target:permissions`.
    pub devices: Vec<DeviceMapping>,
    /// `device_cgroup_rules`.
    pub device_cgroup_rules: Vec<String>,
    /// `use_api_socket`.
    pub use_api_socket: bool,
}

/// `devices`, long form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceMapping {
    /// On the host, or a CDI name.
    pub source: String,
    /// In the container.
    pub target: String,
    /// Of `r`, `w`, `m`.
    pub permissions: String,
}

/// Limits and reservations of a service; memory in bytes.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Resources {
    /// `mem_limit`, `deploy.resources.limits.memory`.
    #[serde(rename = "mem_limit")]
    pub memory: Option<i64>,
    /// `mem_reservation`, `deploy.resources.reservations.memory`.
    #[serde(rename = "mem_reservation")]
    pub memory_reservation: Option<i64>,
    /// `memswap_limit`; -1 is without limit.
    #[serde(rename = "memswap_limit")]
    pub memory_swap: Option<i64>,
    /// `mem_swappiness`.
    #[serde(rename = "mem_swappiness")]
    pub memory_swappiness: Option<i64>,
    /// `cpus`, `deploy.resources.limits.cpus`, in billionths.
    #[serde(rename = "cpus")]
    pub nano_cpus: Option<i64>,
    /// `cpu_shares`.
    pub cpu_shares: Option<i64>,
    /// `cpu_period`, in microseconds.
    pub cpu_period: Option<i64>,
    /// `cpu_quota`, in microseconds.
    pub cpu_quota: Option<i64>,
    /// `cpu_rt_period`, in microseconds.
    #[serde(rename = "cpu_rt_period")]
    pub cpu_realtime_period: Option<i64>,
    /// `cpu_rt_runtime`, in microseconds.
    #[serde(rename = "cpu_rt_runtime")]
    pub cpu_realtime_runtime: Option<i64>,
    /// `cpuset`.
    pub cpuset: Option<String>,
    /// `cpu_count` (Windows).
    pub cpu_count: Option<i64>,
    /// `cpu_percent` (Windows).
    pub cpu_percent: Option<i64>,
    /// `pids_limit`, `deploy.resources.limits.pids`.
    #[serde(rename = "pids_limit")]
    pub pids: Option<i64>,
    /// `shm_size`.
    pub shm_size: Option<i64>,
    /// `oom_kill_disable`.
    pub oom_kill_disable: Option<bool>,
    /// `oom_score_adj`.
    pub oom_score_adj: Option<i64>,
    /// `blkio_config`, as JSON in the shape of the specification.
    #[serde(rename = "blkio_config")]
    pub block_io: Option<serde_json::Value>,
    /// `gpus` and `deploy.resources.reservations.devices`.
    #[serde(rename = "gpus")]
    pub devices: Vec<DeviceRequest>,
}

/// `deploy.resources.reservations.devices`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct DeviceRequest {
    /// `capabilities`.
    pub capabilities: Vec<String>,
    /// `driver`.
    pub driver: Option<String>,
    /// `count`; -1 is all.
    pub count: Option<i64>,
    /// `device_ids`.
    pub device_ids: Vec<String>,
    /// `options`.
    pub options: IndexMap<String, String>,
}
