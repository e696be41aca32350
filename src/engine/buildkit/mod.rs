//! `BuildKit` as it is inside the Engine: its own API behind `POST /grpc`, and a session behind `POST /session` through
//! which the builder asks for files, secrets, credentials and the ssh agent while it builds.
//!
//! Only files that changed since the last build are sent ([`sync`]); the tar archive of the classic builder is sent whole.

mod agent;
mod connect;
mod journal;
mod named;
mod order;
mod providers;
mod session;
mod solve;
mod sync;
mod tree;
