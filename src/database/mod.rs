//! Databases: what each `db-` command does, for each kind of server.
//!
//! A command line of a client program is an [`Invocation`]: data, built by a dialect (`postgres`, `mysql`) and run
//! by a [`place::Place`]: as a process of this machine, or in the server's own container. Names are [`DatabaseName`]s
//! and leave their type only through `quote`; passwords are added by the place and are never arguments.
//!
//! Nothing is changed half: a backup has its name only when it is whole ([`backup()`]), a restored database takes the
//! old one's place only when it is whole ([`restore()`]), and what an interrupted command left is known by its name
//! ([`leftover`]).

mod backup;
mod compression;
mod copying;
mod dialect;
mod error;
mod format;
mod invocation;
pub mod leftover;
mod mysql;
mod name;
pub mod place;
mod postgres;
mod quote;
mod random;
mod restore;
mod server;
mod session;

pub use backup::{BackupOptions, backup};
pub use compression::is_zstd_name;
pub use error::Error;
pub use format::Format;
pub use invocation::{Invocation, Traffic};
pub use name::{DatabaseName, InvalidDatabaseName};
pub use restore::{RestoreOptions, restore};
pub use server::{Listed, Server};
pub use session::Lock;
