//! Streams to and from a process: what `exec`, `attach` and `run` have in common.

use bytes::{Bytes, BytesMut};
use http::{Method, StatusCode};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};

use super::client::{Call, interrupted};
use super::error::Error;
use super::frames::{Frames, OutputKind};
use super::handle::Engine;
use super::query::Query;

/// As much of the output is read at once.
const READ: usize = 32 * 1024;

/// A process with its streams.
pub struct Session {
    /// What it writes.
    pub output: Output,
    /// What it reads.
    pub input: Input,
    /// Its terminal.
    pub terminal: Terminal,
}

/// What a process writes.
pub struct Output {
    stream: ReadHalf<TokioIo<Upgraded>>,
    buffer: BytesMut,
    frames: Frames,
    object: String,
}

/// What a process reads. Dropping it does not end the process's input; [`Input::close`] does.
pub struct Input {
    stream: WriteHalf<TokioIo<Upgraded>>,
    object: String,
}

/// The terminal of a process, whether it has one or not.
#[derive(Debug, Clone)]
pub struct Terminal {
    engine: Engine,
    path: String,
    object: String,
}

impl Output {
    /// The next piece; `None` when the process has closed its output. May be dropped while it waits.
    pub async fn next(&mut self) -> Option<Result<(OutputKind, Bytes), Error>> {
        loop {
            if let Some(piece) = self.frames.next() {
                return Some(Ok(piece));
            }
            self.buffer.reserve(READ);
            match self.stream.read_buf(&mut self.buffer).await {
                Ok(0) => return None,
                Ok(_) => self.frames.push(self.buffer.split().freeze()),
                Err(error) => return Some(Err(interrupted(&self.object, &error))),
            }
        }
    }
}

impl Input {
    /// Writes all of it.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.stream.write_all(bytes).await.map_err(|error| interrupted(&self.object, &error))?;
        self.stream.flush().await.map_err(|error| interrupted(&self.object, &error))
    }

    /// Ends the process's input, as the end of a file would; its output goes on.
    pub async fn close(&mut self) -> Result<(), Error> {
        match self.stream.shutdown().await {
            Ok(()) => Ok(()),
            // The process has ended already.
            Err(error) if error.kind() == std::io::ErrorKind::NotConnected => Ok(()),
            Err(error) => Err(interrupted(&self.object, &error)),
        }
    }
}

impl Terminal {
    /// Tells the process how large its terminal is, in characters.
    pub async fn resize(&self, width: u16, height: u16) -> Result<(), Error> {
        let query = Query::default().with("h", height).with("w", width);
        self.engine.post(&self.path, query, self.object.as_str()).await
    }
}

impl Engine {
    /// Turns a request into a raw connection to a process. `resize` is where its terminal is resized.
    pub(super) async fn hijack(
        &self,
        call: Call,
        tty: bool,
        (resize, object): (String, String),
    ) -> Result<Session, Error> {
        let call = call.header("connection", "Upgrade").header("upgrade", "tcp");
        let response = self.client.open(call).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(Error::Answer { object, reason: "it does not hand over the connection".to_owned() });
        }
        let upgraded = hyper::upgrade::on(response).await.map_err(|error| interrupted(&object, &error))?;
        let (read, write) = tokio::io::split(TokioIo::new(upgraded));
        Ok(Session {
            output: Output { stream: read, buffer: BytesMut::new(), frames: Frames::new(tty), object: object.clone() },
            input: Input { stream: write, object: object.clone() },
            terminal: Terminal { engine: self.clone(), path: resize, object },
        })
    }
}

/// The request that all of them begin with.
pub(super) fn post(path: String, object: &str) -> Call {
    Call::new(Method::POST, path, object)
}
