//! The service manifest: Compose files become one canonical tree with positions.
//!
//! The way of a manifest: [`load()`] finds the files and the variables; each document of each file is parsed into a
//! [`Node`] tree with places, its variables are filled in, `extends` and `include` are resolved, and it is laid over
//! what was read before. The result is compared with the table of all attributes ([`schema`]), short forms are written
//! out, defaults are added, paths are joined, and everything gets its canonical type and spelling. At every step what
//! is wrong is reported with its place and taken out, so that one run reports everything.
//!
//! Nothing here reads files, the environment or the clock by itself: [`Files`] and [`Request`] bring them.

mod canonical;
mod cast;
mod consistency;
mod defaults;
mod discover;
mod dotenv;
mod environment;
mod extends;
mod files;
mod form;
mod include;
mod interpolate;
mod legacy;
mod links;
mod load;
mod loaded;
mod loader;
mod merge;
mod naming;
mod node;
mod normalize;
mod pairs;
mod parse;
mod path;
mod profiles;
mod request;
mod reset;
mod scalar;
pub mod schema;
mod services;
mod short;
mod template;
mod unique;
mod units;
mod validate;
mod variables;
mod words;

pub use consistency::{ContainerName, same_container_names};
pub use discover::stands_above;
pub use legacy::LINK_VARIABLES;
pub use links::{LinkedPort, link_variables};
pub use load::{load, model};
pub use loaded::{Loaded, Model};
pub use node::{Key, Mapping, Node, Value};
pub use pairs::number_text;
pub use profiles::{prune, resources};
pub use request::{Files, Request, Skip};
pub use scalar::is_plain_text;
pub use variables::{Provenance, Use};
