//! `up` in the foreground.

use nix::sys::signal::Signal;

use crate::support::{Scenario, until};

#[test]
fn up_shows_the_logs_of_every_service() {
    let scenario = Scenario::new(
        "services: { a: { image: IMAGE, command: echo from-a }, b: { image: IMAGE, command: echo from-b } }",
    );
    let outcome = scenario.ado("up").succeeds();
    outcome.says("a-1  | from-a").says("b-1  | from-b");
}

#[test]
fn up_ends_when_every_container_has_ended() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sh -c 'sleep 1; exit 3' } }");
    scenario.ado("up").succeeds().says("exited with code 3");
}

#[test]
fn an_interrupt_stops_the_project() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sh -c 'echo here; exec idle' } }");
    let running = scenario.call("up").start();
    running.until_prints("here");
    running.signal(Signal::SIGINT);
    let code = running.finish().code();
    assert!(matches!(code, 0 | 130), "code {code}");
    assert_eq!(scenario.container("web").status(), "exited");
}

#[test]
fn a_termination_stops_the_project() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sh -c 'echo here; exec idle' } }");
    let running = scenario.call("up").start();
    running.until_prints("here");
    running.signal(Signal::SIGTERM);
    running.finish();
    assert_eq!(scenario.container("web").status(), "exited");
}

#[test]
fn abort_on_container_exit_stops_the_others_and_passes_the_code_on() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE }, job: { image: IMAGE, command: sh -c 'sleep 0.5; exit 17' } }",
    );
    scenario.ado("up --abort-on-container-exit").exits(17);
    assert_eq!(scenario.container("web").status(), "exited");
}

#[test]
fn abort_on_container_failure_lets_a_success_pass() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, command: sh -c 'sleep 2; exit 4' }, job: { image: IMAGE, command: 'true' } }",
    );
    scenario.ado("up --abort-on-container-failure").exits(4);
}

#[test]
fn exit_code_from_passes_the_services_code_on() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE }, job: { image: IMAGE, command: sh -c 'sleep 0.5; exit 23' } }",
    );
    scenario.ado("up --exit-code-from job").exits(23);
    assert_eq!(scenario.container("web").status(), "exited");
}

#[test]
fn exit_code_from_is_the_code_of_a_test_suite_that_succeeds() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE }, job: { image: IMAGE, command: sleep 0.5, depends_on: [web] } }",
    );
    scenario.ado("up --exit-code-from job").exits(0);
}

#[test]
fn attach_can_be_limited_to_a_service() {
    let scenario = Scenario::new(
        "services: { a: { image: IMAGE, command: echo from-a }, b: { image: IMAGE, command: echo from-b } }",
    );
    scenario.ado("up --attach a").succeeds().says("from-a").says_nothing_of("from-b");
}

#[test]
fn what_needs_the_foreground_is_refused_without_it() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    let few = "--wait cannot be combined with --abort-on-container-exit, --attach or --attach-dependencies";
    let all = "--detach cannot be combined with --abort-on-container-exit, --abort-on-container-failure, --attach, \
               --attach-dependencies or --watch";
    for option in ["--attach web", "--attach-dependencies", "--abort-on-container-exit", "--exit-code-from web"] {
        scenario.ado(&format!("up --wait {option}")).fails().says(few);
        scenario.ado(&format!("up -d {option}")).fails().says(all);
    }
    for option in ["--watch", "--abort-on-container-failure"] {
        scenario.ado(&format!("up -d {option}")).fails().says(all);
        scenario.ado(&format!("up --wait {option}")).fails().says("--wait cannot be combined with");
    }
    for options in [
        "--attach web --attach-dependencies",
        "--abort-on-container-exit --abort-on-container-failure",
        "--no-recreate --renew-anon-volumes",
    ] {
        scenario.ado(&format!("up {options}")).fails();
    }
    assert!(scenario.everything().is_empty());
}

#[test]
fn attach_can_leave_a_service_out() {
    let scenario = Scenario::new(
        "services: { a: { image: IMAGE, command: echo from-a }, b: { image: IMAGE, command: echo from-b } }",
    );
    scenario.ado("up --no-attach b").succeeds().says("from-a").says_nothing_of("from-b");
}

#[test]
fn a_service_that_does_not_attach_is_not_shown() {
    let scenario = Scenario::new(
        "services: { a: { image: IMAGE, command: echo from-a }, b: { image: IMAGE, command: echo from-b, attach: false } }",
    );
    scenario.ado("up").succeeds().says("from-a").says_nothing_of("from-b");
}

#[test]
fn down_from_elsewhere_ends_up() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sh -c 'echo here; exec idle' } }");
    let running = scenario.call("up").start();
    running.until_prints("here");
    scenario.ado("down").succeeds();
    running.finish();
    until("nothing is left", || scenario.everything().is_empty());
}

#[test]
fn the_exit_code_of_a_service_that_was_stopped_with_the_others_counts() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, init: true, command: sleep 1000 }, job: { image: IMAGE, command: 'true' } }",
    );
    scenario.ado("up --exit-code-from web").exits(143).says("web-1 exited with code 143");
}
