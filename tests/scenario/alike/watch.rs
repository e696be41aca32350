//! `watch`: edits on the host arrive in the containers.

use crate::support::{Running, Scenario, until};

/// A service that is built from `app` and watches it.
fn manifest(watch: &str) -> String {
    format!(
        "services: {{ web: {{ build: ./app, command: sh -c 'echo started; exec idle', develop: {{ watch: [{watch}] }} }} }}"
    )
}

/// The project runs and is watched.
fn watched(watch: &str) -> (Scenario, Running) {
    let scenario = Scenario::new(&manifest(watch));
    scenario.file("app/Dockerfile", "FROM IMAGE\nCOPY . /app\n");
    scenario.file("app/code/page", "one\n");
    let watching = begin(&scenario);
    (scenario, watching)
}

/// Brings the project up, and watches it.
fn begin(scenario: &Scenario) -> Running {
    scenario.ado("up -d --build").succeeds();
    let watching = scenario.call("watch --no-up").start();
    watching.until_prints("Watch enabled");
    watching
}

#[test]
fn an_edited_file_is_synchronised() {
    let (scenario, _watching) = watched("{ action: sync, path: ./app/code, target: /app/code }");
    let before = scenario.container("web");
    scenario.file("app/code/page", "two\n");
    until("the edit has arrived", || scenario.inside("web", &["cat", "/app/code/page"]) == "two\n");
    scenario.file("app/code/new/deep", "new\n");
    until("the new file has arrived", || scenario.inside("web", &["cat", "/app/code/new/deep"]) == "new\n");
    assert_eq!(scenario.container("web").started_at(), before.started_at());
}

#[test]
fn a_removed_file_is_removed_inside() {
    let (scenario, _watching) = watched("{ action: sync, path: ./app/code, target: /app/code }");
    std::fs::remove_file(scenario.path("app/code/page")).expect("the file can be removed");
    until("the file is gone inside", || scenario.inside("web", &["ls", "/app/code"]).is_empty());
}

#[test]
fn a_folder_that_appears_later_is_synchronised() {
    let (scenario, _watching) = watched("{ action: sync, path: ./later/data, target: /app/data }");
    scenario.file("later/data/note", "new\n");
    until("the new file has arrived", || scenario.inside("web", &["cat", "/app/data/note"]) == "new\n");
    scenario.file("later/data/note", "edited\n");
    until("the edit has arrived", || scenario.inside("web", &["cat", "/app/data/note"]) == "edited\n");
}

#[test]
fn ignored_files_are_not_synchronised() {
    let (scenario, _watching) = watched("{ action: sync, path: ./app/code, target: /app/code, ignore: ['*.tmp'] }");
    scenario.file("app/code/page.tmp", "x\n");
    scenario.file("app/code/page", "two\n");
    until("the edit has arrived", || scenario.inside("web", &["cat", "/app/code/page"]) == "two\n");
    assert_eq!(scenario.inside("web", &["ls", "/app/code"]).trim(), "page");
}

#[test]
fn what_a_build_does_not_get_is_not_synchronised() {
    let scenario = Scenario::new(&manifest("{ action: sync, path: ./app, target: /app }"));
    scenario.file("app/Dockerfile", "FROM IMAGE\nCOPY . /app\n");
    scenario.file("app/.dockerignore", "logs\n");
    scenario.file("app/page", "one\n");
    let _watching = begin(&scenario);
    scenario.file("app/logs/today", "x\n");
    scenario.file("app/page", "two\n");
    until("the edit has arrived", || scenario.inside("web", &["cat", "/app/page"]) == "two\n");
    assert!(!scenario.inside("web", &["ls", "/app"]).contains("logs"));
}

#[test]
fn a_path_that_a_container_sees_anyway_is_left_out() {
    let scenario = Scenario::new(
        "services: { web: { build: ./app, command: idle, volumes: [./app/data:/data], develop: { watch: [
           { action: sync, path: ./app/data, target: /data }, { action: sync, path: ./app/code, target: /app/code } ] } } }",
    );
    scenario.file("app/Dockerfile", "FROM IMAGE\nCOPY . /app\n");
    scenario.file("app/code/page", "one\n");
    scenario.file("app/data/note", "one\n");
    let watching = begin(&scenario);
    watching.until_prints("also declared by a bind mount volume");
    scenario.file("app/code/page", "two\n");
    until("the edit has arrived", || scenario.inside("web", &["cat", "/app/code/page"]) == "two\n");
}

#[test]
fn one_edit_that_cannot_be_carried_over_does_not_end_it() {
    let (scenario, watching) = watched(
        "{ action: sync, path: ./app/bad, target: /app/Dockerfile/below }, { action: sync, path: ./app/code, target: /app/code }",
    );
    scenario.file("app/bad/file", "x\n");
    watching.until_prints("Syncing service");
    scenario.file("app/code/page", "two\n");
    until("the edit has arrived", || scenario.inside("web", &["cat", "/app/code/page"]) == "two\n");
}

#[test]
fn sync_and_restart_restarts_the_container() {
    let (scenario, _watching) = watched("{ action: sync+restart, path: ./app/code, target: /app/code }");
    let before = scenario.container("web");
    scenario.file("app/code/page", "two\n");
    until("the container was restarted", || scenario.container("web").started_at() != before.started_at());
    assert_eq!(scenario.container("web").id(), before.id());
    assert_eq!(scenario.inside("web", &["cat", "/app/code/page"]), "two\n");
}

#[test]
fn rebuild_builds_and_recreates() {
    let (scenario, _watching) = watched("{ action: rebuild, path: ./app/code }");
    let before = scenario.container("web");
    scenario.file("app/code/page", "two\n");
    until("the container was recreated", || {
        scenario.replicas("web").iter().any(|one| one.id() != before.id() && one.is_running())
    });
    until("the new content runs", || {
        scenario.replicas("web").len() == 1 && scenario.inside("web", &["cat", "/app/code/page"]) == "two\n"
    });
}

#[test]
fn sync_and_exec_runs_a_command_inside() {
    let (scenario, _watching) = watched(
        "{ action: sync+exec, path: ./app/code, target: /app/code, exec: { command: cp /app/code/page /copied } }",
    );
    scenario.file("app/code/page", "two\n");
    until("the command has run", || scenario.inside("web", &["cat", "/copied"]) == "two\n");
}

#[test]
fn what_changes_while_the_services_come_up_is_carried_over() {
    let scenario = Scenario::new(
        "services:
  web:
    build: ./app
    healthcheck: { test: test -e /go-on, interval: 100ms }
    develop: { watch: [{ action: sync, path: ./app/code, target: /app/code }] }
  last: { image: IMAGE, depends_on: { web: { condition: service_healthy } } }",
    );
    scenario.file("app/Dockerfile", "FROM IMAGE\nCOPY . /app\n");
    scenario.file("app/code/page", "one\n");
    let _watching = scenario.call("up --watch").start();
    until("the image was built and runs", || {
        scenario.replicas("web").iter().any(crate::support::Container::is_running)
    });
    scenario.file("app/code/page", "two\n");
    scenario.inside("web", &["touch", "/go-on"]);
    until("the edit has arrived", || scenario.inside("web", &["cat", "/app/code/page"]) == "two\n");
}
