//! Rights, isolation, limits and reservations.

use indexmap::IndexMap;

use super::fields::{Fields, json};
use crate::manifest::Value;
use crate::project::{DeviceMapping, DeviceRequest, Resources, Security, Ulimit};

pub(super) fn security(fields: &Fields<'_>) -> Security {
    Security {
        privileged: fields.flag("privileged"),
        cap_add: fields.texts("cap_add"),
        cap_drop: fields.texts("cap_drop"),
        security_opt: fields.texts("security_opt"),
        group_add: fields.texts("group_add"),
        read_only: fields.flag("read_only"),
        userns_mode: fields.text("userns_mode"),
        pid: fields.text("pid"),
        ipc: fields.text("ipc"),
        uts: fields.text("uts"),
        cgroup: fields.text("cgroup"),
        cgroup_parent: fields.text("cgroup_parent"),
        isolation: fields.text("isolation"),
        runtime: fields.text("runtime"),
        sysctls: fields.text_map("sysctls"),
        ulimits: ulimits(fields),
        storage_opt: fields.text_map("storage_opt"),
        devices: fields.items("devices").iter().filter_map(device).collect(),
        device_cgroup_rules: fields.texts("device_cgroup_rules"),
        use_api_socket: fields.flag("use_api_socket"),
    }
}

/// One number for both limits, or `soft` and `hard`; a missing `soft` is 0, as Compose has it.
pub(super) fn ulimits(fields: &Fields<'_>) -> IndexMap<String, Ulimit> {
    let Some(limits) = fields.fields("ulimits") else { return IndexMap::new() };
    let entries = limits.entries();
    entries
        .filter_map(|(key, node)| {
            let limit = if let Value::Mapping(_) = node.value {
                let both = limits.fields(&key.name)?;
                Ulimit {
                    soft: both.integer("soft").unwrap_or_default(),
                    hard: both.integer("hard").unwrap_or_default(),
                }
            } else {
                let one = limits.integer(&key.name)?;
                Ulimit { soft: one, hard: one }
            };
            Some((key.name.to_string(), limit))
        })
        .collect()
}

fn device(fields: &Fields<'_>) -> Option<DeviceMapping> {
    let source = fields.text("source")?;
    Some(DeviceMapping {
        target: fields.text("target").unwrap_or_else(|| source.clone()),
        permissions: fields.text("permissions").unwrap_or_else(|| "rwm".to_owned()),
        source,
    })
}

/// The service's own limits; those of `deploy.resources` win, as in Compose.
pub(super) fn resources(fields: &Fields<'_>) -> Resources {
    let deploy = fields.fields("deploy").and_then(|deploy| deploy.fields("resources"));
    let limits = deploy.as_ref().and_then(|deploy| deploy.fields("limits"));
    let reservations = deploy.as_ref().and_then(|deploy| deploy.fields("reservations"));
    let limit = |key: &str| limits.as_ref().and_then(|limits| limits.integer(key)).filter(|limit| *limit != 0);
    let cpus = limits.as_ref().and_then(|limits| limits.float("cpus")).or_else(|| fields.float("cpus"));
    let reserved = reservations.as_ref().and_then(|reserved| reserved.integer("memory")).filter(|bytes| *bytes != 0);
    let mut devices: Vec<DeviceRequest> = fields.items("gpus").iter().map(|gpus| gpu_request(gpus)).collect();
    devices
        .extend(reservations.iter().flat_map(|reserved| reserved.items("devices")).map(|item| device_request(&item)));
    Resources {
        memory: limit("memory").or_else(|| fields.integer("mem_limit")),
        memory_reservation: reserved.or_else(|| fields.integer("mem_reservation")),
        memory_swap: fields.integer("memswap_limit"),
        memory_swappiness: fields.integer("mem_swappiness"),
        nano_cpus: cpus.and_then(billionths),
        cpu_shares: fields.integer("cpu_shares"),
        cpu_period: microseconds(fields, "cpu_period"),
        cpu_quota: microseconds(fields, "cpu_quota"),
        cpu_realtime_period: microseconds(fields, "cpu_rt_period"),
        cpu_realtime_runtime: microseconds(fields, "cpu_rt_runtime"),
        cpuset: fields.text("cpuset"),
        cpu_count: fields.integer("cpu_count"),
        cpu_percent: fields.float("cpu_percent").and_then(whole),
        pids: limit("pids").or_else(|| fields.integer("pids_limit")),
        shm_size: fields.integer("shm_size"),
        oom_kill_disable: fields.boolean("oom_kill_disable"),
        oom_score_adj: fields.integer("oom_score_adj"),
        block_io: fields.get("blkio_config").map(json),
        devices,
    }
}

/// A number of microseconds, or a time (`50ms`).
fn microseconds(fields: &Fields<'_>, key: &str) -> Option<i64> {
    let text = fields.text(key)?;
    if text.parse::<i64>().is_ok() {
        return fields.integer(key);
    }
    i64::try_from(fields.duration(key)?.as_micros()).ok()
}

fn billionths(cpus: f64) -> Option<i64> {
    whole(cpus * 1e9)
}

/// The nearest whole number of a finite one.
fn whole(number: f64) -> Option<i64> {
    format!("{number:.0}").parse().ok()
}

/// `gpus` asks for the capability `gpu` beside what it names.
fn gpu_request(fields: &Fields<'_>) -> DeviceRequest {
    let mut request = device_request(fields);
    if !request.capabilities.iter().any(|capability| capability == "gpu") {
        request.capabilities.push("gpu".to_owned());
    }
    request
}

fn device_request(fields: &Fields<'_>) -> DeviceRequest {
    let count = match fields.text("count").as_deref() {
        Some("all") => Some(-1),
        Some(_) => fields.integer("count"),
        None => None,
    };
    DeviceRequest {
        capabilities: fields.texts("capabilities"),
        driver: fields.text("driver"),
        count,
        device_ids: fields.texts("device_ids"),
        options: fields.text_map("options"),
    }
}
