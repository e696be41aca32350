//! A proxy in front of the real Engine that answers some requests itself: with an error, or never.
//!
//! Whatever it lets through is the real Engine's answer; nothing is imitated.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

/// What happens to a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It reaches the Engine.
    Pass,
    /// It is answered with this status and message, and never reaches the Engine.
    Refuse(u16, &'static str),
    /// It is never answered.
    Hang,
    /// It reaches the Engine, and the connection breaks before the answer comes back.
    Break,
}

/// Decides by the request line, such as `POST /v1.41/containers/create?name=x`.
type Rule = dyn Fn(&str) -> Verdict + Send + Sync;

/// The proxy; it serves until the test's process ends.
pub struct Proxy {
    folder: TempDir,
    hits: Arc<AtomicUsize>,
}

impl Proxy {
    /// Listens on a socket of its own in front of the Engine's.
    pub fn before(engine: &super::Engine, rule: impl Fn(&str) -> Verdict + Send + Sync + 'static) -> Self {
        let proxy = Self { folder: TempDir::new().expect("a folder"), hits: Arc::default() };
        let listener = UnixListener::bind(proxy.path()).expect("a socket");
        let (engine, hits) = (engine.socket().to_path_buf(), Arc::clone(&proxy.hits));
        let rule: Arc<Rule> = Arc::new(rule);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (engine, hits, rule) = (engine.clone(), Arc::clone(&hits), Arc::clone(&rule));
                // A client that goes away in the middle is what the scenarios are about.
                std::thread::spawn(move || serve(client, engine, &*rule, &hits));
            }
        });
        proxy
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("engine.sock")
    }

    /// The value of `DOCKER_HOST` that leads through the proxy.
    pub fn host(&self) -> String {
        format!("unix://{}", self.path().display())
    }

    /// How many requests were not simply let through.
    pub fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }
}

/// One request of one connection: the client is told to open another one for its next.
fn serve(mut client: UnixStream, engine: PathBuf, rule: &Rule, hits: &AtomicUsize) -> Option<()> {
    let (head, rest) = read_head(&mut client)?;
    let verdict = rule(head.lines().next().unwrap_or_default());
    if verdict != Verdict::Pass {
        hits.fetch_add(1, Ordering::SeqCst);
    }
    match verdict {
        Verdict::Refuse(status, message) => {
            drain(&mut client, &head, &rest);
            let body = serde_json::json!({ "message": message }).to_string();
            let answer = format!(
                "HTTP/1.1 {status} Refused\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            client.write_all(answer.as_bytes()).ok()
        }
        Verdict::Hang => loop {
            std::thread::park();
        },
        Verdict::Pass | Verdict::Break => {
            let mut upstream = UnixStream::connect(engine).ok()?;
            upstream.write_all(closing(&head).as_bytes()).ok()?;
            upstream.write_all(&rest).ok()?;
            let (mut from, mut to) = (client.try_clone().ok()?, upstream.try_clone().ok()?);
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Write);
            });
            if verdict == Verdict::Break {
                // The first byte of the answer says that the Engine has done what it was asked for.
                let _ = upstream.read(&mut [0; 1]);
            } else {
                let _ = std::io::copy(&mut upstream, &mut client);
            }
            client.shutdown(Shutdown::Both).ok()
        }
    }
}

/// The request's head as text, and what was read of its body.
fn read_head(client: &mut UnixStream) -> Option<(String, Vec<u8>)> {
    let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let body = read.split_off(end + 4);
            return Some((String::from_utf8_lossy(&read).into_owned(), body));
        }
        match client.read(&mut buffer) {
            Ok(count @ 1..) => read.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}

/// Reads a body of known length to its end, so that the answer is not lost to a reset connection.
fn drain(client: &mut UnixStream, head: &str, rest: &[u8]) {
    let lower = head.to_ascii_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<u64>().ok());
    let left = length.unwrap_or(0).saturating_sub(rest.len() as u64);
    let _ = std::io::copy(&mut client.take(left), &mut std::io::sink());
}

/// The head with a wish to close the connection after the answer, unless it becomes a stream of its own.
fn closing(head: &str) -> String {
    if head.to_ascii_lowercase().contains("\r\nupgrade:") {
        return head.to_owned();
    }
    let kept = head.trim_end().lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    kept.chain(["Connection: close", "", ""]).collect::<Vec<_>>().join("\r\n")
}
