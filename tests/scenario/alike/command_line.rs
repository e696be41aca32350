//! Words, streams and exit codes on which scripts and other people's test suites rely.

use crate::support::Scenario;

const TWO: &str = "services: { app: { image: IMAGE, depends_on: [db] }, db: { image: IMAGE } }";

#[test]
fn up_keeps_the_streams_of_a_container_apart() {
    let scenario =
        Scenario::new("services: { web: { image: IMAGE, command: sh -c 'echo to-out; echo to-err >&2; sleep 0.3' } }");
    let outcome = scenario.ado("up").succeeds();
    assert!(outcome.stdout().contains("web-1  | to-out") && !outcome.stdout().contains("to-err"), "{outcome}");
    assert!(outcome.stderr().contains("web-1  | to-err"), "{outcome}");
}

#[test]
fn up_of_a_service_ends_with_it_whatever_its_dependencies_do() {
    let scenario = Scenario::new(
        "services: { job: { image: IMAGE, command: echo done-it, depends_on: [db] }, db: { image: IMAGE } }",
    );
    scenario.ado("up --attach-dependencies job").succeeds().says("done-it");
    assert!(scenario.container("db").is_running());
}

#[test]
fn every_line_of_a_big_log_is_shown() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: cat /big, volumes: ['./big:/big'] } }");
    let lines: Vec<String> = (0..100_000).map(|number| format!("this is line {number} of a big log")).collect();
    scenario.file("big", &format!("{}\n", lines.join("\n")));
    let outcome = scenario.ado("up --abort-on-container-exit").succeeds();
    assert_eq!(outcome.stdout().matches("of a big log").count(), 100_000);
}

#[test]
fn an_aborted_up_shows_what_hooks_write() {
    let scenario = Scenario::new(
        "services:
  job: { image: IMAGE, command: sleep 0.5 }
  web: { image: IMAGE, pre_stop: [{ command: echo hook-was-here }] }",
    );
    let outcome = scenario.ado("up --abort-on-container-exit").succeeds();
    assert!(outcome.stdout().contains("hook-was-here"), "{outcome}");
    outcome.says("job-1  Stopped").says("web-1  Stopped");
}

#[test]
fn stop_says_stopped_of_what_has_ended_already() {
    let scenario = Scenario::new(TWO);
    scenario.ado("up -d").succeeds();
    scenario.ado("stop app").succeeds();
    scenario.ado("stop app").succeeds().says("app-1  Stopped");
}

#[test]
fn start_starts_what_a_service_depends_on() {
    let scenario = Scenario::new(TWO);
    scenario.ado("create").succeeds();
    scenario.ado("start app").succeeds();
    assert!(scenario.container("db").is_running() && scenario.container("app").is_running());
}

#[test]
fn start_by_name_alone_knows_dependencies_from_the_containers() {
    let scenario = Scenario::new(TWO);
    scenario.ado("create").succeeds();
    let elsewhere = scenario.home();
    scenario.call(&format!("-p {} start app", scenario.project())).folder(elsewhere).run().succeeds();
    assert!(scenario.container("db").is_running());
}

#[test]
fn exec_reaches_a_one_off_container_but_not_by_number() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("run -d web").succeeds();
    scenario.ado("exec -T web true").succeeds();
    scenario.ado("exec -T --index 1 web true").exits(1).says("service \"web\" is not running container #1");
}

#[test]
fn run_asked_for_a_terminal_without_one_fails() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: cat } }");
    scenario.call("run --rm --tty web").input("x").run().exits(1).says("the input device is not a TTY");
    scenario.call("run --rm --no-TTY=false web").input("x").run().exits(1).says("the input device is not a TTY");
}

#[test]
fn a_detached_run_with_rm_is_removed_by_the_engine() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("run -d --rm web").succeeds();
    assert_eq!(scenario.one_offs()[0].at("/HostConfig/AutoRemove"), true);
}

