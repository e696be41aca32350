//! Rights and isolation.

use std::collections::BTreeSet;
use std::path::Path;

use bollard::models::{
    DeviceMapping as ApiDeviceMapping, DeviceRequest, HostConfig, HostConfigCgroupnsModeEnum, HostConfigIsolationEnum,
    ResourcesUlimits,
};

use crate::engine::error::Error;
use crate::names::ServiceName;
use crate::project::{DeviceMapping, Security, Ulimit};

use super::host::map;
use super::request::{Creation, some};

/// The socket of the Engine inside a container with `use_api_socket`.
const API_SOCKET: &str = "/var/run/docker.sock";

/// Puts rights and isolation into the host configuration.
pub(super) fn apply(host: &mut HostConfig, creation: &Creation<'_>, security: &Security) -> Result<(), Error> {
    let Security {
        privileged,
        cap_add,
        cap_drop,
        security_opt,
        group_add,
        read_only,
        userns_mode,
        pid,
        ipc,
        uts,
        cgroup,
        cgroup_parent,
        isolation,
        runtime,
        sysctls,
        ulimits,
        storage_opt,
        devices,
        device_cgroup_rules,
        use_api_socket,
    } = security;
    host.privileged = Some(*privileged);
    let added = capabilities(cap_add);
    host.cap_drop = some(capabilities(cap_drop).difference(&added).cloned().collect());
    host.cap_add = some(added.into_iter().collect());
    host.group_add = some(group_add.clone());
    host.readonly_rootfs = Some(*read_only);
    host.userns_mode.clone_from(userns_mode);
    host.pid_mode = namespace(creation, pid.as_deref())?;
    host.ipc_mode = namespace(creation, ipc.as_deref())?;
    host.uts_mode.clone_from(uts);
    host.cgroupns_mode = cgroup.as_deref().and_then(|mode| match mode {
        "host" => Some(HostConfigCgroupnsModeEnum::HOST),
        "private" => Some(HostConfigCgroupnsModeEnum::PRIVATE),
        _ => None,
    });
    host.cgroup_parent.clone_from(cgroup_parent);
    host.isolation = isolation.as_deref().and_then(|isolation| match isolation {
        "default" => Some(HostConfigIsolationEnum::DEFAULT),
        "process" => Some(HostConfigIsolationEnum::PROCESS),
        "hyperv" => Some(HostConfigIsolationEnum::HYPERV),
        _ => None,
    });
    host.runtime.clone_from(runtime);
    host.sysctls = (!sysctls.is_empty()).then(|| map(sysctls));
    host.ulimits = some(ulimits.iter().map(|(name, limit)| ulimit(name, *limit)).collect());
    host.storage_opt = (!storage_opt.is_empty()).then(|| map(storage_opt));
    host.device_cgroup_rules = some(device_cgroup_rules.clone());
    map_devices(host, devices);
    security_options(host, security_opt, &creation.project.directory)?;
    if *use_api_socket {
        host.binds.get_or_insert_default().push(format!("{API_SOCKET}:{API_SOCKET}:rw"));
    }
    Ok(())
}

/// `service:NAME` stands for the container of that service.
fn namespace(creation: &Creation<'_>, mode: Option<&str>) -> Result<Option<String>, Error> {
    let Some(mode) = mode else { return Ok(None) };
    match mode.strip_prefix("service:").and_then(|name| ServiceName::new(name).ok()) {
        Some(service) => Ok(Some(format!("container:{}", creation.container_of(&service)?))),
        None => Ok(Some(mode.to_owned())),
    }
}

/// Capabilities in the kernel's spelling, as Compose sends them: `net_admin` is `CAP_NET_ADMIN`.
fn capabilities(names: &[String]) -> BTreeSet<String> {
    let spelled = |name: &String| {
        let name = name.trim().to_ascii_uppercase();
        if name == "ALL" || name.starts_with("CAP_") { name } else { format!("CAP_{name}") }
    };
    names.iter().map(spelled).collect()
}

/// One limit in the API's shape.
pub(super) fn ulimit(name: &str, Ulimit { soft, hard }: Ulimit) -> ResourcesUlimits {
    ResourcesUlimits { name: Some(name.to_owned()), soft: Some(soft), hard: Some(hard) }
}

/// Devices by path; names of the Container Device Interface (`vendor/class=name`) are asked for by request.
fn map_devices(host: &mut HostConfig, devices: &[DeviceMapping]) {
    let (named, paths): (Vec<_>, Vec<_>) =
        devices.iter().partition(|device| device.source.contains('=') && !device.source.starts_with('/'));
    host.devices = some(
        paths
            .into_iter()
            .map(|DeviceMapping { source, target, permissions }| ApiDeviceMapping {
                path_on_host: Some(source.clone()),
                path_in_container: Some(target.clone()),
                cgroup_permissions: Some(permissions.clone()),
            })
            .collect(),
    );
    if !named.is_empty() {
        host.device_requests.get_or_insert_default().push(DeviceRequest {
            driver: Some("cdi".to_owned()),
            device_ids: Some(named.into_iter().map(|device| device.source.clone()).collect()),
            ..DeviceRequest::default()
        });
    }
}

/// The Engine wants the content of a seccomp profile, the manifest names its file; `systempaths=unconfined` is an
/// invention of the `docker` command for empty lists of hidden paths.
fn security_options(host: &mut HostConfig, options: &[String], directory: &Path) -> Result<(), Error> {
    let mut kept = Vec::with_capacity(options.len());
    for option in options {
        let (key, value) = option.split_once(['=', ':']).unwrap_or((option, ""));
        match (key, value) {
            ("systempaths", "unconfined") => {
                host.masked_paths = Some(Vec::new());
                host.readonly_paths = Some(Vec::new());
            }
            ("seccomp", profile) if !matches!(profile, "unconfined" | "builtin") => {
                let path = directory.join(profile);
                let text = std::fs::read_to_string(&path).map_err(|source| Error::File { path, source })?;
                kept.push(format!("seccomp={text}"));
            }
            _ => kept.push(option.clone()),
        }
    }
    host.security_opt = some(kept);
    Ok(())
}
