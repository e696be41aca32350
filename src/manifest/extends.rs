//! `extends`: a service on top of another one (Compose specification, "extends").

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::files;
use super::form::Form;
use super::loader::{Loader, Scope};
use super::node::{Mapping, Node, Value};
use super::parse::Reset;
use super::path;
use super::schema::Checked;
use super::{interpolate, legacy, merge, reset};
use crate::diagnostic::{Problem, Span, nearest};

/// The services of a file that others extend.
pub(super) struct BaseServices {
    services: RefCell<Mapping>,
    resets: Vec<Reset>,
}

/// One service that is being extended, and where that is asked for.
struct Link {
    file: PathBuf,
    service: Arc<str>,
    span: Span,
}

/// Which services are looked at, and how they were reached.
struct Walk<'w> {
    services: &'w RefCell<Mapping>,
    file: &'w Path,
    resets: &'w [&'w [Reset]],
}

/// Where a service is extended from.
struct Target {
    service: Arc<str>,
    service_span: Span,
    file: Option<(Arc<str>, Span)>,
}

/// Replaces every service that extends another one by both together.
pub(super) fn apply(loader: &mut Loader, root: &mut Node, file: &Path, scope: &mut Scope, resets: &[Reset]) {
    let Some(services) = root.as_mapping_mut().and_then(|root| root.get_mut("services")?.as_mapping_mut()) else {
        return;
    };
    if !services.iter().any(|(_, service)| service.get("extends").is_some()) {
        return;
    }
    let names: Vec<Arc<str>> = services.iter().map(|(key, _)| Arc::clone(&key.name)).collect();
    let cell = RefCell::new(std::mem::take(services));
    for name in names {
        let walk = Walk { services: &cell, file, resets: &[resets] };
        extended(loader, &name, &walk, scope, &mut Vec::new());
    }
    *services = cell.into_inner();
}

/// The service with everything that it extends; it takes the place of the service itself.
fn extended(
    loader: &mut Loader,
    name: &Arc<str>,
    walk: &Walk,
    scope: &mut Scope,
    chain: &mut Vec<Link>,
) -> Option<Node> {
    let service = walk.services.borrow().get(name).cloned()?;
    let Some(extends) = service.get("extends") else { return Some(service) };
    let extends_span = extends.span;
    let done = |loader: &mut Loader, problem: Option<Problem>| {
        loader.broken.insert(("services".to_owned(), name.to_string()));
        if let Some(problem) = problem {
            loader.report(problem);
        }
        let mut alone = service.clone();
        if let Some(fields) = alone.as_mapping_mut() {
            fields.remove("extends");
        }
        if let Some(place) = walk.services.borrow_mut().get_mut(name) {
            *place = alone.clone();
        }
        Some(alone)
    };
    let target = match target(extends, name) {
        Ok(target) => target,
        Err(problem) => return done(loader, Some(problem)),
    };
    if let Some(at) = chain.iter().position(|link| link.file == walk.file && link.service == *name) {
        let names = chain[at..].iter().map(|link| ("services".to_owned(), link.service.to_string()));
        loader.broken.extend(names);
        return done(loader, Some(cycle(&chain[at..], name)));
    }
    if chain.len() > 100 {
        return done(loader, Some(Problem::at(extends_span, "services extend each other more than 100 times over")));
    }
    chain.push(Link { file: walk.file.to_path_buf(), service: Arc::clone(name), span: extends_span });
    let base = match &target.file {
        Some((written, span)) => from_file(loader, &target, (written, *span), (walk, scope), chain),
        None if walk.services.borrow().contains(&target.service) => {
            Ok(extended(loader, &target.service, walk, scope, chain))
        }
        None => Err(Some(missing(walk.services, &target, walk.file, loader))),
    };
    chain.pop();
    let base = match base {
        Ok(Some(base)) if base.as_mapping().is_some() => base,
        // A service that says nothing is no base.
        Ok(_) => return Some(service),
        Err(problem) => return done(loader, problem),
    };
    let merged = merged(loader, base, service.clone(), name, walk);
    if let Some(place) = walk.services.borrow_mut().get_mut(name) {
        *place = merged.clone();
    }
    Some(merged)
}

/// Lays a service over its base, from which is taken what the file resets.
fn merged(loader: &mut Loader, mut base: Node, mut service: Node, name: &Arc<str>, walk: &Walk) -> Node {
    for path in walk.resets.iter().copied().flatten() {
        if let [section, of, rest @ ..] = &path[..]
            && &**section == "services"
            && of == name
            && !rest.is_empty()
        {
            reset::remove(&mut base, rest);
        }
    }
    if let Some(fields) = service.as_mapping_mut() {
        fields.remove("extends");
    }
    merge::extend(base, service, loader.form(), &mut loader.problems)
}

