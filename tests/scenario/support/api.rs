//! The Engine as the scenarios see it: its HTTP interface on the unix socket, without any client in between.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

const PATIENCE: Duration = Duration::from_mins(1);

/// The Engine behind `DOCKER_HOST`, or behind the default socket.
#[derive(Clone)]
pub struct Engine {
    socket: PathBuf,
    host: Option<String>,
}

/// The status and the body of an answer.
struct Answer {
    status: u16,
    body: Vec<u8>,
}

impl Engine {
    /// The Engine that the developer's environment names.
    pub fn of_this_machine() -> Self {
        match std::env::var("DOCKER_HOST") {
            Ok(host) => Self::at(&host),
            Err(_) => Self { socket: PathBuf::from("/var/run/docker.sock"), host: None },
        }
    }

    /// The Engine at an address such as `unix:///run/docker.sock`.
    pub fn at(host: &str) -> Self {
        let path = host.strip_prefix("unix://").expect("scenarios need an Engine on a unix socket");
        Self { socket: PathBuf::from(path), host: Some(host.to_owned()) }
    }

    /// The value of `DOCKER_HOST` that leads to it; `None` when that is the default.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The socket's path.
    pub fn socket(&self) -> &std::path::Path {
        &self.socket
    }

    /// What the path holds, or `None` when there is no such object.
    pub fn get(&self, path: &str) -> Option<Value> {
        let answer = self.ask("GET", path, &[]);
        match answer.status {
            404 => None,
            200 => Some(serde_json::from_slice(&answer.body).expect("the Engine answers in JSON")),
            status => panic!("GET {path}: {status} {}", String::from_utf8_lossy(&answer.body)),
        }
    }

    /// The objects under a path which carry the label.
    pub fn labelled(&self, path: &str, label: &str) -> Vec<Value> {
        let filters = format!(r#"{{"label":["{label}"]}}"#);
        let found = self.get(&format!("{path}filters={}", percent(&filters))).expect("lists always exist");
        let list = if found.is_array() { &found } else { &found["Volumes"] };
        list.as_array().cloned().unwrap_or_default()
    }

    /// Creates or changes something; the Engine's answer.
    pub fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.ask("POST", path, body.to_string().as_bytes());
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(answer.status < 400, "POST {path}: {} {text}", answer.status);
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    }

    /// Sends a tar archive.
    pub fn post_archive(&self, path: &str, archive: &[u8]) {
        let answer = self.ask("POST", path, archive);
        assert!(answer.status < 400, "POST {path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    }

    /// Removes something; that it is gone already, or cannot go, is no failure.
    pub fn delete(&self, path: &str) {
        self.ask("DELETE", path, &[]);
    }

    /// Runs a command in a container: what it printed, on both streams.
    pub fn exec(&self, container: &str, command: &[&str]) -> String {
        let request = serde_json::json!({ "AttachStdout": true, "AttachStderr": true, "Cmd": command });
        let made = self.post(&format!("/containers/{container}/exec"), &request);
        let id = made["Id"].as_str().expect("an exec has an id");
        let start = serde_json::json!({ "Detach": false, "Tty": false });
        let answer = self.ask("POST", &format!("/exec/{id}/start"), start.to_string().as_bytes());
        without_frames(&answer.body)
    }

    /// Everything that a container has written so far.
    pub fn logs(&self, container: &str) -> String {
        let answer = self.ask("GET", &format!("/containers/{container}/logs?stdout=1&stderr=1"), &[]);
        without_frames(&answer.body)
    }

    fn ask(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let mut stream = UnixStream::connect(&self.socket).expect("the Engine can be reached");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        // HTTP/1.0: the answer is not chunked and ends with the connection.
        let kind =
            if body.first().is_none_or(|first| *first == b'{') { "application/json" } else { "application/x-tar" };
        let head = format!(
            "{method} /v1.41{path} HTTP/1.0\r\nHost: docker\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).expect("the Engine listens");
        let mut all = Vec::new();
        match stream.read_to_end(&mut all) {
            // It had no use for the body, and closed the connection with that unread.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset && !all.is_empty() => {}
            read => drop(read.expect("the Engine answers in time")),
        }
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8_lossy(&all[..end]);
        let status = head.split_whitespace().nth(1).and_then(|code| code.parse().ok()).expect("an answer has a status");
        Answer { status, body: all[end + 4..].to_vec() }
    }
}

/// Joins the payloads of the Engine's stream frames: eight bytes of head, the last four of which are the length.
fn without_frames(mut frames: &[u8]) -> String {
    let mut text = Vec::new();
    while let Some((head, rest)) = frames.split_at_checked(8) {
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let payload = &rest[..length.min(rest.len())];
        text.extend_from_slice(payload);
        frames = &rest[payload.len()..];
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Percent-encodes everything but letters and digits.
fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
