//! One run at a time for each project on each Engine.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::names::ProjectName;
use crate::project::hash::hexadecimal;

/// How often is looked whether the other run has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Who holds a lock, as far as it has said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: Option<u32>,
    /// What it does ("ado up").
    pub command: String,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
#[error("the lock file {} cannot be used: {source}", path.display())]
pub struct LockError {
    /// The file.
    path: PathBuf,
    /// What the system says.
    source: std::io::Error,
}

/// The right to change a project; it ends with this value, and with the process however that ends.
#[derive(Debug)]
pub struct ProjectLock {
    /// Keeps the lock of the system (`flock`).
    file: File,
}

impl ProjectLock {
    /// Waits until no other run changes the project. `directory` holds the lock files and is made where it is missing;
    /// `endpoint` tells one Engine from another; `command` is what others read while they wait ("ado up"). `waits`
    /// is called once if another run has to be waited for.
    ///
    /// # Errors
    /// The file cannot be made or locked.
    pub async fn acquire(
        directory: &Path,
        (endpoint, project): (&str, &ProjectName),
        command: &str,
        waits: impl FnOnce(&Holder),
    ) -> Result<Self, LockError> {
        let path = directory.join(file_name(endpoint, project));
        let failed = |source| LockError { path: path.clone(), source };
        std::fs::create_dir_all(directory).map_err(failed)?;
        let mut file = open(&path).map_err(failed)?;
        let mut waits = Some(waits);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {
                    if let Some(waits) = waits.take() {
                        waits(&holder(&mut file));
                    }
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
        }
        let mut lock = Self { file };
        // A disk that is full does not stop anybody; who waits is only told less.
        lock.sign(command).ok();
        Ok(lock)
    }

    fn sign(&mut self, command: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(signature(command).as_bytes())
    }
}

/// A file that stands while a run changes a project. Where it stands longer than its run, the run was cut off, and the
/// Engine may still be doing what that one asked for.
#[derive(Debug)]
pub struct ChangeMark {
    path: PathBuf,
}

impl ChangeMark {
    /// Sets the mark in the directory of the lock files. A full disk stops nobody: the run after a killed one is told less.
    pub fn set(directory: &Path, (endpoint, project): (&str, &ProjectName), command: &str) -> Self {
        let path = Self::path(directory, endpoint, project);
        std::fs::write(&path, signature(command)).ok();
        Self { path }
    }

    /// The mark of a run that is gone, and who that was.
    pub fn left_over(directory: &Path, (endpoint, project): (&str, &ProjectName)) -> Option<(Self, Holder)> {
        let path = Self::path(directory, endpoint, project);
        let holder = holder(&mut File::open(&path).ok()?);
        let lives = holder.pid.is_some_and(is_alive);
        (!lives).then_some((Self { path }, holder))
    }

    /// Nothing is under way any more.
    pub fn remove(self) {
        // One that cannot be removed lets the next run wait a little for nothing.
        std::fs::remove_file(&self.path).ok();
    }

    fn path(directory: &Path, endpoint: &str, project: &ProjectName) -> PathBuf {
        directory.join(file_name(endpoint, project)).with_extension("changing")
    }
}

fn is_alive(pid: u32) -> bool {
    let Ok(pid) = i32::try_from(pid) else { return false };
    // A process of another user lives as well.
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), None) != Err(nix::errno::Errno::ESRCH)
}

fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

fn file_name(endpoint: &str, project: &ProjectName) -> String {
    let digest = Sha256::digest(endpoint);
    format!("{project}-{}.lock", hexadecimal(&digest[..4]))
}

/// What [`holder`] reads.
fn signature(command: &str) -> String {
    format!("{} {command}\n", std::process::id())
}

/// `1234 ado up`; a run that has not signed yet has no name.
fn holder(file: &mut File) -> Holder {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    let (pid, command) = text.trim().split_once(' ').unwrap_or(("", ""));
    if read.is_err() || command.is_empty() {
        return Holder { pid: None, command: "another run of ado".to_owned() };
    }
    Holder { pid: pid.parse().ok(), command: command.to_owned() }
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "`{}` (pid {pid})", self.command),
            None => f.write_str(&self.command),
        }
    }
}
