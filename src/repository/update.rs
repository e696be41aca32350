//! Bringing every repository up to date: clone what is missing, fast-forward what is clean.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use tokio::sync::Semaphore;

use super::address::{Address, absolute};
use super::git::{Call, is_transient};
use super::inspect::{Position, State, inspect};
use super::{Error, Git, Prompts, place};
use crate::settings::Repository;

/// Connections to one host at a time; servers refuse more than about ten that have not yet logged in
/// (`MaxStartups` of sshd).
const PER_HOST: usize = 4;
/// Pauses before trying again where the server broke the connection.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];
/// Between two looks at a lock that another run holds.
const LOCK_POLL: Duration = Duration::from_millis(100);

/// What happens to one repository, for those who watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Another run works on this project; this one waits for it.
    Waiting,
    /// Its work began.
    Started,
    /// What git does, "Receiving objects 45%".
    Progress(String),
    /// git may ask at the terminal now.
    Asking,
    /// It is done.
    Finished,
}

/// What was done to one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Updated {
    /// How the checkout is now.
    pub state: State,
    /// What was done.
    pub done: Done,
}

/// What an update did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It was missing.
    Cloned,
    /// It was clean and behind.
    FastForwarded {
        /// The commit it was at, abbreviated.
        from: String,
        /// How many commits were new.
        commits: usize,
    },
    /// It was up to date, or the state says why it was left as it was.
    Left,
}

/// Updates all repositories, several at a time; each succeeds or fails on its own. The results are in the order of
/// `repositories`. Dropping the future ends the `git` processes.
///
/// With [`Prompts::Allowed`], those that want a login are tried again one at a time, with `git` asking.
pub async fn update(
    directory: &Path,
    repositories: &[Repository],
    git: &Git,
    prompts: Prompts,
    on: &(dyn Fn(usize, Happening) + Sync),
) -> Vec<Result<Updated, Error>> {
    let _lock = match lock(directory, on).await {
        Ok(lock) => lock,
        Err(error) => {
            let path = directory.to_owned();
            let again = || Err(Error::Io { path: path.clone(), source: io::Error::from(error) });
            return repositories.iter().map(|_| again()).collect();
        }
    };
    let mut hosts: HashMap<String, Arc<Semaphore>> = HashMap::new();
    let jobs = repositories.iter().enumerate().map(|(index, repository)| {
        let host = Address::parse(&repository.url, directory).host().to_owned();
        let host = Arc::clone(hosts.entry(host).or_insert_with(|| Arc::new(Semaphore::new(PER_HOST))));
        let job = Job { directory, repository, git, index, on };
        async move {
            let _permit = host.acquire().await;
            on(index, Happening::Started);
            let result = job.patient().await;
            on(index, Happening::Finished);
            result
        }
    });
    let mut results = join_all(jobs.collect::<Vec<_>>()).await;
    if prompts == Prompts::Allowed {
        for (index, repository) in repositories.iter().enumerate() {
            if matches!(results[index], Err(Error::Login { .. })) {
                on(index, Happening::Asking);
                results[index] = Job { directory, repository, git, index, on }.once(Prompts::Allowed).await;
                on(index, Happening::Finished);
            }
        }
    }
    results
}

/// Only one update works on a project at a time; the lock goes with the process, however it ends.
async fn lock(directory: &Path, on: &(dyn Fn(usize, Happening) + Sync)) -> Result<Flock<File>, Errno> {
    let open = || File::open(directory).map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(0)));
    let mut file = open()?;
    let mut told = false;
    loop {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => return Ok(lock),
            Err((back, Errno::EWOULDBLOCK)) => file = back,
            Err((_, error)) => return Err(error),
        }
        if !told {
            on(0, Happening::Waiting);
            told = true;
        }
        tokio::time::sleep(LOCK_POLL).await;
    }
}

#[derive(Clone, Copy)]
struct Job<'a> {
    directory: &'a Path,
    repository: &'a Repository,
    git: &'a Git,
    index: usize,
    on: &'a (dyn Fn(usize, Happening) + Sync),
}

