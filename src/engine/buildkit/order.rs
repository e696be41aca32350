//! What the builder is asked for: the request, its attributes, and the directories and agents that it may use.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use bollard::moby::buildkit::v1::{CacheOptions, CacheOptionsEntry, SolveRequest};
use serde_json::json;

use crate::engine::build::{Job, Source, is_remote};
use crate::engine::error::Error;
use crate::project::Build;

use super::session::unique;

/// What the builder is asked for. The session has to be named before it is sent.
pub(super) fn request(build: &Build, names: &[String], mut attributes: HashMap<String, String>) -> SolveRequest {
    let mut entitlements = build.entitlements.clone();
    if build.network.as_deref() == Some("host") {
        entitlements.push("network.host".to_owned());
    }
    if build.privileged {
        entitlements.push("security.insecure".to_owned());
    }
    let imports: Vec<CacheOptionsEntry> = build.cache_from.iter().map(|entry| cache_entry(entry)).collect();
    if !imports.is_empty() {
        // The frontend takes them from here (`client/solve.go` of BuildKit does the same).
        let entries = imports.iter().map(|entry| json!({"Type": entry.r#type, "Attrs": entry.attrs}));
        attributes.insert("cache-imports".to_owned(), entries.collect::<serde_json::Value>().to_string());
    }
    let cache = CacheOptions {
        exports: build.cache_to.iter().map(|entry| cache_entry(entry)).collect(),
        imports,
        ..CacheOptions::default()
    };
    SolveRequest { entitlements, cache: Some(cache), ..plain_request(names, attributes) }
}

/// The same without a service's wishes.
pub(super) fn plain_request(names: &[String], attributes: HashMap<String, String>) -> SolveRequest {
    SolveRequest {
        r#ref: unique(),
        exporter_deprecated: "moby".to_owned(),
        exporter_attrs_deprecated: HashMap::from([("name".to_owned(), names.join(","))]),
        frontend: "dockerfile.v0".to_owned(),
        frontend_attrs: attributes,
        ..SolveRequest::default()
    }
}

/// `type=registry,ref=…`, or an image alone.
fn cache_entry(text: &str) -> CacheOptionsEntry {
    if !text.contains('=') {
        return CacheOptionsEntry {
            r#type: "registry".to_owned(),
            attrs: HashMap::from([("ref".to_owned(), text.to_owned())]),
        };
    }
    let mut attrs: HashMap<String, String> = text
        .split(',')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.to_owned()))
        .collect();
    CacheOptionsEntry { r#type: attrs.remove("type").unwrap_or_else(|| "registry".to_owned()), attrs }
}

/// Attributes of the Dockerfile frontend (`github.com/moby/buildkit/frontend/dockerui`).
pub(super) fn attributes(job: &Job<'_>) -> HashMap<String, String> {
    let Build { target, network, extra_hosts, shm_size, ulimits, no_cache, pull, attestations, .. } = job.build;
    let mut all = HashMap::new();
    let mut set = |key: &str, value: String| all.insert(key.to_owned(), value);
    set("filename", job.dockerfile.clone());
    if let Some(target) = target {
        set("target", target.clone());
    }
    if let Some(platform) = &job.platform {
        set("platform", platform.clone());
    }
    if *no_cache || job.options.no_cache {
        set("no-cache", String::new());
    }
    if *pull || job.options.pull {
        set("image-resolve-mode", "pull".to_owned());
    }
    if let Some(network) = network {
        set("force-network-mode", network.clone());
    }
    if let Some(size) = shm_size {
        set("shm-size", size.to_string());
    }
    if !extra_hosts.is_empty() {
        let hosts: Vec<String> = extra_hosts.iter().map(|host| host.replacen(':', "=", 1)).collect();
        set("add-hosts", hosts.join(","));
    }
    if !ulimits.is_empty() {
        let limits: Vec<String> =
            ulimits.iter().map(|(name, limit)| format!("{name}={}:{}", limit.soft, limit.hard)).collect();
        set("ulimit", limits.join(","));
    }
    for (name, value) in &job.arguments {
        if let Some(value) = value {
            set(&format!("build-arg:{name}"), value.clone());
        }
    }
    for (name, value) in &job.labels {
        set(&format!("label:{name}"), value.clone());
    }
    for (name, value) in attestations {
        if value != "false" {
            set(&format!("attest:{name}"), if value == "true" { String::new() } else { value.clone() });
        }
    }
    all
}

/// Directories of this machine that the build needs, and the attributes that lead to them. A Dockerfile that stands in
/// no directory gets a temporary one.
pub(super) fn directories(
    job: &Job<'_>,
    attributes: &mut HashMap<String, String>,
) -> Result<(BTreeMap<String, PathBuf>, Option<tempfile::TempDir>), Error> {
    let mut roots = BTreeMap::new();
    let mut inline = None;
    match &job.source {
        Source::Remote(url) => {
            attributes.insert("context".to_owned(), url.clone());
        }
        Source::Directory(context) => {
            // Copies of these directories stay in the build cache, where `ado clean` goes by their names.
            let (sources, instructions) = (job.local_name("context"), job.local_name("dockerfile"));
            attributes.insert("contextkey".to_owned(), sources.clone());
            attributes.insert("dockerfilekey".to_owned(), instructions.clone());
            roots.insert(sources, context.root.clone());
            // The builder of Engine 28 heeds the second name only and asks for this one.
            roots.insert("context".to_owned(), context.root.clone());
            let mut dockerfile = context.root.join(&job.dockerfile);
            if let Some((name, _)) = context.further.first() {
                let directory = temporary(&context.further)?;
                dockerfile = directory.path().join(name);
                inline = Some(directory);
            }
            let parent = dockerfile.parent().unwrap_or(Path::new("/")).to_owned();
            roots.insert(instructions, parent);
            let name = dockerfile.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            attributes.insert("filename".to_owned(), name);
        }
    }
    for (name, from) in &job.contexts {
        let value = if is_remote(from) || from.starts_with("oci-layout://") {
            from.clone()
        } else {
            let local = format!("{}/{name}", job.local_name("context"));
            roots.insert(local.clone(), PathBuf::from(from));
            format!("local:{local}")
        };
        attributes.insert(format!("context:{name}"), value);
    }
    Ok((roots, inline))
}

/// A temporary directory with these files.
pub(super) fn temporary(files: &[(String, Vec<u8>)]) -> Result<tempfile::TempDir, Error> {
    let broken = |name: &str, source| Error::File { path: PathBuf::from(name), source };
    let directory = tempfile::tempdir().map_err(|error| broken("a temporary directory", error))?;
    for (name, content) in files {
        std::fs::write(directory.path().join(name), content).map_err(|error| broken(name, error))?;
    }
    Ok(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_is_an_image_or_a_list_of_attributes() {
        let entry = cache_entry("registry.example/x:cache");
        assert_eq!((entry.r#type.as_str(), entry.attrs["ref"].as_str()), ("registry", "registry.example/x:cache"));
        let entry = cache_entry("type=local,src=/tmp/cache");
        assert_eq!((entry.r#type.as_str(), entry.attrs["src"].as_str()), ("local", "/tmp/cache"));
    }
}
