//! Executes a plan: spawns what is ready, bounded, and tells what happens as [`crate::event::Event`]s.
//!
//! No decision about *what* is done is made here; [`execute`] only knows when a step may begin, how it is asked of the
//! Engine, and what it means that it failed.

mod apply;
mod cancel;
mod failure;
mod lock;
mod probe;
mod report;
mod run;
mod schedule;
mod slots;
#[cfg(test)]
mod tests;
mod wait;

pub use cancel::Cancellation;
pub use lock::{ChangeMark, Holder, LockError, ProjectLock};
pub use report::Report;
pub use run::{Options, Surroundings, execute};
