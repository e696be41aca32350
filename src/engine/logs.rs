//! Logs of one container, line by line, made to be fast: what arrives is cut, not copied.

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use http::{Method, header};

use crate::names::ContainerId;

use super::body::Chunks;
use super::client::{Call, Patience};
use super::container;
use super::error::Error;
use super::frames::{Frames, OutputKind};
use super::handle::Engine;
use super::query::Query;

/// Which part of a log is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogsRequest {
    /// Wait for more while the container runs.
    pub follow: bool,
    /// That many of the last lines; `None`: all.
    pub tail: Option<u64>,
    /// Not before, in seconds since the epoch, with a fraction (see [`super::moment()`]).
    pub since: Option<String>,
    /// Not after, likewise.
    pub until: Option<String>,
    /// Lines have their time; needed for merging.
    pub timestamps: bool,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Which stream it was written to.
    pub kind: OutputKind,
    /// When, as the Engine writes it: RFC 3339 in UTC with nine digits, so that the order of bytes is that of time.
    /// Empty where it was not asked for.
    pub timestamp: Bytes,
    /// What, without the end of the line.
    pub text: Bytes,
}

impl LogLine {
    /// Whether it was written to standard error.
    pub fn complains(&self) -> bool {
        self.kind == OutputKind::Stderr
    }
}

/// The lines of one container's log.
pub struct Logs {
    chunks: Chunks,
    cutter: Cutter,
}

impl Engine {
    /// Reads the log of a container. It ends at the end of the log, or with the container where it is followed.
    pub async fn logs(&self, id: &ContainerId, request: &LogsRequest) -> Result<Logs, Error> {
        let LogsRequest { follow, tail, since, until, timestamps } = request;
        let query = Query::default()
            .with("stdout", "true")
            .with("stderr", "true")
            .flag("follow", *follow)
            .maybe("tail", *tail)
            .maybe("since", since.as_ref())
            .maybe("until", until.as_ref())
            .flag("timestamps", *timestamps);
        // A log that is followed may have nothing to say for hours, not even the head of the answer.
        let patience = if *follow { Patience::Endless } else { Patience::Change };
        let call =
            Call::new(Method::GET, container::path(id, "/logs"), container::object(id)).query(query).patience(patience);
        let response = self.client.open(call).await?;
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        // Engines before API 1.42 do not tell which format it is.
        let tty = !kind.contains("multiplexed") && self.inspect_state(id).await?.tty;
        let chunks = Chunks::new(response.into_body(), container::object(id));
        Ok(Logs { chunks, cutter: Cutter::new(tty, *timestamps) })
    }
}

impl Logs {
    /// The next line; `None` at the end. May be dropped while it waits: nothing is lost.
    pub async fn next(&mut self) -> Option<Result<LogLine, Error>> {
        loop {
            if let Some(line) = self.cutter.next() {
                return Some(Ok(line));
            }
            match self.chunks.next().await {
                Some(Ok(chunk)) => self.cutter.push(chunk),
                Some(Err(error)) => return Some(Err(error)),
                None => return self.cutter.rest().map(Ok),
            }
        }
    }

    /// A line that has arrived already, so that a reader can write many at once.
    pub fn arrived(&mut self) -> Option<LogLine> {
        self.cutter.next()
    }

    /// The lines as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<LogLine, Error>> + Send {
        futures_util::stream::unfold(self, |mut logs| async move { logs.next().await.map(|line| (line, logs)) })
    }
}

/// Cuts what arrives into lines.
struct Cutter {
    frames: Frames,
    tty: bool,
    timestamps: bool,
    /// What arrived of a terminal and is not cut yet.
    rest: Bytes,
    /// Beginnings of lines that the Engine's log driver cut (after 16 KiB): standard output and standard error.
    begun: [Option<(Bytes, BytesMut)>; 2],
}

impl Cutter {
    fn new(tty: bool, timestamps: bool) -> Self {
        Self { frames: Frames::new(tty), tty, timestamps, rest: Bytes::new(), begun: [None, None] }
    }

    fn push(&mut self, chunk: Bytes) {
        self.frames.push(chunk);
    }

