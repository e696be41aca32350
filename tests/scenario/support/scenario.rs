//! One behaviour on a real Engine.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use super::evidence::Transcript;
use super::{Call, Container, Engine, Outcome, image, tool};

static COUNT: AtomicU32 = AtomicU32::new(1);

/// A project of its own in a folder of its own, gone when the scenario ends.
pub struct Scenario {
    name: String,
    project: String,
    folder: TempDir,
    engine: Engine,
    transcript: Transcript,
    others: RefCell<Vec<String>>,
}

impl Scenario {
    /// A scenario with this `compose.yaml`; the word IMAGE stands for the tiny image.
    pub fn new(manifest: &str) -> Self {
        Self::on(Engine::of_this_machine(), manifest)
    }

    /// A scenario on another Engine.
    pub fn on(engine: Engine, manifest: &str) -> Self {
        image::ensure(&engine);
        let name = std::thread::current().name().unwrap_or("scenario").to_owned();
        let project = format!("scenario{}n{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = TempDir::new().expect("a folder for the scenario");
        let scenario =
            Self { name, project, folder, engine, transcript: Transcript::default(), others: RefCell::default() };
        fs::create_dir_all(scenario.home()).expect("a home");
        fs::create_dir_all(scenario.path("")).expect("a folder for the project");
        scenario.manifest(manifest);
        scenario
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The project's name, which is also its folder's.
    pub fn project(&self) -> &str {
        &self.project
    }

    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// A second project's name, torn down with this one.
    pub fn other_project(&self) -> String {
        let name = format!("{}other", self.project);
        self.others.borrow_mut().push(name.clone());
        name
    }

    pub(super) fn other_projects(&self) -> Vec<String> {
        self.others.borrow().clone()
    }

    /// The home directory of whoever runs the program under test.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A path in the project's folder.
    pub fn path(&self, relative: &str) -> PathBuf {
        let folder = self.folder.path().join(&self.project);
        if relative.is_empty() { folder } else { folder.join(relative) }
    }

    /// Writes `compose.yaml`; IMAGE stands for the tiny image and PROJECT for the project's name.
    pub fn manifest(&self, text: &str) {
        self.file("compose.yaml", text);
    }

    /// Writes a file of the project, with the same two words replaced.
    pub fn file(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("the file's folder");
        let text = text.replace("IMAGE", image::IMAGE).replace("PROJECT", &self.project);
        self.transcript.say(&format!("--- {relative}\n{text}"));
        fs::write(path, text).expect("the file can be written");
    }

    /// Makes an image `PROJECT-NAME` with further Dockerfile instructions.
    pub fn image(&self, name: &str, changes: &[&str]) {
        image::import(&self.engine, &format!("{}-{name}:latest", self.project), changes);
    }

    /// Prepares the program under test with arguments in shell notation.
    pub fn call(&self, line: &str) -> Call {
        self.prepare(tool::under_test(&self.home()), line)
    }

    /// Prepares `docker compose`, whatever the program under test is.
    pub fn compose(&self, line: &str) -> Call {
        self.prepare(tool::compose(&self.home()), line)
    }

    /// Prepares a shell script in which `$ADO` is the program under test.
    pub fn shell(&self, script: &str) -> Call {
        let program = tool::under_test(&self.home());
        let mut shell = tool::hermetic("sh", &self.home());
        shell.arg("-c").arg(script).current_dir(self.path("")).env("ADO", program.get_program());
        if let Some(host) = self.engine.host() {
            shell.env("DOCKER_HOST", host);
        }
        Call::new(shell, script.to_owned(), self.transcript.clone())
    }

    /// Prepares a script of the repository in the project's folder; unlike all else, it has the developer's environment.
    pub fn script(&self, path: &str) -> Call {
        let mut script = Command::new(self.path(path));
        script.current_dir(self.path("")).env("COMPOSE_PROJECT_NAME", &self.project);
        script.env("ADO", tool::under_test(&self.home()).get_program());
        Call::new(script, path.to_owned(), self.transcript.clone())
    }

    /// Runs the program under test to its end.
    pub fn ado(&self, line: &str) -> Outcome {
        self.call(line).run()
    }

    /// Runs a command that loses data, with the consent that a script has to give; Compose asks for none.
    pub fn confirmed(&self, line: &str) -> Outcome {
        let consent = if tool::is_compose() { "" } else { " --yes" };
        self.ado(&format!("{line}{consent}"))
    }

    fn prepare(&self, mut command: Command, line: &str) -> Call {
        if let Some(host) = self.engine.host() {
            command.env("DOCKER_HOST", host);
        }
        let arguments = shlex::split(line).expect("arguments in shell notation");
        command.args(&arguments).current_dir(self.path(""));
        let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy();
        let shown = format!("{program} {line}");
        Call::new(command, shown, self.transcript.clone())
    }

    /// Every container of the project, one-offs included, in order of service and number.
    pub fn everything(&self) -> Vec<Container> {
        let label = format!("com.docker.compose.project={}", self.project);
        let found = self.engine.labelled("/containers/json?all=1&", &label);
        let ids = found.iter().filter_map(|one| one["Id"].as_str());
        let mut all: Vec<Container> = ids.filter_map(|id| Container::inspect(&self.engine, id)).collect();
        all.sort_by_key(|one| (one.label("com.docker.compose.service").map(str::to_owned), one.replica()));
        all
    }

    /// A service's containers in order of their numbers, without one-offs.
    pub fn replicas(&self, service: &str) -> Vec<Container> {
        let mut all = self.everything();
        all.retain(|one| {
            one.label("com.docker.compose.service") == Some(service)
                && one.label("com.docker.compose.oneoff") == Some("False")
        });
        all
    }

    /// The containers that `run` made.
    pub fn one_offs(&self) -> Vec<Container> {
        let mut all = self.everything();
        all.retain(|one| one.label("com.docker.compose.oneoff") == Some("True"));
        all
    }

    /// The only container of a service.
    pub fn container(&self, service: &str) -> Container {
        let mut all = self.replicas(service);
        assert_eq!(all.len(), 1, "service {service} should have one container");
        all.remove(0)
    }

    /// What a command prints inside the only container of a service.
    pub fn inside(&self, service: &str, command: &[&str]) -> String {
        self.engine.exec(self.container(service).id(), command)
    }

    /// What the only container of a service has written.
    pub fn logs(&self, service: &str) -> String {
        self.engine.logs(self.container(service).id())
    }

    /// A network of the project by its key in the manifest, or by its full name.
    pub fn network(&self, key: &str) -> Option<serde_json::Value> {
        self.engine.get(&format!("/networks/{}_{key}", self.project))
    }

    /// A volume of the project by its key in the manifest.
    pub fn volume(&self, key: &str) -> Option<serde_json::Value> {
        self.engine.get(&format!("/volumes/{}_{key}", self.project))
    }
}
