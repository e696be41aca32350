//! A project in a temporary directory with remotes beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use ado::repository::{self, Error, Git, Happening, Prompts, Updated};
use ado::settings::{self, Settings};
use tempfile::TempDir;

/// What became of each repository, and what happened meanwhile to the repository of an index.
pub(super) type Watched = (Vec<Result<Updated, Error>>, Vec<(usize, Happening)>);

pub(super) struct Sandbox {
    root: TempDir,
    pub(super) environment: BTreeMap<String, String>,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let root = TempDir::new().expect("a temporary directory");
        let home = root.path().join("home");
        fs::create_dir_all(&home).expect("a home");
        fs::create_dir_all(root.path().join("project")).expect("a project");
        let path = std::env::var("PATH").expect("PATH is set");
        let environment = [
            ("HOME", home.display().to_string()),
            ("PATH", path),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("GIT_AUTHOR_NAME", "A".to_owned()),
            ("GIT_AUTHOR_EMAIL", "a@example.org".to_owned()),
            ("GIT_COMMITTER_NAME", "A".to_owned()),
            ("GIT_COMMITTER_EMAIL", "a@example.org".to_owned()),
        ];
        Self { root, environment: environment.map(|(name, value)| (name.to_owned(), value)).into() }
    }

    pub(super) fn project(&self) -> PathBuf {
        self.root.path().join("project")
    }

    pub(super) fn path(&self, relative: &str) -> PathBuf {
        self.root.path().join(relative)
    }

    pub(super) fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        fs::write(path, text).expect("a written file");
    }

    pub(super) fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
    }

    /// Calls git in a directory and gives what it printed.
    pub(super) fn git(&self, directory: &str, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .env_clear()
            .envs(&self.environment)
            .current_dir(self.path(directory))
            .args(arguments)
            .output()
            .expect("git starts");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// A bare repository `remotes/NAME` with one commit on `main`, and a working copy `work/NAME` of it.
    pub(super) fn remote(&self, name: &str) {
        fs::create_dir_all(self.path("remotes")).expect("remotes");
        fs::create_dir_all(self.path("work")).expect("work");
        self.git("remotes", &["init", "--quiet", "--bare", "--initial-branch=main", name]);
        self.git("work", &["clone", "--quiet", &self.path("remotes").join(name).display().to_string(), name]);
        self.git(&format!("work/{name}"), &["checkout", "--quiet", "-B", "main"]);
        self.commit(name, "first", "1");
    }

    /// Commits a file in `work/NAME` and pushes it.
    pub(super) fn commit(&self, name: &str, file: &str, text: &str) {
        let work = format!("work/{name}");
        self.write(&format!("{work}/{file}"), text);
        self.git(&work, &["add", "--all"]);
        self.git(&work, &["commit", "--quiet", "-m", file]);
        self.git(&work, &["push", "--quiet", "origin", "HEAD"]);
    }

    pub(super) fn update(&self, config: &str) -> Vec<Result<Updated, Error>> {
        self.update_watched(config).0
    }

    pub(super) fn update_watched(&self, config: &str) -> Watched {
        let settings = settings(config);
        let git = Git::new(self.environment.clone());
        let seen: Mutex<Vec<(usize, Happening)>> = Mutex::default();
        let on = |index, happening| seen.lock().expect("nobody panicked").push((index, happening));
        let project = self.project();
        let updating = repository::update(&project, &settings.repositories, &git, Prompts::Never, &on);
        let results = runtime().block_on(updating);
        (results, seen.into_inner().expect("nobody panicked"))
    }
}

pub(super) fn settings(text: &str) -> Settings {
    settings::parse(Path::new("config.toml"), text).unwrap_or_else(|invalid| panic!("{:?}", invalid.problems))
}

pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// `[[repository]]` tables for remotes of the sandbox, checked out under their own names.
pub(super) fn config(names: &[&str]) -> String {
    let table = |name: &&str| format!("[[repository]]\nurl = \"../remotes/{name}\"\npath = \"src/{name}\"\n");
    names.iter().map(table).collect::<Vec<_>>().concat()
}
