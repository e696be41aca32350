//! A direct connection from a container to this process, for whole databases.
//!
//! What an exec writes passes the container's runtime and the Engine, each of which copies it in small pieces: several
//! times slower than the server can dump. Where this machine is the container's gateway, the client program gets a
//! connection of its own instead: it listens there for one caller, who must know a random word.

use std::io::{self, Read};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::database::random;

/// How long it is waited for the caller; a firewall may swallow the call.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long nothing may come after the program has ended.
const SILENCE: Duration = Duration::from_secs(3);
/// Length of the random word in bytes, as text.
const WORD: usize = 32;

/// A listener for one caller.
pub struct Offer {
    listener: TcpListener,
    address: SocketAddr,
    word: String,
}

impl Offer {
    /// Listens on the first of these addresses that is one of this machine; `None`: none is.
    pub async fn on(gateways: &[IpAddr]) -> Option<Self> {
        let word = random::word(WORD / 2).ok()?;
        for gateway in gateways {
            if let Ok(listener) = TcpListener::bind((*gateway, 0)).await {
                let address = listener.local_addr().ok()?;
                return Some(Self { listener, address, word });
            }
        }
        None
    }

    /// What the starting script needs to know.
    pub fn environment(&self) -> Vec<String> {
        vec![
            format!("ADO_DIRECT_HOST={}", self.address.ip()),
            format!("ADO_DIRECT_PORT={}", self.address.port()),
            format!("ADO_DIRECT_TOKEN={}", self.word),
        ]
    }

    /// The connection of the one who knows the word; `None`: nobody came in time.
    pub async fn accept(self) -> Option<TcpStream> {
        tokio::time::timeout(PATIENCE, self.accept_right_one()).await.ok()?.ok()
    }

    async fn accept_right_one(&self) -> io::Result<TcpStream> {
        loop {
            let (mut stream, _) = self.listener.accept().await?;
            let mut word = [0; WORD];
            let said = tokio::time::timeout(PATIENCE / 4, stream.read_exact(&mut word)).await;
            if matches!(said, Ok(Ok(_))) && word == self.word.as_bytes() {
                let stream = stream.into_std()?;
                stream.set_nonblocking(false)?;
                return Ok(stream);
            }
        }
    }
}

/// A piece smaller than this is followed by a pause, in which more gathers.
const SMALL: usize = 64 * 1024;
/// Short enough for what a connection holds at full speed. Without it the server, which a backup waits for, is pushed off
/// its processor for each packet: 8 % of the whole time on two processors.
const PAUSE: Duration = Duration::from_millis(1);

/// The reading half. A container that is killed may take its side of the connection with it without a farewell, so
/// silence after the program's end is taken for the loss that it is.
pub struct DirectOutput {
    stream: TcpStream,
    ended: Arc<AtomicBool>,
    pauses: bool,
}

impl DirectOutput {
    /// `ended` becomes true when the program has.
    pub fn new(stream: TcpStream, ended: Arc<AtomicBool>) -> io::Result<Self> {
        stream.set_read_timeout(Some(SILENCE))?;
        Ok(Self { stream, ended, pauses: false })
    }
}

impl Read for DirectOutput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if std::mem::take(&mut self.pauses) {
            std::thread::sleep(PAUSE);
        }
        loop {
            let ended_before = self.ended.load(Ordering::Acquire);
            match self.stream.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if ended_before {
                        return Err(io::ErrorKind::ConnectionAborted.into());
                    }
                }
                read => {
                    self.pauses = read.as_ref().is_ok_and(|count| (1..SMALL.min(buffer.len())).contains(count));
                    return read;
                }
            }
        }
    }
}

/// The writing half: dropping it is the end of the program's input.
pub struct DirectInput(pub TcpStream);

impl io::Write for DirectInput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for DirectInput {
    fn drop(&mut self) {
        // An error means that the other side is gone, which is the end of its input as well.
        let _ = self.0.shutdown(Shutdown::Write);
    }
}
