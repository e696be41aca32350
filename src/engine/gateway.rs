//! The way from a container to the machine of the Engine.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;

use crate::names::ContainerId;

use super::container;
use super::error::Error;
use super::handle::Engine;
use super::query::Query;

#[derive(Deserialize)]
struct Inspected {
    #[serde(rename = "NetworkSettings")]
    settings: Settings,
}

#[derive(Deserialize)]
struct Settings {
    #[serde(rename = "Networks", default)]
    networks: BTreeMap<String, Attached>,
}

#[derive(Deserialize)]
struct Attached {
    #[serde(rename = "Gateway", default)]
    gateway: String,
}

impl Engine {
    /// Addresses at which a container reaches the machine that the Engine runs on: the gateways of its bridges.
    pub async fn gateways(&self, id: &ContainerId) -> Result<Vec<IpAddr>, Error> {
        let path = container::path(id, "/json");
        let inspected: Inspected = self.get(&path, Query::default(), container::object(id)).await?;
        Ok(inspected.settings.networks.values().filter_map(|attached| attached.gateway.parse().ok()).collect())
    }
}
