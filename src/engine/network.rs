//! Networks: make, remove, attach, detach.

use bollard::models::{Ipam, IpamConfig, NetworkCreateRequest};
use http::Method;
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::json;

use crate::names::{ContainerId, NetworkId, NetworkName};
use crate::project::{Endpoint, IpamPool, Network, Project, Replica, Service};

use super::client::Call;
use super::create::{Creation, endpoint_settings, network_labels};
use super::error::Error;
use super::handle::Engine;
use super::query::{Query, encode_path};

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "Id")]
    id: String,
}

impl Engine {
    /// Makes a network of the project.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a key the project does not have, and what the Engine says.
    pub async fn create_network(
        &self,
        project: &Project,
        key: &NetworkName,
        config_hash: &str,
    ) -> Result<NetworkId, Error> {
        let network = project.networks.get(key).ok_or_else(|| unknown(key))?;
        let object = object(network.name.as_str());
        if network.enable_ipv4.is_some() {
            let has = self.api_version().await?;
            if has.0 < 48 {
                let needs = super::ApiVersion(48).to_string();
                return Err(Error::Unsupported { object, field: "enable_ipv4", needs, has: has.to_string() });
            }
        }
        let mut body = serde_json::to_value(request(project, key, network, config_hash))
            .map_err(|error| Error::Answer { object: object.clone(), reason: error.to_string() })?;
        // Engines before API 1.44 make a second network of the same name unless they are told not to.
        body["CheckDuplicate"] = json!(true);
        let call = Call::new(Method::POST, "/networks/create", object.as_str()).json(&body)?;
        let Created { id } = self.client.json(call).await?;
        NetworkId::new(&id).map_err(|error| Error::Answer { object, reason: error.to_string() })
    }

    /// Removes a network, by id or name.
    pub async fn remove_network(&self, network: &str) -> Result<(), Error> {
        self.delete(&format!("/networks/{}", encode_path(network)), Query::default(), object(network)).await
    }

    /// Attaches a container to a network of the project, with the aliases and addresses of its service.
    pub async fn connect_network(
        &self,
        project: &Project,
        service: &Service,
        replica: &Replica,
        (key, container): (&NetworkName, &ContainerId),
    ) -> Result<(), Error> {
        let network = project.networks.get(key).ok_or_else(|| unknown(key))?;
        let endpoint = match &service.attachment {
            crate::project::Attachment::Networks(networks) => networks.get(key).cloned().unwrap_or_default(),
            _ => Endpoint::default(),
        };
        let version = self.api_version().await?;
        let creation = Creation { project, service, replica, image: None, version };
        let settings = endpoint_settings(&creation, &endpoint, &[])?;
        self.attach_to(network.name.as_str(), container, &settings).await
    }

    /// Attaches a container to a network by name.
    pub(super) async fn attach_to(
        &self,
        network: &str,
        container: &ContainerId,
        settings: &bollard::models::EndpointSettings,
    ) -> Result<(), Error> {
        let body = json!({ "Container": container, "EndpointConfig": settings });
        let path = format!("/networks/{}/connect", encode_path(network));
        self.client.done(Call::new(Method::POST, path, object(network)).json(&body)?).await
    }

    /// Takes a container out of a network, by id or name; also a running one.
    pub async fn disconnect_network(&self, network: &str, container: &ContainerId) -> Result<(), Error> {
        let body = json!({ "Container": container, "Force": true });
        let path = format!("/networks/{}/disconnect", encode_path(network));
        self.client.done(Call::new(Method::POST, path, object(network)).json(&body)?).await
    }
}

fn object(network: &str) -> String {
    format!("network `{network}`")
}

fn unknown(key: &NetworkName) -> Error {
    Error::NotFound { object: object(key.as_str()), message: "the project does not declare it".to_owned() }
}

fn request(project: &Project, key: &NetworkName, network: &Network, config_hash: &str) -> NetworkCreateRequest {
    let Network {
        name,
        external: _,
        driver,
        driver_opts,
        internal,
        attachable,
        enable_ipv4,
        enable_ipv6,
        ipam_driver,
        ipam_options,
        ipam_pools,
        labels,
        span: _,
    } = network;
    let map = |entries: &IndexMap<String, String>| {
        (!entries.is_empty()).then(|| entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
    };
    let pool = |IpamPool { subnet, ip_range, gateway, aux_addresses }: &IpamPool| IpamConfig {
        subnet: subnet.clone(),
        ip_range: ip_range.clone(),
        gateway: gateway.clone(),
        auxiliary_addresses: map(aux_addresses),
    };
    let ipam = Ipam {
        driver: ipam_driver.clone(),
        config: (!ipam_pools.is_empty()).then(|| ipam_pools.iter().map(pool).collect()),
        options: map(ipam_options),
    };
    NetworkCreateRequest {
        name: name.to_string(),
        // Compose's default, which is that of every Engine that is not a Windows one.
        driver: Some(driver.clone().unwrap_or_else(|| "bridge".to_owned())),
        internal: Some(*internal),
        attachable: Some(*attachable),
        enable_ipv4: *enable_ipv4,
        enable_ipv6: *enable_ipv6,
        ipam: (ipam != Ipam::default()).then_some(ipam),
        options: map(driver_opts),
        labels: Some(network_labels(&project.name, key, config_hash, labels)),
        ..NetworkCreateRequest::default()
    }
}
