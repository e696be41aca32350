//! What can go wrong with the Engine, in words that name the object.

use std::io;
use std::path::PathBuf;

/// Why a request to the Engine did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody answers at the endpoint.
    #[error("no Docker Engine answers at {endpoint}: {reason}")]
    Unreachable {
        /// The endpoint as the user would write it.
        endpoint: String,
        /// What the system says.
        reason: String,
    },
    /// The socket is there, but not for this user.
    #[error("no permission to use the Docker Engine at {endpoint}")]
    NoPermission {
        /// The endpoint as the user would write it.
        endpoint: String,
    },
    /// The endpoint is written wrongly, or something else than an Engine answers there.
    #[error("{endpoint} is not a Docker Engine: {reason}")]
    WrongEndpoint {
        /// The endpoint as the user wrote it.
        endpoint: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The encrypted connection could not be made.
    #[error("the Docker Engine at {endpoint} and this machine do not trust each other: {reason}")]
    Untrusted {
        /// The endpoint as the user would write it.
        endpoint: String,
        /// What TLS says.
        reason: String,
    },
    /// A Docker context that is not there or is broken.
    #[error("Docker context `{name}`: {reason}")]
    Context {
        /// Its name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The object does not exist.
    #[error("{object} does not exist: {message}")]
    NotFound {
        /// What the request was about.
        object: String,
        /// The Engine's words.
        message: String,
    },
    /// The image is not on the Engine.
    #[error("image `{image}` is not on this Engine")]
    MissingImage {
        /// Its reference.
        image: String,
    },
    /// The name is taken, or the object's state does not allow it.
    #[error("{object}: {message}")]
    Conflict {
        /// What the request was about.
        object: String,
        /// The Engine's words.
        message: String,
    },
    /// A host port is in use.
    #[error("{object}: a host port is taken: {message}")]
    PortTaken {
        /// What the request was about.
        object: String,
        /// The Engine's words.
        message: String,
    },
    /// Two networks bear the name that something is attached by.
    #[error("{object}: {message}")]
    AmbiguousNetwork {
        /// What the request was about.
        object: String,
        /// The Engine's words.
        message: String,
    },
    /// The Engine's disk is full.
    #[error("{object}: the Engine has no space left: {message}")]
    NoSpace {
        /// What the request was about.
        object: String,
        /// The Engine's words.
        message: String,
    },
    /// The registry wants other credentials.
    #[error("{object}: the registry refuses access: {message}")]
    Denied {
        /// What the request was about.
        object: String,
        /// The Engine's words.
        message: String,
    },
    /// The Engine does not reach the registry.
    #[error("{object}: the registry does not answer: {message}")]
    RegistryUnreachable {
        /// What the request was about.
        object: String,
        /// The Engine's words.
        message: String,
    },
    /// Any other refusal.
    #[error("{object}: {message}")]
    Refused {
        /// What the request was about.
        object: String,
        /// The Engine's words.
        message: String,
    },
    /// Something this Engine is too old for.
    #[error("{object}: `{field}` needs Engine API {needs}, this Engine has {has}")]
    Unsupported {
        /// What the request was about.
        object: String,
        /// The field, as the manifest names it.
        field: &'static str,
        /// The first API version that has it.
        needs: String,
        /// The version of this Engine.
        has: String,
    },
    /// No answer in time.
    #[error("{object}: the Engine did not answer within {seconds} s")]
    TimedOut {
        /// What the request was about.
        object: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The connection ended before the answer did.
    #[error("{object}: the connection to the Engine was lost: {reason}")]
    Interrupted {
        /// What the request was about.
        object: String,
        /// What the system says.
        reason: String,
    },
    /// An answer that cannot be understood.
    #[error("{object}: the Engine's answer is not understood: {reason}")]
    Answer {
        /// What the request was about.
        object: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A build that failed.
    #[error("image `{image}` was not built: {message}")]
    Build {
        /// The image that was to be built.
        image: String,
        /// The builder's words.
        message: String,
        /// The failing step and its last lines of output.
        output: Vec<String>,
    },
    /// Something that only the newer builder can do.
    #[error("image `{image}`: the classic builder doesn't support {what}, set DOCKER_BUILDKIT=1 to use BuildKit")]
    NeedsBuildKit {
        /// The image that was to be built.
        image: String,
        /// What it cannot do, in Compose's words.
        what: &'static str,
    },
    /// An image for several platforms is wanted, and an Engine keeps one for its own.
    #[error("image `{image}`: Multi-platform build is not supported for the docker driver.")]
    SeveralPlatforms {
        /// The image that was to be built.
        image: String,
    },
    /// The environment wants an image for a platform that the manifest does not build for.
    #[error("service \"{service}\" build.platforms does not support value set by DOCKER_DEFAULT_PLATFORM: {platform}")]
    OtherPlatform {
        /// Whose image was to be built.
        service: String,
        /// The platform.
        platform: String,
    },
    /// A build asks for the user's ssh agent, and there is none.
    #[error("invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set")]
    NoAgent,
    /// No ssh agent of its own for a build.
    #[error("there is no ssh agent for the build: {program}: {reason}")]
    SshAgent {
        /// What should have made it.
        program: &'static str,
        /// Its words, or the system's.
        reason: String,
    },
    /// A file that no ssh agent takes as a key.
    #[error("`{}` cannot be used as an ssh key: {reason}", path.display())]
    SshKey {
        /// The file.
        path: PathBuf,
        /// The words of `ssh-add`.
        reason: String,
    },
    /// The Engine opens no session for the newer builder.
    #[error("{object}: the Engine refuses BuildKit: {message}")]
    NoBuildKit {
        /// What the request was about.
        object: String,
        /// The Engine's words.
        message: String,
    },
    /// A Dockerfile, context or pattern that cannot be used.
    #[error("build context {}: {reason}", path.display())]
    BuildContext {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Credentials that cannot be had.
    #[error("credentials for registry `{registry}`: {reason}")]
    Credentials {
        /// The registry.
        registry: String,
        /// What is wrong.
        reason: String,
    },
    /// A config or secret without content.
    #[error("service `{service}`: {kind} `{name}` has no content: {reason}")]
    NoContent {
        /// The service that takes it.
        service: String,
        /// `config` or `secret`.
        kind: &'static str,
        /// Its key in the manifest.
        name: String,
        /// What is missing.
        reason: String,
    },
    /// A file of this machine.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Containers of this Engine need an `ado-do` that this machine does not have.
    #[error("there is no `ado-do` for an Engine of architecture {architecture}")]
    NoProgram {
        /// As Docker calls it.
        architecture: String,
    },
}

impl Error {
    /// The next step for the user, where there is one.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Error::Unreachable { endpoint, .. } if endpoint.starts_with("ssh:") => {
                "see whether `ssh` gets there by itself, and whether `docker version` works on the other side"
            }
            Error::Unreachable { .. } => {
                "start it (`systemctl start docker`), or name another one with DOCKER_HOST or `docker context use`"
            }
            Error::NoPermission { .. } => {
                "add yourself to the group that owns the socket (`usermod -aG docker $USER`, then log in again), \
                 or use a rootless Engine"
            }
            Error::WrongEndpoint { .. } => {
                "check DOCKER_HOST and `docker context ls`; an endpoint is unix:///path, tcp://host:port or ssh://user@host"
            }
            Error::Untrusted { .. } => {
                "check ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH, or in the Docker context"
            }
            Error::Context { .. } => "`docker context ls` shows those that exist",
            Error::MissingImage { .. } => "pull it (`ado pull`) or build it (`ado build`)",
            Error::PortTaken { .. } => "free the port, or publish another one",
            Error::AmbiguousNetwork { .. } => "`docker network ls` shows both; remove the one that nothing uses",
            Error::NoSpace { .. } => "free some space, for example with `docker system prune`",
            Error::Denied { .. } | Error::Credentials { .. } => {
                "log in with `docker login`, and check the image's name"
            }
            Error::RegistryUnreachable { .. } => {
                "check the registry's name and the Engine's way to it; an image that is there already needs no registry"
            }
            Error::NeedsBuildKit { .. } | Error::NoBuildKit { .. } => {
                "unset DOCKER_BUILDKIT where it is 0, use a newer Docker Engine, or leave it out of the manifest"
            }
            Error::SeveralPlatforms { .. } => {
                "leave one in `build.platforms`; `ado up` builds for one of them: that of `platform` or DOCKER_DEFAULT_PLATFORM, \
                 or the Engine's own"
            }
            Error::OtherPlatform { .. } => "add it to `build.platforms`, or unset DOCKER_DEFAULT_PLATFORM",
            Error::NoAgent => "start an agent (`eval $(ssh-agent)`), or name a key: `NAME=PATH`",
            Error::SshAgent { .. } => "install OpenSSH's client programs, or name a running agent: `NAME=SOCKET`",
            Error::SshKey { .. } => "give it to your ssh agent (`ssh-add`), and name that one: `default`",
            Error::Unsupported { .. } => "leave it out of the manifest, or use a newer Docker Engine",
            Error::NoProgram { .. } => {
                "put the program for that platform beside ado as `ado-linux-ARCHITECTURE`, or name it with ADO_LINUX_BINARY"
            }
            Error::TimedOut { .. } => "the Engine may be overloaded; ADO_HTTP_TIMEOUT=SECONDS makes ado wait longer",
            Error::Interrupted { .. } => "see whether the Engine still runs, then repeat the command",
            Error::NotFound { .. }
            | Error::Conflict { .. }
            | Error::Refused { .. }
            | Error::Answer { .. }
            | Error::Build { .. }
            | Error::BuildContext { .. }
            | Error::NoContent { .. }
            | Error::File { .. } => return None,
        };
        Some(hint.to_owned())
    }

    /// Lines of output that explain the failure.
    pub fn details(&self) -> &[String] {
        match self {
            Error::Build { output, .. } => output,
            _ => &[],
        }
    }

    /// Whether the object of the request is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Error::NotFound { .. })
    }

    /// Makes an error of an answer of the Engine: its status, its words, and what the request was about.
    pub(super) fn from_answer(status: http::StatusCode, object: &str, message: &str) -> Self {
        let object = object.to_owned();
        let message = message.trim().to_owned();
        let text = message.to_ascii_lowercase();
        if text.contains("port is already allocated")
            || text.contains("address already in use")
            || text.contains("ports are not available")
        {
            return Error::PortTaken { object, message };
        }
        if text.contains("is ambiguous") && text.contains("network ") {
            return Error::AmbiguousNetwork { object, message };
        }
        if text.contains("no space left on device") {
            return Error::NoSpace { object, message };
        }
        if let Some(image) = message.strip_prefix("No such image: ") {
            return Error::MissingImage { image: image.to_owned() };
        }
        let lost = ["dial tcp", "i/o timeout", "connection refused", "no such host", "eof"];
        if text.contains("/v2/") && lost.iter().any(|words| text.contains(words)) {
            return Error::RegistryUnreachable { object, message };
        }
        if text.contains("unauthorized") || text.contains("access denied") || text.contains("no basic auth credentials")
        {
            return Error::Denied { object, message };
        }
        match status.as_u16() {
            404 => Error::NotFound { object, message },
            409 => Error::Conflict { object, message },
            _ => Error::Refused { object, message },
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn answers_become_typed_errors_without_status_codes() {
        let of = |status, message: &str| Error::from_answer(status, "container `x-web-1`", message);
        let taken = "driver failed: Bind for 0.0.0.0:80 failed: port is already allocated";
        assert!(matches!(of(StatusCode::INTERNAL_SERVER_ERROR, taken), Error::PortTaken { .. }));
        assert!(
            matches!(of(StatusCode::NOT_FOUND, "No such image: a:latest"), Error::MissingImage { image } if image == "a:latest")
        );
        assert!(matches!(of(StatusCode::NOT_FOUND, "No such container: x"), Error::NotFound { .. }));
        let twice = "network x_default is ambiguous (2 matches found on name)";
        assert!(matches!(of(StatusCode::BAD_REQUEST, twice), Error::AmbiguousNetwork { .. }));
        assert!(matches!(of(StatusCode::CONFLICT, "name in use"), Error::Conflict { .. }));
        let full = of(StatusCode::INTERNAL_SERVER_ERROR, "write /x: no space left on device");
        assert_eq!(
            full.to_string(),
            "container `x-web-1`: the Engine has no space left: write /x: no space left on device"
        );
    }
}
