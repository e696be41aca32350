//! Images from and to registries.

use http::Method;
use serde::Deserialize;

use crate::event::Progress;
use crate::names::ImageRef;

use super::body::JsonLines;
use super::client::{Call, Patience};
use super::credentials::Credentials;
use super::error::Error;
use super::handle::Engine;
use super::image::{object, split_tag};
use super::progress::{Detail, Message};
use super::query::{Query, encode_path};

#[derive(Deserialize)]
struct Distributed {
    #[serde(rename = "Descriptor")]
    descriptor: Descriptor,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

impl Engine {
    /// Fetches an image, with the user's credentials for its registry. `on` hears of each layer.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an image that the registry does not have, [`Error::Denied`], and what the Engine says.
    pub async fn pull(
        &self,
        image: &ImageRef,
        platform: Option<&str>,
        mut on: impl FnMut(Progress),
    ) -> Result<(), Error> {
        self.forget_images();
        let (repository, tag) = split_tag(image.as_str());
        let tag = tag.or((!repository.contains('@')).then_some("latest"));
        let platform = platform.or(self.endpoint().default_platform.as_deref());
        let query = Query::default().with("fromImage", repository).maybe("tag", tag).maybe("platform", platform);
        let call = Call::new(Method::POST, "/images/create", object(image.as_str())).query(query);
        self.transfer(call, image, &mut on).await?;
        if tag.is_some() {
            // An Engine notes when an image got a name, but not that a pull gave it; `pull_policy: daily` goes by that. Without
            // the note the image is pulled more often than needed, which is no failure.
            self.tag(image.as_str(), image).await.ok();
        }
        Ok(())
    }

    /// Sends an image to its registry, with the user's credentials for it. `on` hears of each layer.
    ///
    /// # Errors
    /// [`Error::Denied`], and what the Engine says.
    pub async fn push(&self, image: &ImageRef, mut on: impl FnMut(Progress)) -> Result<(), Error> {
        let (repository, tag) = split_tag(image.as_str());
        let query = Query::default().with("tag", tag.unwrap_or("latest"));
        let call = Call::new(Method::POST, format!("/images/{}/push", encode_path(repository)), object(image.as_str()))
            .query(query);
        self.transfer(call, image, &mut on).await
    }

    /// The digest (`sha256:…`) that a name means in its registry now, asked by the Engine with the user's credentials
    /// (`GET /distribution/{name}/json`).
    ///
    /// # Errors
    /// [`Error::NotFound`] for an image that the registry does not have, [`Error::Denied`], and what the Engine says.
    pub async fn registry_digest(&self, image: &ImageRef) -> Result<String, Error> {
        let auth = Credentials::of(self.endpoint())?.header_for(image.as_str()).await?;
        let path = format!("/distribution/{}/json", encode_path(image.as_str()));
        let call = Call::new(Method::GET, path, object(image.as_str())).header("x-registry-auth", &auth);
        let found: Distributed = self.client.json(call.patience(Patience::Change)).await?;
        Ok(found.descriptor.digest)
    }

    async fn transfer(&self, call: Call, image: &ImageRef, on: &mut impl FnMut(Progress)) -> Result<(), Error> {
        let auth = Credentials::of(self.endpoint())?.header_for(image.as_str()).await?;
        let call = call.header("x-registry-auth", &auth).patience(Patience::Endless);
        let response = self.client.open(call).await?;
        let mut messages = JsonLines::<Message>::new(response.into_body(), object(image.as_str()));
        while let Some(message) = messages.next().await {
            match message?.read() {
                Detail::Part(part) => on(part),
                Detail::Failed(text) => return Err(failure(image, &text)),
                Detail::Nothing => {}
            }
        }
        Ok(())
    }
}

/// A failure in the middle of an answer has no status; its words tell what it is.
fn failure(image: &ImageRef, text: &str) -> Error {
    let missing = ["not found", "manifest unknown", "does not exist"].iter().any(|words| text.contains(words));
    let status = if missing { http::StatusCode::NOT_FOUND } else { http::StatusCode::INTERNAL_SERVER_ERROR };
    Error::from_answer(status, &object(image.as_str()), text)
}
