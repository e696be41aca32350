//! `exec`: a command in a container that runs.

use std::io::Write;

use crate::support::Scenario;

fn up(manifest: &str) -> Scenario {
    let scenario = Scenario::new(manifest);
    scenario.ado("up -d").succeeds();
    scenario
}

fn web() -> Scenario {
    up("services: { web: { image: IMAGE } }")
}

#[test]
fn exec_prints_both_streams_where_they_belong() {
    let outcome = web().ado("exec -T web sh -c 'echo out; echo err >&2'").succeeds();
    assert_eq!(outcome.stdout(), "out\n");
    assert!(outcome.stderr().contains("err"));
}

#[test]
fn exec_passes_the_exit_code_on() {
    web().ado("exec -T web sh -c 'exit 33'").exits(33);
}

#[test]
fn exec_passes_its_standard_input_on() {
    let outcome = web().call("exec -T web cat").input("first\nsecond\n").run().succeeds();
    assert_eq!(outcome.stdout(), "first\nsecond\n");
}

#[test]
fn exec_passes_binary_data_through_unharmed() {
    let data: Vec<u8> = (0..200_000_u32).map(|number| (number % 251) as u8).collect();
    let outcome = web().call("exec -T web cat").input(data.clone()).run().succeeds();
    assert!(outcome.bytes() == data.as_slice(), "{} bytes came back", outcome.bytes().len());
}

#[test]
fn exec_runs_as_another_user() {
    assert_eq!(web().ado("exec -T -u guest web id -un").succeeds().stdout().trim(), "guest");
}

#[test]
fn exec_runs_in_another_folder() {
    assert_eq!(web().ado("exec -T -w /tmp web pwd").succeeds().stdout().trim(), "/tmp");
}

#[test]
fn exec_takes_further_environment_variables() {
    assert_eq!(web().ado("exec -T -e COLOUR=blue web sh -c 'echo $COLOUR'").succeeds().stdout().trim(), "blue");
}

#[test]
fn exec_goes_to_the_replica_that_is_asked_for() {
    let scenario = up("services: { web: { image: IMAGE, scale: 2 } }");
    let second = scenario.replicas("web").remove(1);
    let outcome = scenario.ado("exec -T --index 2 web hostname").succeeds();
    assert!(second.id().starts_with(outcome.stdout().trim()));
}

#[test]
fn exec_detached_returns_at_once() {
    let scenario = web();
    scenario.ado("exec -d web sh -c 'sleep 0.2; touch /done'").succeeds();
    crate::support::until("the command has run", || scenario.inside("web", &["ls", "/done"]).trim() == "/done");
}

#[test]
fn exec_in_a_service_that_does_not_run_fails() {
    let scenario = web();
    scenario.ado("stop").succeeds();
    scenario.ado("exec -T web true").exits(1).says("not running");
}

#[test]
fn exec_in_an_unknown_service_fails() {
    web().ado("exec -T nobody true").fails().says("nobody");
}

#[test]
fn exec_of_a_missing_program_exits_as_a_shell_would() {
    let code = web().ado("exec -T web /no/such/program").fails().code();
    assert!(matches!(code, 126 | 127), "code {code}");
}

#[test]
fn exec_answers_while_its_input_is_open() {
    let scenario = web();
    let (running, mut input) = scenario.call("exec -T web cat").start_with_open_input();
    input.write_all(b"question\n").expect("the input is open");
    running.until_prints("question");
    drop(input);
    running.finish().succeeds();
}
