//! From a service to the body of `POST /containers/create`, every field of it.

mod host;
mod label;
mod mounts;
mod network;
mod request;
mod security;

pub(super) use label::{network_labels, volume_labels};
pub(super) use mounts::is_bound;
pub(super) use network::endpoint_settings;
pub(super) use request::{Creation, request};
