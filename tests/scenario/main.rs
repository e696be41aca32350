//! Behaviours on a real Engine: one test function each, named as an obligation.
//!
//! `alike` holds what is meant to be the same in Docker Compose, and runs through it with `ADO_SCENARIO_TOOL=compose`;
//! `own` holds what only ado promises; `buildkit`, `registries` and `endpoints` what lies between ado and the Engine. `example` brings up the example at the root of the repository, once, from end to end.

mod alike;
mod buildkit;
mod database;
mod endpoints;
mod example;
mod own;
mod registries;
mod support;
