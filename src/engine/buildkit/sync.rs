//! Files for the builder: it is told what is there, and asks for what it does not have yet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bollard::fsutil::types::packet::PacketType;
use bollard::fsutil::types::{Packet, Stat};
use bollard::moby::filesync::packet::file_sync_server::FileSync;
use futures_util::Stream;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status, Streaming};

use crate::engine::build::Ignore;
use crate::engine::error::Error;

use super::tree::{Selection, walk};

/// Files are sent in pieces of this size, as `fsutil` does.
const PIECE: usize = 32 * 1024;

/// So many packets may wait for the network.
const WAITING: usize = 32;

type Packets = mpsc::Sender<Result<Packet, Status>>;

/// Why a directory could not be read, told apart from a build that failed.
pub(super) type Failure = Arc<Mutex<Option<Error>>>;

/// Directories of this machine by the names under which the builder knows them.
#[derive(Debug, Clone)]
pub(super) struct Directories {
    /// The directories.
    pub roots: BTreeMap<String, PathBuf>,
    /// What went wrong.
    pub failure: Failure,
}

#[tonic::async_trait]
impl FileSync for Directories {
    type DiffCopyStream = Pin<Box<dyn Stream<Item = Result<Packet, Status>> + Send>>;
    type TarStreamStream = Self::DiffCopyStream;

    async fn diff_copy(&self, request: Request<Streaming<Packet>>) -> Result<Response<Self::DiffCopyStream>, Status> {
        let name = values(request.metadata(), "dir-name").into_iter().next().unwrap_or_default();
        let Some(root) = self.roots.get(&name).cloned() else {
            return Err(Status::not_found(format!("no directory is called {name}")));
        };
        let selection = selection(request.metadata(), &root);
        let (packets, mut receiver) = mpsc::channel(WAITING);
        let files: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
        let (known, told, failure) = (files.clone(), packets.clone(), self.failure.clone());
        tokio::task::spawn_blocking(move || tell(&root, &selection, &known, &told, &failure));
        tokio::spawn(answer(request.into_inner(), files, packets));
        Ok(Response::new(Box::pin(futures_util::stream::poll_fn(move |cx| receiver.poll_recv(cx)))))
    }

    async fn tar_stream(
        &self,
        _request: Request<Streaming<Packet>>,
    ) -> Result<Response<Self::TarStreamStream>, Status> {
        Err(Status::unimplemented("files are sent one by one"))
    }
}

/// Tells what is there. The position in this list is a file's number.
fn tell(root: &Path, selection: &Selection, files: &Mutex<Vec<PathBuf>>, packets: &Packets, failure: &Failure) {
    let send = |stat: Option<Stat>| {
        let packet = Packet { r#type: PacketType::PacketStat.into(), stat, ..Packet::default() };
        packets.blocking_send(Ok(packet)).map_err(|_| Error::Interrupted {
            object: root.display().to_string(),
            reason: "the builder does not listen any more".to_owned(),
        })
    };
    let told = walk(root, selection, &mut |path, stat| {
        files.lock().unwrap_or_else(PoisonError::into_inner).push(path);
        send(Some(stat))
    });
    // A description of nothing ends the list.
    match told.and_then(|()| send(None)) {
        Ok(()) | Err(Error::Interrupted { .. }) => {}
        Err(error) => {
            // The build fails because of it, wherever it is told first.
            let _ = packets.blocking_send(Err(Status::internal(error.to_string())));
            *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    }
}

/// Sends what is asked for.
async fn answer(mut requests: Streaming<Packet>, files: Arc<Mutex<Vec<PathBuf>>>, packets: Packets) {
    while let Ok(Some(packet)) = requests.message().await {
        let sent = match packet.r#type() {
            PacketType::PacketReq => {
                let path = files.lock().unwrap_or_else(PoisonError::into_inner).get(packet.id as usize).cloned();
                match path {
                    Some(path) => send_file(&path, packet.id, &packets).await,
                    None => Err(Status::not_found("no file has that number")),
                }
            }
            PacketType::PacketFin => {
                let packet = Packet { r#type: PacketType::PacketFin.into(), ..Packet::default() };
                // The other side may be gone: it has all it wanted.
                let _ = packets.send(Ok(packet)).await;
                return;
            }
            PacketType::PacketErr => return,
            PacketType::PacketStat | PacketType::PacketData => Ok(()),
        };
        if let Err(status) = sent {
            // As above: nobody is left to tell.
            let _ = packets.send(Err(status)).await;
            return;
        }
    }
}

async fn send_file(path: &Path, id: u32, packets: &Packets) -> Result<(), Status> {
    let broken = |error: std::io::Error| Status::internal(format!("{}: {error}", path.display()));
    let gone = |_| Status::cancelled("the builder does not listen any more");
    let mut file = tokio::fs::File::open(path).await.map_err(broken)?;
    loop {
        let mut data = Vec::with_capacity(PIECE);
        file.read_buf(&mut data).await.map_err(broken)?;
        // An empty piece ends the file.
        let ended = data.is_empty();
        let packet = Packet { r#type: PacketType::PacketData.into(), id, data, ..Packet::default() };
        packets.send(Ok(packet)).await.map_err(gone)?;
        if ended {
            return Ok(());
        }
    }
}

/// What the builder asks for, out of the headers of its request.
fn selection(metadata: &MetadataMap, root: &Path) -> Selection {
    let exclude = values(metadata, "exclude-patterns");
    let mut only: Vec<String> = values(metadata, "followpaths")
        .into_iter()
        .map(|path| path.trim_start_matches("./").trim_matches('/').to_owned())
        .collect();
    // Links lead elsewhere and patterns anywhere; everything is told then, and still only what is asked for is sent.
    let plain = |path: &String| {
        !path.is_empty()
            && !path.contains(['*', '?', '[', '\\'])
            && Path::new(path).ancestors().all(|part| !root.join(part).is_symlink() || part.as_os_str().is_empty())
    };
    if !only.iter().all(plain) || !values(metadata, "include-patterns").is_empty() {
        only.clear();
    }
    Selection { ignore: Ignore::parse(&exclude.join("\n")), only }
}

/// All values of a header; those that are not ASCII come percent-encoded.
fn values(metadata: &MetadataMap, name: &str) -> Vec<String> {
    let encoded = metadata.get(format!("{name}-encoded")).is_some();
    let text = |value: &tonic::metadata::MetadataValue<tonic::metadata::Ascii>| value.to_str().ok().map(str::to_owned);
    let values = metadata.get_all(name).iter().filter_map(text);
    if encoded { values.map(|value| decode(&value)).collect() } else { values.collect() }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_are_not_ascii_are_decoded() {
        let mut metadata = MetadataMap::new();
        metadata.append("exclude-patterns", "a%20%C3%A4".parse().expect("it is ASCII"));
        assert_eq!(values(&metadata, "exclude-patterns"), ["a%20%C3%A4"]);
        metadata.append("exclude-patterns-encoded", "1".parse().expect("it is ASCII"));
        assert_eq!(values(&metadata, "exclude-patterns"), ["a ä"]);
    }
}
