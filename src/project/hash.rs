//! What makes a container, network or volume the one that the manifest describes: a digest of its canonical fields.
//!
//! The digests are stored with what the Engine keeps, so they must stay the same from release to release: only fields
//! with another value than their default count, under the names that the specification gives them, and a test pins
//! the result. [`VERSION`] changes when that is not possible.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Attachment, ContentMount, ContentSource, Mount, MountKind, Network, Project, Service, Volume};

/// Stands in front of every digest, so that digests of other programs are told apart.
pub const VERSION: &str = "1:";

/// Whether a digest was made by ado; others cannot be compared with ours.
pub fn is_ours(hash: &str) -> bool {
    hash.starts_with(VERSION)
}

/// The digest of everything about a service that its containers are made of: `1:` and 64 hexadecimal digits. Scale,
/// profiles, dependencies, hooks and the way its image is built are not part of it.
pub fn config_hash(project: &Project, service: &Service) -> String {
    digest_of(&fields(project, service))
}

/// A short digest of each attribute that differs from its default, as a JSON object: `{"environment.DEBUG":"1b2c3d4e"}`.
pub fn config_fields(project: &Project, service: &Service) -> String {
    Value::from(short_digests(project, service)).to_string()
}

/// The attributes in which a service differs from the [`config_fields`] that were stored; none where they are not
/// readable.
pub fn changed_attributes(stored: &str, project: &Project, service: &Service) -> Vec<String> {
    let Ok(Value::Object(old)) = serde_json::from_str(stored) else { return Vec::new() };
    let new = short_digests(project, service);
    let mut changed: Vec<String> = new.iter().filter(|(key, value)| old.get(*key) != Some(value)).map(name).collect();
    changed.extend(old.iter().filter(|(key, _)| !new.contains_key(*key)).map(name));
    changed.sort();
    changed
}

fn name((key, _): (&String, &Value)) -> String {
    key.clone()
}

/// The digest of a network's definition.
pub fn network_hash(network: &Network) -> String {
    let mut fields = object(network);
    // `false` is another definition than nothing here.
    for (key, value) in [("enable_ipv4", network.enable_ipv4), ("enable_ipv6", network.enable_ipv6)] {
        fields.extend(value.map(|value| (key.to_owned(), value.into())));
    }
    digest_of(&fields.into_iter().collect())
}

/// The digest of a volume's definition.
pub fn volume_hash(volume: &Volume) -> String {
    digest_of(&object(volume).into_iter().collect())
}

fn digest_of(fields: &BTreeMap<String, Value>) -> String {
    let mut digest = Sha256::new();
    for (name, value) in fields {
        digest.update(format!("{name}={value}\n"));
    }
    format!("{VERSION}{}", hexadecimal(&digest.finalize()))
}

fn short_digests(project: &Project, service: &Service) -> Map<String, Value> {
    let fields = fields(project, service).into_iter();
    fields.map(|(name, value)| (name, short(&value.to_string()).into())).collect()
}

fn short(text: &str) -> String {
    hexadecimal(&Sha256::digest(text)[..4])
}

/// Bytes as text, two digits each.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Every attribute that counts, mappings opened one level deep.
fn fields(project: &Project, service: &Service) -> BTreeMap<String, Value> {
    let mut fields = Fields::default();
    add_process(&mut fields, service);
    add_surroundings(&mut fields, project, service);
    fields.0
}

#[derive(Default)]
struct Fields(BTreeMap<String, Value>);

impl Fields {
    /// Adds a value unless it is the default one.
    fn add(&mut self, name: &str, value: &impl Serialize) {
        let value = pruned(serde_json::to_value(value).unwrap_or_default());
        if !is_default(&value) {
            self.keep(name, value);
        }
    }

