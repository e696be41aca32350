//! Named contexts (`additional_contexts`) on Engines whose own Dockerfile frontend does not know them yet.
//!
//! Each one becomes an image: a directory or repository is copied into one that is removed after the build. The Dockerfile
//! then names the images.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::engine::build::{FOREIGN_DOCKERFILE, Job, Source, familiar, has_syntax, is_remote, with_images};
use crate::engine::credentials::Credentials;
use crate::engine::error::Error;
use crate::engine::handle::Engine;
use crate::engine::query::{Query, encode_path};
use crate::engine::version::ApiVersion;
use crate::event::Progress;

use super::order::{plain_request, temporary};
use super::providers::{Agents, BuildSecrets, RegistryAuth};
use super::session::{Offer, unique};
use super::sync::{Directories, Failure};

/// The first version whose builder knows named contexts (Engine 23.0).
const NAMED_CONTEXTS: ApiVersion = ApiVersion(42);

/// Copies a whole context.
const COPY: &str = "FROM scratch\nCOPY . /\n";

impl Engine {
    /// Replaces the named contexts of a build by images where the Engine needs it. The names of the images that are only
    /// for this build come back.
    pub(super) async fn replace_named_contexts(
        &self,
        job: &mut Job<'_>,
        on: &mut impl FnMut(Progress),
    ) -> Result<Vec<String>, Error> {
        let version = self.api_version().await?;
        if job.contexts.is_empty() || version >= NAMED_CONTEXTS {
            return Ok(Vec::new());
        }
        let object = format!("the build of image `{}`", job.image());
        let unsupported = || Error::Unsupported {
            object: object.clone(),
            field: "build.additional_contexts",
            needs: NAMED_CONTEXTS.to_string(),
            has: version.to_string(),
        };
        let Source::Directory(context) = &mut job.source else { return Err(unsupported()) };
        let path = context.root.join(&job.dockerfile);
        let text = match context.further.first() {
            Some((_, text)) => String::from_utf8_lossy(text).into_owned(),
            None => std::fs::read_to_string(&path).map_err(|source| Error::File { path: path.clone(), source })?,
        };
        // A builder of its own knows them by itself.
        if has_syntax(&text) {
            return Ok(Vec::new());
        }
        if job.contexts.values().any(|from| from.starts_with("oci-layout://")) {
            return Err(unsupported());
        }
        let mut made = Vec::new();
        let mut images = IndexMap::new();
        for (name, from) in std::mem::take(&mut job.contexts) {
            let image = match from.strip_prefix("docker-image://") {
                Some(image) => image.to_owned(),
                None => match self.image_of_context(&name, &from, on).await {
                    Ok(image) => {
                        made.push(image.clone());
                        image
                    }
                    Err(error) => {
                        self.remove_temporary(made).await;
                        return Err(error);
                    }
                },
            };
            images.insert(familiar(&name), image);
        }
        let ignore = std::fs::read(path.with_added_extension("dockerignore"));
        context.further = vec![(FOREIGN_DOCKERFILE.to_owned(), with_images(&text, &images).into_bytes())];
        // An ignore file beside the Dockerfile goes where the Dockerfile goes; most have none.
        context.further.extend(ignore.ok().map(|text| (format!("{FOREIGN_DOCKERFILE}.dockerignore"), text)));
        FOREIGN_DOCKERFILE.clone_into(&mut job.dockerfile);
        Ok(made)
    }

    /// Copies a directory, or what an URL leads to, into an image, and gives its name.
    async fn image_of_context(&self, name: &str, from: &str, on: &mut impl FnMut(Progress)) -> Result<String, Error> {
        let image = format!("ado-context-{}", unique());
        let dockerfile = temporary(&[(FOREIGN_DOCKERFILE.to_owned(), COPY.as_bytes().to_vec())])?;
        let mut attributes = HashMap::from([("filename".to_owned(), FOREIGN_DOCKERFILE.to_owned())]);
        let mut roots = BTreeMap::from([("dockerfile".to_owned(), dockerfile.path().to_owned())]);
        if is_remote(from) {
            attributes.insert("context".to_owned(), from.to_owned());
        } else {
            roots.insert("context".to_owned(), PathBuf::from(from));
        }
        let context = roots.get("context").cloned().unwrap_or_default();
        let offer = Offer {
            directories: Directories { roots, failure: Failure::default() },
            agents: Agents(BTreeMap::new()),
            secrets: BuildSecrets(IndexMap::new()),
            auth: RegistryAuth(Arc::new(Credentials::of(self.endpoint())?)),
            context,
        };
        let request = plain_request(std::slice::from_ref(&image), attributes);
        self.solve(format!("context {name}"), offer, request, on).await.map(|_| image)
    }

    /// Removes images that were only for one build. What cannot be removed is in nobody's way.
    pub(super) async fn remove_temporary(&self, images: Vec<String>) {
        for image in images {
            let path = format!("/images/{}", encode_path(&image));
            self.delete(&path, Query::default().with("force", "true"), format!("image `{image}`")).await.ok();
        }
    }
}
