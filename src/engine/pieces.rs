//! Bytes that are made by ordinary blocking code while they are sent: memory does not grow with them.

use std::io::{self, Write};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;

/// Bytes are sent in pieces of this size.
const PIECE: usize = 64 * 1024;

/// So many pieces may wait for the network.
const WAITING: usize = 4;

/// Hands what is written to the connection, piece by piece.
pub struct PieceWriter {
    buffer: Vec<u8>,
    sender: mpsc::Sender<io::Result<Bytes>>,
}

/// What `write` writes, on a thread of its own; where it fails, the stream breaks.
pub fn stream(
    write: impl FnOnce(PieceWriter) -> io::Result<()> + Send + 'static,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let (sender, mut receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let writer = PieceWriter { buffer: Vec::with_capacity(PIECE), sender: sender.clone() };
        if let Err(error) = write(writer) {
            // The other side may have gone already, which is then the failure that counts.
            let _ = sender.blocking_send(Err(error));
        }
    });
    futures_util::stream::poll_fn(move |cx| receiver.poll_recv(cx))
}

impl Write for PieceWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE));
        self.sender.blocking_send(Ok(piece.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
