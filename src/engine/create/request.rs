//! The body as a whole.

use bollard::models::{ContainerCreateBody, EndpointSettings, HealthConfig, HostConfig, NetworkingConfig};
use serde::Serialize;

use crate::engine::error::Error;
use crate::engine::version::ApiVersion;
use crate::names::{ContainerId, ImageId, ServiceName};
use crate::project::{Attachment, HealthCheck, Project, Replica, Service};

use super::{host, label, mounts, network, security};

/// Everything that one container is made from.
pub(in crate::engine) struct Creation<'a> {
    /// The project.
    pub project: &'a Project,
    /// The service.
    pub service: &'a Service,
    /// Which replica of it.
    pub replica: &'a Replica,
    /// What the image's reference means on this Engine now.
    pub image: Option<ImageId>,
    /// The API version that is spoken.
    pub version: ApiVersion,
}

/// The body of the request.
#[derive(Debug, Serialize)]
pub(in crate::engine) struct Body {
    #[serde(flatten)]
    container: ContainerCreateBody,
    /// Only before API 1.44; later ones have it in the endpoint.
    #[serde(rename = "MacAddress", skip_serializing_if = "Option::is_none")]
    mac_address: Option<String>,
}

/// Networks that the container is attached to after it was created, by their name in the Engine.
pub(in crate::engine) type Later = Vec<(String, EndpointSettings)>;

impl Creation<'_> {
    /// The container in words, for errors.
    pub(in crate::engine) fn object(&self) -> String {
        format!("container `{}`", self.replica.name)
    }

    /// Refuses a field that this Engine does not have yet.
    pub(super) fn needs(&self, field: &'static str, version: u16) -> Result<(), Error> {
        if self.version >= ApiVersion(version) {
            return Ok(());
        }
        let object = format!("service `{}`", self.service.name);
        Err(Error::Unsupported { object, field, needs: ApiVersion(version).to_string(), has: self.version.to_string() })
    }

    /// The container that stands for a service this one refers to.
    pub(super) fn container_of(&self, service: &ServiceName) -> Result<&ContainerId, Error> {
        self.replica.containers.get(service).ok_or_else(|| Error::NotFound {
            object: format!("a container of service `{service}`"),
            message: format!("service `{}` refers to it", self.service.name),
        })
    }
}

/// Translates a service into the body of `POST /containers/create`.
///
/// # Errors
/// [`Error::Unsupported`] for what the Engine is too old for, [`Error::NotFound`] for a reference to a service without a
/// container, [`Error::File`] for a security profile that cannot be read.
pub(in crate::engine) fn request(creation: &Creation<'_>) -> Result<(Body, Later), Error> {
    // Named one by one, so that a new field cannot be forgotten; those of `host_config` are taken there.
    #[rustfmt::skip]
    let Service {
        image, command, entrypoint, environment, user, working_dir, hostname, domainname, stdin_open, tty, stop_signal,
        stop_grace_period, healthcheck, ports, expose, attachment, links, mac_address,
        // In `host_config`.
        init: _, volumes: _, volumes_from: _, tmpfs: _, configs: _, secrets: _, restart: _, logging: _, extra_hosts: _,
        dns: _, dns_search: _, dns_opt: _, annotations: _, security: _, resources: _,
        // In the labels and the query.
        name: _, labels: _, depends_on: _, platform: _,
        // Of no interest to the Engine.
        span: _, spans: _, extensions: _, image_named: _, build: _, pull_policy: _, replicas: _, container_name: _,
        profiles: _, update_order: _, post_start: _, pre_stop: _, watch: _, attach: _, hidden: _,
    } = creation.service;

    let mut host = host_config(creation)?;
    let legacy = !matches!(attachment, Attachment::Networks(_));
    let links = network::links(creation, links, legacy)?;
    let network::Attached { first, later, mac_address } =
        network::attach(creation, attachment, &links, mac_address.as_ref())?;
    if first.is_empty() {
        host.links = some(links);
    }
    let attached = *stdin_open && creation.replica.oneoff;
    let container = ContainerCreateBody {
        image: Some(image.to_string()),
        hostname: hostname.clone(),
        domainname: domainname.clone(),
        user: user.clone(),
        working_dir: working_dir.clone(),
        cmd: command.clone(),
        entrypoint: entrypoint.clone(),
        env: some(host::environment(environment)),
        open_stdin: Some(*stdin_open),
        stdin_once: Some(attached),
        attach_stdin: Some(attached),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        tty: Some(*tty),
        stop_signal: stop_signal.clone(),
        stop_timeout: stop_grace_period.map(|time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX)),
        labels: Some(label::container_labels(creation)),
        healthcheck: healthcheck.as_ref().map(|check| health_config(check, creation.version)),
        exposed_ports: some(network::exposed(ports, expose)),
        host_config: Some(host),
        networking_config: (!first.is_empty())
            .then(|| NetworkingConfig { endpoints_config: Some(first.into_iter().collect()) }),
        ..ContainerCreateBody::default()
    };
    Ok((Body { container, mac_address }, later))
}

fn host_config(creation: &Creation<'_>) -> Result<HostConfig, Error> {
    let service = creation.service;
    if !service.annotations.is_empty() {
        creation.needs("annotations", 43)?;
    }
    let mounts::Mounts { binds, mounts } = mounts::mounts(creation)?;
    let ports = &service.ports;
    let mut host = HostConfig {
        binds: some(binds),
        mounts: some(mounts),
        init: service.init,
        auto_remove: creation.replica.fleeting.then_some(true),
        volumes_from: some(mounts::volumes_from(creation, &service.volumes_from)?),
        tmpfs: (!service.tmpfs.is_empty()).then(|| mounts::tmpfs(&service.tmpfs)),
        restart_policy: host::restart_policy(service.restart),
        log_config: service.logging.as_ref().map(host::logging),
        port_bindings: (!ports.is_empty()).then(|| network::port_bindings(ports, &creation.replica.kept_ports)),
        network_mode: Some(network::mode(creation, &service.attachment)?),
        extra_hosts: some(service.extra_hosts.clone()),
        dns: some(service.dns.clone()),
        dns_search: some(service.dns_search.clone()),
        dns_options: some(service.dns_opt.clone()),
        annotations: (!service.annotations.is_empty()).then(|| host::map(&service.annotations)),
        ..HostConfig::default()
    };
    host::resources(&mut host, &service.resources);
    security::apply(&mut host, creation, &service.security)?;
    Ok(host)
}

/// An empty list is left out, as Compose does.
pub(super) fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn health_config(check: &HealthCheck, version: ApiVersion) -> HealthConfig {
    let HealthCheck { test, interval, timeout, retries, start_period, start_interval } = check;
    let nanoseconds = |time: &std::time::Duration| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX);
    HealthConfig {
        test: some(test.clone()),
        interval: interval.as_ref().map(nanoseconds),
        timeout: timeout.as_ref().map(nanoseconds),
        retries: retries.map(i64::from),
        start_period: start_period.as_ref().map(nanoseconds),
        // Older Engines do not have it; ado probes by itself while a service starts.
        start_interval: start_interval.as_ref().filter(|_| version >= ApiVersion(44)).map(nanoseconds),
    }
}
