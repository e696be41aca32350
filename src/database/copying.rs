//! Copying a whole backup, with an eye on its end.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

/// As much is copied at once: large enough for few system calls, small enough for a processor's cache.
const BUFFER: usize = 256 * 1024;
/// Of the end of a plain backup that much is looked at.
const END: usize = 1024;

/// Why copying stopped.
pub(super) enum Stopped {
    /// The side that is read.
    Reading(io::Error),
    /// The side that is written.
    Writing(io::Error),
}

/// The last bytes of what was copied.
#[derive(Debug, Default)]
pub(super) struct End(Vec<u8>);

impl End {
    /// Takes in what was copied next.
    pub(super) fn keep(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&bytes[bytes.len().saturating_sub(END)..]);
        self.0.drain(..self.0.len().saturating_sub(END));
    }

    /// Whether the mark stands there that ends a whole plain backup.
    pub(super) fn has(&self, mark: &str) -> bool {
        self.0.windows(mark.len()).any(|window| window == mark.as_bytes())
    }
}

/// Copies everything, counts the bytes and gives the last ones.
pub(super) fn copy(
    source: &mut dyn Read,
    mut write: impl FnMut(&[u8]) -> io::Result<()>,
    copied: &AtomicU64,
) -> Result<End, Stopped> {
    let mut buffer = vec![0; BUFFER];
    let mut end = End::default();
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(end),
            Ok(count) => {
                write(&buffer[..count]).map_err(Stopped::Writing)?;
                end.keep(&buffer[..count]);
                copied.fetch_add(count as u64, Ordering::Relaxed);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Stopped::Reading(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_found_however_the_end_was_cut_into_pieces() {
        let text = [vec![b'x'; 5000], b"\n-- Dump completed on 2026\n".to_vec()].concat();
        for size in [1, 3, 7, 1000, 6000] {
            let mut end = End::default();
            text.chunks(size).for_each(|piece| end.keep(piece));
            assert!(end.has("-- Dump completed"), "pieces of {size}");
            assert!(end.0.len() <= END);
        }
        let mut end = End::default();
        end.keep(b"-- Dump compl");
        assert!(!end.has("-- Dump completed"));
    }
}
