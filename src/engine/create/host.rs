//! Limits, restart policy, logging and environment.

use std::collections::HashMap;

use bollard::models::{
    DeviceRequest as ApiDeviceRequest, HostConfig, HostConfigLogConfig, ResourcesBlkioWeightDevice, RestartPolicy,
    RestartPolicyNameEnum, ThrottleDevice,
};
use indexmap::IndexMap;
use serde_json::Value;

use crate::project::{DeviceRequest, Logging, Resources, Restart};
use crate::secret::Secret;

use super::request::some;

/// A map in the shape of the API's models.
pub(super) fn map(entries: &IndexMap<String, String>) -> HashMap<String, String> {
    entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// `NAME=value`, or `NAME` alone, which takes the variable out of the image's environment.
pub(super) fn environment(variables: &IndexMap<String, Option<Secret<String>>>) -> Vec<String> {
    variables
        .iter()
        .map(|(name, value)| match value {
            Some(value) => format!("{name}={}", value.reveal()),
            None => name.clone(),
        })
        .collect()
}

/// The restart policy; none is the Engine's default, and what Compose sends.
pub(super) fn restart_policy(restart: Restart) -> Option<RestartPolicy> {
    let (name, retries) = match restart {
        Restart::No => return None,
        Restart::Always => (RestartPolicyNameEnum::ALWAYS, None),
        Restart::UnlessStopped => (RestartPolicyNameEnum::UNLESS_STOPPED, None),
        Restart::OnFailure(retries) => (RestartPolicyNameEnum::ON_FAILURE, retries),
    };
    Some(RestartPolicy { name: Some(name), maximum_retry_count: retries.map(i64::from) })
}

/// The logging driver.
pub(super) fn logging(Logging { driver, options }: &Logging) -> HostConfigLogConfig {
    HostConfigLogConfig { typ: driver.clone(), config: (!options.is_empty()).then(|| map(options)) }
}

/// Limits and reservations.
pub(super) fn resources(host: &mut HostConfig, resources: &Resources) {
    let Resources {
        memory,
        memory_reservation,
        memory_swap,
        memory_swappiness,
        nano_cpus,
        cpu_shares,
        cpu_period,
        cpu_quota,
        cpu_realtime_period,
        cpu_realtime_runtime,
        cpuset,
        cpu_count,
        cpu_percent,
        pids,
        shm_size,
        oom_kill_disable,
        oom_score_adj,
        block_io,
        devices,
    } = resources;
    host.memory = *memory;
    host.memory_reservation = *memory_reservation;
    host.memory_swap = *memory_swap;
    host.memory_swappiness = *memory_swappiness;
    host.nano_cpus = *nano_cpus;
    host.cpu_shares = *cpu_shares;
    host.cpu_period = *cpu_period;
    host.cpu_quota = *cpu_quota;
    host.cpu_realtime_period = *cpu_realtime_period;
    host.cpu_realtime_runtime = *cpu_realtime_runtime;
    host.cpuset_cpus.clone_from(cpuset);
    host.cpu_count = *cpu_count;
    host.cpu_percent = *cpu_percent;
    host.pids_limit = *pids;
    host.shm_size = *shm_size;
    host.oom_kill_disable = *oom_kill_disable;
    host.oom_score_adj = *oom_score_adj;
    host.device_requests = some(devices.iter().map(device_request).collect());
    if let Some(block_io) = block_io {
        block_io_limits(host, block_io);
    }
}

fn device_request(request: &DeviceRequest) -> ApiDeviceRequest {
    let DeviceRequest { capabilities, driver, count, device_ids, options } = request;
    ApiDeviceRequest {
        driver: driver.clone(),
        count: *count,
        device_ids: some(device_ids.clone()),
        capabilities: Some(vec![capabilities.clone()]),
        options: (!options.is_empty()).then(|| map(options)),
    }
}

/// Section `blkio_config` of the Compose specification.
fn block_io_limits(host: &mut HostConfig, config: &Value) {
    let list = |name: &str| config.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let path = |entry: &Value| entry.get("path").and_then(Value::as_str).map(str::to_owned);
    let rates = |name: &str| {
        let device = |entry: &Value| ThrottleDevice { path: path(entry), rate: entry.get("rate").and_then(quantity) };
        some(list(name).iter().map(device).collect())
    };
    host.blkio_weight = config.get("weight").and_then(quantity).and_then(|weight| u16::try_from(weight).ok());
    host.blkio_weight_device = some(
        list("weight_device")
            .iter()
            .map(|entry| ResourcesBlkioWeightDevice {
                path: path(entry),
                weight: entry.get("weight").and_then(quantity).and_then(|weight| usize::try_from(weight).ok()),
            })
            .collect(),
    );
    host.blkio_device_read_bps = rates("device_read_bps");
    host.blkio_device_write_bps = rates("device_write_bps");
    host.blkio_device_read_iops = rates("device_read_iops");
    host.blkio_device_write_iops = rates("device_write_iops");
}

/// A number, or a text such as `12mb`, in bytes.
fn quantity(value: &Value) -> Option<i64> {
    if let Some(number) = value.as_i64() {
        return Some(number);
    }
    let text = value.as_str()?.trim().to_ascii_lowercase();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text[digits.len()..].trim_end_matches('b').trim_end_matches('i') {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        "t" => 1 << 40,
        _ => return None,
    };
    digits.trim().parse::<i64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_io_rates_may_have_units() {
        let mut host = HostConfig::default();
        let config = serde_json::json!({"weight": 300, "device_read_bps": [{"path": "/dev/sda", "rate": "12mb"}]});
        block_io_limits(&mut host, &config);
        assert_eq!(host.blkio_weight, Some(300));
        let expected = ThrottleDevice { path: Some("/dev/sda".to_owned()), rate: Some(12 << 20) };
        assert_eq!(host.blkio_device_read_bps, Some(vec![expected]));
    }
}