    /// Adds an optional value, of which also an empty one counts.
    fn add_present(&mut self, name: &str, value: Option<&impl Serialize>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), serde_json::to_value(value).unwrap_or_default());
        }
    }

    /// Adds the entries of a mapping of texts, of which also an empty one counts.
    fn add_entries<'a>(&mut self, name: &str, entries: impl IntoIterator<Item = (&'a String, Value)>) {
        self.0.extend(entries.into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
    }

    fn keep(&mut self, name: &str, value: Value) {
        match value {
            Value::Object(entries) => {
                self.0.extend(entries.into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            value => {
                self.0.insert(name.to_owned(), value);
            }
        }
    }
}

/// What runs, and in which process environment.
fn add_process(fields: &mut Fields, service: &Service) {
    // Every field is named, so that a new one is decided upon; the nameless ones do not make the container.
    let Service {
        name: _,
        span: _,
        spans: _,
        extensions: _,
        image,
        image_named: _,
        build: _,
        pull_policy: _,
        platform,
        replicas: _,
        container_name,
        profiles: _,
        depends_on: _,
        update_order: _,
        post_start: _,
        pre_stop: _,
        watch: _,
        attach: _,
        command,
        entrypoint,
        environment,
        hidden: _,
        user,
        working_dir,
        hostname,
        domainname,
        stdin_open,
        tty,
        stop_signal,
        stop_grace_period,
        labels,
        annotations,
        healthcheck,
        restart,
        init,
        logging,
        // The surroundings are added by `add_surroundings`.
        ports: _,
        expose: _,
        attachment: _,
        links: _,
        extra_hosts: _,
        dns: _,
        dns_search: _,
        dns_opt: _,
        mac_address: _,
        volumes: _,
        volumes_from: _,
        tmpfs: _,
        configs: _,
        secrets: _,
        security: _,
        resources: _,
    } = service;
    fields.add("image", image);
    fields.add("platform", platform);
    fields.add("container_name", container_name);
    fields.add_present("command", command.as_ref());
    fields.add_present("entrypoint", entrypoint.as_ref());
    let variables = environment.iter();
    fields.add_entries(
        "environment",
        variables.map(|(name, value)| (name, value.as_ref().map_or(Value::Null, |value| json!(value.reveal())))),
    );
    fields.add("user", user);
    fields.add("working_dir", working_dir);
    fields.add("hostname", hostname);
    fields.add("domainname", domainname);
    fields.add("stdin_open", stdin_open);
    fields.add("tty", tty);
    fields.add("stop_signal", stop_signal);
    fields.add_present("stop_grace_period", stop_grace_period.as_ref());
    fields.add_entries("labels", labels.iter().map(|(name, value)| (name, json!(value))));
    fields.add_entries("annotations", annotations.iter().map(|(name, value)| (name, json!(value))));
    fields.add("healthcheck", healthcheck);
    if *restart != super::Restart::No {
        fields.add_present("restart", Some(restart));
    }
    fields.add_present("init", init.as_ref());
    fields.add("logging", logging);
}

/// Networks, files, rights and limits; networks and volumes count by their names in the Engine.
fn add_surroundings(fields: &mut Fields, project: &Project, service: &Service) {
    fields.add("ports", &service.ports);
    fields.add("expose", &service.expose);
    match &service.attachment {
        Attachment::Networks(endpoints) => {
            for (key, endpoint) in endpoints {
                let name = project.networks.get(key).map_or(key.as_str(), |network| network.name.as_str());
                fields.0.insert(format!("networks.{name}"), pruned(serde_json::to_value(endpoint).unwrap_or_default()));
            }
        }
        mode => fields.add_present("network_mode", Some(mode)),
    }
    fields.add("links", &service.links);
    fields.add("extra_hosts", &service.extra_hosts);
    fields.add("dns", &service.dns);
    fields.add("dns_search", &service.dns_search);
    fields.add("dns_opt", &service.dns_opt);
    fields.add("mac_address", &service.mac_address);
    let mounts: Vec<Mount> = service.volumes.iter().map(|mount| named_by_engine(project, mount)).collect();
    fields.add("volumes", &mounts);
    fields.add("volumes_from", &service.volumes_from);
    fields.add("tmpfs", &service.tmpfs);
    let content = |mounts: &[ContentMount], defined: &indexmap::IndexMap<String, super::Content>| -> Vec<Value> {
        mounts
            .iter()
            .map(|mount| json!([mount, defined.get(&mount.source).map(|content| identity(&content.source))]))
            .collect()
    };
    fields.add("configs", &content(&service.configs, &project.configs));
    fields.add("secrets", &content(&service.secrets, &project.secrets));
    fields.0.extend(object(&service.security));
    fields.0.extend(object(&service.resources));
}

fn named_by_engine(project: &Project, mount: &Mount) -> Mount {
    let mut mount = mount.clone();
    if let MountKind::Volume { source, .. } = &mut mount.kind
        && let Some(volume) = project.volumes.get(source)
    {
        *source = volume.name.clone();
    }
    mount
}

/// What a config or secret is by: its path, or a digest of its text.
fn identity(source: &ContentSource) -> Value {
    match source {
        ContentSource::File(path) => json!(path),
        ContentSource::Environment(_, value) => json!(value.as_ref().map(|value| short(value.reveal()))),
        ContentSource::Inline(text) => json!(short(text.reveal())),
        ContentSource::External => Value::Null,
    }
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value).map(pruned) {
        Ok(Value::Object(entries)) => entries,
        _ => Map::new(),
    }
}

/// A value without the defaults inside of it, keys in the order of the alphabet.
fn pruned(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (key, pruned(value)));
            let sorted: BTreeMap<_, _> = entries.filter(|(_, value)| !is_default(value)).collect();
            Value::Object(sorted.into_iter().collect())
        }
        Value::Array(items) => items.into_iter().map(pruned).collect(),
        other => other,
    }
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        Value::String(_) | Value::Number(_) | Value::Bool(true) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::testing::project;

    fn full() -> Project {
        project(&json!({
            "services": {"web": {
                "image": "busybox", "command": ["sleep", "1"], "entrypoint": [], "init": false,
                "environment": {"DEBUG": "1", "UNSET": null, "EMPTY": ""}, "labels": {"a": "b"},
                "ports": [{"target": 80, "published": "8080", "protocol": "tcp", "mode": "ingress"}],
                "networks": {"front": {"aliases": ["www"]}, "back": null},
                "volumes": [{"type": "volume", "source": "data", "target": "/data"}],
                "configs": [{"source": "settings", "target": "/etc/settings"}],
                "healthcheck": {"test": ["CMD", "true"], "interval": "5s"},
                "restart": "always", "cap_add": ["NET_ADMIN"], "mem_limit": "1048576",
                "scale": 3, "build": {"context": "/demo"}, "pull_policy": "build",
                "deploy": {"update_config": {"order": "start-first"}},
            }},
            "networks": {"front": {}, "back": {"name": "shared", "internal": true, "enable_ipv6": false}},
            "volumes": {"data": {"driver": "local"}},
            "configs": {"settings": {"content": "a=1"}},
        }))
    }

    fn service(project: &Project) -> &Service {
        project.services.values().next().expect("one service")
    }

    /// Where this test fails, every container of every user would be made again by the next release: give new fields a
    /// default that does not count instead of changing the expected values.
    #[test]
    fn the_digests_of_a_release_stay_those_of_the_one_before() {
        let project = full();
        insta::assert_snapshot!(config_hash(&project, service(&project)), @"1:da36fb3b1f25c2851e9a8930fef3d8124769fe51f688917fc43680de400d13e5");
        insta::assert_snapshot!(network_hash(&project.networks["back"]), @"1:ffa50a09b19efef4d2fc5c2f0ac7f58db3e53c89fe6a6801a271fffb1389b3f3");
        insta::assert_snapshot!(volume_hash(&project.volumes["data"]), @"1:297a9184dfb2e828ce13ee0ee611b091b3c20bc776cc269982791300b3bad6cd");
    }

    #[test]
    fn what_does_not_make_a_container_does_not_count() {
        let project = full();
        let mut other = service(&project).clone();
        other.replicas = 7;
        other.build = None;
        other.depends_on.clear();
        other.spans.clear();
        assert_eq!(config_hash(&project, &other), config_hash(&project, service(&project)));
    }

    #[test]
    fn attributes_that_were_changed_added_or_taken_out_are_named() {
        let project = full();
        let stored = config_fields(&project, service(&project));
        assert!(!stored.contains("sleep"), "values must not be readable");
        let mut other = service(&project).clone();
        other.environment.insert("DEBUG".to_owned(), None);
        other.labels.shift_remove("a");
        other.tty = true;
        assert_eq!(changed_attributes(&stored, &project, &other), ["environment.DEBUG", "labels.a", "tty"]);
        assert!(changed_attributes("not ours", &project, &other).is_empty());
    }
}
