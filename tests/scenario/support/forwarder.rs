//! A way through TCP, encrypted or not, to the Engine's socket or to another port.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use super::{Authority, Engine};

/// A listener on a port of its own; it ends with the scenario.
pub struct Forwarder {
    _runtime: Runtime,
    address: SocketAddr,
}

/// Encryption in front of the Engine: clients must show a certificate of the same authority.
pub struct Tls<'a>(pub &'a Authority);

impl Forwarder {
    /// To the Engine, as it is.
    pub fn plain(engine: &Engine) -> Self {
        let socket = engine.socket().to_path_buf();
        Self::listen(move |mut client| {
            let socket = socket.clone();
            async move { join(&mut client, &socket).await }
        })
    }

    /// To the Engine, with TLS on this side.
    pub fn encrypted(engine: &Engine, tls: &Tls<'_>) -> Self {
        let (socket, acceptor) = (engine.socket().to_path_buf(), tls.acceptor());
        Self::listen(move |client| {
            let (socket, acceptor) = (socket.clone(), acceptor.clone());
            async move { join(&mut acceptor.accept(client).await?, &socket).await }
        })
    }

    /// To a server that is lost when it has answered with this many bytes: everything breaks off, and nothing comes through
    /// after that.
    pub fn breaking(server: SocketAddr, bytes: u64) -> Self {
        let left = Arc::new(AtomicU64::new(bytes));
        Self::listen(move |client| {
            let left = Arc::clone(&left);
            async move { relay(client, server, &left).await }
        })
    }

    /// To the first thing that a service says which is no Engine.
    pub fn stranger() -> Self {
        Self::listen(|mut client| async move {
            client.write_all(b"220 mail.example ESMTP\r\n").await?;
            client.shutdown().await
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The value of `DOCKER_HOST` that leads here.
    pub fn host(&self) -> String {
        format!("tcp://{}", self.address)
    }

    fn listen<Serving>(serve: impl Fn(TcpStream) -> Serving + Send + 'static) -> Self
    where
        Serving: Future<Output = io::Result<()>> + Send + 'static,
    {
        let runtime = Runtime::new().expect("a runtime for the forwarder");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("the port");
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // Connections that break are what some scenarios are about; the client tells how it took it.
                tokio::spawn(serve(client));
            }
        });
        Self { _runtime: runtime, address }
    }
}

async fn join(client: &mut (impl AsyncRead + AsyncWrite + Unpin), socket: &Path) -> io::Result<()> {
    let mut engine = UnixStream::connect(socket).await?;
    copy_bidirectional(client, &mut engine).await.map(drop)
}

async fn relay(client: TcpStream, server: SocketAddr, left: &AtomicU64) -> io::Result<()> {
    if left.load(Ordering::SeqCst) == 0 {
        return Ok(());
    }
    let (mut asks, mut answers) = TcpStream::connect(server).await?.into_split();
    let (mut from, mut to) = client.into_split();
    let answering = async {
        let mut buffer = vec![0; 16384];
        loop {
            let count = asks.read(&mut buffer).await?;
            let enough =
                left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(left.saturating_sub(count as u64)));
            if count == 0 || enough.is_ok_and(|before| before <= count as u64) {
                return io::Result::Ok(());
            }
            to.write_all(&buffer[..count]).await?;
        }
    };
    tokio::select! {
        ended = answering => ended,
        ended = tokio::io::copy(&mut from, &mut answers) => ended.map(drop),
    }
}

impl Tls<'_> {
    fn acceptor(&self) -> TlsAcceptor {
        let (certificate, key) = self.0.server();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut clients = RootCertStore::empty();
        clients.add_parsable_certificates(certificates(&self.0.certificate()));
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(clients), provider.clone())
            .build()
            .expect("an authority for clients");
        let configuration = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_client_cert_verifier(verifier)
            .with_single_cert(certificates(&certificate), PrivateKeyDer::from_pem_file(key).expect("a key"))
            .expect("a certificate for the server");
        TlsAcceptor::from(Arc::new(configuration))
    }
}

fn certificates(path: &PathBuf) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(path).and_then(Iterator::collect).expect("a certificate")
}
