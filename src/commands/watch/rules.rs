//! Which files each service is interested in (Compose specification, "develop").

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::act;
use super::filter::{Filter, Unsent};
use crate::commands::Error;
use crate::context::Context;
use crate::names::ServiceName;
use crate::project::{MountKind, Project, Service, WatchAction, WatchRule};

/// A rule with its patterns made ready.
pub(super) struct Rule<'a> {
    pub service: &'a Service,
    pub wanted: &'a WatchRule,
    filter: Filter,
}

/// The rules of all services that are watched.
pub(super) struct Rules<'a> {
    rules: Vec<Rule<'a>>,
    /// Paths that a container sees anyway.
    left_out: Vec<&'a Path>,
}

impl<'a> Rules<'a> {
    /// # Errors
    /// Where nothing is to be watched, and patterns that are none.
    pub fn of(project: &'a Project, services: &[ServiceName]) -> Result<Self, Error> {
        let (mut rules, mut left_out) = (Vec::new(), Vec::new());
        let wanted = |service: &&Service| services.is_empty() || services.contains(&service.name);
        for service in project.services.values().filter(wanted).filter(|service| !service.watch.is_empty()) {
            let unsent = service.build.as_ref().map(Unsent::of).transpose()?;
            for wanted in &service.watch {
                if copies(wanted) && is_mounted(service, &wanted.path) {
                    left_out.push(wanted.path.as_path());
                } else {
                    rules.push(Rule { service, wanted, filter: Filter::of(wanted, unsent.clone())? });
                }
            }
        }
        if rules.is_empty() && left_out.is_empty() { Err(Error::NothingToWatch) } else { Ok(Self { rules, left_out }) }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Rule<'a>> {
        self.rules.iter()
    }

    /// Tells what is left out, once.
    ///
    /// # Errors
    /// Where nothing remains.
    pub fn warn(&mut self, context: &Context) -> Result<(), Error> {
        for path in std::mem::take(&mut self.left_out) {
            let path = path.display();
            context
                .ui
                .warn(&format!("path '{path}' also declared by a bind mount volume, this path won't be monitored!"))?;
        }
        if self.rules.is_empty() { Err(Error::NothingToWatch) } else { Ok(()) }
    }

    /// Folders and files to watch.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.iter().map(|rule| rule.wanted.path.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether a change of this path may have to be acted upon.
    pub fn matter(&self, path: &Path) -> bool {
        self.iter().any(|rule| rule.filter.matters(path))
    }

    /// Copies everything of the rules that want it, once.
    pub async fn initial_sync(&self, context: &Context, project: &Project) -> Result<(), Error> {
        for rule in self.iter().filter(|rule| rule.wanted.initial_sync) {
            act::sync(context, project, rule, &rule.filter.files()).await?;
        }
        Ok(())
    }
}

impl Rule<'_> {
    /// Where a file of this machine is in the container; `None` for rules that copy nothing.
    pub fn target(&self, path: &Path) -> Option<PathBuf> {
        let target = Path::new(self.wanted.target.as_ref()?);
        let relative = path.strip_prefix(&self.wanted.path).ok()?;
        Some(if relative.as_os_str().is_empty() { target.to_owned() } else { target.join(relative) })
    }

    /// What of these changes is meant.
    pub fn matching<'p>(&self, changes: impl Iterator<Item = &'p Path>) -> Vec<PathBuf> {
        self.filter.changed(changes)
    }
}

fn copies(rule: &WatchRule) -> bool {
    matches!(rule.action, WatchAction::Sync | WatchAction::SyncRestart | WatchAction::SyncExec)
}

/// Whether a container has this very path: what is copied there would be a change here.
fn is_mounted(service: &Service, path: &Path) -> bool {
    let kinds = service.volumes.iter().map(|mount| &mount.kind);
    kinds.into_iter().any(|kind| matches!(kind, MountKind::Bind { source, .. } if path.starts_with(source)))
}
