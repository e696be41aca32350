//! `logs`: what the services have written.

use crate::support::{Scenario, until};

/// A service that has written its lines and idles.
fn written(script: &str) -> Scenario {
    let scenario = Scenario::new(&format!(
        "services: {{ web: {{ image: IMAGE, command: sh -c '{script}; echo END; exec idle' }} }}"
    ));
    scenario.ado("up -d").succeeds();
    until("everything is written", || scenario.logs("web").contains("END"));
    scenario
}

#[test]
fn each_line_is_preceded_by_its_replica() {
    let scenario = written("echo hello");
    let outcome = scenario.ado("logs").succeeds();
    assert!(outcome.stdout().contains("web-1  | hello"), "{outcome}");
}

#[test]
fn the_prefix_can_be_left_out() {
    let scenario = written("echo hello");
    assert_eq!(scenario.ado("logs --no-log-prefix").succeeds().stdout(), "hello\nEND\n");
}

#[test]
fn tail_shows_the_last_lines() {
    let scenario = written("echo a; echo b; echo c");
    assert_eq!(scenario.ado("logs --no-log-prefix --tail 2").succeeds().stdout(), "c\nEND\n");
}

#[test]
fn timestamps_are_shown_when_asked() {
    let scenario = written("echo hello");
    let outcome = scenario.ado("logs --no-log-prefix -t").succeeds();
    let first = outcome.stdout().lines().next().unwrap_or_default().to_owned();
    let (time, line) = first.split_once(' ').expect("a time and a line");
    assert_eq!(line, "hello");
    assert!(time.contains('T') && time.contains('.') && time.ends_with('Z'), "{time}");
}

#[test]
fn since_leaves_out_what_is_older() {
    let scenario = written("echo old; sleep 2; echo new");
    let outcome = scenario.ado("logs --no-log-prefix --since 1s").succeeds();
    assert!(!outcome.stdout().contains("old"), "{outcome}");
}

#[test]
fn logs_of_one_service_leave_the_others_out() {
    let scenario = Scenario::new(
        "services: { a: { image: IMAGE, command: sh -c 'echo from-a; exec idle' }, b: { image: IMAGE, command: sh -c 'echo from-b; exec idle' } }",
    );
    scenario.ado("up -d").succeeds();
    until("both have written", || scenario.logs("a").contains("from") && scenario.logs("b").contains("from"));
    scenario.ado("logs b").succeeds().says("from-b").says_nothing_of("from-a");
}

#[test]
fn logs_of_one_replica_leave_the_others_out() {
    let scenario =
        Scenario::new("services: { web: { image: IMAGE, scale: 2, command: sh -c 'echo mine; exec idle' } }");
    scenario.ado("up -d").succeeds();
    until("both have written", || {
        scenario.replicas("web").iter().all(|one| scenario.engine().logs(one.id()).contains("mine"))
    });
    let outcome = scenario.ado("logs --index 2 web").succeeds();
    assert_eq!(outcome.stdout().lines().count(), 1, "{outcome}");
    outcome.says("web-2");
}

#[test]
fn logs_of_a_stopped_service_are_still_there() {
    let scenario = written("echo hello");
    scenario.ado("stop").succeeds();
    scenario.ado("logs").succeeds().says("hello");
}

#[test]
fn following_shows_what_comes_and_ends_with_the_container() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sh -c 'sleep 1; echo late; sleep 0.5' } }");
    scenario.ado("up -d").succeeds();
    scenario.ado("logs -f --no-log-prefix").succeeds().says("late");
}

#[test]
fn a_very_long_line_comes_through_whole() {
    let scenario = written("head -c 100000 /dev/zero | tr \"\\0\" x; echo");
    let outcome = scenario.ado("logs --no-log-prefix").succeeds();
    assert_eq!(outcome.stdout().chars().filter(|letter| *letter == 'x').count(), 100_000);
}
