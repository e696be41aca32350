//! What is mounted, and by which of the Engine's two ways.
//!
//! `HostConfig.Binds` is the older way and the only one that makes a missing directory of the host; Compose prefers it
//! wherever the mount needs nothing that only `HostConfig.Mounts` has, and so do we, for containers that look the same.

use std::collections::HashMap;

use bollard::models::{
    Mount as ApiMount, MountBindOptions, MountBindOptionsPropagationEnum, MountImageOptions, MountTmpfsOptions,
    MountType, MountVolumeOptions,
};

use crate::engine::error::Error;
use crate::names::VolumeName;
use crate::project::{Content, ContentMount, ContentSource, LinkTarget, Mount, MountKind, VolumesFrom};

use super::host::map;
use super::request::Creation;

/// Both ways.
pub(super) struct Mounts {
    /// `HostConfig.Binds`.
    pub binds: Vec<String>,
    /// `HostConfig.Mounts`.
    pub mounts: Vec<ApiMount>,
}

/// Everything that the service mounts, what goes on living of a replaced container, and configs and secrets in files.
pub(super) fn mounts(creation: &Creation<'_>) -> Result<Mounts, Error> {
    let service = creation.service;
    let mut all = Mounts { binds: Vec::new(), mounts: Vec::new() };
    for mount in &service.volumes {
        add(&mut all, creation, mount)?;
    }
    let written = |target: &str| {
        service.volumes.iter().any(|mount| mount.target == target && !matches!(mount.kind, MountKind::Anonymous { .. }))
    };
    for (target, volume) in &creation.replica.kept_volumes {
        if written(target) {
            continue;
        }
        all.mounts.retain(|mount| mount.target.as_deref() != Some(target));
        all.mounts.push(ApiMount { source: Some(volume.clone()), ..of_type(MountType::VOLUME, target) });
    }
    let taken = [(&service.secrets, &creation.project.secrets), (&service.configs, &creation.project.configs)];
    for (mount, content) in
        taken.iter().flat_map(|(mounts, all)| mounts.iter().map(|mount| (mount, all.get(&mount.source))))
    {
        if let (Some(Content { source: ContentSource::File(path), .. }), true) = (content, is_bound(mount)) {
            all.mounts.push(ApiMount {
                source: Some(path.display().to_string()),
                read_only: Some(true),
                ..of_type(MountType::BIND, &mount.target)
            });
        }
    }
    Ok(all)
}

/// Whether a config or secret that stands in a file is mounted from there rather than copied: only a copy can have an
/// owner and permissions of its own.
pub(in crate::engine) fn is_bound(mount: &ContentMount) -> bool {
    let ContentMount { source: _, target: _, uid, gid, mode } = mount;
    uid.is_none() && gid.is_none() && mode.is_none()
}

/// `volumes_from` with containers in the place of services.
pub(super) fn volumes_from(creation: &Creation<'_>, sources: &[VolumesFrom]) -> Result<Vec<String>, Error> {
    sources
        .iter()
        .map(|VolumesFrom { source, read_only }| {
            let container = match source {
                LinkTarget::Service(service) => creation.container_of(service)?.to_string(),
                LinkTarget::Container(name) => name.clone(),
            };
            Ok(if *read_only { format!("{container}:ro") } else { container })
        })
        .collect()
}

/// `path[:options]` as a map.
pub(super) fn tmpfs(mounts: &[String]) -> HashMap<String, String> {
    mounts
        .iter()
        .map(|mount| mount.split_once(':').unwrap_or((mount, "")))
        .map(|(path, options)| (path.to_owned(), options.to_owned()))
        .collect()
}

fn of_type(kind: MountType, target: &str) -> ApiMount {
    ApiMount { typ: Some(kind), target: Some(target.to_owned()), ..ApiMount::default() }
}

