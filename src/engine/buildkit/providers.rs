//! What the builder may ask for beside files: secrets, credentials, the ssh agent, and whether we are still there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use bollard::health::health_check_response::ServingStatus;
use bollard::health::health_server::Health;
use bollard::health::{HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse};
use bollard::moby::buildkit::secrets::v1::secrets_server::Secrets;
use bollard::moby::buildkit::secrets::v1::{GetSecretRequest, GetSecretResponse};
use bollard::moby::filesync::v1::auth_server::Auth;
use bollard::moby::filesync::v1::{
    CredentialsRequest, CredentialsResponse, FetchTokenRequest, FetchTokenResponse, GetTokenAuthorityRequest,
    GetTokenAuthorityResponse, VerifyTokenAuthorityRequest, VerifyTokenAuthorityResponse,
};
use bollard::moby::sshforward::v1::ssh_server::Ssh;
use bollard::moby::sshforward::v1::{BytesMessage, CheckAgentRequest, CheckAgentResponse};
use futures_util::Stream;
use indexmap::IndexMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tonic::{Request, Response, Status, Streaming};

use crate::engine::credentials::Credentials;
use crate::secret::Secret;

use super::agent::Agent;

type Answer<T> = Result<Response<T>, Status>;
type Pieces<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Secrets by their id.
pub(super) struct BuildSecrets(pub IndexMap<String, Secret<Vec<u8>>>);

#[tonic::async_trait]
impl Secrets for BuildSecrets {
    async fn get_secret(&self, request: Request<GetSecretRequest>) -> Answer<GetSecretResponse> {
        let id = request.into_inner().id;
        match self.0.get(&id) {
            Some(secret) => Ok(Response::new(GetSecretResponse { data: secret.reveal().clone() })),
            None => Err(Status::not_found(format!("the manifest gives no secret {id} to this build"))),
        }
    }
}

/// The user's credentials. Tokens are fetched by the builder itself.
pub(super) struct RegistryAuth(pub Arc<Credentials>);

#[tonic::async_trait]
impl Auth for RegistryAuth {
    async fn credentials(&self, request: Request<CredentialsRequest>) -> Answer<CredentialsResponse> {
        let host = request.into_inner().host;
        let host = if host == "registry-1.docker.io" { "docker.io" } else { &host };
        Ok(Response::new(match self.0.user(host).await {
            Some((username, secret)) => CredentialsResponse { username, secret: secret.reveal().clone() },
            None => CredentialsResponse::default(),
        }))
    }

    async fn fetch_token(&self, _request: Request<FetchTokenRequest>) -> Answer<FetchTokenResponse> {
        Err(Status::unimplemented("the builder fetches tokens itself"))
    }

    async fn get_token_authority(
        &self,
        _request: Request<GetTokenAuthorityRequest>,
    ) -> Answer<GetTokenAuthorityResponse> {
        Err(Status::unimplemented("the builder fetches tokens itself"))
    }

    async fn verify_token_authority(
        &self,
        _request: Request<VerifyTokenAuthorityRequest>,
    ) -> Answer<VerifyTokenAuthorityResponse> {
        Err(Status::unimplemented("the builder fetches tokens itself"))
    }
}

/// ssh agents by their id.
pub(super) struct Agents(pub BTreeMap<String, Agent>);

impl Agents {
    fn socket(&self, id: &str) -> Result<PathBuf, Status> {
        let id = if id.is_empty() { "default" } else { id };
        // BuildKit's own words (`session/sshforward/sshprovider`).
        self.0.get(id).map(Agent::socket).ok_or_else(|| Status::not_found(format!("unset ssh forward key {id}")))
    }
}

#[tonic::async_trait]
impl Ssh for Agents {
    type ForwardAgentStream = Pieces<BytesMessage>;

    async fn check_agent(&self, request: Request<CheckAgentRequest>) -> Answer<CheckAgentResponse> {
        self.socket(&request.into_inner().id).map(|_| Response::new(CheckAgentResponse {}))
    }

    async fn forward_agent(&self, request: Request<Streaming<BytesMessage>>) -> Answer<Self::ForwardAgentStream> {
        let id =
            request.metadata().get("buildkit.ssh.id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
        let agent =
            UnixStream::connect(self.socket(&id)?).await.map_err(|error| Status::unavailable(error.to_string()))?;
        let (read, mut write) = agent.into_split();
        let mut asked = request.into_inner();
        tokio::spawn(async move {
            while let Ok(Some(BytesMessage { data })) = asked.message().await {
                if write.write_all(&data).await.is_err() {
                    break;
                }
            }
        });
        let answers = futures_util::stream::unfold(read, |mut read| async move {
            let mut data = Vec::with_capacity(4096);
            match read.read_buf(&mut data).await {
                Ok(0) => None,
                Ok(_) => Some((Ok(BytesMessage { data }), read)),
                Err(error) => Some((Err(Status::unavailable(error.to_string())), read)),
            }
        });
        Ok(Response::new(Box::pin(answers)))
    }
}

/// The builder gives a session up that does not say it is well.
pub(super) struct Alive;

#[tonic::async_trait]
impl Health for Alive {
    type WatchStream = Pieces<HealthCheckResponse>;

    async fn check(&self, _request: Request<HealthCheckRequest>) -> Answer<HealthCheckResponse> {
        Ok(Response::new(HealthCheckResponse { status: ServingStatus::Serving.into() }))
    }

    async fn list(&self, _request: Request<HealthListRequest>) -> Answer<HealthListResponse> {
        Err(Status::unimplemented("ask with Check"))
    }

    async fn watch(&self, _request: Request<HealthCheckRequest>) -> Answer<Self::WatchStream> {
        Err(Status::unimplemented("ask with Check"))
    }
}
