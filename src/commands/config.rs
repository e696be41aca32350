//! `ado config`: the manifest as it is understood.

mod digests;
mod json;
mod lists;
mod model;
mod narrow;
mod origin;
mod yaml;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCandidates;

use super::{Error, Exit, whole_file};
use crate::context::{self, Context, Disk};
use crate::diagnostic::Invalid;
use crate::manifest::{self, ContainerName, Loaded, Mapping, Node, Request, Skip};
use crate::names::ServiceName;
use crate::secret;

/// What is shown, and which steps are left out.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Only these services and what they depend on
    #[arg(add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// How it is printed; without it YAML for people, in which values out of `env_file` are hidden
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Say only whether the manifest is right
    #[arg(short, long)]
    quiet: bool,
    /// Write to a file
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Show values that come out of an `env_file`
    #[arg(long)]
    show_secrets: bool,
    /// Show where each value is written, and where each variable comes from
    #[arg(long, group = "list")]
    origin: bool,
    #[command(flatten)]
    list: List,
    /// Pin images to the digests that their registries have
    #[arg(long)]
    resolve_image_digests: bool,
    /// Print an override manifest that pins images to the digests that their registries have
    #[arg(long)]
    lock_image_digests: bool,
    #[command(flatten)]
    left_out: LeftOut,
}

/// Lists that can be printed instead.
#[derive(Debug, Args)]
struct List {
    /// Print the names of the services
    #[arg(long = "services", id = "list_services", group = "list")]
    services: bool,
    /// Print the names of the volumes
    #[arg(long, group = "list")]
    volumes: bool,
    /// Print the names of the networks
    #[arg(long, group = "list")]
    networks: bool,
    /// Print the names of the profiles
    #[arg(long, group = "list")]
    profiles: bool,
    /// Print the names of the images
    #[arg(long, group = "list")]
    images: bool,
    /// Print what the models refer to
    #[arg(long, group = "list")]
    models: bool,
    /// Print the configuration hash of services, `*` is all of them
    #[arg(long, value_name = "SERVICE[,SERVICE]", group = "list")]
    hash: Option<String>,
    /// Print the variables that the manifest can name
    #[arg(long, group = "list")]
    environment: bool,
    /// Print the variables that the manifest names, with their defaults
    #[arg(long, group = "list")]
    variables: bool,
}

/// Steps that can be left out.
#[derive(Debug, Args)]
struct LeftOut {
    /// Keep `${…}` as it is written
    #[arg(long)]
    no_interpolate: bool,
    /// Do not add implied networks, names and dependencies
    #[arg(long)]
    no_normalize: bool,
    /// Keep relative paths
    #[arg(long)]
    no_path_resolution: bool,
    /// Do not check that references lead somewhere
    #[arg(long)]
    no_consistency: bool,
    /// Keep `env_file` instead of reading it
    #[arg(long)]
    no_env_resolution: bool,
}

/// What is printed: the canonical tree, without what says nothing, or the model with all that is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Printed {
    Canonical,
    Model,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Yaml,
    Json,
}

impl Arguments {
    /// Whether what is shown needs no values, so that variables can stay as they are written. The other lists and the
    /// places of values are those of the project.
    fn is_model(&self) -> bool {
        let List { services: _, volumes, networks, profiles, images, models, hash, environment, variables } =
            &self.list;
        let of_project = *volumes
            || *networks
            || *profiles
            || *images
            || *models
            || hash.is_some()
            || *environment
            || *variables
            || self.origin;
        self.left_out.no_interpolate && !of_project
    }
}

/// Shows the manifest, or a list out of it.
pub async fn run(context: &Context, arguments: Arguments) -> Result<Exit, Error> {
    if arguments.is_model() {
        return model::run(context, &arguments).await;
    }
    let loaded = load(context, &arguments)?;
    if !arguments.quiet && lists::print(context, &arguments, &loaded)? {
        return Ok(Exit::DONE);
    }
    let mut tree = narrow::to(&loaded, &arguments.services)?;
    if !arguments.left_out.no_consistency && !arguments.left_out.no_interpolate {
        ensure_distinct_container_names(&tree, &loaded)?;
    }
    if arguments.quiet {
        return Ok(Exit::DONE);
    }
    if arguments.format.is_none() && !arguments.show_secrets {
        hide(&mut tree, &loaded);
    }
    if arguments.origin {
        origin::print(context, &tree, &loaded, arguments.format == Some(Format::Json))?;
        return Ok(Exit::DONE);
    }
    print(context, &arguments, tree, Printed::Canonical).await
}

/// Prints a tree, with the digests of its images where they are asked for.
async fn print(context: &Context, arguments: &Arguments, mut tree: Node, printed: Printed) -> Result<Exit, Error> {
    if arguments.resolve_image_digests || arguments.lock_image_digests {
        digests::resolve(context, &mut tree).await?;
    }
    if arguments.lock_image_digests {
        tree = digests::only_images(tree);
    }
    let text = match arguments.format {
        Some(Format::Json) => format!("{:#}\n", json::json(&tree, printed)),
        _ => yaml::yaml(&tree, printed),
    };
    match &arguments.output {
        Some(path) => whole_file::write(&context.directory.join(path), text.as_bytes())?,
        None => context.ui.bytes(text.as_bytes())?,
    }
    Ok(Exit::DONE)
}

fn request(context: &Context, arguments: &Arguments) -> Result<Request, Error> {
    let mut request = context.request()?;
    let left_out = &arguments.left_out;
    request.skip = Skip {
        interpolation: left_out.no_interpolate,
        // Compose says it like that.
        normalization: left_out.no_normalize || context.options.compatibility,
        paths: left_out.no_path_resolution,
        // What is missing may be given by a variable that is asked for.
        consistency: left_out.no_consistency || arguments.list.variables,
        // Lists and places without variables are made of what can be read: a path may be none yet, and what nobody uses
        // may still be used.
        env_files: left_out.no_env_resolution || left_out.no_interpolate,
        pruning: request.skip.pruning || left_out.no_interpolate,
    };
    Ok(request)
}

fn load(context: &Context, arguments: &Arguments) -> Result<Loaded, Error> {
    let loaded = manifest::load(&request(context, arguments)?, &Disk)?;
    for warning in &loaded.warnings {
        context.ui.warn(warning)?;
    }
    Ok(loaded)
}

/// Whether what is shown can be brought up together.
fn ensure_distinct_container_names(tree: &Node, loaded: &Loaded) -> Result<(), Invalid> {
    let services = tree.get("services").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter);
    let named = services.filter_map(|(key, service)| {
        let (written, name) = service.as_mapping()?.entry("container_name")?;
        Some(ContainerName { service: &key.name, name: name.as_str()?, span: written.span, key: key.span })
    });
    Invalid::if_any(manifest::same_container_names(named), &loaded.sources)
}

/// Puts a mark in place of the values that came out of an `env_file`.
fn hide(tree: &mut Node, loaded: &Loaded) {
    let Some(services) = tree.as_mapping_mut().and_then(|tree| tree.get_mut("services")?.as_mapping_mut()) else {
        return;
    };
    for (service, variable) in &loaded.from_env_files {
        let environment = services.get_mut(service).and_then(|node| node.as_mapping_mut()?.get_mut("environment"));
        if let Some(value) = environment.and_then(|node| node.as_mapping_mut()?.get_mut(variable)) {
            *value = Node::text(value.span, secret::MARK);
        }
    }
}
