//! Lists out of the manifest: names, images, hashes, variables.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::{Error, Exit, format};
use super::{Arguments, Format};
use crate::context::Context;
use crate::manifest::{Loaded, Mapping, Node, is_plain_text};
use crate::names::ServiceName;
use crate::project;

/// Prints the list that was asked for; `false` if none was.
pub(super) fn print(context: &Context, arguments: &Arguments, loaded: &Loaded) -> Result<bool, Error> {
    let list = &arguments.list;
    let section = |name: &str| loaded.tree.get(name).and_then(Node::as_mapping);
    let names =
        |name: &str| section(name).into_iter().flat_map(Mapping::iter).map(|(key, _)| key.name.to_string()).collect();
    let lines: Vec<String> = if list.services {
        names("services")
    } else if list.volumes {
        names("volumes")
    } else if list.networks {
        names("networks")
    } else if list.models {
        names("models")
    } else if list.profiles {
        profiles(loaded)
    } else if list.images {
        images(loaded)
    } else if list.environment {
        loaded.environment.iter().map(|(name, value)| format!("{name}={value}")).collect()
    } else if let Some(wanted) = &list.hash {
        hashes(loaded, wanted)?
    } else if list.variables {
        variables(context, loaded, arguments.format)?;
        return Ok(true);
    } else {
        return Ok(false);
    };
    for line in lines {
        context.ui.line(line)?;
    }
    Ok(true)
}

/// The profiles of all services, those that are not active included.
fn profiles(loaded: &Loaded) -> Vec<String> {
    let active = loaded.tree.get("services").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter);
    let all = active.chain(loaded.disabled.iter());
    let profiles = all.filter_map(|(_, service)| service.get("profiles")?.as_sequence()).flatten();
    let names: BTreeSet<String> = profiles.filter_map(Node::as_str).map(str::to_owned).collect();
    names.into_iter().collect()
}

/// The image of each service; one that is only built has the name that it gets when it is built.
fn images(loaded: &Loaded) -> Vec<String> {
    let services = loaded.tree.get("services").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter);
    let image = |(key, service): (&crate::manifest::Key, &Node)| match service.get("image").and_then(Node::as_str) {
        Some(image) => image.to_owned(),
        None => format!("{}-{}", loaded.name, key.name),
    };
    services.filter(|(_, service)| service.get("provider").is_none()).map(image).collect()
}

fn hashes(loaded: &Loaded, wanted: &str) -> Result<Vec<String>, Error> {
    let project = project::resolve(loaded)?;
    let mut names: Vec<ServiceName> = match wanted {
        "*" => project.services.keys().cloned().collect(),
        list => list.split(',').map(ServiceName::new).collect::<Result<_, _>>()?,
    };
    names.sort();
    let hash = |name: &ServiceName| {
        let service = project.services.get(name).ok_or_else(|| Error::NoSuchService { name: name.clone() })?;
        Ok(format!("{name} {}", project::config_hash(&project, service)))
    };
    names.iter().map(hash).collect()
}

/// The variables that the manifest names, as Compose lists them.
fn variables(context: &Context, loaded: &Loaded, format: Option<Format>) -> Result<Exit, Error> {
    let row = |(name, used): (&String, &crate::manifest::Use)| {
        json!({
            "Name": name,
            "DefaultValue": used.default.clone().unwrap_or_default(),
            "PresenceValue": used.alternative.clone().unwrap_or_default(),
            "Required": used.required,
        })
    };
    match format {
        Some(Format::Json) => {
            let rows = loaded.variables.iter().map(|entry| (entry.0.clone(), row(entry)));
            context.ui.deep_json(&rows.collect::<serde_json::Map<_, _>>())?;
            return Ok(Exit::DONE);
        }
        Some(Format::Yaml) => {
            for (name, used) in &loaded.variables {
                let default = text(used.default.as_deref().unwrap_or_default());
                let presence = text(used.alternative.as_deref().unwrap_or_default());
                context.ui.line(format!("{name}:\n    name: {name}\n    defaultvalue: {default}"))?;
                context.ui.line(format!("    presencevalue: {presence}\n    required: {}", used.required))?;
            }
            return Ok(Exit::DONE);
        }
        None => {}
    }
    let columns = "table {{.Name}}\t{{.Required}}\t{{.DefaultValue}}\t{{.PresenceValue}}";
    format::show(&context.ui, columns, loaded.variables.iter().map(row))?;
    Ok(Exit::DONE)
}

/// A text as YAML has it: in quotes where it would be something else without them.
fn text(value: &str) -> String {
    if is_plain_text(value) { value.to_owned() } else { json!(value).to_string() }
}
