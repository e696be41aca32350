//! The way from a request to a canonical tree.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::canonical;
use super::consistency::{self, Manifest};
use super::discover::{self, Found};
use super::loaded::{Loaded, Model};
use super::loader::{Loader, Scope};
use super::naming;
use super::node::{Key, Mapping, Node, Value};
use super::normalize;
use super::profiles;
use super::request::{Files, Request, Skip};
use super::schema::Checked;
use super::services;
use super::variables::{Provenance, Variables};
use crate::diagnostic::{Invalid, Sources, Span};
use crate::names::ProjectName;

/// Reads the manifest. Everything that is wrong with it is reported at once.
pub fn load(request: &Request, files: &dyn Files) -> Result<Loaded, Invalid> {
    let mut loader = Loader::new(request, files);
    let result = run(&mut loader);
    let (manifest, sources) = sound(loader, result)?;
    Ok(Loaded { sources, ..manifest })
}

/// Reads the manifest as Docker Compose prints it with `config --no-interpolate`. Everything that is wrong with it is
/// reported at once; references are not looked at, because variables may still change them.
pub fn model(request: &Request, files: &dyn Files) -> Result<Model, Invalid> {
    let request = Request { skip: Skip { interpolation: true, ..request.skip }, ..request.clone() };
    let mut loader = Loader::new(&request, files);
    let merged = found(&mut loader).and_then(|(found, name)| {
        // What a variable without value would take from outside is not written, but for the name.
        let mut variables = Variables::default();
        if let Some(name) = &name {
            variables.set("COMPOSE_PROJECT_NAME", name.as_str(), Provenance::Project);
        }
        let found = Found { variables, ..found };
        merged(&mut loader, (found, name))
    });
    let warnings = std::mem::take(&mut loader.warnings);
    let (merged, _) = sound(loader, merged)?;
    let Merged { name, mut tree, .. } = merged;
    let span = tree.span;
    if !request.skip.normalization
        && let Some(root) = tree.as_mapping_mut()
    {
        let written = root.key("name").map_or(span, |key| key.span);
        root.insert(Key::new("name", written), Node::text(written, name.as_str()));
    }
    tree.sort();
    Ok(Model { tree, warnings })
}

/// The result, unless something was wrong.
fn sound<T>(loader: Loader, result: Option<T>) -> Result<(T, Arc<Sources>), Invalid> {
    let Loader { sources, mut problems, .. } = loader;
    let sources = Arc::new(sources);
    match result {
        Some(result) if problems.is_empty() => Ok((result, sources)),
        _ => {
            problems.sort_by_key(|problem| problem.span);
            Err(Invalid { problems, sources })
        }
    }
}

/// All files laid over each other, with what is implied.
struct Merged {
    name: ProjectName,
    directory: PathBuf,
    files: Vec<PathBuf>,
    variables: Variables,
    tree: Node,
}

/// Which files, and the project's name; nothing where that was a mistake.
fn found(loader: &mut Loader) -> Option<(Found, Option<ProjectName>)> {
    let mut found = discover::discover(loader)?;
    let name = naming::name(loader, &mut found);
    Some((found, name))
}

fn merged(loader: &mut Loader, (found, name): (Found, Option<ProjectName>)) -> Option<Merged> {
    let Found { files, directory, variables } = found;
    let mut scope = Scope {
        directory: directory.clone(),
        base: directory.clone(),
        chain: Vec::new(),
        variables,
        bases: HashMap::new(),
    };
    let mut tree = loader.manifest(&files, &mut scope, None)?;
    let name = name.or_else(|| ProjectName::new("unnamed").ok())?;
    if !loader.request.skip.normalization {
        normalize::normalize(&mut tree, name.as_str(), &scope.variables);
    }
    Some(Merged { name, directory, files, variables: scope.variables, tree })
}

fn run(loader: &mut Loader) -> Option<Loaded> {
    let Merged { name, directory, files, variables, tree } = found(loader).and_then(|found| merged(loader, found))?;
    let mut checked = Checked::default();
    let tree = canonical::canonical(tree, &mut checked, loader.form());
    loader.note(checked);
    let Value::Mapping(root) = tree.value else { return None };
    Some(finish(loader, Tree { root, span: tree.span }, (name, directory, files), variables))
}

