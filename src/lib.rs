//! ado gives a software team its environments.
//!
//! The flow: manifest files are loaded into a [`manifest`] tree with positions and resolved into a [`project`]; the
//! [`engine`] observes what runs ([`observed`]); [`plan`] reconciles both into steps without any I/O; [`execute`] walks
//! the steps and emits [`event`]s, which [`ui`] shows.

pub mod cli;
pub mod commands;
pub mod context;
pub mod database;
pub mod diagnostic;
pub mod engine;
pub mod event;
pub mod execute;
pub mod manifest;
pub mod names;
pub mod observed;
pub mod plan;
pub mod project;
pub mod repository;
pub mod secret;
pub mod settings;
pub mod task;
pub mod ui;
