//! `ado-do` inside a container: wait for services, take the lock, do what the task needs, run its commands, become a
//! service. Signals and exit codes pass through, because this can be the container's main process.

mod lock;
mod perform;
mod process;
mod ready;
mod signals;
mod stale;
mod user;

pub use perform::{DONE_VARIABLE, Inside, Notes};
pub use stale::{STALE, STAMP_VARIABLE, is_stale};
