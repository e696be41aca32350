//! `ado update` as people call it.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::sandbox::{Sandbox, config};

fn ado(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ado"));
    command.env_clear().envs(&sandbox.environment).current_dir(sandbox.project()).args(arguments);
    command.stdin(Stdio::null());
    command
}

fn output(sandbox: &Sandbox, arguments: &[&str]) -> Output {
    ado(sandbox, arguments).output().expect("ado starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_result_is_a_table_and_one_failure_makes_the_exit_code_1() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    sandbox.write("project/config.toml", &format!("{}[[directory]]\npath = \"data\"\n", config(&["portal", "gone"])));
    let output = output(&sandbox, &["update"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("REPOSITORY") && lines[0].contains("STATE") && lines[0].contains("WHAT"), "{table}");
    assert!(lines[1].contains("clean") && lines[1].contains("cloned main at "), "{table}");
    assert!(lines[2].contains("failed") && lines[2].contains("does not exist"), "{table}");
    assert!(lines[3].starts_with("data ") && lines[3].contains("made"), "{table}");
}

#[test]
fn tools_get_json() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    sandbox.write("project/config.toml", &config(&["portal"]));
    let output = output(&sandbox, &["update", "--format", "json", "portal"]);
    let lines: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(lines[0]["path"], "src/portal");
    assert_eq!(lines[0]["state"], "clean");
    assert_eq!(lines[0]["failed"], false);
}

#[test]
fn it_works_from_a_directory_below_and_knows_only_its_repositories() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    sandbox.write("project/config.toml", &config(&["portal"]));
    sandbox.write("project/docs/x", "");
    let below = ado(&sandbox, &["update"]).current_dir(sandbox.path("project/docs")).output().expect("ado starts");
    assert!(below.status.success(), "{}", text(&below.stderr));
    assert!(sandbox.path("project/src/portal/first").exists());

    let unknown = output(&sandbox, &["update", "portl"]);
    assert_eq!(unknown.status.code(), Some(2));
    let said = text(&unknown.stderr);
    assert!(said.contains("no repository `portl`") && said.contains("did you mean `portal`?"), "{said}");
}

#[test]
fn hostile_settings_are_refused_before_anything_is_done() {
    let sandbox = Sandbox::new();
    let url = "--upload-pack=touch stolen";
    sandbox.write("project/config.toml", &format!("[[directory]]\npath = \"a\"\n[[repository]]\nurl = \"{url}\"\n"));
    let output = output(&sandbox, &["update"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("config.toml:4"), "{}", text(&output.stderr));
    assert!(!sandbox.path("project/stolen").exists() && !sandbox.path("project/a").exists());
}

#[test]
fn without_config_toml_it_says_so() {
    let sandbox = Sandbox::new();
    let output = output(&sandbox, &["update"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no config.toml"), "{}", text(&output.stderr));
}

/// A `git` that clones half and then hangs, as with a slow network.
fn slow_git(sandbox: &mut Sandbox) -> String {
    let script = "#!/bin/sh\n\
        for last; do :; done\n\
        mkdir -p \"$last/.git/objects\" && echo half > \"$last/.git/HEAD\"\n\
        exec sleep 30\n";
    sandbox.write("bin/git", script);
    let git = sandbox.path("bin/git").display().to_string();
    assert!(Command::new("chmod").args(["+x", &git]).status().expect("chmod").success());
    let path = sandbox.environment["PATH"].clone();
    sandbox.environment.insert("PATH".to_owned(), format!("{}:{path}", sandbox.path("bin").display()));
    path
}

fn half_clone(sandbox: &Sandbox) -> bool {
    let Ok(entries) = fs::read_dir(sandbox.path("project/src")) else { return false };
    entries.flatten().any(|entry| entry.path().join("portal/.git/HEAD").exists())
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_run_killed_in_the_middle_of_a_clone_is_repaired_by_the_next_one() {
    let mut sandbox = Sandbox::new();
    sandbox.remote("portal");
    sandbox.write("project/config.toml", &config(&["portal"]));
    let path = slow_git(&mut sandbox);
    let mut child = ado(&sandbox, &["update"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("ado starts");
    wait_until("half a clone", || half_clone(&sandbox));
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(!sandbox.path("project/src/portal").exists(), "half a clone has no final name");

    sandbox.environment.insert("PATH".to_owned(), path);
    let output = output(&sandbox, &["update"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(sandbox.read("project/src/portal/first"), "1");
    assert!(!half_clone(&sandbox), "what was left over is gone");
}

#[test]
fn ctrl_c_ends_the_clone_and_leaves_nothing() {
    let mut sandbox = Sandbox::new();
    sandbox.remote("portal");
    sandbox.write("project/config.toml", &config(&["portal"]));
    slow_git(&mut sandbox);
    let mut child = ado(&sandbox, &["update"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("ado starts");
    wait_until("half a clone", || half_clone(&sandbox));
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).expect("a process id"));
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).expect("it runs");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(!half_clone(&sandbox));
}
