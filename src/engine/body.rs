//! Bodies that are read while they arrive.

use std::marker::PhantomData;

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::de::DeserializeOwned;

use super::client::interrupted;
use super::error::Error;

/// A body in the pieces in which it arrives.
pub(super) struct Chunks {
    body: Incoming,
    object: String,
}

impl Chunks {
    /// The body of an answer about `object`.
    pub(super) fn new(body: Incoming, object: String) -> Self {
        Self { body, object }
    }

    /// The next piece; `None` at the end. May be dropped while it waits.
    pub(super) async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        loop {
            match self.body.frame().await? {
                Ok(frame) => {
                    // Trailers say nothing here.
                    if let Ok(bytes) = frame.into_data() {
                        return Some(Ok(bytes));
                    }
                }
                Err(error) => return Some(Err(interrupted(&self.object, &error))),
            }
        }
    }

    /// The pieces as a stream.
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send {
        futures_util::stream::unfold(self, |mut chunks| async move { chunks.next().await.map(|chunk| (chunk, chunks)) })
    }
}

/// A body of JSON objects, one a line.
pub(super) struct JsonLines<T> {
    chunks: Chunks,
    pending: BytesMut,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> JsonLines<T> {
    /// The body of an answer about `object`.
    pub(super) fn new(body: Incoming, object: String) -> Self {
        Self { chunks: Chunks::new(body, object), pending: BytesMut::new(), of: PhantomData }
    }

    /// The next object; `None` at the end. May be dropped while it waits.
    pub(super) async fn next(&mut self) -> Option<Result<T, Error>> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.pending) {
                let line = self.pending.split_to(end + 1);
                match line.trim_ascii() {
                    [] => continue,
                    line => return Some(self.parse(line)),
                }
            }
            match self.chunks.next().await {
                Some(Ok(chunk)) => self.pending.extend_from_slice(&chunk),
                Some(Err(error)) => return Some(Err(error)),
                None => {
                    let rest = self.pending.split();
                    return match rest.trim_ascii() {
                        [] => None,
                        rest => Some(self.parse(rest)),
                    };
                }
            }
        }
    }

    /// The objects as a stream.
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<T, Error>> + Send {
        futures_util::stream::unfold(self, |mut lines| async move { lines.next().await.map(|line| (line, lines)) })
    }

    fn parse(&self, line: &[u8]) -> Result<T, Error> {
        serde_json::from_slice(line)
            .map_err(|error| Error::Answer { object: self.chunks.object.clone(), reason: error.to_string() })
    }
}
