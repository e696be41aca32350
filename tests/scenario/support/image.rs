//! The tiny images the scenarios run: busybox and an entry that idles and stops at once when told to.

use std::fs::{self, File};
use std::path::Path;

use nix::fcntl::{Flock, FlockArg};

use super::Engine;

/// The image that most scenarios use.
pub const IMAGE: &str = "ado-scenario";
/// Raised whenever the content below changes.
const CONTENT: &str = "3";
/// Ends with code 0 on SIGTERM and SIGINT: a service that behaves well, so that stopping costs no grace period.
const IDLE: &str = "#!/bin/sh\ntrap 'exit 0' TERM INT\nwhile :; do sleep 1000 & wait $!; done\n";

/// Makes the image when the Engine lacks it; scenarios that run at the same time wait for the one that does.
pub fn ensure(engine: &Engine) {
    let lock = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scenario-image.lock");
    let lock = File::create(lock).expect("a lock file");
    let _held = Flock::lock(lock, FlockArg::LockExclusive).map_err(|(_, reason)| reason).expect("the lock");
    let found = engine.get(&format!("/images/{IMAGE}:latest/json"));
    let content =
        found.as_ref().and_then(|image| image.pointer("/Config/Labels/ado.scenario")).and_then(|v| v.as_str());
    if content != Some(CONTENT) {
        import(engine, &format!("{IMAGE}:latest"), &[]);
    }
}

/// Imports busybox under a reference; `changes` are further Dockerfile instructions such as `ENV A=1`.
pub fn import(engine: &Engine, reference: &str, changes: &[&str]) {
    let (repository, tag) = reference.rsplit_once(':').expect("a reference with a tag");
    let mut path = format!("/images/create?fromSrc=-&repo={repository}&tag={tag}");
    let label = format!("LABEL ado.scenario={CONTENT}");
    for change in ["CMD [\"idle\"]", "ENV PATH=/bin", &label].iter().chain(changes) {
        path.push_str("&changes=");
        path.push_str(&change.replace(' ', "%20").replace('"', "%22").replace('=', "%3D"));
    }
    engine.post_archive(&path, &archive());
}

fn archive() -> Vec<u8> {
    let busybox = fs::read("/bin/busybox").expect("busybox-static is installed");
    let applets = std::process::Command::new("/bin/busybox").arg("--list").output().expect("busybox lists its applets");
    let mut tar = tar::Builder::new(Vec::new());
    for folder in ["bin", "etc", "tmp", "usr/bin", "usr/sbin", "var/spool", "home"] {
        let mut head = tar::Header::new_gnu();
        head.set_entry_type(tar::EntryType::Directory);
        head.set_mode(if folder == "tmp" { 0o1777 } else { 0o755 });
        head.set_size(0);
        tar.append_data(&mut head, format!("{folder}/"), std::io::empty()).expect("a folder in the archive");
    }
    let users = "root:x:0:0:root:/:/bin/sh\nguest:x:405:405:guest:/home:/bin/sh\n";
    add(&mut tar, "bin/busybox", 0o755, &busybox);
    add(&mut tar, "bin/idle", 0o755, IDLE.as_bytes());
    add(&mut tar, "etc/passwd", 0o644, users.as_bytes());
    add(&mut tar, "etc/group", 0o644, b"root:x:0:\nguest:x:405:\n");
    for applet in String::from_utf8_lossy(&applets.stdout).lines().filter(|name| *name != "busybox") {
        let mut head = tar::Header::new_gnu();
        head.set_entry_type(tar::EntryType::Symlink);
        head.set_size(0);
        tar.append_link(&mut head, format!("bin/{applet}"), "busybox").expect("a link in the archive");
    }
    tar.into_inner().expect("an archive")
}

fn add(tar: &mut tar::Builder<Vec<u8>>, path: &str, mode: u32, content: &[u8]) {
    let mut head = tar::Header::new_gnu();
    head.set_mode(mode);
    head.set_size(content.len() as u64);
    tar.append_data(&mut head, path, content).expect("a file in the archive");
}
