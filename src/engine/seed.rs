//! Filling volumes before the first container that mounts them starts: through a container that is made for it, is
//! never started and goes again, because that works with every image and on an Engine far away.

use std::io::{self, Read, Write};
use std::path::Path;

use futures_util::StreamExt;
use http::Method;
use serde::Deserialize;
use serde_json::json;
use tar::{EntryType, Header};

use crate::names::{ContainerId, VolumeName};
use crate::project::{MountKind, Project, Seed, SeedContent, Service};

use super::client::Call;
use super::error::Error;
use super::handle::Engine;
use super::labels;
use super::pieces;
use super::query::Query;

/// The file that says what a volume was filled with.
const STAMP: &str = "stamp";
/// Where the volume is mounted in the container that is made for filling it.
const INSIDE: &str = "/ado";
/// A stamp is much shorter.
const LONGEST_STAMP: usize = 4096;

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Deserialize)]
struct Version {
    #[serde(rename = "Arch")]
    architecture: String,
}

impl Engine {
    /// Fills the volumes that a service mounts and that hold files of the project, those aside that hold them already.
    /// `id` is a container of the service, running or not yet.
    ///
    /// # Errors
    /// [`Error::NoProgram`] where there is no `ado-do` for the Engine's architecture, and what the Engine says.
    pub async fn fill_volumes(&self, project: &Project, service: &Service, id: &ContainerId) -> Result<(), Error> {
        for mount in &service.volumes {
            let MountKind::Volume { source, .. } = &mount.kind else { continue };
            if let (Some(seed), Some(volume)) = (project.seeds.get(source), project.volumes.get(source)) {
                // One fills, the others wait for it and find it done.
                let mut filled = self.filled.lock().await;
                let key = (volume.name.clone(), seed.stamp.clone());
                if filled.contains(&key) {
                    continue;
                }
                if self.stamp(id, &mount.target).await?.as_deref() != Some(&seed.stamp) {
                    self.fill(project, service, &volume.name, seed).await?;
                }
                filled.insert(key);
            }
        }
        Ok(())
    }

    /// What the volume that is mounted at `target` was filled with.
    async fn stamp(&self, id: &ContainerId, target: &str) -> Result<Option<String>, Error> {
        let stream = match self.archive_get(id, &format!("{target}/{STAMP}")).await {
            Ok((_, stream)) => stream,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        let mut stream = Box::pin(stream);
        while let Some(piece) = stream.next().await {
            bytes.extend_from_slice(&piece?);
            if bytes.len() > 4 * LONGEST_STAMP {
                return Ok(None);
            }
        }
        let mut archive = tar::Archive::new(&bytes[..]);
        let mut text = String::new();
        let read = archive.entries().and_then(|mut entries| match entries.next() {
            Some(entry) => entry?.read_to_string(&mut text),
            None => Ok(0),
        });
        // One that cannot be read is replaced.
        Ok(read.ok().map(|_| text))
    }

    async fn fill(&self, project: &Project, service: &Service, volume: &VolumeName, seed: &Seed) -> Result<(), Error> {
        let architecture = self.architecture().await?;
        let object = format!("volume `{volume}`");
        let image = self.image_id(&service.image).await?;
        let image = image.map_or_else(|| service.image.to_string(), |id| id.to_string());
        let body = json!({
            "Image": image,
            "Entrypoint": ["/"],
            "Cmd": [],
            "HostConfig": {
                "Mounts": [{
                    "Type": "volume", "Source": volume, "Target": INSIDE, "VolumeOptions": { "NoCopy": true },
                }],
                "NetworkMode": "none",
            },
            "Labels": {
                labels::PROJECT: project.name,
                labels::SERVICE: service.name,
                labels::ONEOFF: "True",
                labels::MADE_BY: env!("CARGO_PKG_VERSION"),
            },
        });
        let call = Call::new(Method::POST, "/containers/create", object.as_str()).json(&body)?;
        let Created { id } = self.client.json(call).await?;
        let id = ContainerId::new(&id).map_err(|error| Error::Answer { object, reason: error.to_string() })?;
        let filled = self.put_seed(&id, seed, &architecture).await;
        self.remove_container(&id, false).await?;
        filled
    }

    async fn put_seed(&self, id: &ContainerId, seed: &Seed, architecture: &str) -> Result<(), Error> {
        let programs = seed.files.iter().filter_map(|file| match &file.content {
            SeedContent::Program(programs) => Some(programs),
            SeedContent::Text(_) => None,
        });
        for programs in programs {
            if !programs.contains_key(architecture) {
                return Err(Error::NoProgram { architecture: architecture.to_owned() });
            }
        }
        let (seed, architecture) = (seed.clone(), architecture.to_owned());
        let archive = pieces::stream(move |writer| write(&seed, &architecture, writer));
        self.archive_put(id, INSIDE, false, archive).await
    }

    /// The Engine's architecture, as Docker calls it (Engine API `GET /version`, `Arch`).
    pub async fn architecture(&self) -> Result<String, Error> {
        let Version { architecture } = self.get("/version", Query::default(), "the Engine's version").await?;
        Ok(architecture)
    }
}

/// The archive; the stamp comes last, so that a volume that was filled halfway does not pass for full.
fn write(seed: &Seed, architecture: &str, writer: impl Write) -> io::Result<()> {
    let mut archive = tar::Builder::new(writer);
    for directory in &seed.directories {
        let mut header = header(EntryType::Directory, 0o755, 0);
        archive.append_data(&mut header, format!("{directory}/"), io::empty())?;
    }
    for file in &seed.files {
        match &file.content {
            SeedContent::Text(text) => text_file(&mut archive, &file.path, file.mode, text)?,
            SeedContent::Program(programs) => {
                let path = programs.get(architecture).ok_or(io::ErrorKind::NotFound)?;
                program(&mut archive, &file.path, file.mode, path)?;
            }
        }
    }
    text_file(&mut archive, STAMP, 0o644, &seed.stamp)?;
    archive.into_inner()?.flush()
}

fn text_file(archive: &mut tar::Builder<impl Write>, path: &str, mode: u32, text: &str) -> io::Result<()> {
    let mut header = header(EntryType::Regular, mode, text.len() as u64);
    archive.append_data(&mut header, path, text.as_bytes())
}

fn program(archive: &mut tar::Builder<impl Write>, path: &str, mode: u32, source: &Path) -> io::Result<()> {
    let file = std::fs::File::open(source)?;
    let size = file.metadata()?.len();
    let mut header = header(EntryType::Regular, mode, size);
    archive.append_data(&mut header, path, file.take(size))
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_uid(0);
    header.set_gid(0);
    header
}
