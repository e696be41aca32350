//! `run`: a container for one command.

use crate::support::Scenario;

const WEB: &str = "services: { web: { image: IMAGE, environment: { MODE: manifest } } }";

#[test]
fn run_prints_what_the_command_prints() {
    let scenario = Scenario::new(WEB);
    let outcome = scenario.ado("run --rm web echo hello").succeeds();
    assert_eq!(outcome.stdout().trim_end(), "hello");
}

#[test]
fn run_passes_the_exit_code_on() {
    let scenario = Scenario::new(WEB);
    scenario.ado("run --rm web sh -c 'exit 41'").exits(41);
}

#[test]
fn run_rm_leaves_no_container() {
    let scenario = Scenario::new(WEB);
    scenario.ado("run --rm web true").succeeds();
    assert!(scenario.everything().is_empty());
}

#[test]
fn run_without_rm_leaves_a_one_off_container() {
    let scenario = Scenario::new(WEB);
    scenario.ado("run web true").succeeds();
    let made = scenario.one_offs();
    assert_eq!(made.len(), 1);
    assert!(made[0].name().starts_with(&format!("{}-web-run-", scenario.project())));
    assert_eq!(made[0].status(), "exited");
}

#[test]
fn run_tells_what_it_needs_and_not_its_own_container() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, depends_on: [db], stop_grace_period: 0s }, db: { image: IMAGE } }",
    );
    let said = scenario.ado("run --rm web true").succeeds();
    said.says("db-1  Created").says("db-1  Started").says_nothing_of("-web-run-");
}

#[test]
fn run_takes_further_environment_variables() {
    let scenario = Scenario::new(WEB);
    let outcome = scenario.ado("run --rm -e MODE=line -e MORE=yes web sh -c 'echo $MODE $MORE'").succeeds();
    assert_eq!(outcome.stdout().trim_end(), "line yes");
}

#[test]
fn run_replaces_the_entrypoint() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, entrypoint: [echo, old], command: [tail] } }");
    let outcome = scenario.ado("run --rm --entrypoint 'echo new' web").succeeds();
    assert_eq!(outcome.stdout().trim_end(), "new");
}

#[test]
fn run_reads_its_standard_input() {
    let scenario = Scenario::new(WEB);
    let outcome = scenario.call("run --rm -T web wc -c").input("12345").run().succeeds();
    assert_eq!(outcome.stdout().trim(), "5");
}

#[test]
fn run_brings_the_dependencies_up() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, depends_on: [db] }, db: { image: IMAGE } }");
    scenario.ado("run --rm web true").succeeds();
    assert!(scenario.container("db").is_running());
}

#[test]
fn run_no_deps_leaves_the_dependencies_alone() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, depends_on: [db] }, db: { image: IMAGE } }");
    scenario.ado("run --rm --no-deps web true").succeeds();
    assert!(scenario.everything().is_empty());
}

#[test]
fn run_waits_until_dependencies_are_healthy() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { db: { condition: service_healthy } } }
  db:
    image: IMAGE
    command: sh -c 'sleep 1; touch /ready; exec idle'
    healthcheck: { test: [CMD, test, -f, /ready], interval: 200ms, retries: 50 }",
    );
    scenario.ado("run --rm web true").succeeds();
    assert_eq!(scenario.inside("db", &["ls", "/ready"]).trim(), "/ready");
}

#[test]
fn run_publishes_no_port_unless_asked() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, ports: ['8000'] } }");
    scenario.ado("run -d web").succeeds();
    assert_eq!(scenario.one_offs()[0].published("8000/tcp"), None);
}

#[test]
fn run_publishes_the_services_ports_when_asked() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, ports: ['8000'] } }");
    scenario.ado("run -d --service-ports web").succeeds();
    assert!(scenario.one_offs()[0].published("8000/tcp").is_some());
}

#[test]
fn run_publishes_a_port_of_its_own() {
    let scenario = Scenario::new(WEB);
    scenario.ado("run -d -p 127.0.0.1::9000 web").succeeds();
    assert!(scenario.one_offs()[0].published("9000/tcp").is_some());
}

#[test]
fn run_gives_the_container_a_name() {
    let scenario = Scenario::new(WEB);
    scenario.ado("run --name PROJECT-job web true".replace("PROJECT", scenario.project()).as_str()).succeeds();
    assert_eq!(scenario.one_offs()[0].name(), format!("{}-job", scenario.project()));
}

#[test]
fn run_sets_user_working_directory_and_labels() {
    let scenario = Scenario::new(WEB);
    let outcome = scenario.ado("run -u guest -w /tmp -l team=blue web sh -c 'id -un; pwd'").succeeds();
    assert_eq!(outcome.stdout().split_whitespace().collect::<Vec<_>>(), ["guest", "/tmp"]);
    assert_eq!(scenario.one_offs()[0].label("team"), Some("blue"));
}

#[test]
fn run_mounts_further_volumes() {
    let scenario = Scenario::new(WEB);
    scenario.file("shared/note", "from the host\n");
    let line = format!("run --rm -v {}:/shared:ro web cat /shared/note", scenario.path("shared").display());
    assert_eq!(scenario.ado(&line).succeeds().stdout().trim_end(), "from the host");
}

#[test]
fn run_detached_prints_the_container() {
    let scenario = Scenario::new(WEB);
    let outcome = scenario.ado("run -d web").succeeds();
    let made = scenario.one_offs().remove(0);
    assert!(made.is_running());
    let said = outcome.stdout();
    assert!(made.id() == said.trim() || made.name() == said.trim(), "{outcome}");
}

#[test]
fn a_one_off_is_no_replica() {
    let scenario = Scenario::new(WEB);
    scenario.ado("run -d web").succeeds();
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.replicas("web").len(), 1);
    assert_eq!(scenario.one_offs().len(), 1);
}

#[test]
fn run_resolves_other_services_by_name() {
    let scenario = Scenario::new("services: { web: { image: IMAGE }, api: { image: IMAGE } }");
    scenario.ado("up -d api").succeeds();
    scenario.ado("run --rm web nslookup -type=a api").succeeds();
}

#[test]
fn run_of_an_unknown_service_fails() {
    let scenario = Scenario::new(WEB);
    scenario.ado("run --rm nobody true").fails().says("nobody");
}

#[test]
fn run_of_a_missing_program_exits_as_a_shell_would() {
    let scenario = Scenario::new(WEB);
    let code = scenario.ado("run --rm web /no/such/program").fails().code();
    assert!(matches!(code, 1 | 127), "code {code}");
}

#[test]
fn run_removes_its_container_when_the_project_goes_down() {
    let scenario = Scenario::new(WEB);
    scenario.ado("run -d web").succeeds();
    scenario.ado("down --remove-orphans").succeeds();
    assert!(scenario.everything().is_empty());
}

#[test]
fn a_process_in_the_background_keeps_its_input_open() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("run -d web cat").succeeds();
    scenario.ado("exec -T web ps").succeeds().says("cat");
    assert!(scenario.one_offs().iter().all(crate::support::Container::is_running));
}
