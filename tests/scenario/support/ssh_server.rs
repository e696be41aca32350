//! A real ssh server on this machine's loopback that lets only the scenario's own key in.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{skip, until};

const SERVER: &str = "/usr/sbin/sshd";

/// A server with keys of its own; it ends with the scenario.
pub struct SshServer {
    server: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl SshServer {
    /// `None` where the server is not installed.
    pub fn start() -> Option<Self> {
        if skip("sshd", "openssh-server") || skip("ssh-keygen", "openssh-client") {
            return None;
        }
        // The server of a system that never started one has no place to separate its privileges to.
        if nix::unistd::geteuid().is_root() {
            fs::create_dir_all("/run/sshd").expect("the server's folder");
        }
        let folder = TempDir::new().expect("a folder for the ssh server");
        let path = |name: &str| folder.path().join(name).display().to_string();
        for name in ["host", "user"] {
            let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &path(name)]).status();
            assert!(made.expect("ssh-keygen runs").success(), "no key for {name}");
        }
        let address = TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a free port");
        let configuration = format!(
            "ListenAddress {address}\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPidFile none\n",
            path("host"),
            path("user.pub"),
        );
        fs::write(path("sshd_config"), configuration).expect("the server's configuration");
        let server = Command::new(SERVER)
            .args(["-D", "-E", &path("log"), "-f", &path("sshd_config")])
            .stdin(Stdio::null())
            .spawn()
            .expect("the ssh server starts");
        let started = Self { server, address, folder };
        until("the ssh server answers", || TcpStream::connect(address).is_ok());
        Some(started)
    }

    /// The value of `DOCKER_HOST` that leads to this machine through it.
    pub fn host(&self) -> String {
        format!("ssh://127.0.0.1:{}", self.address.port())
    }

    /// A `PATH` in which `ssh` is the real one with the scenario's key. The user's own configuration stays out: ssh finds it
    /// by the user's entry in the system, whatever HOME is.
    pub fn path(&self) -> String {
        self.path_with_key(&self.folder.path().join("user"))
    }

    /// The same with a key that the server does not know.
    pub fn path_with_a_foreign_key(&self) -> String {
        self.path_with_key(&self.folder.path().join("host"))
    }

    fn path_with_key(&self, key: &Path) -> String {
        let folder = self.folder.path();
        let configuration = format!(
            "Host *\n IdentityFile {}\n IdentitiesOnly yes\n IdentityAgent none\n BatchMode yes\n \
             StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n",
            key.display()
        );
        fs::write(folder.join("ssh_config"), configuration).expect("the client's configuration");
        let bin: PathBuf = folder.join("bin");
        fs::create_dir_all(&bin).expect("a folder for programs");
        let program = bin.join("ssh");
        let path = std::env::var("PATH").expect("a PATH");
        let script = format!("#!/bin/sh\nPATH='{path}' exec ssh -F {} \"$@\"\n", folder.join("ssh_config").display());
        fs::write(&program, script).expect("the client's script");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a script that can run");
        format!("{}:{path}", bin.display())
    }
}

impl Drop for SshServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
