//! `ado init` on a real project: Django's own tool makes it, ado writes its tasks, and the tasks are done.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Says that no package index answered, as pip words it.
const UNREACHABLE: [&str; 3] = ["NewConnectionError", "No matching distribution found", "ConnectTimeoutError"];

const TEST: &str = "from django.test import TestCase

class Shop(TestCase):
    def test_admin_asks_who_is_there(self):
        self.assertEqual(self.client.get('/admin/').status_code, 302)
";

/// A Django project with one service and the database that its tool chooses, SQLite.
struct Project {
    root: TempDir,
}

impl Project {
    /// `None` where the package index cannot be reached.
    fn from_its_own_tool() -> Option<Self> {
        let project = Self { root: TempDir::new().expect("a temporary directory") };
        succeeds(Command::new("python3").args(["-m", "venv"]).arg(project.path("venv")));
        let mut pip = Command::new(project.path("venv/bin/pip"));
        let pip =
            pip.args(["install", "--quiet", "--disable-pip-version-check", "Django"]).output().expect("pip starts");
        let said = String::from_utf8_lossy(&pip.stderr).into_owned();
        if !pip.status.success() && UNREACHABLE.iter().any(|words| said.contains(words)) {
            return None;
        }
        assert!(pip.status.success(), "{said}");
        let shop = project.path("shop");
        fs::create_dir(&shop).expect("a directory");
        let admin = project.path("venv/bin/django-admin");
        succeeds(Command::new(admin).args(["startproject", "shop", "."]).current_dir(&shop));
        fs::write(shop.join("Dockerfile"), "FROM python\n").expect("a file");
        fs::write(shop.join("compose.yaml"), "services: { web: { build: . } }\n").expect("a file");
        Some(project)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn init(&self) -> Output {
        Command::new(env!("CARGO_BIN_EXE_ado")).arg("init").current_dir(self.path("shop")).output().expect("ado starts")
    }

    /// What a container of the service would find in its volume.
    fn equip(&self) {
        let home = self.path("home");
        fs::create_dir_all(home.join("locks/project")).expect("a lock");
        symlink(env!("CARGO_BIN_EXE_ado"), home.join("ado-do")).expect("a link");
        let settings = fs::read_to_string(self.path("shop/config.toml")).expect("ado init has written it");
        let definitions = serde_json::json!({ "settings": settings, "services": {} }).to_string();
        fs::write(home.join("definitions.json"), definitions).expect("definitions");
    }

    fn task(&self, words: &[&str]) -> String {
        let home = self.path("home");
        let path = format!("{}:/usr/bin:/bin", self.path("venv/bin").display());
        let mut ado_do = Command::new(home.join("ado-do"));
        ado_do.args(words).env("ADO_HOME", &home).env("ADO_SERVICE", "web").env("PATH", path);
        succeeds(ado_do.current_dir(self.path("shop")))
    }
}

/// Both streams of a command that must succeed.
fn succeeds(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

#[test]
fn a_real_django_project_gets_tasks_that_work() {
    let Some(project) = Project::from_its_own_tool() else {
        #[expect(clippy::print_stderr, reason = "the reason of a skip belongs on the test's output")]
        {
            eprintln!("skipped: the package index with Django cannot be reached");
        }
        return;
    };
    let init = project.init();
    assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
    let said = String::from_utf8_lossy(&init.stderr);
    assert!(said.contains("tasks for Django") && said.contains("`web`"), "{said}");
    let again = project.init();
    assert_eq!(again.status.code(), Some(1), "a second one overwrites nothing");

    let config = project.path("shop/config.toml");
    let text = fs::read_to_string(&config).expect("it is there");
    let settings = ado::settings::parse(Path::new("config.toml"), &text).expect("ado understands what it wrote");
    assert!(settings.tasks.values().all(|task| task.service.as_ref().is_some_and(|name| name.as_str() == "web")));

    project.equip();
    assert!(project.task(&["migrate"]).contains("Applying auth.0001_initial"));
    assert!(project.path("shop/db.sqlite3").is_file(), "the database is there");
    assert!(project.task(&["manage", "check"]).contains("no issues"));
    fs::write(project.path("shop/shop/tests.py"), TEST).expect("a test of the project");
    assert!(project.task(&["test"]).contains("Ran 1 test"), "the project's own test is run");
}
