//! Locks of the whole project: a lock on a directory of the task volume, which every container of the project mounts. The
//! kernel frees it when the process that holds it ends, however it ends.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use super::super::Error;
use crate::project::TASK_LOCKS;

/// Between two attempts.
const POLL: Duration = Duration::from_millis(50);

/// Waits until nobody else has the lock. The volume is read-only here, which is no matter for `flock`; it was filled
/// from outside, where directories keep their identity when files are replaced.
pub(super) async fn take(home: &Path, name: &str, waiting: impl FnOnce()) -> Result<Flock<File>, Error> {
    let failed = |source| Error::Lock { lock: name.to_owned(), source };
    let mut file = File::open(home.join(TASK_LOCKS).join(name)).map_err(failed)?;
    let mut waiting = Some(waiting);
    loop {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => return Ok(lock),
            Err((back, Errno::EWOULDBLOCK)) => file = back,
            Err((_, error)) => return Err(failed(io::Error::from(error))),
        }
        if let Some(waiting) = waiting.take() {
            waiting();
        }
        tokio::time::sleep(POLL).await;
    }
}
