//! Where the Engine is: `DOCKER_HOST`, the variables of TLS, and Docker contexts.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::digest;
use super::docker_config::{self, DockerConfig};
use super::error::Error;
use super::version::ApiVersion;

/// Requests that only ask are given up after this time, as Compose does (`COMPOSE_HTTP_TIMEOUT`).
const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);

/// Where the Engine is and how to talk to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// How it is reached.
    pub(super) address: Address,
    /// How long short requests may take.
    pub(super) timeout: Duration,
    /// `DOCKER_API_VERSION`: not to go beyond this version.
    pub(super) api_version: Option<ApiVersion>,
    /// Directory of the Docker configuration, for credentials.
    pub(super) config_directory: Option<PathBuf>,
    /// `DOCKER_BUILDKIT=0`: to build with the classic builder even where there is `BuildKit`.
    pub(super) classic_builder: bool,
    /// `SSH_AUTH_SOCK`: the user's ssh agent, for builds.
    pub(super) ssh_agent: Option<PathBuf>,
    /// `DOCKER_DEFAULT_PLATFORM`: what is built and pulled where the manifest does not say for which platform.
    pub(super) default_platform: Option<String>,
}

/// How an Engine is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// A unix socket.
    Unix(PathBuf),
    /// TCP without encryption: `host:port`.
    Tcp(String),
    /// TCP with TLS: `host:port`.
    Tls(String, TlsFiles),
    /// Through the user's own `ssh`.
    Ssh(SshTarget),
}

/// PEM files for TLS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct TlsFiles {
    /// Who may sign the Engine's certificate; `None`: those whom the system trusts.
    pub authority: Option<PathBuf>,
    /// The client's certificate and key.
    pub client: Option<(PathBuf, PathBuf)>,
    /// The Engine's certificate is not checked.
    pub skip_verification: bool,
}

/// `ssh://[user@]host[:port][/path]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SshTarget {
    /// Login name.
    pub user: Option<String>,
    /// Host, or its alias in `~/.ssh/config`.
    pub host: String,
    /// Port.
    pub port: Option<u16>,
    /// Socket on the host, where it is not the usual one.
    pub socket: Option<String>,
}

/// `meta.json` of a context (`github.com/docker/cli/cli/context/store`).
#[derive(Deserialize)]
struct ContextMeta {
    #[serde(rename = "Endpoints", default)]
    endpoints: std::collections::BTreeMap<String, ContextEndpoint>,
}

#[derive(Deserialize)]
struct ContextEndpoint {
    #[serde(rename = "Host", default)]
    host: String,
    #[serde(rename = "SkipTLSVerify", default)]
    skip_verification: bool,
}

impl Endpoint {
    /// Finds the Engine as the `docker` command does: an explicit context or host, then `DOCKER_HOST`, then
    /// `DOCKER_CONTEXT`, then the current context of the configuration, then the usual socket.
    ///
    /// `environment` gives the value of a variable. Reads files below the Docker configuration directory.
    pub fn resolve(
        environment: &dyn Fn(&str) -> Option<String>,
        host: Option<&str>,
        context: Option<&str>,
    ) -> Result<Self, Error> {
        let set = |name: &str| environment(name).filter(|value| !value.is_empty());
        let config_directory = docker_config::directory(environment);
        let address = if let Some(name) = context {
            context_address(config_directory.as_deref(), name)?
        } else if let Some(host) = host.map(str::to_owned).or_else(|| set("DOCKER_HOST")) {
            parse(&host, tls_of_environment(&set, config_directory.as_deref()))?
        } else {
            let current = match (set("DOCKER_CONTEXT"), &config_directory) {
                (Some(name), _) => Some(name),
                (None, Some(directory)) => DockerConfig::read(directory)?.current_context,
                (None, None) => None,
            };
            match current.filter(|name| !name.is_empty()) {
                Some(name) => context_address(config_directory.as_deref(), &name)?,
                None => usual(),
            }
        };
        let timeout = ["ADO_HTTP_TIMEOUT", "COMPOSE_HTTP_TIMEOUT"]
            .into_iter()
            .find_map(|name| set(name)?.parse().ok())
            .map_or(DEFAULT_TIMEOUT, Duration::from_secs);
        let api_version = set("DOCKER_API_VERSION").and_then(|text| text.parse().ok());
        let classic_builder = set("DOCKER_BUILDKIT").is_some_and(|value| matches!(value.as_str(), "0" | "false"));
        let ssh_agent = set("SSH_AUTH_SOCK").map(PathBuf::from);
        let default_platform = set("DOCKER_DEFAULT_PLATFORM");
        Ok(Self { address, timeout, api_version, config_directory, classic_builder, ssh_agent, default_platform })
    }

