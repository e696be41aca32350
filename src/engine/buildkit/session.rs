//! The session of one build: a connection on which the builder asks and we answer.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use bollard::health::health_server::HealthServer;
use bollard::moby::buildkit::secrets::v1::secrets_server::SecretsServer;
use bollard::moby::filesync::packet::file_sync_server::FileSyncServer;
use bollard::moby::filesync::v1::auth_server::AuthServer;
use bollard::moby::sshforward::v1::ssh_server::SshServer;
use futures_util::StreamExt;
use tokio::task::JoinHandle;
use tonic::transport::Server;

use crate::engine::digest;
use crate::engine::error::Error;
use crate::engine::handle::Engine;

use super::connect::Served;
use super::providers::{Agents, Alive, BuildSecrets, RegistryAuth};
use super::sync::Directories;

/// What the builder may ask for.
const METHODS: [&str; 5] = [
    "/moby.filesync.v1.FileSync/DiffCopy",
    "/moby.filesync.v1.Auth/Credentials",
    "/moby.buildkit.secrets.v1.Secrets/GetSecret",
    "/moby.sshforward.v1.SSH/CheckAgent",
    "/moby.sshforward.v1.SSH/ForwardAgent",
];

/// Everything that one build offers.
pub(super) struct Offer {
    /// Files.
    pub directories: Directories,
    /// Secrets.
    pub secrets: BuildSecrets,
    /// Credentials.
    pub auth: RegistryAuth,
    /// ssh agents.
    pub agents: Agents,
    /// The directory that is built from; builds of the same one share what was sent before. Empty: none.
    pub context: PathBuf,
}

/// An open session; it ends when this is dropped.
pub(super) struct Session {
    /// How the build names it.
    pub id: String,
    server: JoinHandle<()>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Engine {
    /// Opens a session.
    pub(super) async fn open_session(&self, offer: Offer, object: &str) -> Result<Session, Error> {
        let id = unique();
        let mut headers = vec![
            ("x-docker-expose-session-uuid", id.clone()),
            ("x-docker-expose-session-name", "ado".to_owned()),
            ("x-docker-expose-session-sharedkey", digest::hexadecimal(offer.context.as_os_str().as_encoded_bytes())),
        ];
        headers.extend(METHODS.map(|method| ("x-docker-expose-session-grpc-method", method.to_owned())));
        let connection = self.upgrade("/session", object, &headers).await?;
        let router = Server::builder()
            .add_service(HealthServer::new(Alive))
            .add_service(FileSyncServer::new(offer.directories))
            .add_service(SecretsServer::new(offer.secrets))
            .add_service(AuthServer::new(offer.auth))
            .add_service(SshServer::new(offer.agents));
        let connections = futures_util::stream::iter([Ok::<_, std::io::Error>(Served::new(connection))]);
        let server = tokio::spawn(async move {
            // A connection that breaks shows in the build, which then fails.
            router.serve_with_incoming(connections.chain(futures_util::stream::pending())).await.ok();
        });
        Ok(Session { id, server })
    }
}

/// A name that nothing else on the Engine has.
pub(super) fn unique() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let address = std::ptr::from_ref(&now) as usize;
    digest::hexadecimal(format!("{now} {} {address}", std::process::id()).as_bytes())[..25].to_owned()
}
