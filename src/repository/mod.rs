//! The team's repositories: inspect checkouts, clone what is missing, fast-forward what is clean, and lay out
//! directories and example files, without losing anything.
//!
//! libgit2 only reads; fetching, cloning and fast-forwarding is done by the user's own `git`, because only that one
//! knows their ssh configuration, credential helpers, proxies and filters.

mod address;
mod error;
mod git;
mod inspect;
mod layout;
mod place;
mod update;

pub use error::Error;
pub use git::{Git, Prompts};
pub use inspect::{Position, State, inspect};
pub use layout::{LaidOut, lay_out};
pub use update::{Done, Happening, Updated, update};