fn target(extends: &Node, name: &str) -> Result<Target, Problem> {
    let of = |node: &Node| node.as_str().map(|text| (Arc::<str>::from(text), node.span));
    match &extends.value {
        Value::String(service) => Ok(Target { service: Arc::clone(service), service_span: extends.span, file: None }),
        Value::Mapping(fields) => match fields.get("service").and_then(of) {
            Some((service, service_span)) => {
                Ok(Target { service, service_span, file: fields.get("file").and_then(of) })
            }
            None => Err(Problem::at(extends.span, format!("`services.{name}.extends` has no `service`"))
                .label("which service does it extend?")
                .help("write `service: NAME` here")),
        },
        _ => Err(Problem::at(extends.span, format!("`services.{name}.extends` must be a mapping or a name"))
            .label(format!("this is {}", extends.kind()))),
    }
}

fn missing(services: &RefCell<Mapping>, target: &Target, file: &Path, loader: &Loader) -> Problem {
    let services = services.borrow();
    let known = services.iter().map(|(key, _)| &*key.name);
    let shown = loader.shown(file);
    let problem =
        Problem::at(target.service_span, format!("there is no service `{}` in {}", target.service, shown.display()));
    let problem = problem.label("not defined");
    match nearest(&target.service, known) {
        Some(known) => problem.help(format!("did you mean `{known}`?")),
        None => problem.help("define it, or correct the name"),
    }
}

fn cycle(links: &[Link], name: &str) -> Problem {
    let mut path: Vec<&str> = links.iter().map(|link| &*link.service).collect();
    path.push(name);
    let span = links.last().map_or_else(|| links[0].span, |link| link.span);
    let mut problem = Problem::at(span, format!("services extend each other in a circle: {}", path.join(" → ")))
        .label("closes the circle")
        .help("move what they share into a service of its own");
    for link in &links[..links.len() - 1] {
        problem = problem.also(link.span, format!("`{}` extends here", link.service));
    }
    problem
}

/// The base service out of another file.
fn from_file(
    loader: &mut Loader,
    target: &Target,
    (written, span): (&Arc<str>, Span),
    (walk, scope): (&Walk, &mut Scope),
    chain: &mut Vec<Link>,
) -> Result<Option<Node>, Option<Problem>> {
    let file = path::join(&scope.directory, written);
    let known = scope.bases.get(&file).map(Rc::clone);
    let base = if let Some(base) = known {
        base
    } else {
        let base = Rc::new(read(loader, &file, span, scope).ok_or(None)?);
        scope.bases.insert(file.clone(), Rc::clone(&base));
        base
    };
    if !base.services.borrow().contains(&target.service) {
        return Err(Some(missing(&base.services, target, &file, loader)));
    }
    let mut resets = walk.resets.to_vec();
    resets.push(&base.resets);
    let inner = Walk { services: &base.services, file: &file, resets: &resets };
    Ok(extended(loader, &target.service, &inner, scope, chain))
}

/// Reads a file for its services only.
fn read(loader: &mut Loader, file: &Path, span: Span, scope: &mut Scope) -> Option<BaseServices> {
    if !loader.take(Some(span)) {
        return None;
    }
    let documents = loader.documents(file, Some(span))?;
    let mut tree: Option<Node> = None;
    let mut all_resets = Vec::new();
    for mut document in documents {
        if document.root.as_mapping().is_none() {
            continue;
        }
        loader.legacy.extend(legacy::translate(&mut document.root, &mut loader.warnings));
        if loader.form() == Form::Filled {
            interpolate::interpolate(&mut document.root, &mut scope.variables, &mut loader.problems);
        }
        let empty = || Node::new(document.root.span, Value::Mapping(Mapping::default()));
        let mut base = tree.take().unwrap_or_else(empty);
        for path in &document.resets {
            reset::remove(&mut base, path);
        }
        all_resets.extend(document.resets);
        let merged = merge::merge(base, document.root, loader.form(), &mut loader.problems);
        // Only what a service really takes over is checked, when it has been laid under that service.
        tree = Some(loader.written_out(merged, Checked::default()));
    }
    let mut tree = tree?;
    let directory = file.parent().unwrap_or(file);
    files::resolve(&mut tree, &path::relative(&scope.directory, directory), loader.home());
    let services = tree.as_mapping_mut().and_then(|tree| tree.get_mut("services"));
    let Some(services) = services.and_then(Node::as_mapping_mut) else {
        loader.report(
            Problem::at(span, format!("there are no services in {}", loader.shown(file).display()))
                .label("extended from here"),
        );
        return None;
    };
    Some(BaseServices { services: RefCell::new(std::mem::take(services)), resets: all_resets })
}
