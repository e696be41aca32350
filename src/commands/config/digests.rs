//! Images pinned to the digests that their registries have.

use super::super::Error;
use crate::context::Context;
use crate::manifest::{Mapping, Node, Value};
use crate::names::ImageRef;

/// Writes the digest of each image behind its name.
pub(super) async fn resolve(context: &Context, tree: &mut Node) -> Result<(), Error> {
    let services = tree.as_mapping_mut().and_then(|tree| tree.get_mut("services")?.as_mapping_mut());
    for (_, service) in services.into_iter().flat_map(Mapping::iter_mut) {
        let Some(node) = service.as_mapping_mut().and_then(|service| service.get_mut("image")) else { continue };
        let Some(name) = node.as_str().filter(|name| !name.contains('@')) else { continue };
        let pinned = pinned(context, name).await?;
        node.value = Value::String(pinned.into());
    }
    Ok(())
}

async fn pinned(context: &Context, name: &str) -> Result<String, Error> {
    let digest = context.engine()?.registry_digest(&ImageRef::new(name)?).await?;
    Ok(format!("{name}@{digest}"))
}

/// A tree of nothing but the images of services.
pub(super) fn only_images(tree: Node) -> Node {
    let Value::Mapping(root) = tree.value else { return tree };
    let keep = |(key, service): (crate::manifest::Key, Node)| {
        let Value::Mapping(fields) = service.value else { return None };
        let image = fields.into_iter().find(|(key, _)| &*key.name == "image")?;
        Some((key, Node::new(service.span, Value::Mapping(std::iter::once(image).collect()))))
    };
    let services = root.into_iter().find(|(key, _)| &*key.name == "services");
    let services = services.and_then(|(key, node)| match node.value {
        Value::Mapping(services) => {
            Some((key, Node::new(node.span, Value::Mapping(services.into_iter().filter_map(keep).collect()))))
        }
        _ => None,
    });
    Node::new(tree.span, Value::Mapping(services.into_iter().collect()))
}
