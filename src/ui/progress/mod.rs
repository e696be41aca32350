//! Progress of a plan: one stream of events, four ways to show it.

mod board;
mod frames;
mod json;
mod plain;
mod reporter;
mod rows;
mod terminal;
mod words;

pub use reporter::{Reporter, Terse};
pub use rows::Rows;
