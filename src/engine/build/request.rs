//! What is to be built, with everything looked up.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use crate::engine::error::Error;
use crate::engine::labels;
use crate::engine::usage::local_name;
use crate::names::{ProjectName, ServiceName};
use crate::project::{Build, Content, ContentSource, Project, Service};
use crate::secret::Secret;

use super::context::Context;
use super::ignore;

/// A Dockerfile that is not in the context has this name there.
pub(in crate::engine) const FOREIGN_DOCKERFILE: &str = ".ado.Dockerfile";

/// What the command line adds to a service's `build`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// Do not use what was built before.
    pub no_cache: bool,
    /// Ask the registry for newer base images.
    pub pull: bool,
    /// Arguments beside those of the manifest; `None` as a value: the environment's, if any.
    pub arguments: IndexMap<String, Option<String>>,
    /// Labels beside those of the manifest.
    pub labels: IndexMap<String, String>,
    /// All platforms of the manifest are wanted, not the one that the Engine runs.
    pub every_platform: bool,
}

/// What decides how an image is built, beside the manifest and the command line.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Builder<'a> {
    /// The newer builder builds.
    pub is_buildkit: bool,
    /// The platform that the environment wants.
    pub default_platform: Option<&'a str>,
}

/// Where the context is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Source {
    /// A directory of this machine.
    Directory(Context),
    /// An URL that the builder fetches by itself.
    Remote(String),
}

/// A build, with everything looked up that it needs.
pub(in crate::engine) struct Job<'a> {
    /// Whose service it is.
    pub project: ProjectName,
    /// Its definition.
    pub build: &'a Build,
    /// What the command line adds.
    pub options: &'a BuildOptions,
    /// What the image is called, with all further names.
    pub names: Vec<String>,
    /// The context.
    pub source: Source,
    /// Name of the Dockerfile in the context.
    pub dockerfile: String,
    /// Arguments of manifest and command line.
    pub arguments: IndexMap<String, Option<String>>,
    /// Labels of manifest and command line, and whose image it is.
    pub labels: BTreeMap<String, String>,
    /// `os/arch`.
    pub platform: Option<String>,
    /// Secrets by their id.
    pub secrets: IndexMap<String, Secret<Vec<u8>>>,
    /// Further contexts; services are images already.
    pub contexts: IndexMap<String, String>,
}

impl<'a> Job<'a> {
    /// Looks everything up.
    pub(in crate::engine) fn new(
        project: &Project,
        service: &'a Service,
        options: &'a BuildOptions,
        builder: Builder<'_>,
    ) -> Result<Self, Error> {
        let build = service.build.as_ref().ok_or_else(|| Error::NotFound {
            object: format!("a build of service `{}`", service.name),
            message: "the manifest has none".to_owned(),
        })?;
        let platform = platform(service, build, options, builder)?;
        let (source, dockerfile) = source(build, builder.is_buildkit)?;
        let mut arguments = build.args.clone();
        arguments.extend(options.arguments.iter().map(|(name, value)| (name.clone(), value.clone())));
        Ok(Self {
            project: project.name.clone(),
            build,
            options,
            names: std::iter::once(service.image.to_string()).chain(build.tags.iter().cloned()).collect(),
            source,
            dockerfile,
            arguments,
            labels: image_labels(project, service, build, options),
            platform,
            secrets: secrets(project, service, build)?,
            contexts: build
                .additional_contexts
                .iter()
                .map(|(name, from)| (name.clone(), image_of(project, from)))
                .collect(),
        })
    }

    /// What the builder calls a directory of this build.
    pub(in crate::engine) fn local_name(&self, kind: &str) -> String {
        local_name(kind, &self.project)
    }

    /// The image in words, for errors.
    pub(in crate::engine) fn image(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }
}

/// The platform to build for; `None` is the Engine's own. As in Docker Compose, the environment's is for services that name
/// none, except that an explicit build wants it to fit what they name.
fn platform(
    service: &Service,
    build: &Build,
    options: &BuildOptions,
    builder: Builder<'_>,
) -> Result<Option<String>, Error> {
    let image = || service.image.to_string();
    let own = service.platform.as_deref();
    let default = builder.default_platform.filter(|_| own.is_none() || options.every_platform);
    let named = || build.platforms.iter().map(String::as_str).chain(own);
    if let Some(platform) = default.filter(|&platform| named().next().is_some() && !named().any(|one| one == platform))
    {
        return Err(Error::OtherPlatform { service: service.name.to_string(), platform: platform.to_owned() });
    }
    if options.every_platform && build.platforms.len() > 1 {
        return Err(if builder.is_buildkit {
            Error::SeveralPlatforms { image: image() }
        } else {
            Error::NeedsBuildKit { image: image(), what: "multi-arch build" }
        });
    }
    let only = match &build.platforms[..] {
        [only] => Some(only.as_str()),
        // One Engine runs one of them.
        _ => None,
    };
    Ok(own.or(builder.default_platform).or(only).map(str::to_owned))
}

