//! Images that the Engine has.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use crate::names::{ImageId, ImageRef};
use crate::observed::Image;

use super::details::ImageMetadata;
use super::error::Error;
use super::handle::Engine;
use super::query::{Query, encode_path};
use super::summary::nullable;

/// `GET /images/{name}/json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ImageAnswer {
    id: String,
    #[serde(default)]
    config: Option<ImageConfig>,
    #[serde(default)]
    metadata: ImageMetadata,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ImageConfig {
    #[serde(default, deserialize_with = "nullable")]
    volumes: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    healthcheck: Option<ImageHealthCheck>,
}

#[derive(Deserialize)]
struct ImageHealthCheck {
    #[serde(rename = "Test", default, deserialize_with = "nullable")]
    test: Vec<String>,
}

impl Engine {
    /// The image that a reference means now, if the Engine has it.
    pub async fn image(&self, image: &ImageRef) -> Result<Option<Image>, Error> {
        let path = format!("/images/{}/json", encode_path(image.as_str()));
        let answer: ImageAnswer = match self.get(&path, Query::default(), object(image.as_str())).await {
            Ok(answer) => answer,
            Err(Error::NotFound { .. } | Error::MissingImage { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let id = ImageId::new(&answer.id)
            .map_err(|error| Error::Answer { object: object(image.as_str()), reason: error.to_string() })?;
        self.remember_image(image, &id);
        let config = answer.config.unwrap_or_default();
        let health_check =
            config.healthcheck.is_some_and(|check| check.test.first().is_some_and(|word| word != "NONE"));
        let volumes = config.volumes.into_iter().map(|(path, _)| path).collect();
        let age = age(&answer.metadata.last_tag_time, Timestamp::now());
        Ok(Some(Image { id, volumes, health_check, age }))
    }

    /// Gives an image another name.
    pub async fn tag(&self, image: &str, name: &ImageRef) -> Result<(), Error> {
        self.forget_images();
        let (repository, tag) = split_tag(name.as_str());
        let query = Query::default().with("repo", repository).with("tag", tag.unwrap_or("latest"));
        self.post(&format!("/images/{}/tag", encode_path(image)), query, object(image)).await
    }

    /// Removes an image, or a name of it where it has several.
    pub async fn remove_image(&self, image: &ImageRef, force: bool) -> Result<(), Error> {
        self.forget_images();
        let path = format!("/images/{}", encode_path(image.as_str()));
        self.delete(&path, Query::default().flag("force", force), object(image.as_str())).await
    }

    /// The id of the image that a container would be made from.
    pub(super) async fn image_id(&self, image: &ImageRef) -> Result<Option<ImageId>, Error> {
        match self.known_image(image) {
            Some(id) => Ok(Some(id)),
            None => Ok(self.image(image).await?.map(|image| image.id)),
        }
    }
}

/// How long ago an image got its name, which is when it was built or pulled. The Engine writes the year 1 where it does not
/// know; a time to come, by a clock that runs differently, is now.
fn age(last_tag_time: &str, now: Timestamp) -> Option<Duration> {
    let tagged: Timestamp = last_tag_time.parse().ok()?;
    (tagged > Timestamp::UNIX_EPOCH).then(|| now.duration_since(tagged).try_into().unwrap_or_default())
}

/// An image in words.
pub(super) fn object(image: &str) -> String {
    format!("image `{image}`")
}

/// Splits `registry:5000/name:tag` into its repository and its tag; a digest counts as part of the repository.
pub(super) fn split_tag(image: &str) -> (&str, Option<&str>) {
    if image.contains('@') {
        return (image, None);
    }
    match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
        _ => (image, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_as_old_as_its_name() {
        let now = "2026-01-02T12:00:00Z".parse().expect("a time");
        assert_eq!(age("2026-01-02T11:59:00.5+00:00", now), Some(Duration::from_millis(59_500)));
        assert_eq!(age("2026-01-02T12:00:09Z", now), Some(Duration::ZERO));
        assert_eq!(age("0001-01-01T00:00:00Z", now), None);
        assert_eq!(age("", now), None);
    }

    #[test]
    fn a_tag_is_not_a_port() {
        assert_eq!(split_tag("registry:5000/a/b:1.2"), ("registry:5000/a/b", Some("1.2")));
        assert_eq!(split_tag("registry:5000/a"), ("registry:5000/a", None));
        assert_eq!(split_tag("a@sha256:12"), ("a@sha256:12", None));
    }
}
