//! Relative paths of a manifest are joined with the directory that they start from.

use std::path::Path;

use super::node::{Mapping, Node, Value};
use super::path;

/// Joins the paths of a tree with `base`; `~` is `home`. With a relative `base` they stay relative.
pub fn resolve(root: &mut Node, base: &Path, home: Option<&str>) {
    let resolver = Resolver { base, home };
    let Some(root) = root.as_mapping_mut() else { return };
    if let Some(services) = root.get_mut("services").and_then(Node::as_mapping_mut) {
        services.iter_mut().for_each(|(_, service)| resolver.service(service));
    }
    for section in ["configs", "secrets"] {
        if let Some(entries) = root.get_mut(section).and_then(Node::as_mapping_mut) {
            for (_, entry) in entries.iter_mut() {
                resolver.host_path(entry.as_mapping_mut(), "file");
            }
        }
    }
    if let Some(volumes) = root.get_mut("volumes").and_then(Node::as_mapping_mut) {
        volumes.iter_mut().for_each(|(_, volume)| resolver.volume_options(volume));
    }
}

struct Resolver<'r> {
    base: &'r Path,
    home: Option<&'r str>,
}

impl Resolver<'_> {
    fn join(&self, written: &str) -> String {
        if let (Some(rest), Some(home)) = (written.strip_prefix('~'), self.home) {
            return path::clean(Path::new(&format!("{home}/{rest}"))).to_string_lossy().into_owned();
        }
        if written.starts_with('/') {
            return written.to_owned();
        }
        path::join(self.base, written).to_string_lossy().into_owned()
    }

    fn node(&self, node: &mut Node) {
        if let Some(joined) = node.as_str().filter(|text| !text.is_empty()).map(|text| self.join(text)) {
            node.value = Value::String(joined.into());
        }
    }

    /// A path of the host, which may be one of Windows.
    fn host_path(&self, mapping: Option<&mut Mapping>, name: &str) {
        let Some(node) = mapping.and_then(|mapping| mapping.get_mut(name)) else { return };
        let is_windows = node.as_str().is_some_and(|text| {
            let bytes = text.as_bytes();
            text.starts_with("\\\\") || (bytes.len() > 2 && bytes[1] == b':' && matches!(bytes[2], b'/' | b'\\'))
        });
        if !is_windows && let Some(joined) = node.as_str().map(|text| self.join(text)) {
            node.value = Value::String(joined.into());
        }
    }

    fn field(&self, mapping: Option<&mut Mapping>, name: &str) {
        if let Some(node) = mapping.and_then(|mapping| mapping.get_mut(name)) {
            self.node(node);
        }
    }

    /// A build context, unless it is somewhere else than on this machine.
    fn context(&self, node: &mut Node) {
        let remote = |text: &str| {
            let prefixes = ["https://", "http://", "git://", "ssh://", "github.com/", "git@", "service:"];
            text.contains("://") || prefixes.iter().any(|prefix| text.starts_with(prefix))
        };
        if node.as_str().is_some_and(|text| !remote(text)) {
            self.node(node);
        }
    }

    fn service(&self, service: &mut Node) {
        let Some(service) = service.as_mapping_mut() else { return };
        if let Some(build) = service.get_mut("build").and_then(Node::as_mapping_mut) {
            if let Some(context) = build.get_mut("context") {
                self.context(context);
            }
            if let Some(contexts) = build.get_mut("additional_contexts").and_then(Node::as_mapping_mut) {
                contexts.iter_mut().for_each(|(_, context)| self.context(context));
            }
            if let Some(keys) = build.get_mut("ssh").and_then(Node::as_mapping_mut) {
                keys.iter_mut().for_each(|(_, key)| self.node(key));
            }
        }
        for file in items(service.get_mut("env_file")) {
            self.field(file.as_mapping_mut(), "path");
        }
        for file in items(service.get_mut("label_file")) {
            self.node(file);
        }
        self.field(service.get_mut("extends").and_then(Node::as_mapping_mut), "file");
        let watches = service.get_mut("develop").and_then(|develop| develop.as_mapping_mut()?.get_mut("watch"));
        for watch in items(watches) {
            self.field(watch.as_mapping_mut(), "path");
        }
        for volume in items(service.get_mut("volumes")) {
            if volume.get("type").and_then(Node::as_str) == Some("bind") {
                self.host_path(volume.as_mapping_mut(), "source");
            }
        }
    }

    /// A local volume that is a bind mount in disguise.
    fn volume_options(&self, volume: &mut Node) {
        let text = |name: &[&str]| volume.at(name).and_then(Node::as_str);
        if text(&["driver"]) == Some("local") && text(&["driver_opts", "o"]) == Some("bind") {
            let options = volume.as_mapping_mut().and_then(|volume| volume.get_mut("driver_opts"));
            self.host_path(options.and_then(Node::as_mapping_mut), "device");
        }
    }
}

fn items(node: Option<&mut Node>) -> &mut [Node] {
    node.and_then(Node::as_sequence_mut).map_or(&mut [], Vec::as_mut_slice)
}
