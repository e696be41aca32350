//! Hears of changes at and below paths, also of those that are not there yet or come back.
//!
//! Not heard: what another process does to the target of a root that is a link to a file, and that a folder two or more
//! above a root gets another name.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use notify::event::{EventKind, ModifyKind};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::armed::Armed;

/// To arm very many folders makes the system tell more than it can keep; so long after it that means nothing.
const SETTLING: Duration = Duration::from_secs(1);

/// What there is to be told.
#[derive(Debug)]
pub(super) enum News {
    /// A path at or below a root has changed.
    Changed(PathBuf),
    /// Not everything is heard.
    Trouble(notify::Error),
}

/// Watches roots: each folder with everything below it, and the folder above each root, in which it appears.
pub(super) struct Sentry {
    roots: Vec<PathBuf>,
    armed: Armed,
    heard: UnboundedReceiver<notify::Result<notify::Event>>,
    /// What is to be told before anything else is heard.
    news: VecDeque<News>,
    /// When everything was armed, and whether that was because something had been lost.
    all_armed: (Instant, bool),
}

impl Sentry {
    /// Begins to listen. Where the system loses what it had to tell, all roots are told as changed.
    ///
    /// # Errors
    /// Where the system cannot watch.
    pub fn over(roots: Vec<PathBuf>) -> notify::Result<Self> {
        let (sender, heard) = mpsc::unbounded_channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if !event.as_ref().is_ok_and(|event| event.kind.is_access()) {
                // Where nobody receives any more, the program is about to end.
                let _ = sender.send(event);
            }
        })?;
        let armed = Armed::with(watcher);
        let mut sentry = Self { roots, armed, heard, news: VecDeque::new(), all_armed: (Instant::now(), false) };
        sentry.arm()?;
        sentry.all_armed.0 = Instant::now();
        Ok(sentry)
    }

    /// What is next to be told; `None` where nothing can be heard any more. Nothing is lost where this is given up
    /// before it is done.
    ///
    /// # Errors
    /// Where a root cannot be watched any more.
    pub async fn next(&mut self) -> notify::Result<Option<News>> {
        loop {
            if let Some(news) = self.news.pop_front() {
                return Ok(Some(news));
            }
            match self.heard.recv().await {
                None => return Ok(None),
                Some(Ok(event)) => self.hear(event)?,
                Some(Err(error)) => self.news.push_back(News::Trouble(error)),
            }
        }
    }

    fn hear(&mut self, event: notify::Event) -> notify::Result<()> {
        if event.need_rescan() {
            return self.lost();
        }
        // Whether there may be something else under this name now than what was watched before.
        let replaces = !matches!(event.kind, EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_)));
        for path in event.paths {
            if replaces && self.roots.iter().any(|root| root.starts_with(&path)) {
                self.replaced(&path)?;
            } else if self.is_watched(&path) {
                self.news.push_back(News::Changed(path));
            }
        }
        Ok(())
    }

    /// A root, or a folder above some, has come, gone or been replaced: the system watches what had the name before.
    fn replaced(&mut self, path: &Path) -> notify::Result<()> {
        self.armed.forget(path);
        self.arm()?;
        // A root that is gone has changed as well, and so has a folder between two roots.
        if self.is_watched(path) {
            self.news.push_back(News::Changed(path.to_owned()));
        }
        let below = self.roots.iter().filter(|root| *root != path && root.starts_with(path) && root.exists());
        self.news.extend(below.cloned().map(News::Changed));
        Ok(())
    }

    /// The system had more to tell than it can keep: anything may have changed, and new folders may not be watched.
    fn lost(&mut self) -> notify::Result<()> {
        let (when, again) = self.all_armed;
        let settled = when.elapsed() > SETTLING;
        if !settled && !again {
            return Ok(());
        }
        let there: Vec<bool> = self.roots.iter().map(|root| self.armed.has(root)).collect();
        if settled {
            self.armed.forget(Path::new("/"));
            self.arm()?;
            self.all_armed = (Instant::now(), true);
        }
        // A root that never was there has not changed.
        let changed = self.roots.iter().zip(there).filter(|(root, there)| *there || root.exists());
        self.news.extend(changed.map(|(root, _)| News::Changed(root.clone())));
        Ok(())
    }

    fn arm(&mut self) -> notify::Result<()> {
        let troubles = self.armed.arm(&self.roots)?;
        self.news.extend(troubles.into_iter().map(News::Trouble));
        Ok(())
    }

    /// Whether it is a root or below one.
    fn is_watched(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| path.starts_with(root))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use notify::event::Flag;

    use super::*;

    /// The next change, or nothing where none is told for a while.
    async fn next(sentry: &mut Sentry) -> Option<PathBuf> {
        match tokio::time::timeout(Duration::from_secs(5), sentry.next()).await.ok()?.expect("a watch")? {
            News::Changed(path) => Some(path),
            News::Trouble(error) => panic!("{error}"),
        }
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

    #[tokio::test]
    async fn a_folder_between_two_roots_is_told_when_it_is_replaced() {
        let home = tempfile::tempdir().expect("a folder");
        let (outer, inner) = (home.path().to_owned(), home.path().join("web/package.json"));
        fs::create_dir(outer.join("web.new")).expect("a folder");
        fs::write(outer.join("web.new/package.json"), "{}").expect("a file");
        let mut sentry = Sentry::over(vec![outer.clone(), inner.clone()]).expect("a watch");
        fs::rename(outer.join("web.new"), outer.join("web")).expect("it takes the name");
        told(&mut sentry, &outer.join("web")).await;
        told(&mut sentry, &inner).await;
    }

    #[tokio::test]
    async fn what_vanishes_deep_below_while_it_is_armed_ends_nothing() {
        let home = tempfile::tempdir().expect("a folder");
        let (root, stop) = (home.path().to_owned(), std::sync::atomic::AtomicBool::new(false));
        let mut sentry = Sentry::over(vec![root.clone()]).expect("a watch");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    fs::create_dir_all(root.join("a/b/c/d/e")).ok();
                    fs::remove_dir_all(root.join("a/b")).ok();
                }
            });
            let failed = (0..500).find_map(|_| sentry.replaced(&root).err());
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(failed.is_none(), "{failed:?}");
        });
    }

    #[tokio::test]
    async fn what_is_beside_a_closed_folder_is_heard() {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().join("root");
        let closed = root.join("a/closed");
        for folder in [&closed, &root.join("a/after"), &root.join("z/deep")] {
            fs::create_dir_all(folder).expect("folders");
        }
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("permissions");
        if fs::read_dir(&closed).is_ok() {
            // Nothing is closed to root.
            return;
        }
        let mut sentry = Sentry::over(vec![root.clone()]).expect("a watch");
        assert!(matches!(sentry.next().await, Ok(Some(News::Trouble(error))) if error.paths == [closed]));
        for file in ["a/file", "a/after/file", "z/deep/file"].map(|file| root.join(file)) {
            fs::write(&file, "x").expect("a file");
            told(&mut sentry, &file).await;
        }
    }

    #[tokio::test]
    async fn where_something_was_lost_every_root_is_told() {
        let home = tempfile::tempdir().expect("a folder");
        let (root, never) = (home.path().join("root"), home.path().join("never"));
        fs::create_dir(&root).expect("a folder");
        let mut sentry = Sentry::over(vec![never, root.clone()]).expect("a watch");
        let lost = || notify::Event::new(EventKind::Other).set_flag(Flag::Rescan);
        sentry.hear(lost()).expect("a watch");
        assert!(sentry.news.is_empty(), "arming alone is no change");
        sentry.all_armed.0 -= SETTLING * 2;
        sentry.hear(lost()).expect("a watch");
        assert_eq!(next(&mut sentry).await, Some(root.clone()));
        fs::write(root.join("file"), "x").expect("a file");
        assert_eq!(next(&mut sentry).await, Some(root.join("file")));
    }
}
