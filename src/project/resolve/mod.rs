//! From the canonical tree to the typed project: every value with its type, every reference checked.

mod build;
mod fields;
mod limits;
mod links;
mod networks;
mod project;
mod service;
#[cfg(test)]
mod tests;
mod volumes;

pub use build::ssh_key;
use project::Definitions;
pub use project::resolve;
