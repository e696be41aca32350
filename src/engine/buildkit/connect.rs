//! gRPC over connections that the Engine hands over.

use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Method, StatusCode, Uri};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tonic::codegen::Service;
use tonic::transport::server::Connected;
use tonic::transport::{Channel, Endpoint};

use crate::engine::client::{Call, interrupted};
use crate::engine::error::Error;
use crate::engine::handle::Engine;

impl Engine {
    /// Opens a connection for gRPC. `headers` say what is offered on it.
    pub(super) async fn upgrade(
        &self,
        path: &str,
        object: &str,
        headers: &[(&'static str, String)],
    ) -> Result<Upgraded, Error> {
        let mut call = Call::new(Method::POST, path, object).header("connection", "Upgrade").header("upgrade", "h2c");
        for (name, value) in headers {
            call = call.header(name, value);
        }
        let response = self.client.open(call).await.map_err(|error| match error {
            Error::NotFound { object, message } | Error::Refused { object, message } => {
                Error::NoBuildKit { object, message }
            }
            other => other,
        })?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(Error::NoBuildKit {
                object: object.to_owned(),
                message: "it does not hand over the connection".to_owned(),
            });
        }
        hyper::upgrade::on(response).await.map_err(|error| interrupted(object, &error))
    }

    /// A client of the builder's own API.
    pub(super) async fn builder(&self, object: &str) -> Result<Channel, Error> {
        let connection = self.upgrade("/grpc", object, &[]).await?;
        Endpoint::from_static("http://buildkit")
            .connect_with_connector(Once(Some(connection)))
            .await
            .map_err(|error| interrupted(object, &error))
    }
}

/// Gives the one connection there is.
struct Once(Option<Upgraded>);

impl Service<Uri> for Once {
    type Response = Upgraded;
    type Error = io::Error;
    type Future = Ready<io::Result<Upgraded>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _uri: Uri) -> Self::Future {
        ready(self.0.take().ok_or_else(|| io::ErrorKind::NotConnected.into()))
    }
}

/// A handed-over connection on which we are the server.
pub(super) struct Served(TokioIo<Upgraded>);

impl Served {
    /// Serves on this connection.
    pub(super) fn new(connection: Upgraded) -> Self {
        Self(TokioIo::new(connection))
    }
}

impl Connected for Served {
    type ConnectInfo = ();
    fn connect_info(&self) {}
}

impl AsyncRead for Served {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Served {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
