//! Tasks: named commands of `config.toml` that run inside the containers of a service.
//!
//! From outside, [`find`] and [`parse`] give help and check the arguments; what runs is always `ado-do NAME ARGUMENTS`
//! inside a container, where the same binary under the name `ado-do` parses them again and does the work.

mod command_line;
mod definitions;
mod error;
pub mod inside;
mod render;
mod route;

pub use command_line::{Value, Values, command, find, parse};
pub use definitions::{DEFINITIONS_VARIABLE, Definitions};
pub use error::Error;
pub use render::{Renderer, script_values};
pub use route::{Call, doing, route};
