//! Which program the scenarios run, and in which environment.

use std::path::Path;
use std::process::Command;

/// What `ADO_SCENARIO_TOOL` says: `compose`, or the path of another build of ado.
fn chosen() -> Option<String> {
    std::env::var("ADO_SCENARIO_TOOL").ok()
}

/// Whether the scenarios run through `docker compose`.
pub fn is_compose() -> bool {
    chosen().is_some_and(|tool| tool == "compose")
}

/// `docker compose`, the program whose projects ado takes over and the other way round.
pub fn compose(home: &Path) -> Command {
    let mut command = hermetic("docker", home);
    command.arg("compose");
    command
}

/// The program under test.
pub fn under_test(home: &Path) -> Command {
    if is_compose() {
        return compose(home);
    }
    let program = chosen().unwrap_or_else(|| env!("CARGO_BIN_EXE_ado").to_owned());
    hermetic(&program, home)
}

/// Nothing of the developer's environment comes in but the path and where the docker client keeps its plugins.
pub fn hermetic(program: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("HOME", home).env("LANG", "C.UTF-8");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    if program == "docker" {
        let own = std::env::var_os("HOME").map(|home| Path::new(&home).join(".docker"));
        let configuration = std::env::var_os("DOCKER_CONFIG").map(Into::into).or(own);
        if let Some(folder) = configuration {
            command.env("DOCKER_CONFIG", folder);
        }
    }
    command
}

/// Whether a program is missing, in which case the test says that it is skipped and why.
pub fn skip(program: &str, package: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&folders).chain([Path::new("/usr/sbin").into()]).any(|one| one.join(program).exists());
    if !found {
        #[expect(clippy::print_stderr, reason = "the reason of a skip belongs on the test's output")]
        {
            eprintln!("skipped: {program} is missing (Debian package {package})");
        }
    }
    !found
}
