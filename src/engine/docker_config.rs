//! The Docker command line's own configuration, `config.json`: contexts and credentials.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::Error;

/// `~/.docker/config.json`, the parts that ado needs.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct DockerConfig {
    /// Name of the context that is used where nothing else says.
    #[serde(default, rename = "currentContext")]
    pub current_context: Option<String>,
    /// Credentials by registry.
    #[serde(default)]
    pub auths: BTreeMap<String, AuthEntry>,
    /// Credential helper for all registries.
    #[serde(default, rename = "credsStore")]
    pub credentials_store: Option<String>,
    /// Credential helpers by registry.
    #[serde(default, rename = "credHelpers")]
    pub credential_helpers: BTreeMap<String, String>,
}

/// One of `auths`.
#[derive(Clone, Default, Deserialize)]
pub(super) struct AuthEntry {
    /// Base64 of `user:password`.
    #[serde(default)]
    pub auth: Option<String>,
    /// User.
    #[serde(default)]
    pub username: Option<String>,
    /// Password.
    #[serde(default)]
    pub password: Option<String>,
    /// Token that stands for both.
    #[serde(default, rename = "identitytoken")]
    pub identity_token: Option<String>,
    /// Token that is passed on to the registry.
    #[serde(default, rename = "registrytoken")]
    pub registry_token: Option<String>,
}

impl std::fmt::Debug for AuthEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(crate::secret::MARK)
    }
}

/// `DOCKER_CONFIG`, else `~/.docker`.
pub(super) fn directory(environment: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    match environment("DOCKER_CONFIG").filter(|path| !path.is_empty()) {
        Some(path) => Some(PathBuf::from(path)),
        None => environment("HOME").filter(|home| !home.is_empty()).map(|home| Path::new(&home).join(".docker")),
    }
}

impl DockerConfig {
    /// Reads it from that directory; one that is not there is empty.
    pub(super) fn read(directory: &Path) -> Result<Self, Error> {
        let path = directory.join("config.json");
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(Error::File { path, source }),
        };
        serde_json::from_slice(&text).map_err(|error| Error::File { path, source: error.into() })
    }
}
