//! Configs and secrets that are copied into a container before it starts.

use http::Method;
use tar::{EntryType, Header};

use crate::names::ContainerId;
use crate::project::{Content, ContentMount, ContentSource, Project, Service};

use super::client::Call;
use super::container;
use super::create::is_bound;
use super::error::Error;
use super::handle::Engine;
use super::query::Query;

/// Permission bits of a config or secret that says none (Compose specification, section "secrets").
const DEFAULT_MODE: u32 = 0o444;

impl Engine {
    /// Copies the configs and secrets of a service into its container, those aside that are mounted from their file, and
    /// fills the volumes that must hold something before it starts. No request is sent where there are none.
    ///
    /// # Errors
    /// [`Error::NoContent`] for one without content, [`Error::File`] for one whose file cannot be read.
    pub async fn deliver(&self, project: &Project, service: &Service, id: &ContainerId) -> Result<(), Error> {
        self.fill_volumes(project, service, id).await?;
        let secrets = service.secrets.iter().map(|mount| ("secret", mount, project.secrets.get(&mount.source)));
        let configs = service.configs.iter().map(|mount| ("config", mount, project.configs.get(&mount.source)));
        let mut archive = tar::Builder::new(Vec::new());
        let mut empty = true;
        for (kind, mount, content) in secrets.chain(configs) {
            let bytes = match content_of(content, mount) {
                Ok(Some(bytes)) => bytes,
                Ok(None) => continue,
                Err(Missing::Reason(reason)) => {
                    let (service, name) = (service.name.to_string(), mount.source.clone());
                    return Err(Error::NoContent { service, kind, name, reason });
                }
                Err(Missing::File(error)) => return Err(error),
            };
            append(&mut archive, mount, &bytes)
                .map_err(|source| Error::File { path: mount.target.clone().into(), source })?;
            empty = false;
        }
        if empty {
            return Ok(());
        }
        let bytes = archive.into_inner().map_err(|source| Error::File { path: "/".into(), source })?;
        let stream = futures_util::stream::iter([Ok(bytes.into())]);
        let query = Query::default().with("path", "/").with("copyUIDGID", "true");
        let call =
            Call::new(Method::PUT, container::path(id, "/archive"), container::object(id)).query(query).tar(stream);
        self.client.done(call).await
    }
}

enum Missing {
    Reason(String),
    File(Error),
}

/// The bytes to copy; `None` for one that is mounted from its file.
fn content_of(content: Option<&Content>, mount: &ContentMount) -> Result<Option<Vec<u8>>, Missing> {
    let Some(Content { name: _, source, span: _ }) = content else {
        return Err(Missing::Reason("the project does not declare it".to_owned()));
    };
    match source {
        ContentSource::File(_) if is_bound(mount) => Ok(None),
        ContentSource::File(path) => {
            std::fs::read(path).map(Some).map_err(|source| Missing::File(Error::File { path: path.clone(), source }))
        }
        ContentSource::Environment(_, Some(value)) | ContentSource::Inline(value) => {
            Ok(Some(value.reveal().clone().into_bytes()))
        }
        ContentSource::Environment(name, None) => Err(Missing::Reason(format!("the variable {name} is not set"))),
        ContentSource::External => Err(Missing::Reason("external ones exist in a swarm only".to_owned())),
    }
}

fn append(archive: &mut tar::Builder<Vec<u8>>, mount: &ContentMount, bytes: &[u8]) -> std::io::Result<()> {
    let id = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(bytes.len() as u64);
    header.set_mode(mount.mode.unwrap_or(DEFAULT_MODE));
    header.set_uid(id(&mount.uid));
    header.set_gid(id(&mount.gid));
    archive.append_data(&mut header, mount.target.trim_start_matches('/'), bytes)
}