    /// Name of the machine on which this Engine publishes ports.
    pub fn host(&self) -> &str {
        match &self.address {
            Address::Unix(_) => "localhost",
            Address::Tcp(host) | Address::Tls(host, _) => host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name),
            Address::Ssh(target) => &target.host,
        }
    }

    /// Whether paths of this machine are paths of the Engine's machine.
    pub fn is_local(&self) -> bool {
        matches!(self.address, Address::Unix(_))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Address::Unix(path) => write!(f, "unix://{}", path.display()),
            Address::Tcp(host) | Address::Tls(host, _) => write!(f, "tcp://{host}"),
            Address::Ssh(SshTarget { user, host, port, .. }) => {
                f.write_str("ssh://")?;
                if let Some(user) = user {
                    write!(f, "{user}@")?;
                }
                f.write_str(host)?;
                port.map_or(Ok(()), |port| write!(f, ":{port}"))
            }
        }
    }
}

fn usual() -> Address {
    Address::Unix(PathBuf::from("/var/run/docker.sock"))
}

/// `DOCKER_TLS_VERIFY` and `DOCKER_TLS` switch TLS on; the files stand in `DOCKER_CERT_PATH`.
fn tls_of_environment(set: &dyn Fn(&str) -> Option<String>, config_directory: Option<&Path>) -> Option<TlsFiles> {
    let verify = set("DOCKER_TLS_VERIFY").is_some();
    if !verify && set("DOCKER_TLS").is_none() {
        return None;
    }
    let directory = set("DOCKER_CERT_PATH").map(PathBuf::from).or_else(|| config_directory.map(Path::to_owned))?;
    Some(tls_files(&directory, !verify))
}

fn tls_files(directory: &Path, skip_verification: bool) -> TlsFiles {
    let file = |name: &str| Some(directory.join(name)).filter(|path| path.exists());
    TlsFiles { authority: file("ca.pem"), client: file("cert.pem").zip(file("key.pem")), skip_verification }
}

fn context_address(config_directory: Option<&Path>, name: &str) -> Result<Address, Error> {
    let broken = |reason: String| Error::Context { name: name.to_owned(), reason };
    if name == "default" {
        return Ok(usual());
    }
    let directory =
        config_directory.ok_or_else(|| broken("neither HOME nor DOCKER_CONFIG is set".to_owned()))?.join("contexts");
    let id = digest::hexadecimal(name.as_bytes());
    let meta = std::fs::read(directory.join("meta").join(&id).join("meta.json")).map_err(|error| {
        broken(if error.kind() == std::io::ErrorKind::NotFound {
            "it does not exist".to_owned()
        } else {
            error.to_string()
        })
    })?;
    let meta: ContextMeta = serde_json::from_slice(&meta).map_err(|error| broken(error.to_string()))?;
    let endpoint = meta.endpoints.get("docker").ok_or_else(|| broken("it has no Docker endpoint".to_owned()))?;
    let tls = directory.join("tls").join(&id).join("docker");
    let files = tls.is_dir().then(|| tls_files(&tls, endpoint.skip_verification));
    parse(&endpoint.host, files)
}

/// Parses an endpoint as `DOCKER_HOST` has it.
fn parse(text: &str, tls: Option<TlsFiles>) -> Result<Address, Error> {
    let wrong = |reason: &str| Error::WrongEndpoint { endpoint: text.to_owned(), reason: reason.to_owned() };
    let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong("there is no `://` in it"))?;
    match scheme {
        "unix" if rest.is_empty() => Ok(usual()),
        "unix" => Ok(Address::Unix(PathBuf::from(rest))),
        "tcp" | "http" | "https" => {
            let host = rest.split('/').next().unwrap_or_default();
            if host.is_empty() {
                return Err(wrong("there is no host in it"));
            }
            let tls = tls.or_else(|| (scheme == "https").then(TlsFiles::default));
            let port = if tls.is_some() { 2376 } else { 2375 };
            let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
            let host = if has_port { host.to_owned() } else { format!("{host}:{port}") };
            Ok(match tls {
                Some(files) => Address::Tls(host, files),
                None => Address::Tcp(host),
            })
        }
        "ssh" => parse_ssh(rest).map(Address::Ssh).ok_or_else(|| wrong("it should be ssh://[user@]host[:port]")),
        _ => Err(wrong("the scheme must be unix, tcp or ssh")),
    }
}

