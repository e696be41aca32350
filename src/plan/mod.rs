//! From desired and observed state to steps: pure, synchronous, without clock and I/O.
//!
//! [`up()`] decides first what becomes of each container (`decide`), then writes the steps. Each step waits only for those
//! it needs, so a dependent is created while its dependency is still starting.

mod action;
mod bases;
mod cause;
mod chain;
mod decide;
mod error;
mod fingerprint;
mod images;
mod lifecycle;
mod model;
mod naming;
mod policy;
mod pull;
mod resources;
mod services;
mod show;
mod stops;
mod teardown;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod up;

pub use action::{Action, Condition, Subject, Target};
pub use bases::Bases;
pub use cause::{Cause, Change, Notice};
pub use chain::{Link, slowest_chain};
pub use error::Error;
pub use fingerprint::fingerprint;
use fingerprint::sealed;
pub use images::{build, refresh};
pub use lifecycle::{Scope, kill, pause, remove, restart, start, stop, unpause};
pub use model::{OutOfOrder, Plan, Step, StepId};
pub use policy::{DownPolicy, ImagePolicy, Recreate, Refresh, RemoveImages, UpPolicy};
pub use pull::{LeftOut, PullRequest, Pulls, pull};
pub use show::{Row, show};
pub use teardown::down;
pub use up::up;