struct Tree {
    root: Mapping,
    span: Span,
}

/// Profiles, references, and the files of services.
fn finish(
    loader: &mut Loader,
    Tree { mut root, span }: Tree,
    (name, directory, files): (ProjectName, PathBuf, Vec<PathBuf>),
    variables: Variables,
) -> Loaded {
    let profiles = active_profiles(loader.request.profiles.as_slice(), &variables);
    let mut services = match root.remove("services") {
        Some((_, Node { value: Value::Mapping(services), .. })) => services,
        _ => Mapping::default(),
    };
    let mut disabled = profiles::split(&mut services, &profiles);
    if !loader.request.skip.consistency {
        let manifest = Manifest { services: &services, disabled: &disabled, root: &root, broken: &loader.broken };
        for problem in consistency::check(&manifest) {
            loader.report(problem);
        }
    }
    let mut from_env_files = BTreeSet::new();
    if !loader.request.skip.env_files {
        from_env_files = services::read_files(loader, &mut services, &variables);
        let problems = loader.problems.len();
        from_env_files.extend(services::read_files(loader, &mut disabled, &variables));
        // A file that only an inactive service needs may be missing.
        loader.problems.truncate(problems);
    }
    if !loader.request.skip.consistency {
        replicas(&mut services);
    }
    let legacy: BTreeSet<String> = loader.legacy.drain(..).collect();
    let resources = profiles::resources(&root);
    let shown = shown_name(&root, &name, loader.request.skip.normalization);
    let mut root = ordered(root, services, (shown, span));
    if !loader.request.skip.pruning {
        profiles::prune(&mut root);
    }
    Loaded {
        name,
        directory,
        files: files.into_iter().filter(|file| file != Path::new("-")).collect(),
        tree: Node::new(span, Value::Mapping(root)),
        disabled,
        resources,
        profiles,
        environment: variables.all(),
        contents: std::mem::take(&mut loader.contents),
        variables: variables.used,
        from_env_files,
        legacy,
        warnings: std::mem::take(&mut loader.warnings),
        sources: Arc::default(),
    }
}

/// The name first, then the services, then everything else.
fn ordered(mut rest: Mapping, services: Mapping, (name, span): (Arc<str>, Span)) -> Mapping {
    let mut root = Mapping::default();
    let written = rest.remove("name").map_or(span, |(key, _)| key.span);
    root.insert(Key::new("name", written), Node::text(written, name));
    root.insert(Key::new("services", span), Node::new(span, Value::Mapping(services)));
    root.into_iter().chain(rest).collect()
}

/// The project's name; without normalization in the letters in which the manifest has it.
fn shown_name(root: &Mapping, name: &ProjectName, as_written: bool) -> Arc<str> {
    let written = root.get("name").and_then(Node::as_str);
    let is_same = |written: &&str| as_written && discover::normalized(written) == name.as_str();
    written.filter(is_same).unwrap_or(name.as_str()).into()
}

fn active_profiles(named: &[String], variables: &Variables) -> Vec<String> {
    let listed = || variables.get("COMPOSE_PROFILES").unwrap_or_default().split(',').map(|name| name.trim().to_owned());
    if named.is_empty() { listed().collect() } else { named.to_vec() }
}

/// `scale` is said in `deploy.replicas` as well, where there is a `deploy`.
fn replicas(services: &mut Mapping) {
    for (_, service) in services.iter_mut() {
        let Some(scale) = service.get("scale").cloned() else { continue };
        let deploy = service.as_mapping_mut().and_then(|service| service.get_mut("deploy")?.as_mapping_mut());
        let Some(deploy) = deploy else { continue };
        let replicas = (Key::new("replicas", scale.span), scale);
        let rest = std::mem::take(deploy).into_iter().filter(|(key, _)| &*key.name != "replicas");
        // In the order of the table the mode comes first.
        let (mode, others): (Vec<_>, Vec<_>) = rest.partition(|(key, _)| &*key.name == "mode");
        *deploy = mode.into_iter().chain([replicas]).chain(others).collect();
    }
}
