//! Credentials for registries: the Docker configuration and its credential helpers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Stdio;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::secret::Secret;

use super::docker_config::{AuthEntry, DockerConfig};
use super::endpoint::Endpoint;
use super::error::Error;

/// What Docker Hub is called where credentials are kept.
const HUB: &str = "https://index.docker.io/v1/";

/// Where credentials are looked up.
pub(super) struct Credentials {
    config: DockerConfig,
}

/// Credentials as the Engine takes them (Engine API, "Authentication").
#[derive(Clone, Default, Serialize)]
pub(super) struct AuthConfig {
    #[serde(skip_serializing_if = "String::is_empty")]
    username: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    password: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    identitytoken: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    registrytoken: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    serveraddress: String,
}

/// Answer of `docker-credential-NAME get`.
#[derive(Deserialize)]
struct HelperAnswer {
    #[serde(rename = "Username", default)]
    username: String,
    #[serde(rename = "Secret", default)]
    secret: String,
}

impl Credentials {
    /// Reads the configuration.
    pub(super) fn of(endpoint: &Endpoint) -> Result<Self, Error> {
        let config =
            endpoint.config_directory.as_ref().map(|directory: &PathBuf| DockerConfig::read(directory)).transpose()?;
        Ok(Self { config: config.unwrap_or_default() })
    }

    /// The header `X-Registry-Auth` for the registry of an image; empty credentials where there are none.
    pub(super) async fn header_for(&self, image: &str) -> Result<String, Error> {
        let auth = self.get(registry_of(image)).await?.unwrap_or_default();
        Ok(encoded(&auth))
    }

    /// The header `X-Registry-Config`: whatever is configured, since base images may come from anywhere. Helpers that
    /// do not answer are left out: most builds do not need them.
    pub(super) async fn all(&self) -> String {
        let mut all: BTreeMap<String, AuthConfig> = BTreeMap::new();
        let registries: BTreeSet<&String> =
            self.config.auths.keys().chain(self.config.credential_helpers.keys()).collect();
        for registry in registries {
            if let Ok(Some(auth)) = self.get(registry).await {
                all.insert(registry.clone(), auth);
            }
        }
        encoded(&all)
    }

    /// User and password for a registry, if there are any.
    pub(super) async fn user(&self, registry: &str) -> Option<(String, Secret<String>)> {
        let auth = self.get(registry).await.ok().flatten()?;
        (!auth.username.is_empty()).then(|| (auth.username, Secret::new(auth.password)))
    }

    async fn get(&self, registry: &str) -> Result<Option<AuthConfig>, Error> {
        let host = bare(registry);
        let key = if host == "docker.io" || host == "index.docker.io" { HUB } else { registry };
        let helpers = &self.config.credential_helpers;
        let helper = helpers.get(registry).or_else(|| helpers.get(host)).or(self.config.credentials_store.as_ref());
        if let Some(helper) = helper {
            return ask(helper, key).await;
        }
        let entry = self.config.auths.iter().find(|(name, _)| bare(name) == bare(key)).map(|(_, entry)| entry);
        entry.map(|entry| decode(key, entry)).transpose()
    }
}

/// `registry/…` of an image; Docker Hub where it names none.
pub(super) fn registry_of(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}

/// The host of a registry, which may be kept as an URL.
fn bare(registry: &str) -> &str {
    let host = registry.trim_start_matches("https://").trim_start_matches("http://");
    host.split('/').next().unwrap_or(host)
}

fn encoded(value: &impl Serialize) -> String {
    // Strings and maps of strings can always be written as JSON.
    BASE64_URL_SAFE.encode(serde_json::to_vec(value).unwrap_or_default())
}

fn decode(registry: &str, entry: &AuthEntry) -> Result<AuthConfig, Error> {
    let broken = || Error::Credentials {
        registry: registry.to_owned(),
        reason: "its entry in config.json is broken".to_owned(),
    };
    let AuthEntry { auth, username, password, identity_token, registry_token } = entry.clone();
    let mut config = AuthConfig {
        username: username.unwrap_or_default(),
        password: password.unwrap_or_default(),
        identitytoken: identity_token.unwrap_or_default(),
        registrytoken: registry_token.unwrap_or_default(),
        serveraddress: registry.to_owned(),
    };
    if let Some(auth) = auth.filter(|auth| !auth.is_empty()) {
        let text = BASE64_STANDARD
            .decode(auth.trim())
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(broken)?;
        let (user, password) = text.split_once(':').ok_or_else(broken)?;
        user.clone_into(&mut config.username);
        password.trim_end_matches('\0').clone_into(&mut config.password);
    }
    Ok(config)
}

/// Asks a credential helper (`github.com/docker/docker-credential-helpers`).
async fn ask(helper: &str, registry: &str) -> Result<Option<AuthConfig>, Error> {
    let failed = |reason: String| Error::Credentials { registry: registry.to_owned(), reason };
    let program = format!("docker-credential-{helper}");
    let mut command = Command::new(&program);
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| failed(format!("{program} cannot be run: {error}")))?;
    if let Some(mut input) = child.stdin.take() {
        // A helper that does not read its input tells why when it ends.
        let _ = input.write_all(registry.as_bytes()).await;
    }
    let output = child.wait_with_output().await.map_err(|error| failed(format!("{program}: {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        if said.contains("credentials not found") {
            return Ok(None);
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(failed(format!("{program}: {} {}", said.trim(), complaint.trim())));
    }
    let HelperAnswer { username, secret } =
        serde_json::from_str(&said).map_err(|_| failed(format!("{program} gives an answer that is not understood")))?;
    let mut config = AuthConfig { serveraddress: registry.to_owned(), ..AuthConfig::default() };
    if username == "<token>" {
        config.identitytoken = secret;
    } else {
        config.username = username;
        config.password = secret;
    }
    Ok(Some(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_says_its_registry_or_is_of_the_hub() {
        assert_eq!(registry_of("postgres:15"), "docker.io");
        assert_eq!(registry_of("library/postgres"), "docker.io");
        assert_eq!(registry_of("localhost/x"), "localhost");
        assert_eq!(registry_of("127.0.0.1:5000/x:1"), "127.0.0.1:5000");
    }

    #[tokio::test]
    async fn credentials_are_found_by_host_however_they_are_kept() {
        let text = r#"{"auths": {"https://index.docker.io/v1/": {"auth": "bWU6c2VjcmV0"}, "r.example:5000": {"auth": "YTpi"}}}"#;
        let credentials = Credentials { config: serde_json::from_str(text).expect("it is JSON") };
        let hub = credentials.get(registry_of("postgres")).await.expect("no helper is asked").expect("it is there");
        assert_eq!((hub.username.as_str(), hub.password.as_str(), hub.serveraddress.as_str()), ("me", "secret", HUB));
        let own =
            credentials.get(registry_of("r.example:5000/x")).await.expect("no helper is asked").expect("it is there");
        assert_eq!((own.username.as_str(), own.password.as_str()), ("a", "b"));
        assert!(credentials.get("other.example").await.expect("no helper is asked").is_none());
    }
}
