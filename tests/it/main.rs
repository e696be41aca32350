//! Command line, diagnostics and plans, without an Engine.

mod architecture;
mod help;
mod init;
mod manifest;
mod schema;
mod settings;
mod tasks;
mod update;
