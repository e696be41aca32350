//! Values that are implied at their own place, whatever the rest of the manifest says.

use super::node::{Key, Mapping, Node, Value};

fn default(node: &mut Node, name: &str, value: impl FnOnce(&Mapping) -> Option<Value>) {
    let span = node.span;
    let Some(mapping) = node.as_mapping_mut() else { return };
    if !mapping.contains(name)
        && let Some(value) = value(mapping)
    {
        mapping.insert(Key::new(name, span), Node::new(span, value));
    }
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

/// Adds the implied values of all services.
pub fn add(root: &mut Node) {
    let Some(services) = root.as_mapping_mut().and_then(|root| root.get_mut("services")?.as_mapping_mut()) else {
        return;
    };
    for (_, service) in services.iter_mut() {
        let Some(service) = service.as_mapping_mut() else { continue };
        if let Some(build) = service.get_mut("build") {
            default(build, "context", |_| Some(text(".")));
        }
        for secret in items(service.get_mut("secrets")) {
            default(secret, "target", |secret| {
                let source = secret.get("source")?.as_str()?;
                Some(Value::String(format!("/run/secrets/{source}").into()))
            });
        }
        for port in items(service.get_mut("ports")) {
            default(port, "protocol", |_| Some(text("tcp")));
            default(port, "mode", |_| Some(text("ingress")));
        }
        let devices = service.get_mut("deploy").and_then(|deploy| {
            let reservations =
                deploy.as_mapping_mut()?.get_mut("resources")?.as_mapping_mut()?.get_mut("reservations")?;
            reservations.as_mapping_mut()?.get_mut("devices")
        });
        items(devices).iter_mut().for_each(count);
        items(service.get_mut("gpus")).iter_mut().for_each(count);
    }
}

/// All devices are meant where neither a number nor names are given.
fn count(device: &mut Node) {
    default(device, "count", |device| (!device.contains("device_ids")).then(|| text("all")));
}

fn items(node: Option<&mut Node>) -> &mut [Node] {
    node.and_then(Node::as_sequence_mut).map_or(&mut [], Vec::as_mut_slice)
}
