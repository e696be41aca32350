//! What a manifest may say: one table of all attributes, from which the check, the canonical form and the list in
//! `docs/compatibility.md` are made.

mod build;
mod check;
mod deploy;
mod mounts;
mod resources;
mod service;
mod shape;
mod top;

pub use check::{Checked, check};
pub use service::SERVICE;
pub use shape::{Attribute, Kind, Record, Shape, Support};
pub use top::{MANIFEST, attributes};
