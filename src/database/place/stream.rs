//! Bridges between the Engine's asynchronous streams and the blocking ones of [`super::Running`].

use std::io::{self, Read, Write};

use bytes::{Buf, Bytes};
use tokio::sync::mpsc::{Receiver, Sender};

/// Reads what arrives on a channel.
pub struct ChannelReader {
    receiver: Receiver<io::Result<Bytes>>,
    current: Bytes,
}

impl ChannelReader {
    pub fn new(receiver: Receiver<io::Result<Bytes>>) -> Self {
        Self { receiver, current: Bytes::new() }
    }
}

impl Read for ChannelReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.receiver.blocking_recv() {
                None => return Ok(0),
                Some(bytes) => self.current = bytes?,
            }
        }
        let count = self.current.len().min(buffer.len());
        self.current.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

/// Pieces that are read before they are wanted, of [`PIECE`] bytes at most.
const AHEAD: usize = 8;
const PIECE: usize = 256 * 1024;

/// Reads on while the last piece is used, so that taking off a compression and sending on do not wait for each other.
pub fn read_ahead(mut source: impl Read + Send + 'static) -> ChannelReader {
    let (sender, receiver) = tokio::sync::mpsc::channel(AHEAD);
    std::thread::spawn(move || {
        let mut piece = vec![0; PIECE];
        loop {
            let read = match source.read(&mut piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Ok(0) => return,
                Ok(count) => Ok(Bytes::copy_from_slice(&piece[..count])),
                Err(error) => Err(error),
            };
            let is_last = read.is_err();
            // Nobody wants the rest where the receiver is gone.
            if sender.blocking_send(read).is_err() || is_last {
                return;
            }
        }
    });
    ChannelReader::new(receiver)
}

/// Sends what is written over a channel.
pub struct ChannelWriter(pub Sender<Bytes>);

impl Write for ChannelWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Bytes::copy_from_slice(bytes));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
