//! The handle that everybody holds.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use serde::de::DeserializeOwned;

use crate::names::{ImageId, ImageRef, VolumeName};

use super::client::{Call, Client, SharedClient};
use super::endpoint::Endpoint;
use super::error::Error;
use super::query::Query;
use super::version::ApiVersion;

/// A connection to one Docker Engine.
#[derive(Clone)]
pub struct Engine {
    pub(super) client: SharedClient,
    /// Images by reference as last seen, so that creating many containers asks once for each image.
    images: Arc<Mutex<HashMap<ImageRef, ImageId>>>,
    /// Volumes that hold what they should, with the stamp of it.
    pub(super) filled: Arc<tokio::sync::Mutex<HashSet<(VolumeName, String)>>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("endpoint", &self.endpoint().to_string()).finish_non_exhaustive()
    }
}

impl Engine {
    /// Prepares the connection to an Engine. The first request makes it; that is where an Engine that is not there, is
    /// not allowed or is none is told.
    ///
    /// # Errors
    /// [`Error::Untrusted`] for certificates that cannot be read.
    pub fn connect(endpoint: &Endpoint) -> Result<Self, Error> {
        Ok(Self { client: Arc::new(Client::new(endpoint.clone())?), images: Arc::default(), filled: Arc::default() })
    }

    /// Where this Engine is.
    pub fn endpoint(&self) -> &Endpoint {
        self.client.endpoint()
    }

    /// The API version that is spoken: the newest that both sides know. The first call of a process asks the Engine.
    pub async fn api_version(&self) -> Result<ApiVersion, Error> {
        Ok(self.client.greeting().await?.version)
    }

    /// Asks for JSON.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: Query,
        object: impl Into<String>,
    ) -> Result<T, Error> {
        self.client.json(Call::new(Method::GET, path, object).query(query)).await
    }

    /// Asks for something to be done that gives no answer.
    pub(super) async fn post(&self, path: &str, query: Query, object: impl Into<String>) -> Result<(), Error> {
        self.client.done(Call::new(Method::POST, path, object).query(query)).await
    }

    /// Asks for something to be removed.
    pub(super) async fn delete(&self, path: &str, query: Query, object: impl Into<String>) -> Result<(), Error> {
        self.client.done(Call::new(Method::DELETE, path, object).query(query)).await
    }

    /// The image's id as last seen.
    pub(super) fn known_image(&self, image: &ImageRef) -> Option<ImageId> {
        self.images.lock().unwrap_or_else(PoisonError::into_inner).get(image).cloned()
    }

    /// Remembers an image.
    pub(super) fn remember_image(&self, image: &ImageRef, id: &ImageId) {
        self.images.lock().unwrap_or_else(PoisonError::into_inner).insert(image.clone(), id.clone());
    }

    /// Forgets all images, because references may mean others now.
    pub(super) fn forget_images(&self) {
        self.images.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