fn parse_ssh(rest: &str) -> Option<SshTarget> {
    let (authority, socket) = match rest.split_once('/') {
        Some((authority, path)) if !path.is_empty() => (authority, Some(format!("/{path}"))),
        Some((authority, _)) => (authority, None),
        None => (rest, None),
    };
    let (user, host) = match authority.rsplit_once('@') {
        // A password in the URL is not passed to ssh, which asks for it itself.
        Some((user, host)) => (user.split(':').next().map(str::to_owned), host),
        None => (None, authority),
    };
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') => (host, Some(port.parse().ok()?)),
        _ => (host, None),
    };
    // A host that begins with a dash would be an option of ssh.
    let usable = |text: &str| !text.is_empty() && !text.starts_with('-');
    (usable(host) && user.as_deref().is_none_or(usable)).then(|| SshTarget {
        user,
        host: host.to_owned(),
        port,
        socket,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }

    fn address(pairs: &[(&str, &str)]) -> Result<Address, Error> {
        Endpoint::resolve(&environment(pairs), None, None).map(|endpoint| endpoint.address)
    }

    fn right(pairs: &[(&str, &str)]) -> Address {
        address(pairs).expect("it is an address")
    }

    #[test]
    fn docker_host_names_sockets_hosts_and_ssh() {
        assert_eq!(right(&[]), usual());
        assert_eq!(right(&[("DOCKER_HOST", "unix:///run/x.sock")]), Address::Unix("/run/x.sock".into()));
        assert_eq!(right(&[("DOCKER_HOST", "tcp://a")]), Address::Tcp("a:2375".to_owned()));
        let ssh = SshTarget { user: Some("me".to_owned()), host: "h".to_owned(), port: Some(22), socket: None };
        assert_eq!(right(&[("DOCKER_HOST", "ssh://me@h:22")]), Address::Ssh(ssh));
    }

    #[test]
    fn a_wrong_docker_host_says_what_is_wrong() {
        for wrong in ["localhost:2375", "ftp://x", "tcp://", "ssh://", "ssh://-oProxyCommand=x"] {
            assert!(matches!(address(&[("DOCKER_HOST", wrong)]), Err(Error::WrongEndpoint { .. })), "{wrong}");
        }
    }

    #[test]
    fn tls_is_switched_on_by_the_environment() {
        let Address::Tls(host, files) =
            right(&[("DOCKER_HOST", "tcp://a"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "/nowhere")])
        else {
            panic!("not TLS");
        };
        assert_eq!(host, "a:2376");
        assert_eq!(files, TlsFiles::default());
    }

    #[test]
    fn the_current_context_is_found_by_the_digest_of_its_name() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let id = "e919a75364398a449f860aeadddc57fa0502145a4e63959ddb33c417a48dc0da";
        let meta = home.path().join("contexts/meta").join(id);
        std::fs::create_dir_all(&meta).expect("the folder is made");
        std::fs::write(
            meta.join("meta.json"),
            r#"{"Name":"staging","Endpoints":{"docker":{"Host":"ssh://deploy@staging"}}}"#,
        )
        .expect("the file is written");
        std::fs::write(home.path().join("config.json"), r#"{"currentContext":"staging"}"#)
            .expect("the file is written");
        let directory = home.path().to_str().expect("its path is text");
        let found =
            Endpoint::resolve(&environment(&[("DOCKER_CONFIG", directory)]), None, None).expect("the context is found");
        assert_eq!(found.to_string(), "ssh://deploy@staging");
        // DOCKER_HOST wins over contexts.
        let found =
            Endpoint::resolve(&environment(&[("DOCKER_CONFIG", directory), ("DOCKER_HOST", "tcp://b:1")]), None, None)
                .expect("it is an address");
        assert_eq!(found.to_string(), "tcp://b:1");
        let missing = Endpoint::resolve(&environment(&[("DOCKER_CONFIG", directory)]), None, Some("none"))
            .expect_err("there is no such context");
        assert_eq!(missing.to_string(), "Docker context `none`: it does not exist");
    }
}
