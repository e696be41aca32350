//! Tasks: `ado-do` reaches every container that asks for it, and `ado do` reaches `ado-do`.

use std::time::Duration;

use crate::support::{Scenario, until};

const MANIFEST: &str = "services:
  db:
    image: IMAGE
    command: sh -c 'sleep 1; touch /ready; exec nc -ll -p 5000 -e cat'
    expose: ['5000']
    healthcheck: { test: [CMD, test, -e, /ready], interval: 1s }
  web:
    image: IMAGE
    command: ado-do serve main
    depends_on: [db]
  tools:
    image: IMAGE
    x-ado: { tasks: true }
    command: sleep 600
    depends_on: [db]
";

const CONFIG: &str = r#"
[task.prepare]
lock = true
run = ["echo", "prepared {{ database }}"]
argument.database = {}

[task.serve]
service = "web"
needs = { tasks = [["prepare", "{{ database }}"]], services = ["db"] }
exec = ["sh", "-c", "echo serving as $$; trap 'exit 3' TERM; while :; do sleep 0.1; done"]
argument.database = {}

[task.show]
service = "tools"
help = "Show arguments"
run = ["printf", "[%s]\n", "{{ words }}"]
argument.words = { list = true }

[task.cat]
service = "tools"
run = ["cat"]

[task.fail]
service = "tools"
run = [["sh", "-c", "echo out; echo err >&2; exit 7"], ["true"]]

[task.hold]
service = "tools"
lock = true
run = ["sh", "-c", "echo held; exec sleep 60"]

[task.next]
service = "web"
lock = true
run = ["echo", "next"]
"#;

fn scenario() -> Scenario {
    let scenario = Scenario::new(MANIFEST);
    scenario.file("config.toml", CONFIG);
    scenario
}

#[test]
fn a_service_that_starts_through_ado_do_waits_prepares_and_becomes_its_main_process() {
    let scenario = scenario();
    scenario.ado("up -d web").succeeds();
    until("web serves", || scenario.ado("logs --no-log-prefix web").output().contains("serving as 1"));
    scenario.ado("logs --no-log-prefix web").says("prepared main");
    scenario.ado("stop web").succeeds();
    assert_eq!(scenario.container("web").exit_code(), 3, "the signal and the exit code pass through");
}

#[test]
fn a_task_runs_in_a_running_replica_with_its_arguments_input_and_exit_code() {
    let scenario = scenario();
    scenario.ado("up -d tools").succeeds();
    let shown = scenario.ado("do show 'a b' '$(id)' -- --flag").succeeds();
    assert_eq!(shown.stdout(), "[a b]\n[$(id)]\n[--flag]\n");
    assert_eq!(scenario.ado("show x").succeeds().stdout(), "[x]\n");
    assert_eq!(scenario.call("do cat").input("through\n").run().succeeds().stdout(), "through\n");
    let failed = scenario.ado("do fail").exits(7);
    assert_eq!((failed.stdout().as_str(), failed.stderr().trim()), ("out\n", "err"));
}

#[test]
fn tools_get_the_result_as_json() {
    let scenario = scenario();
    scenario.ado("up -d tools").succeeds();
    let result = scenario.ado("do --format json fail").exits(7).json();
    assert_eq!(result["exit_code"], 7);
    assert_eq!(result["stdout"], "out\n");
    assert_eq!(result["stderr"], "err\n");
    assert_eq!(result["container"], format!("{}-tools-1", scenario.project()));
    let list = scenario.ado("do --format json").succeeds().json();
    assert_eq!(list[2]["name"], "show");
}

#[test]
fn a_task_gets_a_container_of_its_own_where_none_runs() {
    let scenario = scenario();
    let shown = scenario.ado("do show x").succeeds();
    assert_eq!(shown.stdout(), "[x]\n");
    assert!(scenario.container("db").is_running(), "what it depends on was started");
    let left = scenario
        .engine()
        .labelled("/containers/json?all=1&", &format!("com.docker.compose.project={}", scenario.project()));
    assert_eq!(left.len(), 1, "only db is left: {left:#?}");
    scenario.ado("do --exec show x").fails().says("not running");
    assert_eq!(scenario.ado("do --run --format json show y").succeeds().json()["stdout"], "[y]\n");
}

#[test]
fn both_forms_work_in_exec_and_run() {
    let scenario = scenario();
    scenario.ado("up -d tools").succeeds();
    assert_eq!(scenario.ado("exec -T tools ado-do show a").succeeds().stdout(), "[a]\n");
    assert_eq!(scenario.ado("run --rm -T tools ado-do show b").succeeds().stdout(), "[b]\n");
}

#[test]
fn a_changed_task_is_known_at_once() {
    let scenario = scenario();
    scenario.ado("up -d tools").succeeds();
    let before = scenario.container("tools").id().to_owned();
    scenario.file("config.toml", &CONFIG.replace("[%s]", "<%s>"));
    assert_eq!(scenario.ado("do show x").succeeds().stdout(), "<x>\n");
    scenario.ado("up -d tools").succeeds();
    assert_eq!(scenario.container("tools").id(), before, "tasks are no reason to replace a container");
}

#[test]
fn the_lock_holds_across_containers_and_a_killed_container_frees_it() {
    let scenario = scenario();
    scenario.ado("up -d tools web").succeeds();
    until("web serves", || scenario.ado("logs --no-log-prefix web").output().contains("serving as 1"));
    let mut holder = scenario.call("do hold").start();
    holder.until_prints("held");
    let mut waiting = scenario.call("do next").start();
    waiting.until_prints("holds the lock");
    assert!(waiting.is_alive());
    scenario.ado("kill tools").succeeds();
    assert!(waiting.ends_within(Duration::from_secs(20)));
    assert!(waiting.output().contains("next"));
    assert!(holder.ends_within(Duration::from_secs(20)));
}

#[test]
fn a_service_without_tasks_and_an_unknown_task_are_told_with_the_next_step() {
    let scenario = scenario();
    scenario.ado("do shwo").exits(2).says("did you mean `show`?");
    scenario.ado("shwo").exits(2).says("did you mean `show`?");
    scenario.ado("do --service db show").exits(2).says("x-ado: {tasks: true}");
    scenario.ado("do show --help").succeeds().says("Show arguments").says("Usage: ado do show");
}

#[test]
fn taking_everything_down_takes_the_volume_of_the_tasks_without_asking() {
    let scenario = scenario();
    scenario.ado("up -d tools").succeeds();
    scenario.ado("down -v").succeeds();
    let volumes =
        scenario.engine().labelled("/volumes?", &format!("com.docker.compose.project={}", scenario.project()));
    assert!(volumes.is_empty(), "{volumes:#?}");
}
