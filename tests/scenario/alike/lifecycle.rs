//! stop, start, restart, kill, pause, unpause, rm, wait.

use crate::support::{Container, Scenario};

const WEB: &str = "services: { web: { image: IMAGE } }";

fn up(manifest: &str) -> Scenario {
    let scenario = Scenario::new(manifest);
    scenario.ado("up -d").succeeds();
    scenario
}

#[test]
fn stop_keeps_the_containers() {
    let scenario = up(WEB);
    scenario.ado("stop").succeeds();
    assert_eq!(scenario.container("web").status(), "exited");
}

#[test]
fn start_starts_the_same_containers() {
    let scenario = up("services: { web: { image: IMAGE, scale: 2 } }");
    let before: Vec<String> = scenario.replicas("web").iter().map(|one| one.id().to_owned()).collect();
    scenario.ado("stop").succeeds();
    scenario.ado("start").succeeds();
    let after = scenario.replicas("web");
    assert!(after.iter().all(Container::is_running));
    assert_eq!(after.iter().map(|one| one.id().to_owned()).collect::<Vec<_>>(), before);
}

#[test]
fn start_without_containers_fails() {
    let scenario = Scenario::new(WEB);
    scenario.ado("start").fails().says("web");
}

#[test]
fn restart_restarts_the_same_container() {
    let scenario = up(WEB);
    let before = scenario.container("web");
    scenario.ado("restart").succeeds();
    let after = scenario.container("web");
    assert_eq!(before.id(), after.id());
    assert_ne!(before.started_at(), after.started_at());
}

#[test]
fn restart_of_a_service_leaves_the_others() {
    let scenario = up("services: { web: { image: IMAGE }, api: { image: IMAGE } }");
    let before = scenario.container("api");
    scenario.ado("restart web").succeeds();
    assert_eq!(scenario.container("api").started_at(), before.started_at());
}

#[test]
fn kill_ends_the_container_at_once() {
    let scenario = up(WEB);
    scenario.ado("kill").succeeds();
    assert_eq!(scenario.container("web").exit_code(), 137);
}

#[test]
fn kill_sends_the_signal_that_is_asked_for() {
    let scenario = up(
        "services: { web: { image: IMAGE, command: \"sh -c \\\"trap 'echo usr1' USR1; while :; do sleep 0.1; done\\\"\" } }",
    );
    scenario.ado("kill -s SIGUSR1 web").succeeds();
    crate::support::until("the signal has arrived", || scenario.logs("web").contains("usr1"));
    assert!(scenario.container("web").is_running());
}

#[test]
fn pause_and_unpause_hold_and_release() {
    let scenario = up(WEB);
    scenario.ado("pause").succeeds();
    assert_eq!(scenario.container("web").status(), "paused");
    scenario.ado("unpause").succeeds();
    assert_eq!(scenario.container("web").status(), "running");
    scenario.ado("unpause").exits(1).says("is not paused");
}

#[test]
fn rm_removes_stopped_containers_only() {
    let scenario = up("services: { web: { image: IMAGE }, api: { image: IMAGE } }");
    scenario.ado("stop web").succeeds();
    scenario.ado("rm -f").succeeds();
    assert!(scenario.replicas("web").is_empty());
    assert!(scenario.container("api").is_running());
}

#[test]
fn rm_stop_stops_first() {
    let scenario = up(WEB);
    scenario.ado("rm -f -s web").succeeds();
    assert!(scenario.everything().is_empty());
}

#[test]
fn rm_with_volumes_removes_anonymous_volumes() {
    let scenario = up("services: { web: { image: IMAGE, volumes: [/data] } }");
    let volume = scenario.container("web").volume("/data").expect("an anonymous volume").to_owned();
    scenario.ado("rm -f -s -v").succeeds();
    assert!(scenario.engine().get(&format!("/volumes/{volume}")).is_none());
}

#[test]
fn wait_gives_the_exit_code_of_the_first_that_stops() {
    let scenario = up("services: { web: { image: IMAGE, command: sh -c 'sleep 1.5; exit 42' } }");
    scenario.ado("wait web").exits(42);
}

#[test]
fn stop_sends_the_signal_of_the_manifest() {
    let scenario = up(
        "services: { web: { image: IMAGE, stop_signal: SIGUSR1, command: \"sh -c \\\"trap 'exit 9' USR1; while :; do sleep 0.1; done\\\"\" } }",
    );
    scenario.ado("stop").succeeds();
    assert_eq!(scenario.container("web").exit_code(), 9);
}

#[test]
fn stop_kills_after_the_grace_period_of_the_manifest() {
    let scenario = up("services: { web: { image: IMAGE, command: sleep 1000, stop_grace_period: 1s } }");
    let start = std::time::Instant::now();
    scenario.ado("stop").succeeds();
    assert_eq!(scenario.container("web").exit_code(), 137);
    assert!((1..8).contains(&start.elapsed().as_secs()), "it took {:?}", start.elapsed());
}

#[test]
fn the_restart_policy_is_the_engines() {
    let scenario = up(
        "services: { a: { image: IMAGE, restart: unless-stopped }, b: { image: IMAGE, restart: 'on-failure:3' }, c: { image: IMAGE } }",
    );
    assert_eq!(scenario.container("a").text("/HostConfig/RestartPolicy/Name"), "unless-stopped");
    assert_eq!(scenario.container("b").text("/HostConfig/RestartPolicy/Name"), "on-failure");
    assert_eq!(scenario.container("b").number("/HostConfig/RestartPolicy/MaximumRetryCount"), 3);
    assert!(matches!(scenario.container("c").text("/HostConfig/RestartPolicy/Name"), "" | "no"));
}

#[test]
fn init_puts_a_process_before_the_service() {
    let scenario = up("services: { web: { image: IMAGE, init: true, command: sleep 1000 } }");
    assert_eq!(scenario.container("web").at("/HostConfig/Init"), true);
    assert!(!scenario.inside("web", &["cat", "/proc/1/cmdline"]).starts_with("sleep"));
}

#[test]
fn an_unknown_service_is_refused() {
    let scenario = up(WEB);
    scenario.ado("stop nobody").fails().says("nobody");
    assert!(scenario.container("web").is_running());
}
