//! An Engine that refuses, hangs or breaks off: no hang, no panic, and the next run repairs everything.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::support::{Container, Proxy, Scenario, Verdict, until};

const MANIFEST: &str = "services:
  web: { image: IMAGE, scale: 3, depends_on: [db] }
  db: { image: IMAGE, volumes: ['data:/data'] }
volumes: { data: }";

/// Runs `up` through the proxy, then without it, and expects the project to be whole and nothing more.
fn recovers(scenario: &Scenario, proxy: &Proxy) {
    let outcome = scenario.call("up -d").env("DOCKER_HOST", proxy.host()).run();
    assert!(proxy.hits() > 0, "the fault never happened: {outcome}");
    assert!(!outcome.output().contains("panicked"), "{outcome}");
    scenario.ado("up -d").succeeds();
    let all = scenario.everything();
    assert_eq!(all.len(), 4, "nothing more and nothing less");
    assert!(all.iter().all(Container::is_running));
}

/// A verdict for the first request that matches, while the others pass.
fn once(pattern: &'static [&'static str], verdict: Verdict) -> impl Fn(&str) -> Verdict + Send + Sync {
    let count = AtomicUsize::new(0);
    move |line| {
        let matches = pattern.iter().all(|part| line.contains(part));
        if matches && count.fetch_add(1, Ordering::SeqCst) == 0 { verdict } else { Verdict::Pass }
    }
}

#[test]
fn a_refused_creation_is_reported_and_repaired() {
    let scenario = Scenario::new(MANIFEST);
    let rule = once(&["POST", "/containers/create"], Verdict::Refuse(500, "the disk is on fire"));
    let proxy = Proxy::before(scenario.engine(), rule);
    scenario.call("up -d").env("DOCKER_HOST", proxy.host()).run().exits(1).says("the disk is on fire");
    recovers(&scenario, &Proxy::before(scenario.engine(), once(&["GET"], Verdict::Break)));
}

#[test]
fn a_full_disk_of_the_engine_is_reported_and_repaired() {
    let scenario = Scenario::new(MANIFEST);
    let rule = |line: &str| {
        let create = line.contains("POST") && line.contains("/containers/create");
        if create { Verdict::Refuse(500, "mkdir /var/lib/docker/x: no space left on device") } else { Verdict::Pass }
    };
    let proxy = Proxy::before(scenario.engine(), rule);
    scenario.call("up -d").env("DOCKER_HOST", proxy.host()).run().exits(1).says("no space left");
    recovers(&scenario, &proxy);
}

#[test]
fn a_refused_start_is_reported_and_repaired() {
    let scenario = Scenario::new(MANIFEST);
    let proxy = Proxy::before(scenario.engine(), once(&["POST", "/start"], Verdict::Refuse(500, "no runtime")));
    recovers(&scenario, &proxy);
}

#[test]
fn a_refused_network_is_reported_and_repaired() {
    let scenario = Scenario::new(MANIFEST);
    let proxy =
        Proxy::before(scenario.engine(), once(&["POST", "/networks/create"], Verdict::Refuse(500, "no subnet left")));
    recovers(&scenario, &proxy);
}

#[test]
fn a_connection_that_breaks_after_creation_leaves_nothing_double() {
    let scenario = Scenario::new(MANIFEST);
    let proxy = Proxy::before(scenario.engine(), once(&["POST", "/containers/create"], Verdict::Break));
    recovers(&scenario, &proxy);
}

#[test]
fn a_connection_that_breaks_while_starting_is_repaired() {
    let scenario = Scenario::new(MANIFEST);
    let proxy = Proxy::before(scenario.engine(), once(&["POST", "/start"], Verdict::Break));
    recovers(&scenario, &proxy);
}

#[test]
fn a_recreation_that_is_refused_half_way_keeps_the_data_and_is_repaired() {
    let scenario = Scenario::new(MANIFEST);
    scenario.ado("up -d").succeeds();
    scenario.inside("db", &["sh", "-c", "echo kept > /data/note"]);
    for pattern in [&["POST", "/rename"][..], &["POST", "/containers/create"], &["POST", "/stop"], &["DELETE"]] {
        let proxy = Proxy::before(scenario.engine(), move |line| {
            if pattern.iter().all(|part| line.contains(part)) { Verdict::Refuse(500, "not now") } else { Verdict::Pass }
        });
        scenario.call("up -d --force-recreate").env("DOCKER_HOST", proxy.host()).run();
        scenario.ado("up -d").succeeds();
        let names: Vec<String> = scenario.everything().iter().map(|one| one.name().to_owned()).collect();
        let expected = ["db-1", "web-1", "web-2", "web-3"].map(|end| format!("{}-{end}", scenario.project()));
        assert_eq!(names, expected, "after a refused {pattern:?}");
        assert_eq!(scenario.inside("db", &["cat", "/data/note"]), "kept\n");
    }
}

#[test]
fn an_engine_that_hangs_can_be_interrupted() {
    let scenario = Scenario::new(MANIFEST);
    let rule = once(&["POST", "/containers/create"], Verdict::Hang);
    let proxy = Proxy::before(scenario.engine(), rule);
    let mut running = scenario.call("up -d").env("DOCKER_HOST", proxy.host()).start();
    until("the Engine hangs", || proxy.hits() > 0);
    running.signal(Signal::SIGINT);
    if !running.ends_within(Duration::from_secs(3)) {
        running.signal(Signal::SIGINT);
    }
    running.finish().exits(130);
    recovers(&scenario, &Proxy::before(scenario.engine(), once(&["GET"], Verdict::Break)));
}

#[test]
fn a_refused_removal_is_reported_and_the_next_down_removes_everything() {
    let scenario = Scenario::new(MANIFEST);
    scenario.ado("up -d").succeeds();
    let proxy = Proxy::before(scenario.engine(), once(&["DELETE", "/containers/"], Verdict::Refuse(500, "busy")));
    scenario.call("down").env("DOCKER_HOST", proxy.host()).run().exits(1).says("busy");
    scenario.ado("down").succeeds();
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
    assert!(scenario.volume("data").is_some());
}
