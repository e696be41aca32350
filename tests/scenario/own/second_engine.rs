//! A second Engine, which may be restarted in the middle of things.
//!
//! `ADO_SECOND_ENGINE` names a script with the commands `start`, `stop` and `status`; the last prints the address as its last
//! word, such as `unix:///path/docker.sock`. Without it these scenarios are skipped: the machine's own Engine is never touched.

use std::process::Command;

use crate::support::{Container, Engine, Scenario, until};

struct SecondEngine {
    script: String,
}

impl SecondEngine {
    /// The second Engine, started.
    fn find() -> Option<Self> {
        let Ok(script) = std::env::var("ADO_SECOND_ENGINE") else {
            #[expect(clippy::print_stderr, reason = "the reason of a skip belongs on the test's output")]
            {
                eprintln!("skipped: ADO_SECOND_ENGINE names no script that starts a second Engine");
            }
            return None;
        };
        let engine = Self { script };
        engine.tell("start");
        Some(engine)
    }

    fn tell(&self, what: &str) -> String {
        let output = Command::new(&self.script).arg(what).output().expect("the script can run");
        assert!(output.status.success(), "{} {what}: {}", self.script, String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn engine(&self) -> Engine {
        let status = self.tell("status");
        let socket = status.split_whitespace().last().expect("the status ends with an address");
        Engine::at(&format!("unix://{}", socket.trim_start_matches("unix://")))
    }
}

#[test]
fn an_engine_restarted_in_the_middle_is_survived() {
    let Some(second) = SecondEngine::find() else { return };
    let scenario = Scenario::on(
        second.engine(),
        "services:
  web: { image: IMAGE, scale: 3, depends_on: { db: { condition: service_healthy } } }
  db:
    image: IMAGE
    volumes: ['data:/data']
    command: sh -c 'sleep 5; touch /data/ready; exec idle'
    healthcheck: { test: [CMD, test, -f, /data/ready], interval: 200ms, retries: 100 }
volumes: { data: }",
    );
    let running = scenario.call("up -d").start();
    until("the first container runs", || scenario.replicas("db").iter().any(Container::is_running));
    second.tell("stop");
    let outcome = running.finish().exits(1);
    second.tell("start");
    assert!(!outcome.output().contains("panicked"), "{outcome}");
    scenario.ado("up -d").succeeds();
    let all = scenario.everything();
    assert_eq!(all.len(), 4);
    assert!(all.iter().all(Container::is_running));
    scenario.ado("down").succeeds();
    assert!(scenario.volume("data").is_some());
}