    fn next(&mut self) -> Option<LogLine> {
        loop {
            let (kind, piece) =
                if self.tty { (OutputKind::Stdout, self.terminal_line()?) } else { self.frames.next()? };
            if let Some(line) = self.line(kind, piece) {
                return Some(line);
            }
        }
    }

    /// A terminal's bytes come in any pieces; lines end as they end.
    fn terminal_line(&mut self) -> Option<Bytes> {
        while let Some((_, piece)) = self.frames.next() {
            self.rest = if self.rest.is_empty() { piece } else { [&self.rest[..], &piece[..]].concat().into() };
        }
        let end = memchr::memchr(b'\n', &self.rest)?;
        Some(self.rest.split_to(end + 1))
    }

    /// A frame is one entry of the log with its own timestamp; it is a whole line if it ends like one.
    fn line(&mut self, kind: OutputKind, mut piece: Bytes) -> Option<LogLine> {
        let timestamp = match memchr::memchr(b' ', &piece) {
            Some(end) if self.timestamps => {
                let timestamp = piece.split_to(end);
                piece = piece.slice(1..);
                timestamp
            }
            _ => Bytes::new(),
        };
        let begun = &mut self.begun[usize::from(kind == OutputKind::Stderr)];
        if piece.last() == Some(&b'\n') {
            piece.truncate(piece.len() - 1);
            return Some(match begun.take() {
                Some((timestamp, mut text)) => {
                    text.extend_from_slice(&piece);
                    LogLine { kind, timestamp, text: text.freeze() }
                }
                None => LogLine { kind, timestamp, text: piece },
            });
        }
        begun.get_or_insert_with(|| (timestamp, BytesMut::new())).1.extend_from_slice(&piece);
        None
    }

    /// What was begun and never ended, at the end of the log.
    fn rest(&mut self) -> Option<LogLine> {
        if !self.rest.is_empty() {
            let rest = std::mem::take(&mut self.rest);
            self.line(OutputKind::Stdout, rest);
        }
        for (kind, begun) in [OutputKind::Stdout, OutputKind::Stderr].into_iter().zip(&mut self.begun) {
            if let Some((timestamp, text)) = begun.take() {
                return Some(LogLine { kind, timestamp, text: text.freeze() });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, payload: &str) -> Bytes {
        let length = u32::try_from(payload.len()).expect("it is short").to_be_bytes();
        [&[kind, 0, 0, 0], &length[..], payload.as_bytes()].concat().into()
    }

    fn texts(cutter: &mut Cutter) -> Vec<(String, String)> {
        let text = |bytes: &Bytes| String::from_utf8(bytes.to_vec()).expect("it is text");
        std::iter::from_fn(|| cutter.next()).map(|line| (text(&line.timestamp), text(&line.text))).collect()
    }

    #[test]
    fn a_line_that_the_log_driver_cut_is_one_again() {
        let mut cutter = Cutter::new(false, true);
        cutter.push(frame(1, "2026-01-01T00:00:00.000000001Z begin"));
        cutter.push(frame(2, "2026-01-01T00:00:00.000000002Z between\n"));
        cutter.push(frame(1, "2026-01-01T00:00:00.000000003Z end\n"));
        let lines = texts(&mut cutter);
        assert_eq!(lines[0], ("2026-01-01T00:00:00.000000002Z".to_owned(), "between".to_owned()));
        assert_eq!(lines[1], ("2026-01-01T00:00:00.000000001Z".to_owned(), "beginend".to_owned()));
    }

    #[test]
    fn a_terminal_is_cut_at_ends_of_lines_and_its_rest_is_kept() {
        let mut cutter = Cutter::new(true, false);
        cutter.push(Bytes::from_static(b"a\r\nb"));
        assert_eq!(texts(&mut cutter), [(String::new(), "a\r".to_owned())]);
        cutter.push(Bytes::from_static(b"c"));
        assert_eq!(texts(&mut cutter), []);
        assert_eq!(cutter.rest().expect("something is left").text, "bc");
        assert_eq!(cutter.rest(), None);
    }
}
