//! Byte streams to the Engine: unix sockets, TCP, TLS and ssh.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use super::endpoint::{Address, Endpoint};
use super::error::Error;
use super::{ssh, tls};

/// How long it may take until a connection stands.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection, whatever it runs over.
pub(super) trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

/// Makes connections to one endpoint.
pub(super) struct Connector {
    endpoint: Endpoint,
    tls: Option<Arc<rustls::ClientConfig>>,
}

impl Connector {
    /// Reads the certificates that the endpoint needs; does not connect yet.
    pub(super) fn new(endpoint: Endpoint) -> Result<Self, Error> {
        let tls = match &endpoint.address {
            Address::Tls(_, files) => Some(tls::config(files, &endpoint.to_string())?),
            Address::Unix(_) | Address::Tcp(_) | Address::Ssh(_) => None,
        };
        Ok(Self { endpoint, tls })
    }

    /// The endpoint.
    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Connects within [`CONNECT_TIMEOUT`].
    pub(super) async fn connect(&self) -> Result<Box<dyn Connection>, Error> {
        match tokio::time::timeout(CONNECT_TIMEOUT, self.open()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(self.explain(&error)),
            Err(_) => Err(Error::Unreachable {
                endpoint: self.endpoint.to_string(),
                reason: format!("no connection within {} s", CONNECT_TIMEOUT.as_secs()),
            }),
        }
    }

    async fn open(&self) -> io::Result<Box<dyn Connection>> {
        match &self.endpoint.address {
            Address::Unix(path) => Ok(Box::new(UnixStream::connect(path).await?)),
            Address::Tcp(host) => Ok(Box::new(tcp(host).await?)),
            Address::Tls(host, _) => {
                let config = self.tls.clone().ok_or(io::ErrorKind::Unsupported)?;
                let name =
                    host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name).trim_matches(['[', ']']).to_owned();
                let name =
                    ServerName::try_from(name).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
                let stream = tcp(host).await?;
                Ok(Box::new(tokio_rustls::TlsConnector::from(config).connect(name, stream).await?))
            }
            Address::Ssh(target) => Ok(Box::new(ssh::connect(target)?)),
        }
    }

    /// Makes a failure of the connection an error that tells what to do about it.
    pub(super) fn explain(&self, error: &(dyn std::error::Error + 'static)) -> Error {
        let endpoint = self.endpoint.to_string();
        if let Some(reason) = tls::failure(error) {
            return Error::Untrusted { endpoint, reason };
        }
        let Some(system) = find::<io::Error>(error) else {
            return Error::Unreachable { endpoint, reason: innermost(error) };
        };
        match system.kind() {
            io::ErrorKind::PermissionDenied => Error::NoPermission { endpoint },
            io::ErrorKind::InvalidInput => Error::WrongEndpoint { endpoint, reason: system.to_string() },
            io::ErrorKind::NotFound if self.endpoint.is_local() => {
                Error::Unreachable { endpoint, reason: "the socket does not exist".to_owned() }
            }
            io::ErrorKind::ConnectionRefused => {
                Error::Unreachable { endpoint, reason: "nothing listens there".to_owned() }
            }
            _ if system.to_string().contains("lookup address") => {
                Error::WrongEndpoint { endpoint, reason: "there is no host of that name".to_owned() }
            }
            _ => Error::Unreachable { endpoint, reason: innermost(error) },
        }
    }
}

async fn tcp(host: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The first error of that type in the chain of causes.
pub(super) fn find<'a, T: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a T> {
    std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
}

/// The last cause, which is what the system said.
pub(super) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source()).last().map_or_else(String::new, ToString::to_string)
}
