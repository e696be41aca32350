//! Output of containers without a terminal: both streams in one, in frames (Engine API, `ContainerAttach`, "Stream
//! format"): a byte that tells the stream, three zeros, the length as a big-endian number, the payload.

use bytes::{Buf, Bytes, BytesMut};

/// Bytes before each payload.
const HEADER: usize = 8;

/// Which stream a piece of output belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputKind {
    /// Standard output, and everything of a terminal.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Takes frames out of the bytes that arrive, without copying those that arrive whole.
#[derive(Debug)]
pub(super) struct Frames {
    pending: Bytes,
    framed: bool,
}

impl Frames {
    /// `tty`: the bytes are those of a terminal, without frames.
    pub(super) fn new(tty: bool) -> Self {
        Self { pending: Bytes::new(), framed: !tty }
    }

    /// Takes in what arrived.
    pub(super) fn push(&mut self, chunk: Bytes) {
        if self.pending.is_empty() {
            self.pending = chunk;
            return;
        }
        let mut joined = BytesMut::with_capacity(self.pending.len() + chunk.len());
        joined.extend_from_slice(&self.pending);
        joined.extend_from_slice(&chunk);
        self.pending = joined.freeze();
    }

    /// The next payload that has arrived as a whole.
    pub(super) fn next(&mut self) -> Option<(OutputKind, Bytes)> {
        if !self.framed {
            return (!self.pending.is_empty()).then(|| (OutputKind::Stdout, std::mem::take(&mut self.pending)));
        }
        let &[kind, _, _, _, a, b, c, d] = self.pending.first_chunk::<HEADER>()?;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if self.pending.len() < HEADER + length {
            return None;
        }
        self.pending.advance(HEADER);
        // 0 is standard input echoed, 3 an error of the Engine itself.
        let kind = if kind >= 2 { OutputKind::Stderr } else { OutputKind::Stdout };
        Some((kind, self.pending.split_to(length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind, 0, 0, 0];
        bytes.extend(u32::try_from(payload.len()).expect("it is short").to_be_bytes());
        bytes.extend(payload);
        bytes
    }

    #[test]
    fn frames_are_found_however_the_bytes_are_cut() {
        let whole: Vec<u8> = [frame(1, b"one\n"), frame(2, b""), frame(2, b"two\n"), frame(1, b"three")].concat();
        for size in 1..=whole.len() {
            let mut frames = Frames::new(false);
            let mut found = Vec::new();
            for chunk in whole.chunks(size) {
                frames.push(Bytes::copy_from_slice(chunk));
                found.extend(std::iter::from_fn(|| frames.next()));
            }
            let texts: Vec<_> = found.iter().map(|(kind, text)| (*kind, &text[..])).collect();
            let expected: [(OutputKind, &[u8]); 4] = [
                (OutputKind::Stdout, b"one\n"),
                (OutputKind::Stderr, b""),
                (OutputKind::Stderr, b"two\n"),
                (OutputKind::Stdout, b"three"),
            ];
            assert_eq!(texts, expected, "cut in pieces of {size}");
        }
    }

    #[test]
    fn a_terminal_has_no_frames() {
        let mut frames = Frames::new(true);
        frames.push(Bytes::from_static(b"\x01\x00hello"));
        assert_eq!(frames.next(), Some((OutputKind::Stdout, Bytes::from_static(b"\x01\x00hello"))));
        assert_eq!(frames.next(), None);
    }
}
