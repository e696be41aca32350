//! Lists out of the manifest: names, images, hashes, variables.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::Error;
use super::{Arguments, Format, yaml};
use crate::context::Context;
use crate::manifest::{Loaded, Mapping, Node};
use crate::names::ServiceName;
use crate::project;

/// Prints the list that was asked for; `false` if none was.
pub(super) fn print(context: &Context, arguments: &Arguments, loaded: &Loaded) -> Result<bool, Error> {
    let list = &arguments.list;
    let section = |name: &str| loaded.tree.get(name).and_then(Node::as_mapping);
    let names =
        |name: &str| section(name).into_iter().flat_map(Mapping::iter).map(|(key, _)| key.name.to_string()).collect();
    let lines: Vec<String> = if list.services {
        dependencies_first(&loaded.tree)
    } else if list.volumes {
        names("volumes")
    } else if list.networks {
        names("networks")
    } else if list.models {
        models(loaded)
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

/// The names of the services, each after those it depends on.
pub(super) fn dependencies_first(tree: &Node) -> Vec<String> {
    fn visit(services: &Mapping, name: &str, seen: &mut BTreeSet<String>, order: &mut Vec<String>) {
        let Some(service) = services.get(name) else { return };
        if !seen.insert(name.to_owned()) {
            return;
        }
        let dependencies = service.get("depends_on").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter);
        dependencies.for_each(|(key, _)| visit(services, &key.name, seen, order));
        order.push(name.to_owned());
    }
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    if let Some(services) = tree.get("services").and_then(Node::as_mapping) {
        services.iter().for_each(|(key, _)| visit(services, &key.name, &mut seen, &mut order));
    }
    order
}

/// What each model refers to.
fn models(loaded: &Loaded) -> Vec<String> {
    let models = loaded.tree.get("models").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter);
    let names = models.filter_map(|(_, model)| model.get("model")?.as_str().map(str::to_owned));
    names.collect::<BTreeSet<_>>().into_iter().collect()
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
fn variables(context: &Context, loaded: &Loaded, format: Option<Format>) -> Result<(), Error> {
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
            return Ok(());
        }
        Some(Format::Yaml) => {
            for (name, used) in &loaded.variables {
                // Compose is four spaces deep here.
                let text = |value: Option<&str>| yaml::text(value.unwrap_or_default(), 3);
                let (name, default) = (text(Some(name)), text(used.default.as_deref()));
                let presence = text(used.alternative.as_deref());
                context.ui.line(format!("{name}:\n    name: {name}\n    defaultvalue: {default}"))?;
                context.ui.line(format!("    presencevalue: {presence}\n    required: {}", used.required))?;
            }
            return Ok(());
        }
        None => {}
    }
    let rows: Vec<[String; 4]> = loaded.variables.iter().map(cells).collect();
    let headings = ["NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE"].map(str::to_owned);
    for line in columns(&headings, &rows) {
        context.ui.line(line)?;
    }
    Ok(())
}

fn cells((name, used): (&String, &crate::manifest::Use)) -> [String; 4] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [name.clone(), used.required.to_string(), text(&used.default), text(&used.alternative)]
}

/// Compose's own columns for this list: at least 20 characters wide, and the last is never filled up.
fn columns(headings: &[String; 4], rows: &[[String; 4]]) -> Vec<String> {
    let all = || std::iter::once(headings).chain(rows);
    let widths = [0, 1, 2].map(|column| all().map(|row| row[column].chars().count() + 3).max().unwrap_or(0).max(20));
    let line = |[name, required, default, alternative]: &[String; 4]| {
        let [first, second, third] = widths;
        format!("{name:<first$}{required:<second$}{default:<third$}{alternative}")
    };
    all().map(line).collect()
}
