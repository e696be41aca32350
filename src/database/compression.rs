//! Compression of backups: zstd is written, zstd and gzip are read.

use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use super::Error;
use super::format::{GZIP, HEAD, ZSTD};
use super::place::read_ahead;

/// zstd's own default: twice as fast as a disk writes, on one core.
const LEVEL: i32 = 3;
/// As much is read at once.
const BUFFER: usize = 256 * 1024;

/// Whether a file name asks for zstd.
pub fn is_zstd_name(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "zst")
}

/// A stream that compresses or does not.
pub(super) enum Sink<W: Write> {
    Plain(W),
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Sink<W> {
    pub(super) fn new(inner: W, zstd: bool) -> io::Result<Self> {
        if !zstd {
            return Ok(Self::Plain(inner));
        }
        let mut encoder = zstd::stream::write::Encoder::new(inner, LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(Self::Zstd(encoder))
    }

    pub(super) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(inner) => inner.write_all(bytes),
            Self::Zstd(encoder) => encoder.write_all(bytes),
        }
    }

    /// Writes the end.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut inner) => inner.flush(),
            Self::Zstd(encoder) => encoder.finish()?.flush(),
        }
    }
}

/// A backup whose first bytes are known, uncompressed.
pub(super) struct Opened {
    /// The first bytes, up to [`HEAD`]; they are not in `rest`.
    pub(super) head: Vec<u8>,
    /// What follows.
    pub(super) rest: Box<dyn Read + Send>,
    /// Whether errors of `rest` are those of a decoder.
    pub(super) compressed: bool,
}

/// Takes off the compression that the first bytes tell of.
pub(super) fn open(mut source: Box<dyn Read + Send>) -> Result<Opened, Error> {
    let start = read_up_to(&mut source, HEAD).map_err(|source| Error::Stream { what: "the backup", source })?;
    let (zstd, gzip) = (start.starts_with(&ZSTD), start.starts_with(&GZIP));
    if !zstd && !gzip {
        return Ok(Opened { head: start, rest: source, compressed: false });
    }
    let damaged = |source| Error::Compression { source };
    let whole = BufReader::with_capacity(BUFFER, io::Cursor::new(start).chain(source));
    let mut rest: Box<dyn Read + Send> = if zstd {
        Box::new(zstd::stream::read::Decoder::with_buffer(whole).map_err(damaged)?)
    } else {
        Box::new(flate2::bufread::MultiGzDecoder::new(whole))
    };
    let head = read_up_to(&mut rest, HEAD).map_err(damaged)?;
    Ok(Opened { head, rest: Box::new(read_ahead(rest)), compressed: true })
}

fn read_up_to(source: &mut dyn Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut sink = Sink::new(&mut packed, true).expect("it is as the test made it");
        sink.write_all(text).expect("it is as the test made it");
        sink.finish().expect("it is as the test made it");
        packed
    }

    fn unpacked(bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
        let mut opened = open(Box::new(io::Cursor::new(bytes)))?;
        let mut whole = opened.head;
        opened.rest.read_to_end(&mut whole).map_err(|source| Error::Compression { source })?;
        Ok(whole)
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let text: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(unpacked(packed(&text)).expect("it is as the test made it"), text);
        assert_eq!(unpacked(text.clone()).expect("it is as the test made it"), text);
    }

    #[test]
    fn gzip_is_read_too() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"-- PostgreSQL database dump").expect("it is as the test made it");
        assert_eq!(
            unpacked(encoder.finish().expect("it is as the test made it")).expect("it is as the test made it"),
            b"-- PostgreSQL database dump"
        );
    }

    #[test]
    fn a_frame_that_is_cut_anywhere_is_told() {
        let whole = packed(&b"some text ".repeat(50_000));
        for length in (ZSTD.len()..whole.len()).step_by(7) {
            assert!(matches!(unpacked(whole[..length].to_vec()), Err(Error::Compression { .. })), "cut at {length}");
        }
    }
}
