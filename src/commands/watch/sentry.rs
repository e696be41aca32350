//! Hears of changes at and below paths, also of those that are not there yet or come back.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use notify::event::{EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// A path about which the system has told something.
struct Told {
    path: PathBuf,
    /// Whether there may be something else under this name now than what was watched before.
    renamed: bool,
}

/// Watches roots: each folder with everything below it, and the folder above each root, in which it appears.
pub(super) struct Sentry {
    roots: Vec<PathBuf>,
    watcher: RecommendedWatcher,
    told: UnboundedReceiver<Told>,
    /// What is watched now, and whether what is below it as well.
    armed: BTreeMap<PathBuf, RecursiveMode>,
    /// Roots that have come to be there.
    appeared: VecDeque<PathBuf>,
}

impl Sentry {
    /// Begins to listen; nothing that changes from now on is missed.
    ///
    /// # Errors
    /// Where the system cannot watch.
    pub fn over(roots: Vec<PathBuf>) -> notify::Result<Self> {
        let (sender, told) = mpsc::unbounded_channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            let renamed = !matches!(event.kind, EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_)));
            if !event.kind.is_access() {
                for path in event.paths {
                    // Where nobody receives any more, the program is about to end.
                    let _ = sender.send(Told { path, renamed });
                }
            }
        })?;
        let mut sentry = Self { roots, watcher, told, armed: BTreeMap::new(), appeared: VecDeque::new() };
        sentry.arm()?;
        Ok(sentry)
    }

    /// The next path at or below a root that has changed; `None` where nothing can be heard any more. Nothing is lost
    /// where this is given up before it is done.
    pub async fn next(&mut self) -> notify::Result<Option<PathBuf>> {
        loop {
            if let Some(path) = self.appeared.pop_front() {
                return Ok(Some(path));
            }
            let Some(Told { path, renamed }) = self.told.recv().await else { return Ok(None) };
            if renamed && self.roots.iter().any(|root| root.starts_with(&path)) {
                self.arm_again(&path)?;
            } else if self.roots.iter().any(|root| path.starts_with(root)) {
                return Ok(Some(path));
            }
        }
    }

    /// A root, or a folder above some, has come, gone or been replaced: the system watches what had the name before.
    fn arm_again(&mut self, path: &Path) -> notify::Result<()> {
        let old: Vec<PathBuf> = self.armed.keys().filter(|armed| armed.starts_with(path)).cloned().collect();
        for armed in old {
            // What is gone is not watched any more.
            self.watcher.unwatch(&armed).ok();
            self.armed.remove(&armed);
        }
        self.arm()?;
        // A root that is gone has changed as well.
        let touched = self.roots.iter().filter(|root| root.starts_with(path) && (*root == path || root.exists()));
        self.appeared.extend(touched.cloned());
        Ok(())
    }

    /// Watches what has to be watched by what is there now, until nothing has appeared meanwhile.
    fn arm(&mut self) -> notify::Result<()> {
        loop {
            let wanted = self.wanted();
            let missing: Vec<_> =
                wanted.into_iter().filter(|(path, mode)| self.armed.get(path) != Some(mode)).collect();
            if missing.is_empty() {
                return Ok(());
            }
            for (path, mode) in missing {
                match self.watcher.watch(&path, mode) {
                    // A folder above a root that is watched itself may be closed to us.
                    Err(error) if path.exists() && self.is_needed(&path) => return Err(error),
                    Err(_) if !path.exists() => {}
                    _ => {
                        self.armed.insert(path, mode);
                    }
                }
            }
        }
    }

    fn wanted(&self) -> BTreeMap<PathBuf, RecursiveMode> {
        let folders: Vec<&PathBuf> = self.roots.iter().filter(|root| root.is_dir()).collect();
        let above = self.roots.iter().filter_map(|root| folder_above(root));
        // To watch a folder alone would end the watch over what is below it.
        let above = above.filter(|path| !folders.iter().any(|folder| path.starts_with(folder)));
        let mut wanted: BTreeMap<PathBuf, RecursiveMode> =
            above.map(|path| (path.to_owned(), RecursiveMode::NonRecursive)).collect();
        wanted.extend(folders.into_iter().map(|path| (path.clone(), RecursiveMode::Recursive)));
        wanted
    }

    /// Whether a root is seen by watching this path alone.
    fn is_needed(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| root == path || !root.is_dir() && folder_above(root) == Some(path))
    }
}

/// The nearest folder above a path that is there.
fn folder_above(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|path| path.is_dir())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;

    /// The next change, or nothing where none is told for a while.
    async fn next(sentry: &mut Sentry) -> Option<PathBuf> {
        tokio::time::timeout(Duration::from_secs(5), sentry.next()).await.ok().and_then(Result::ok).flatten()
    }

    /// Waits until this path is told.
    async fn told(sentry: &mut Sentry, path: &Path) {
        while let Some(other) = next(sentry).await {
            if other == path {
                return;
            }
        }
        panic!("{} was not told", path.display());
    }

    #[tokio::test]
    async fn a_folder_that_appears_deep_below_is_heard_and_watched() {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().join("a/b/c");
        let mut sentry = Sentry::over(vec![root.clone()]).expect("a watch");
        fs::write(home.path().join("beside"), "x").expect("a file");
        fs::create_dir_all(&root).expect("folders");
        told(&mut sentry, &root).await;
        fs::write(root.join("file"), "x").expect("a file");
        told(&mut sentry, &root.join("file")).await;
    }

    #[tokio::test]
    async fn a_folder_that_is_replaced_is_watched_again() {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().join("root");
        fs::create_dir(&root).expect("a folder");
        let mut sentry = Sentry::over(vec![root.clone()]).expect("a watch");
        fs::remove_dir(&root).expect("it can go");
        told(&mut sentry, &root).await;
        fs::create_dir(&root).expect("a folder");
        told(&mut sentry, &root).await;
        fs::write(root.join("file"), "x").expect("a file");
        told(&mut sentry, &root.join("file")).await;
    }

    #[tokio::test]
    async fn a_file_is_heard_after_another_took_its_name() {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().join("file");
        fs::write(&root, "1").expect("a file");
        let mut sentry = Sentry::over(vec![root.clone()]).expect("a watch");
        for text in ["2", "3"] {
            fs::write(home.path().join("new"), text).expect("a file");
            fs::rename(home.path().join("new"), &root).expect("it takes the name");
            told(&mut sentry, &root).await;
        }
    }

    #[tokio::test]
    async fn what_is_beside_a_root_is_not_told() {
        let home = tempfile::tempdir().expect("a folder");
        let (root, beside) = (home.path().join("root"), home.path().join("beside"));
        fs::create_dir(&root).expect("a folder");
        let mut sentry = Sentry::over(vec![root.clone()]).expect("a watch");
        fs::write(&beside, "x").expect("a file");
        fs::write(root.join("file"), "x").expect("a file");
        assert_eq!(next(&mut sentry).await, Some(root.join("file")));
    }
}
