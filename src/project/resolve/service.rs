//! One service.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use indexmap::IndexMap;

use super::Definitions;
use super::build::{build, extra_hosts, hook, watch_rule};
use super::fields::{Fields, json};
use super::limits::{resources, security};
use super::networks::{attachment, links, port};
use super::volumes::{Place, content_mounts, mount, volumes_from};
use crate::diagnostic::{Problem, Span};
use crate::manifest::{Key, Value};
use crate::names::{ImageRef, ProfileName, ServiceName};
use crate::project::{
    Condition, Dependency, HealthCheck, Logging, PullPolicy, Restart, Service, UpdateOrder, duration,
};
use crate::secret::Secret;

/// Attributes that have no field of their own and are kept as JSON, beside those that begin with `x-`.
const KEPT_AS_JSON: &[&str] = &["credential_spec", "models", "provider"];

pub(super) fn service(key: &Key, fields: &Fields<'_>, definitions: &Definitions<'_>) -> Option<Service> {
    let name = ServiceName::new(&key.name)
        .map_err(|error| fields.problems().add(Problem::at(key.span, error.to_string())))
        .ok()?;
    let deploy = fields.fields("deploy");
    let (image, image_named) = image(&name, fields, definitions)?;
    let environment = fields.optional_text_map("environment").into_iter();
    let hooks = |key: &str| fields.items(key).iter().filter_map(hook).collect();
    let watch = fields.fields("develop").map(|develop| develop.items("watch")).unwrap_or_default();
    Some(Service {
        span: key.span,
        spans: spans(fields),
        extensions: extensions(fields),
        image,
        image_named,
        build: fields.fields("build").map(|fields| build(&fields, &definitions.secrets)),
        pull_policy: pull_policy(fields),
        platform: fields.text("platform"),
        replicas: replicas(fields, deploy.as_ref()),
        container_name: fields.name("container_name"),
        profiles: profiles(fields),
        depends_on: depends_on(fields),
        update_order: update_order(deploy.as_ref()),
        post_start: hooks("post_start"),
        pre_stop: hooks("pre_stop"),
        watch: watch.iter().filter_map(watch_rule).collect(),
        attach: fields.boolean("attach").unwrap_or(true),
        command: fields.optional_texts("command"),
        entrypoint: fields.optional_texts("entrypoint"),
        environment: environment.map(|(name, value)| (name, value.map(Secret::new))).collect(),
        hidden: definitions.hidden_variables(&key.name),
        user: fields.text("user"),
        working_dir: fields.text("working_dir"),
        hostname: fields.text("hostname"),
        domainname: fields.text("domainname"),
        stdin_open: fields.flag("stdin_open"),
        tty: fields.flag("tty"),
        stop_signal: fields.text("stop_signal"),
        stop_grace_period: fields.duration("stop_grace_period"),
        labels: fields.text_map("labels"),
        annotations: fields.text_map("annotations"),
        healthcheck: fields.fields("healthcheck").as_ref().map(health_check),
        restart: restart(fields, deploy.as_ref()),
        init: fields.boolean("init"),
        logging: fields.fields("logging").as_ref().map(logging),
        ports: fields.items("ports").iter().filter_map(port).collect(),
        expose: fields.texts("expose"),
        attachment: attachment(fields, &definitions.networks),
        links: links(fields),
        extra_hosts: extra_hosts(fields),
        dns: fields.texts("dns"),
        dns_search: fields.texts("dns_search"),
        dns_opt: fields.texts("dns_opt"),
        mac_address: fields.text("mac_address"),
        volumes: fields.items("volumes").iter().filter_map(|item| mount(item, &definitions.volumes)).collect(),
        volumes_from: volumes_from(fields),
        tmpfs: fields.texts("tmpfs"),
        configs: content_mounts(fields, "configs", Place::Config, &definitions.configs),
        secrets: content_mounts(fields, "secrets", Place::Secret, &definitions.secrets),
        security: security(fields),
        resources: resources(fields),
        name,
    })
}

/// The image as written, else the name that a built one gets: `project-service`.
fn image(name: &ServiceName, fields: &Fields<'_>, definitions: &Definitions<'_>) -> Option<(ImageRef, bool)> {
    if let Some(written) = fields.name("image") {
        return Some((written, true));
    }
    if fields.get("build").is_none() && fields.get("provider").is_none() {
        fields.problems().add(
            Problem::at(fields.span, format!("service `{name}` has neither an image nor a build"))
                .help("add `image:` or `build:`"),
        );
        return None;
    }
    let implied = ImageRef::new(&format!("{}-{name}", definitions.project).to_lowercase());
    implied.map(|image| (image, false)).map_err(|error| fields.problem("image", error.to_string())).ok()
}

