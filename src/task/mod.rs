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
pub use route::{Call, doing, route, with_needed};

/// Tells a task the name of the database it may do everything with; `ado test` makes it.
pub const TEST_DATABASE_VARIABLE: &str = "ADO_TEST_DATABASE";
/// Tells a task where in its container the `JUnit` report is wanted.
pub const TEST_REPORT_VARIABLE: &str = "ADO_TEST_REPORT";
