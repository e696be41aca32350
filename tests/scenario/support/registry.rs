//! A real image registry on this machine's loopback, which Engines trust without TLS.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{Engine, skip, until};

/// A registry of its own with its own storage; it ends with the scenario.
pub struct Registry {
    server: Child,
    address: SocketAddr,
    /// The addresses under which its images are named, with their way through forwarders.
    names: Vec<SocketAddr>,
    engine: Engine,
    folder: TempDir,
}

impl Registry {
    /// A registry that lets everybody in; `None` where the program is not installed.
    pub fn open(engine: &Engine) -> Option<Self> {
        Self::start(engine, None)
    }

    /// A registry that lets only this user in; `None` where the programs are not installed.
    pub fn with_password(engine: &Engine, user: &str, password: &str) -> Option<Self> {
        if skip("htpasswd", "apache2-utils") {
            return None;
        }
        let made = Command::new("htpasswd").args(["-nbB", user, password]).output().expect("htpasswd runs");
        assert!(made.status.success(), "htpasswd: {}", String::from_utf8_lossy(&made.stderr));
        Self::start(engine, Some(&made.stdout))
    }

    fn start(engine: &Engine, users: Option<&[u8]>) -> Option<Self> {
        if skip("docker-registry", "docker-registry") {
            return None;
        }
        let folder = TempDir::new().expect("a folder for the registry");
        let path = |name: &str| folder.path().join(name);
        // The port is free again when the listener is dropped, and the registry takes it.
        let address = TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a free port");
        let mut configuration = format!(
            "version: 0.1\nstorage: {{ filesystem: {{ rootdirectory: {} }} }}\nhttp: {{ addr: '{address}' }}\n",
            path("storage").display()
        );
        if let Some(users) = users {
            fs::write(path("users"), users).expect("the password file");
            configuration.push_str("auth: { htpasswd: { realm: scenario, path: ");
            configuration.push_str(path("users").to_str().expect("a path in UTF-8"));
            configuration.push_str(" } }\n");
        }
        fs::write(path("config.yml"), configuration).expect("the registry's configuration");
        let log = File::create(path("log")).expect("the registry's log");
        let server = Command::new("docker-registry")
            .arg("serve")
            .arg(path("config.yml"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log)
            .spawn()
            .expect("the registry starts");
        let registry = Self { server, address, names: vec![address], engine: engine.clone(), folder };
        until("the registry answers", || {
            let log = fs::read_to_string(registry.folder.path().join("log")).unwrap_or_default();
            assert!(!log.contains("level=fatal"), "the registry does not start: {log}");
            TcpStream::connect(address).is_ok()
        });
        Some(registry)
    }

    /// `host:port`, with which its images' names begin.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Images are named after this address too, and removed with the others.
    pub fn known_as(&mut self, address: SocketAddr) {
        self.names.push(address);
    }

    /// Ends it, as a crash would.
    pub fn kill(&mut self) {
        self.server.kill().and_then(|()| self.server.wait()).expect("the registry can be killed");
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It may have been killed by the scenario.
        let _ = self.server.kill();
        let _ = self.server.wait();
        let images = self.engine.get("/images/json").unwrap_or_default();
        for image in images.as_array().into_iter().flatten() {
            // An image whose tag went to another one still has its digest for a name.
            for reference in ["RepoTags", "RepoDigests"].iter().filter_map(|kind| image[kind].as_array()).flatten() {
                let reference = reference.as_str().unwrap_or_default();
                if self.names.iter().any(|name| reference.starts_with(&format!("{name}/"))) {
                    self.engine.delete(&format!("/images/{reference}?force=1"));
                }
            }
        }
    }
}
