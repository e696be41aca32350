//! Which files a rule means.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::commands::Error;
use crate::engine::{DockerIgnore, read_docker_ignore};
use crate::project::{Build, WatchRule};

/// What editors leave behind for a moment, and what belongs to git.
const NEVER: [&str; 6] = ["**/.git", "**/*.swp", "**/*.swx", "**/*~", "**/.#*", "**/4913"];

/// What a build does not get does not matter to what was built, either.
#[derive(Debug, Clone)]
pub(super) struct Unsent {
    context: PathBuf,
    ignore: DockerIgnore,
}

/// The files below a path that a rule means, its patterns made ready.
pub(super) struct Filter {
    path: PathBuf,
    ignored: GlobSet,
    included: Option<GlobSet>,
    unsent: Option<Unsent>,
}

impl Unsent {
    /// What a service's `.dockerignore` says; the one beside its Dockerfile comes first.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub fn of(build: &Build) -> Result<Self, Error> {
        let context = PathBuf::from(&build.context);
        let ignore = read_docker_ignore(&context, Some(&context.join(&build.dockerfile)))
            .map_err(|source| Error::File { path: context.join(".dockerignore"), source })?;
        Ok(Self { context, ignore })
    }

    /// A path as the patterns see it; `None` outside the context.
    fn relative(&self, path: &Path) -> Option<String> {
        let relative = path.strip_prefix(&self.context).ok()?.to_string_lossy().into_owned();
        (!relative.is_empty()).then_some(relative)
    }

    fn has(&self, path: &Path) -> bool {
        self.relative(path).is_some_and(|relative| self.ignore.ignores(&relative))
    }

    /// Whether everything below a folder is left out as well.
    fn has_all_below(&self, path: &Path) -> bool {
        self.relative(path).is_some_and(|relative| self.ignore.ignores(&relative) && self.ignore.ends_at(&relative))
    }
}

impl Filter {
    /// # Errors
    /// Patterns that are none.
    pub fn of(rule: &WatchRule, unsent: Option<Unsent>) -> Result<Self, globset::Error> {
        let included = if rule.include.is_empty() { None } else { Some(set(&rule.include)?) };
        let ignored = set(NEVER.iter().copied().chain(rule.ignore.iter().map(String::as_str)))?;
        Ok(Self { path: rule.path.clone(), ignored, included, unsent })
    }

    /// Whether a change of this path may have to be acted upon.
    pub fn matters(&self, path: &Path) -> bool {
        self.matches(path) || path.is_dir() && self.leads_on(path)
    }

    /// All files that are meant.
    pub fn files(&self) -> Vec<PathBuf> {
        let files = self.changed(std::iter::once(self.path.as_path())).into_iter();
        files.filter(|path| path.is_symlink() || !path.is_dir()).collect()
    }

    /// What of these changes is meant. A folder stands for what is in it: files that were made before the folder was
    /// watched are never told.
    pub fn changed<'p>(&self, changes: impl Iterator<Item = &'p Path>) -> Vec<PathBuf> {
        let mut files = BTreeSet::new();
        for path in changes {
            // A link is a file in what it is in, but a rule's own path stands for where it leads to.
            let (link, folder) = (path.is_symlink(), path.is_dir());
            let walked = folder && (!link || path == self.path);
            if walked && self.leads_on(path) {
                self.collect(path, &mut files);
            }
            if self.matches(path) && !(walked && link) {
                files.insert(path.to_owned());
            }
        }
        files.into_iter().collect()
    }

    fn collect(&self, folder: &Path, files: &mut BTreeSet<PathBuf>) {
        // What is gone meanwhile, or closed to us, has no files.
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if self.leads_on(&path) {
                    self.collect(&path, files);
                }
            } else if self.matches(&path) {
                files.insert(path);
            }
        }
    }

    /// Whether this very path is meant.
    fn matches(&self, path: &Path) -> bool {
        let Ok(relative) = path.strip_prefix(&self.path) else { return false };
        let included = self.included.as_ref().is_none_or(|included| included.is_match(relative));
        included && !self.ignored.is_match(relative) && !self.unsent.as_ref().is_some_and(|unsent| unsent.has(path))
    }

    /// Whether something below this folder may be meant, whatever the folder itself is.
    fn leads_on(&self, folder: &Path) -> bool {
        let Ok(relative) = folder.strip_prefix(&self.path) else { return false };
        !self.ignored.is_match(relative) && !self.unsent.as_ref().is_some_and(|unsent| unsent.has_all_below(folder))
    }
}

