//! Volumes: make and remove.

use bollard::models::VolumeCreateRequest;
use http::Method;

use crate::names::VolumeName;
use crate::project::{Project, Volume};

use super::client::Call;
use super::create::volume_labels;
use super::error::Error;
use super::handle::Engine;
use super::query::{Query, encode_path};

impl Engine {
    /// Makes a volume of the project. The Engine leaves one of that name as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a key the project does not have, and what the Engine says.
    pub async fn create_volume(&self, project: &Project, key: &VolumeName, config_hash: &str) -> Result<(), Error> {
        let volume = project.volumes.get(key).ok_or_else(|| Error::NotFound {
            object: object(key.as_str()),
            message: "the project does not declare it".to_owned(),
        })?;
        let Volume { name, external: _, driver, driver_opts, labels, span: _ } = volume;
        let body = VolumeCreateRequest {
            name: Some(name.to_string()),
            driver: driver.clone(),
            driver_opts: (!driver_opts.is_empty())
                .then(|| driver_opts.iter().map(|(key, value)| (key.clone(), value.clone())).collect()),
            labels: Some(volume_labels(&project.name, key, config_hash, labels)),
            ..VolumeCreateRequest::default()
        };
        self.client.done(Call::new(Method::POST, "/volumes/create", object(name.as_str())).json(&body)?).await
    }

    /// Removes a volume by its name in the Engine; its data is lost.
    pub async fn remove_volume(&self, name: &VolumeName) -> Result<(), Error> {
        let path = format!("/volumes/{}", encode_path(name.as_str()));
        self.delete(&path, Query::default(), object(name.as_str())).await
    }
}

fn object(name: &str) -> String {
    format!("volume `{name}`")
}
