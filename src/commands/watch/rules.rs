//! Which files each service is interested in (Compose specification, "develop").

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::act;
use crate::commands::Error;
use crate::context::Context;
use crate::names::ServiceName;
use crate::project::{Project, Service, WatchRule};

/// What editors leave behind for a moment, and what belongs to git.
const NEVER: [&str; 7] = [".git/**", "**/.git/**", "**/*.swp", "**/*.swx", "**/*~", "**/.#*", "**/4913"];

/// A rule with its patterns made ready.
pub(super) struct Rule<'a> {
    pub service: &'a Service,
    pub wanted: &'a WatchRule,
    ignored: GlobSet,
    included: Option<GlobSet>,
}

/// The rules of all services that are watched.
pub(super) struct Rules<'a>(Vec<Rule<'a>>);

impl<'a> Rules<'a> {
    /// # Errors
    /// Where nothing is to be watched, and patterns that are none.
    pub fn of(project: &'a Project, services: &[ServiceName]) -> Result<Self, Error> {
        let wanted = |service: &&Service| services.is_empty() || services.contains(&service.name);
        let services = project.services.values().filter(wanted);
        let pairs = services.flat_map(|service| service.watch.iter().map(move |rule| (service, rule)));
        let rules: Vec<Rule<'a>> = pairs.map(|(service, rule)| Rule::new(service, rule)).collect::<Result<_, _>>()?;
        if rules.is_empty() { Err(Error::NothingToWatch) } else { Ok(Self(rules)) }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Rule<'a>> {
        self.0.iter()
    }

    /// Folders and files to watch.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.0.iter().map(|rule| rule.wanted.path.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Copies everything of the rules that want it, once.
    pub async fn initial_sync(&self, context: &Context, project: &Project) -> Result<(), Error> {
        for rule in self.0.iter().filter(|rule| rule.wanted.initial_sync) {
            let files: Vec<PathBuf> = rule.files();
            act::sync(context, project, rule, &files).await?;
        }
        Ok(())
    }
}

impl<'a> Rule<'a> {
    fn new(service: &'a Service, rule: &'a WatchRule) -> Result<Self, Error> {
        let mut ignored = GlobSetBuilder::new();
        for pattern in NEVER {
            ignored.add(Glob::new(pattern)?);
        }
        add(&mut ignored, &rule.ignore)?;
        let included = if rule.include.is_empty() {
            None
        } else {
            let mut included = GlobSetBuilder::new();
            add(&mut included, &rule.include)?;
            Some(included.build()?)
        };
        Ok(Self { service, wanted: rule, ignored: ignored.build()?, included })
    }

    /// Whether a change of this file matters.
    pub fn matches(&self, path: &Path) -> bool {
        let Ok(relative) = path.strip_prefix(&self.wanted.path) else { return false };
        !self.ignored.is_match(relative) && self.included.as_ref().is_none_or(|included| included.is_match(relative))
    }

    /// Where a file of this machine is in the container; `None` for rules that copy nothing.
    pub fn target(&self, path: &Path) -> Option<PathBuf> {
        let target = Path::new(self.wanted.target.as_ref()?);
        let relative = path.strip_prefix(&self.wanted.path).ok()?;
        Some(if relative.as_os_str().is_empty() { target.to_owned() } else { target.join(relative) })
    }

    /// All files that matter.
    fn files(&self) -> Vec<PathBuf> {
        self.below(&self.wanted.path)
    }

    /// What matters of these changes. A new folder stands for what is in it: files that were made before the folder was
    /// watched are never reported.
    pub fn matching<'p>(&self, changes: impl Iterator<Item = &'p Path>) -> Vec<PathBuf> {
        let mut files: BTreeSet<PathBuf> = BTreeSet::new();
        for path in changes.filter(|path| self.matches(path)) {
            files.insert(path.to_owned());
            if path.is_dir() && !path.is_symlink() {
                files.extend(self.below(path));
            }
        }
        files.into_iter().collect()
    }

    fn below(&self, folder: &Path) -> Vec<PathBuf> {
        let walk = ignore::WalkBuilder::new(folder).standard_filters(false).build();
        let files = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_some_and(|kind| !kind.is_dir()));
        files.map(ignore::DirEntry::into_path).filter(|path| self.matches(path)).collect()
    }
}

/// A pattern stands for what it names and for everything below it, as in `.dockerignore`.
fn add(set: &mut GlobSetBuilder, patterns: &[String]) -> Result<(), globset::Error> {
    for pattern in patterns {
        let pattern = pattern.trim_start_matches("./").trim_matches('/');
        set.add(GlobBuilder::new(pattern).literal_separator(true).build()?);
        set.add(Glob::new(&format!("{pattern}/**"))?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_a_folder_with_everything_in_it() {
        let mut set = GlobSetBuilder::new();
        add(&mut set, &["node_modules/".to_owned(), "*.log".to_owned()]).expect("patterns");
        let set = set.build().expect("patterns");
        assert!(set.is_match("node_modules/a/b.js"));
        assert!(set.is_match("a.log"));
        assert!(!set.is_match("src/a.log"));
        assert!(!set.is_match("src/node_modules.js"));
    }
}