/// Where each attribute and each entry of a mapping stands: `environment`, `environment.DEBUG`.
fn spans(fields: &Fields<'_>) -> BTreeMap<String, Span> {
    let mut spans = BTreeMap::new();
    for (key, node) in fields.entries() {
        if let Value::Mapping(entries) = &node.value {
            spans.extend(entries.iter().map(|(entry, _)| (format!("{}.{}", key.name, entry.name), entry.span)));
        }
        spans.insert(key.name.to_string(), key.span);
    }
    spans
}

fn extensions(fields: &Fields<'_>) -> BTreeMap<String, serde_json::Value> {
    let kept = fields.entries().filter(|(key, _)| key.name.starts_with("x-") || KEPT_AS_JSON.contains(&&*key.name));
    kept.map(|(key, node)| (key.name.to_string(), json(node))).collect()
}

fn pull_policy(fields: &Fields<'_>) -> PullPolicy {
    const DAY: Duration = Duration::from_hours(24);
    match fields.text("pull_policy").as_deref() {
        None | Some("missing" | "if_not_present") => PullPolicy::Missing,
        Some("always") => PullPolicy::Always,
        Some("never") => PullPolicy::Never,
        Some("build") => PullPolicy::Build,
        Some("daily") => PullPolicy::OlderThan(DAY),
        Some("weekly") => PullPolicy::OlderThan(DAY * 7),
        Some(other) => {
            let age = other.strip_prefix("every_").and_then(duration::parse);
            age.map_or_else(
                || {
                    fields.problem("pull_policy", format!("`{other}` is not a pull policy"));
                    PullPolicy::Missing
                },
                PullPolicy::OlderThan,
            )
        }
    }
}

fn replicas(fields: &Fields<'_>, deploy: Option<&Fields<'_>>) -> u32 {
    fields.number("scale").or_else(|| deploy?.number("replicas")).unwrap_or(1)
}

fn profiles(fields: &Fields<'_>) -> BTreeSet<ProfileName> {
    let names = fields.texts("profiles").into_iter();
    names
        .filter_map(|name| ProfileName::new(&name).map_err(|error| fields.problem("profiles", error.to_string())).ok())
        .collect()
}

fn depends_on(fields: &Fields<'_>) -> IndexMap<ServiceName, Dependency> {
    let entries = fields.named("depends_on").into_iter();
    entries
        .filter_map(|(key, entry)| {
            let name = ServiceName::new(&key.name);
            let name = name.map_err(|error| entry.problems().add(Problem::at(key.span, error.to_string()))).ok()?;
            let condition = match entry.text("condition").as_deref() {
                None | Some("service_started") => Condition::Started,
                Some("service_healthy") => Condition::Healthy,
                Some("service_completed_successfully") => Condition::Completed,
                Some(other) => {
                    entry.problem("condition", format!("`{other}` is not a condition of `depends_on`"));
                    return None;
                }
            };
            let required = entry.boolean("required").unwrap_or(true);
            Some((name, Dependency { condition, restart: entry.flag("restart"), required, span: key.span }))
        })
        .collect()
}

fn update_order(deploy: Option<&Fields<'_>>) -> UpdateOrder {
    let order = deploy.and_then(|deploy| deploy.fields("update_config")).and_then(|update| update.text("order"));
    if order.as_deref() == Some("start-first") { UpdateOrder::StartFirst } else { UpdateOrder::StopFirst }
}

fn health_check(fields: &Fields<'_>) -> HealthCheck {
    let test = if fields.flag("disable") { vec!["NONE".to_owned()] } else { fields.texts("test") };
    HealthCheck {
        test,
        interval: fields.duration("interval"),
        timeout: fields.duration("timeout"),
        retries: fields.number("retries"),
        start_period: fields.duration("start_period"),
        start_interval: fields.duration("start_interval"),
    }
}

/// `deploy.restart_policy` wins over `restart`, as in Compose.
fn restart(fields: &Fields<'_>, deploy: Option<&Fields<'_>>) -> Restart {
    if let Some(policy) = deploy.and_then(|deploy| deploy.fields("restart_policy")) {
        return match policy.text("condition").as_deref() {
            Some("any") => Restart::Always,
            Some("on-failure") => Restart::OnFailure(policy.number("max_attempts")),
            _ => Restart::No,
        };
    }
    let Some(text) = fields.text("restart") else { return Restart::No };
    match text.as_str() {
        "no" | "" => Restart::No,
        "always" => Restart::Always,
        "unless-stopped" => Restart::UnlessStopped,
        "on-failure" => Restart::OnFailure(None),
        other => {
            if let Some(Ok(attempts)) = other.strip_prefix("on-failure:").map(str::parse) {
                return Restart::OnFailure(Some(attempts));
            }
            fields.problem("restart", format!("`{other}` is not a restart policy"));
            Restart::No
        }
    }
}

fn logging(fields: &Fields<'_>) -> Logging {
    Logging { driver: fields.text("driver"), options: fields.text_map("options") }
}
