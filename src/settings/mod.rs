//! `config.toml`, the repository manifest: repositories, directories, example files, databases and tasks.
//!
//! Pure: [`parse()`] gets the text and gives typed [`Settings`] or every problem at once, each with its place.

mod database;
mod fields;
mod layout;
mod model;
mod parameter;
mod parse;
pub mod preset;
mod repository;
mod rules;
mod task;
mod template;

pub use database::{Database, DatabaseEngine, Password};
pub use layout::{Directory, ExampleFile};
pub use model::{Settings, TaskName};
pub use parameter::{Kind, Parameter};
pub use parse::{for_containers, parse};
pub use repository::Repository;
pub use task::{Need, Run, Task};
pub use template::{Template, environment as template_environment};