/// A pattern stands for what it names and for everything below it, as in `.dockerignore`.
fn set(patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let pattern = pattern.as_ref().trim_start_matches("./").trim_matches('/');
        set.add(GlobBuilder::new(pattern).literal_separator(true).build()?);
        set.add(Glob::new(&format!("{pattern}/**"))?);
    }
    set.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::WatchAction;

    /// A folder with these files, and the filter of a rule over it.
    fn filter(files: &[&str], ignore: &[&str], include: &[&str], unsent: Option<&str>) -> (tempfile::TempDir, Filter) {
        let home = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = home.path().join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "x").expect("a file");
        }
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let rule = WatchRule {
            path: home.path().to_owned(),
            action: WatchAction::Sync,
            target: None,
            ignore: texts(ignore),
            include: texts(include),
            initial_sync: false,
            exec: None,
        };
        let unsent = unsent.map(|text| Unsent { context: home.path().to_owned(), ignore: DockerIgnore::parse(text) });
        let filter = Filter::of(&rule, unsent).expect("patterns");
        (home, filter)
    }

    /// What is meant by a change of this path, relative to the rule's.
    fn changed(home: &tempfile::TempDir, filter: &Filter, path: &str) -> Vec<String> {
        let files = filter.changed(std::iter::once(home.path().join(path).as_path()));
        let relative = files.iter().map(|file| file.strip_prefix(home.path()).expect("below").to_string_lossy());
        relative.map(std::borrow::Cow::into_owned).collect()
    }

    #[test]
    fn a_pattern_names_a_folder_with_everything_in_it() {
        let set = set(["node_modules/", "*.log"]).expect("patterns");
        assert!(set.is_match("node_modules/a/b.js"));
        assert!(set.is_match("a.log"));
        assert!(!set.is_match("src/a.log"));
        assert!(!set.is_match("src/node_modules.js"));
    }

    #[test]
    fn a_new_folder_stands_for_the_files_in_it_that_are_included() {
        let (home, filter) = filter(&["src/a/b.py", "src/a/b.txt"], &[], &["**/*.py"], None);
        assert!(filter.matters(&home.path().join("src")));
        assert_eq!(changed(&home, &filter, "src"), ["src/a/b.py"]);
        assert!(!filter.matters(&home.path().join("src/a/b.txt")));
    }

    #[test]
    fn what_is_ignored_is_not_looked_into() {
        let files = ["src/b", "src/node_modules/c", ".git/HEAD", "lib/.git/HEAD", "lib/x~", "lib/d"];
        let (home, filter) = filter(&files, &["**/node_modules"], &[], None);
        assert_eq!(changed(&home, &filter, ""), ["", "lib/d", "src/b"]);
        assert!(!filter.matters(&home.path().join(".git")));
        assert!(!filter.matters(&home.path().join("src/node_modules")));
        assert!(!filter.matters(Path::new("/elsewhere")));
    }

    #[test]
    fn what_a_build_does_not_get_is_not_meant() {
        let files = ["logs/a", "logs/keep/b", "other/c", "src/d"];
        let (home, filter) = filter(&files, &[], &["**"], Some("logs\nother\n!logs/keep\n"));
        let mut meant = filter.files();
        meant.sort();
        assert_eq!(meant, [home.path().join("logs/keep/b"), home.path().join("src/d")]);
        assert!(filter.matters(&home.path().join("logs")) && !filter.matters(&home.path().join("other")));
    }

    #[test]
    fn a_link_stands_for_a_folder_only_as_the_path_of_a_rule() {
        let (home, _) = filter(&["real/a"], &[], &[], None);
        std::os::unix::fs::symlink(home.path().join("real"), home.path().join("link")).expect("a link");
        let (_other, mut filter) = filter(&[], &[], &[], None);
        filter.path = home.path().join("link");
        assert_eq!(changed(&home, &filter, "link"), ["link/a"]);
        filter.path = home.path().to_owned();
        assert_eq!(changed(&home, &filter, "link"), ["link"]);
        assert!(filter.files().contains(&home.path().join("link")));
    }
}