/// As Docker Compose does, an image says which project and service it was built for; `ado clean` goes by that.
fn image_labels(
    project: &Project,
    service: &Service,
    build: &Build,
    options: &BuildOptions,
) -> BTreeMap<String, String> {
    let mut labels: BTreeMap<String, String> =
        build.labels.iter().chain(&options.labels).map(|(name, value)| (name.clone(), value.clone())).collect();
    labels.insert(labels::PROJECT.to_owned(), project.name.to_string());
    labels.insert(labels::SERVICE.to_owned(), service.name.to_string());
    labels
}

/// `service:NAME` as the image of that service.
fn image_of(project: &Project, context: &str) -> String {
    let image = context
        .strip_prefix("service:")
        .and_then(|name| ServiceName::new(name).ok())
        .and_then(|name| project.services.get(&name).or_else(|| project.disabled.get(&name)));
    match image {
        Some(service) => format!("docker-image://{}", service.image),
        None => context.to_owned(),
    }
}

/// Whether the builder fetches a context by itself.
pub(in crate::engine) fn is_remote(context: &str) -> bool {
    const REMOTE: [&str; 7] = ["http://", "https://", "git://", "git@", "ssh://", "github.com/", "docker-image://"];
    REMOTE.iter().any(|prefix| context.starts_with(prefix))
}

/// Where the context is, and the Dockerfile in it. `buildkit`: an ignore file beside the Dockerfile counts.
fn source(build: &Build, buildkit: bool) -> Result<(Source, String), Error> {
    if is_remote(&build.context) {
        return Ok((Source::Remote(build.context.clone()), build.dockerfile.clone()));
    }
    let root = PathBuf::from(&build.context);
    let broken = |path: &Path, reason: &str| Error::BuildContext { path: path.to_owned(), reason: reason.to_owned() };
    if !root.is_dir() {
        return Err(broken(&root, if root.exists() { "it is not a directory" } else { "there is no such directory" }));
    }
    let path = root.join(&build.dockerfile);
    let ignore = |beside: Option<&Path>| {
        ignore::read(&root, beside.filter(|_| buildkit))
            .map_err(|error| broken(&root.join(".dockerignore"), &error.to_string()))
    };
    if let Some(text) = &build.dockerfile_inline {
        let further = vec![(FOREIGN_DOCKERFILE.to_owned(), text.clone().into_bytes())];
        return Ok((
            Source::Directory(Context { ignore: ignore(None)?, root: root.clone(), further }),
            FOREIGN_DOCKERFILE.to_owned(),
        ));
    }
    if !path.is_file() {
        return Err(broken(&path, "there is no such Dockerfile"));
    }
    let mut ignore = ignore(Some(&path))?;
    if let Some(name) = inside(&root, &path) {
        ignore.keep(&name);
        ignore.keep(".dockerignore");
        return Ok((Source::Directory(Context { root, ignore, further: Vec::new() }), name));
    }
    let text = std::fs::read(&path).map_err(|error| broken(&path, &error.to_string()))?;
    let further = vec![(FOREIGN_DOCKERFILE.to_owned(), text)];
    Ok((Source::Directory(Context { root, ignore, further }), FOREIGN_DOCKERFILE.to_owned()))
}

/// The path of a file relative to the context, with slashes; `None` for one outside.
fn inside(root: &Path, path: &Path) -> Option<String> {
    let (root, directory) = (root.canonicalize().ok()?, path.parent()?.canonicalize().ok()?);
    let relative = directory.join(path.file_name()?).strip_prefix(root).ok()?.to_owned();
    Some(relative.to_string_lossy().into_owned())
}

fn secrets(project: &Project, service: &Service, build: &Build) -> Result<IndexMap<String, Secret<Vec<u8>>>, Error> {
    let content = |name: &str| -> Result<Vec<u8>, Error> {
        let missing = |reason: &str| Error::NoContent {
            service: service.name.to_string(),
            kind: "secret",
            name: name.to_owned(),
            reason: reason.to_owned(),
        };
        let Content { source, .. } =
            project.secrets.get(name).ok_or_else(|| missing("the project does not declare it"))?;
        match source {
            ContentSource::File(path) => {
                std::fs::read(path).map_err(|source| Error::File { path: path.clone(), source })
            }
            ContentSource::Environment(_, Some(value)) | ContentSource::Inline(value) => {
                Ok(value.reveal().clone().into_bytes())
            }
            ContentSource::Environment(variable, None) => Err(missing(&format!("the variable {variable} is not set"))),
            ContentSource::External => Err(missing("external ones exist in a swarm only")),
        }
    };
    build.secrets.iter().map(|mount| Ok((mount.target.clone(), Secret::new(content(&mount.source)?)))).collect()
}
