//! Building images: with `BuildKit` where the Engine has it, with the classic builder otherwise.

mod classic;
mod context;
mod dockerfile;
mod ignore;
mod output;
mod pattern;
mod request;
mod run;

pub(super) use context::entries;
pub(super) use dockerfile::{familiar, has_syntax, with_images};
pub use ignore::{Ignore, read as read_ignore};
pub(super) use output::{Lines, Tail};
pub use request::BuildOptions;
pub(super) use request::{FOREIGN_DOCKERFILE, Job, Source, is_remote};