fn add(all: &mut Mounts, creation: &Creation<'_>, mount: &Mount) -> Result<(), Error> {
    let Mount { target, read_only, consistency, kind, span: _ } = mount;
    let api = |kind| ApiMount {
        read_only: read_only.then_some(true),
        consistency: consistency.clone(),
        ..of_type(kind, target)
    };
    let access = if *read_only { "ro" } else { "rw" };
    match kind {
        MountKind::Bind { source, create_host_path, propagation, selinux, recursive } => {
            if *create_host_path && recursive.is_none() {
                let options: Vec<&str> =
                    std::iter::once(access).chain(selinux.as_deref()).chain(propagation.as_deref()).collect();
                all.binds.push(format!("{source}:{target}:{}", options.join(",")));
            } else {
                let options = bind_options(creation, propagation.as_deref(), recursive.as_deref())?;
                all.mounts.push(ApiMount {
                    source: Some(source.clone()),
                    bind_options: options,
                    ..api(MountType::BIND)
                });
            }
        }
        MountKind::Volume { source, no_copy, subpath, labels } => {
            let name = volume_name(creation, source);
            if subpath.is_none() && labels.is_empty() && !no_copy {
                all.binds.push(format!("{name}:{target}:{access}"));
            } else {
                if subpath.is_some() {
                    creation.needs("volumes.volume.subpath", 45)?;
                }
                let options = MountVolumeOptions {
                    no_copy: no_copy.then_some(true),
                    labels: (!labels.is_empty()).then(|| map(labels)),
                    subpath: subpath.clone(),
                    ..MountVolumeOptions::default()
                };
                all.mounts.push(ApiMount {
                    source: Some(name),
                    volume_options: Some(options),
                    ..api(MountType::VOLUME)
                });
            }
        }
        MountKind::Anonymous { no_copy } => {
            let options = MountVolumeOptions { no_copy: no_copy.then_some(true), ..MountVolumeOptions::default() };
            all.mounts.push(ApiMount { volume_options: Some(options), ..api(MountType::VOLUME) });
        }
        MountKind::Tmpfs { size, mode } => {
            let options =
                MountTmpfsOptions { size_bytes: *size, mode: mode.map(i64::from), ..MountTmpfsOptions::default() };
            all.mounts.push(ApiMount { tmpfs_options: Some(options), ..api(MountType::TMPFS) });
        }
        MountKind::Image { source, subpath } => {
            creation.needs("volumes.type: image", 48)?;
            let options = subpath.as_ref().map(|path| MountImageOptions { subpath: Some(path.clone()) });
            all.mounts.push(ApiMount {
                source: Some(source.to_string()),
                image_options: options,
                ..api(MountType::IMAGE)
            });
        }
        MountKind::NamedPipe { source } => {
            all.mounts.push(ApiMount { source: Some(source.clone()), ..api(MountType::NPIPE) });
        }
    }
    Ok(())
}

/// The volume's name in the Engine; a key that the project does not declare is one already.
fn volume_name(creation: &Creation<'_>, key: &VolumeName) -> String {
    creation.project.volumes.get(key).map_or(key, |volume| &volume.name).to_string()
}

fn bind_options(
    creation: &Creation<'_>,
    propagation: Option<&str>,
    recursive: Option<&str>,
) -> Result<Option<MountBindOptions>, Error> {
    let propagation = propagation.and_then(|propagation| propagation.parse::<MountBindOptionsPropagationEnum>().ok());
    let mut options = MountBindOptions { propagation, ..MountBindOptions::default() };
    match recursive {
        Some("disabled") => options.non_recursive = Some(true),
        Some("writable") => {
            creation.needs("volumes.bind.recursive", 44)?;
            options.read_only_non_recursive = Some(true);
        }
        Some("readonly") => {
            creation.needs("volumes.bind.recursive", 44)?;
            options.read_only_force_recursive = Some(true);
        }
        _ => {}
    }
    Ok((options != MountBindOptions::default()).then_some(options))
}
