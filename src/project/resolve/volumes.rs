//! Volumes, configs and secrets.

use indexmap::IndexMap;

use super::fields::Fields;
use crate::names::{ImageRef, ServiceName, VolumeName};
use crate::project::{Content, ContentMount, ContentSource, LinkTarget, Mount, MountKind, Volume, VolumesFrom};
use crate::secret::Secret;

pub(super) fn volume(key: &VolumeName, fields: &Fields<'_>, project: &str) -> Volume {
    let implied = || VolumeName::new(&format!("{project}_{key}")).unwrap_or_else(|_| key.clone());
    Volume {
        name: fields.name("name").unwrap_or_else(implied),
        external: fields.flag("external"),
        driver: fields.text("driver"),
        driver_opts: fields.text_map("driver_opts"),
        labels: fields.text_map("labels"),
        span: Some(fields.span),
    }
}

/// A top-level config or secret; a variable of the environment is looked up here, so that nobody does it later.
pub(super) fn content(
    key: &str,
    fields: &Fields<'_>,
    project: &str,
    value: &dyn Fn(&str) -> Option<Secret<String>>,
) -> Content {
    let source = if fields.flag("external") {
        ContentSource::External
    } else if let Some(path) = fields.text("file") {
        ContentSource::File(path.into())
    } else if let Some(variable) = fields.text("environment") {
        let value = value(&variable);
        ContentSource::Environment(variable, value)
    } else if fields.get("driver").is_some() || fields.get("template_driver").is_some() {
        ContentSource::External
    } else {
        // The canonical form leaves an empty `content` out.
        ContentSource::Inline(Secret::new(fields.text("content").unwrap_or_default()))
    };
    let name = fields.text("name").unwrap_or_else(|| format!("{project}_{key}"));
    Content { name, source, span: fields.span }
}

pub(super) fn mount(fields: &Fields<'_>, volumes: &IndexMap<VolumeName, Volume>) -> Option<Mount> {
    Some(Mount {
        target: fields.text("target").unwrap_or_default(),
        read_only: fields.flag("read_only"),
        consistency: fields.text("consistency"),
        kind: mount_kind(fields, volumes)?,
        span: fields.span,
    })
}

fn mount_kind(fields: &Fields<'_>, volumes: &IndexMap<VolumeName, Volume>) -> Option<MountKind> {
    match fields.text("type")?.as_str() {
        "bind" => bind(fields),
        "volume" => volume_mount(fields, volumes),
        "tmpfs" => {
            let options = fields.fields("tmpfs");
            Some(MountKind::Tmpfs {
                size: options.as_ref().and_then(|options| options.integer("size")),
                mode: options.as_ref().and_then(|options| options.number("mode")),
            })
        }
        "image" => Some(MountKind::Image {
            source: fields.name::<ImageRef>("source")?,
            subpath: fields.fields("image").and_then(|options| options.text("subpath")),
        }),
        "npipe" => Some(MountKind::NamedPipe { source: fields.text("source")? }),
        other => {
            fields.problem("type", format!("ado cannot mount the type `{other}`"));
            None
        }
    }
}

fn bind(fields: &Fields<'_>) -> Option<MountKind> {
    let options = fields.fields("bind");
    let text = |key: &str| options.as_ref().and_then(|options| options.text(key));
    Some(MountKind::Bind {
        source: fields.text("source")?,
        create_host_path: options.as_ref().is_some_and(|options| options.flag("create_host_path")),
        propagation: text("propagation"),
        selinux: text("selinux"),
        recursive: text("recursive"),
    })
}

fn volume_mount(fields: &Fields<'_>, volumes: &IndexMap<VolumeName, Volume>) -> Option<MountKind> {
    let options = fields.fields("volume");
    let no_copy = options.as_ref().is_some_and(|options| options.flag("nocopy"));
    if fields.text("source").is_none_or(|source| source.is_empty()) {
        return Some(MountKind::Anonymous { no_copy });
    }
    let source: VolumeName = fields.name("source")?;
    if !volumes.contains_key(&source) {
        fields.problem("source", format!("volume `{source}` is not defined; define it under the top-level `volumes`"));
    }
    Some(MountKind::Volume {
        source,
        no_copy,
        subpath: options.as_ref().and_then(|options| options.text("subpath")),
        labels: options.as_ref().map(|options| options.text_map("labels")).unwrap_or_default(),
    })
}

pub(super) fn volumes_from(fields: &Fields<'_>) -> Vec<VolumesFrom> {
    let texts = fields.texts("volumes_from").into_iter();
    texts
        .filter_map(|text| {
            let (name, read_only) = match text.rsplit_once(':') {
                Some((name, "ro")) => (name, true),
                Some((name, "rw")) => (name, false),
                _ => (text.as_str(), false),
            };
            let source = if let Some(container) = name.strip_prefix("container:") {
                LinkTarget::Container(container.to_owned())
            } else {
                let service = ServiceName::new(name);
                LinkTarget::Service(service.map_err(|error| fields.problem("volumes_from", error.to_string())).ok()?)
            };
            Some(VolumesFrom { source, read_only })
        })
        .collect()
}

/// Where a kind of content is found in the container, when its target is not absolute.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Config,
    Secret,
    Build,
}

/// `configs`, `secrets` or `build.secrets`; references to what is not defined are problems.
pub(super) fn content_mounts(
    fields: &Fields<'_>,
    key: &str,
    place: Place,
    defined: &IndexMap<String, Content>,
) -> Vec<ContentMount> {
    let items = fields.items(key);
    items
        .iter()
        .filter_map(|item| {
            let source = item.text("source")?;
            if !defined.contains_key(&source) {
                item.problem("source", format!("`{source}` is not defined under the top-level `{key}`"));
            }
            let target = item.text("target").filter(|target| !target.is_empty());
            let target = match (place, target) {
                (Place::Build, target) => target.unwrap_or_else(|| source.clone()),
                (_, Some(target)) if target.starts_with('/') => target,
                (Place::Config, target) => format!("/{}", target.as_ref().unwrap_or(&source)),
                (Place::Secret, target) => format!("/run/secrets/{}", target.as_ref().unwrap_or(&source)),
            };
            Some(ContentMount {
                source,
                target,
                uid: item.text("uid"),
                gid: item.text("gid"),
                mode: item.permissions("mode"),
            })
        })
        .collect()
}