#[test]
fn run_names_orphans() {
    let scenario = Scenario::new("services: { web: { image: IMAGE }, old: { image: IMAGE } }");
    scenario.ado("up -d old").succeeds();
    scenario.manifest("services: { web: { image: IMAGE } }");
    scenario.ado("run --rm web true").succeeds().says("rphan");
    let quiet = scenario.call("run --rm web true").env("COMPOSE_IGNORE_ORPHANS", "true").run();
    quiet.succeeds().says_nothing_of("rphan");
}

#[test]
fn run_passes_on_variables_of_the_env_file() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.file(".env", "PASSED=from-file\n");
    let outcome = scenario.ado("run --rm -e PASSED web sh -c 'echo $PASSED'").succeeds();
    assert_eq!(outcome.stdout().trim_end(), "from-file");
}

#[test]
fn an_optional_dependency_that_fails_is_named() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { db: { condition: service_healthy, required: false } } }
  db: { image: IMAGE }",
    );
    scenario.ado("up -d").succeeds().says("optional dependency \"db\" failed to start");
}

#[test]
fn all_resources_makes_what_no_service_uses() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }\nvolumes: { spare: {} }\nnetworks: { far: {} }");
    scenario.ado("--all-resources up -d").succeeds();
    assert!(scenario.network("far").is_some());
    assert!(scenario.engine().get(&format!("/volumes/{}_spare", scenario.project())).is_some());
}

#[test]
fn compatibility_joins_names_with_underscores() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("--compatibility up -d").succeeds();
    assert_eq!(scenario.container("web").name(), format!("{}_web_1", scenario.project()));
}

#[test]
fn what_is_paused_cannot_be_paused_again() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    scenario.ado("pause").succeeds();
    scenario.ado("pause").exits(1).says("already paused");
}

#[test]
fn restart_waits_until_it_is_healthy_again_and_restarts_who_follows() {
    let scenario = Scenario::new(
        "services:
  db: { image: IMAGE, healthcheck: { test: [CMD, 'true'], interval: 200ms } }
  web: { image: IMAGE, depends_on: { db: { condition: service_healthy, restart: true } } }",
    );
    scenario.ado("up -d").succeeds();
    let before = scenario.container("web");
    let elsewhere = scenario.home();
    let by_name = format!("-p {} restart db", scenario.project());
    scenario.call(&by_name).folder(elsewhere).run().succeeds().says("db-1  Healthy").says("web-1  Started");
    assert_ne!(scenario.container("web").started_at(), before.started_at());
}

#[test]
fn without_dependencies_a_missing_namespace_is_refused() {
    let scenario =
        Scenario::new("services: { app: { image: IMAGE, network_mode: 'service:db' }, db: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    scenario.ado("rm -s -f db").succeeds();
    scenario.ado("up -d --no-deps app").exits(1).says("cannot share network namespace with service db");
}

#[test]
fn without_dependencies_a_link_may_lead_nowhere() {
    let scenario = Scenario::new("services: { app: { image: IMAGE, links: [db] }, db: { image: IMAGE } }");
    scenario.ado("up -d --no-deps app").succeeds();
    assert!(scenario.container("app").is_running() && scenario.replicas("db").is_empty());
}

#[test]
fn a_manifest_without_interpolation_is_sorted() {
    let scenario = Scenario::new("services: { web: { image: '${NAME}' } }");
    let text = scenario.ado("config --no-interpolate").succeeds().stdout();
    assert!(text.find("networks:") < text.find("services:"), "{text}");
}

#[test]
fn two_services_with_one_container_name_come_up_one_at_a_time() {
    let scenario = Scenario::new(
        "services:
  one: { image: IMAGE, container_name: PROJECT-only, command: 'true' }
  two: { image: IMAGE, container_name: PROJECT-only, command: 'true' }",
    );
    let taken = format!("container name \"{}-only\" is already in use", scenario.project());
    for line in ["up", "create", "up -d --no-deps one two", "config -q"] {
        assert!(scenario.ado(line).fails().stderr().contains(&taken), "{line}");
    }
    assert!(scenario.everything().is_empty());
    for service in ["one", "two"] {
        scenario.ado(&format!("up {service}")).succeeds();
        assert_eq!(scenario.container(service).name(), format!("{}-only", scenario.project()));
        scenario.ado("down").succeeds();
    }
}
