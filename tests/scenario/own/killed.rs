//! Killed anywhere, the next `up` converges: nothing is left over and no volume is lost.
//!
//! `ADO_KILL_MOMENTS` sets the number of moments (40 without it); they are spread over the whole length of each kind of run.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::support::{Container, Scenario, until};

fn manifest(mode: u32) -> String {
    format!(
        "services:
  web: {{ image: IMAGE, scale: 2, depends_on: [db], environment: {{ MODE: '{mode}' }}, volumes: [/cache] }}
  db: {{ image: IMAGE, environment: {{ MODE: '{mode}' }}, volumes: ['data:/data'] }}
volumes: {{ data: }}"
    )
}

/// The runs that are killed; each starts from the project as it is then.
const RUNS: [&str; 5] = ["up -d", "down", "scale web=4", "up -d --force-recreate", "run --rm -T web true"];

/// How many moments there are.
fn moments() -> u32 {
    std::env::var("ADO_KILL_MOMENTS").ok().and_then(|number| number.parse().ok()).unwrap_or(40)
}

/// Numbers between 0 and 1 that fill the interval evenly (the golden ratio's multiples), the same in every run of the tests.
fn spread(index: u32) -> f64 {
    (f64::from(index) * 0.618_033_988_75).fract()
}

/// How long an undisturbed run takes.
fn length(scenario: &Scenario, line: &str) -> Duration {
    let start = Instant::now();
    scenario.ado(line).succeeds();
    start.elapsed()
}

fn kill_during(scenario: &Scenario, line: &str, after: Duration) {
    let mut running = scenario.call(line).start();
    if !running.ends_within(after) {
        running.signal(Signal::SIGKILL);
    }
    running.finish();
    settles(scenario);
}

/// What a killed run had asked for goes on inside the Engine, which shows a container only when it is made. So it is given
/// the time until nothing has changed for a moment.
fn settles(scenario: &Scenario) {
    let look =
        || scenario.everything().iter().map(|one| (one.id().to_owned(), one.status().to_owned())).collect::<Vec<_>>();
    let (mut seen, mut since) = (look(), Instant::now());
    until("the Engine has done what it was asked for", || {
        let now = look();
        if now != seen {
            (seen, since) = (now, Instant::now());
        }
        since.elapsed() > Duration::from_millis(500)
    });
}

/// What `up` has to make of whatever was left.
fn converges(scenario: &Scenario, what: &str) {
    let outcome = scenario.ado("up -d --remove-orphans");
    assert_eq!(outcome.code(), 0, "after {what}: {outcome}");
    let mut all = scenario.everything();
    all.retain(|one| one.label("com.docker.compose.oneoff") == Some("False"));
    let names: Vec<&str> = all.iter().map(Container::name).collect();
    let expected = ["db-1", "web-1", "web-2"].map(|end| format!("{}-{end}", scenario.project()));
    assert_eq!(names, expected, "after {what}");
    assert!(all.iter().all(Container::is_running), "after {what}");
    assert_eq!(scenario.inside("db", &["cat", "/data/note"]), "kept\n", "after {what}");
    let again = scenario.ado("up -d").succeeds();
    assert!(!again.output().contains("Recreate") && !again.output().contains("Creat"), "after {what}: {again}");
}

#[test]
fn a_run_that_was_killed_anywhere_is_finished_by_the_next() {
    let scenario = Scenario::new(&manifest(0));
    scenario.ado("up -d").succeeds();
    scenario.inside("db", &["sh", "-c", "echo kept > /data/note"]);
    let lengths = RUNS.map(|line| {
        if line == "up -d" {
            scenario.ado("down").succeeds();
        }
        let taken = length(&scenario, line);
        scenario.ado("up -d").succeeds();
        taken
    });
    for index in 0..moments() {
        let kind = index as usize % RUNS.len();
        let line = RUNS[kind];
        // Two kinds of `up`: from nothing, and recreating what has changed.
        if line == "up -d" && index % 2 == 0 {
            scenario.ado("down").succeeds();
        } else if line == "up -d" {
            scenario.manifest(&manifest(index));
        }
        let after = lengths[kind].mul_f64(spread(index));
        kill_during(&scenario, line, after);
        converges(&scenario, &format!("`{line}` was killed after {after:?}"));
    }
    let left = scenario.one_offs();
    assert!(left.iter().all(|one| !one.is_running()), "one-off containers still run");
    scenario.ado("down --remove-orphans").succeeds();
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
    assert!(scenario.volume("data").is_some());
}