impl Job<'_> {
    async fn patient(self) -> Result<Updated, Error> {
        for pause in PAUSES {
            match self.once(Prompts::Never).await {
                Err(error) if is_transient(&error) => tokio::time::sleep(pause).await,
                result => return result,
            }
        }
        self.once(Prompts::Never).await
    }

    async fn once(self, prompts: Prompts) -> Result<Updated, Error> {
        let state = self.inspect().await?;
        match state {
            State::Missing => self.clone_it(prompts).await,
            State::OnBranch(ref at) => {
                let remote = at.remote.clone();
                self.fetch(&remote, prompts).await?;
                self.fast_forward().await
            }
            State::Unborn | State::Detached(_) | State::OtherBranch(_) | State::Busy(_) => {
                Ok(Updated { state, done: Done::Left })
            }
        }
    }

    async fn inspect(self) -> Result<State, Error> {
        let (directory, repository) = (self.directory.to_owned(), self.repository.clone());
        // A panic of libgit2's binding would be a bug; it ends this repository only.
        let inspected = tokio::task::spawn_blocking(move || inspect(&directory, &repository)).await;
        inspected.unwrap_or(Err(Error::Interrupted))
    }

    async fn clone_it(self, prompts: Prompts) -> Result<Updated, Error> {
        let target = place::below(self.directory, &self.repository.path)?;
        let parent = target.parent().unwrap_or(self.directory);
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        place::make_directory(parent)?;
        let prefix = format!(".{name}.ado-clone-");
        remove_left_over(parent, &prefix);
        let failed = |source| Error::Io { path: self.repository.path.clone(), source };
        let temporary = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent).map_err(failed)?;
        let fresh = temporary.path().join(&name);
        let url = absolute(&self.repository.url, self.directory);
        let progress = self.progress();
        let call = Call { directory: self.directory, url: &url, prompts, progress: &progress };
        self.git.clone(&call, self.repository.branch.as_deref(), &fresh).await?;
        // Replaces an empty directory, and refuses one that has got something in it meanwhile.
        fs::rename(&fresh, &target).map_err(failed)?;
        Ok(Updated { state: self.inspect().await?, done: Done::Cloned })
    }

    async fn fetch(self, remote: &str, prompts: Prompts) -> Result<(), Error> {
        let checkout = self.checkout();
        let progress = self.progress();
        let call = Call { directory: &checkout, url: &self.repository.url, prompts, progress: &progress };
        self.git.fetch(&call, remote).await
    }

    async fn fast_forward(self) -> Result<Updated, Error> {
        let state = self.inspect().await?;
        let State::OnBranch(Position { branch, remote, commit, changed, ahead, behind, known }) = &state else {
            return Ok(Updated { state, done: Done::Left });
        };
        if !known && let Some(branch) = &self.repository.branch {
            return Err(Error::NoBranch { url: self.repository.url.clone(), branch: branch.clone() });
        }
        if *changed > 0 || *ahead > 0 || *behind == 0 {
            return Ok(Updated { state, done: Done::Left });
        }
        let checkout = self.checkout();
        let progress = self.progress();
        let url = &self.repository.url;
        let call = Call { directory: &checkout, url, prompts: Prompts::Never, progress: &progress };
        self.git.fast_forward(&call, &format!("refs/remotes/{remote}/{branch}")).await?;
        let done = Done::FastForwarded { from: commit.clone(), commits: *behind };
        Ok(Updated { state: self.inspect().await?, done })
    }

    fn checkout(self) -> PathBuf {
        self.directory.join(&self.repository.path)
    }

    fn progress(self) -> impl Fn(&str) + Sync {
        move |text| (self.on)(self.index, Happening::Progress(text.to_owned()))
    }
}

/// Clones that an earlier run could not finish because it was killed. One that still has files being written to
/// stays for the next run.
fn remove_left_over(parent: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if directory && entry.file_name().to_string_lossy().starts_with(prefix) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
