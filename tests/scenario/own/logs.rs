//! Logs of several replicas in true time order.

use crate::support::{Scenario, until};

/// Two services that take turns: each writes a line a while after the other one has written its own. The Engine notes the
/// time when it reads the line, which on a busy machine is later than it was written.
const TURNS: &str = "services:
  ping:
    image: IMAGE
    volumes: ['turn:/turn']
    command: [sh, /turn.sh, '1 3 5 7 9']
    configs: [{ source: turn, target: /turn.sh }]
  pong:
    image: IMAGE
    volumes: ['turn:/turn']
    command: [sh, /turn.sh, '2 4 6 8']
    configs: [{ source: turn, target: /turn.sh }]
configs:
  turn:
    content: |
      touch /turn/1
      for i in $$1; do
        until [ -e /turn/$$i ]; do usleep 1000; done
        usleep 200000
        echo line $$i
        touch /turn/$$((i+1))
      done
      echo END
      exec idle
volumes: { turn: }";

fn expected() -> Vec<String> {
    (1..=9).map(|number| format!("line {number}")).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.contains("line "))
        .map(|line| line[line.find("line ").unwrap_or(0)..].to_owned())
        .collect()
}

#[test]
fn logs_of_several_services_are_in_true_time_order() {
    let scenario = Scenario::new(TURNS);
    scenario.ado("up -d").succeeds();
    until("both have written", || scenario.logs("ping").contains("END") && scenario.logs("pong").contains("END"));
    assert_eq!(lines(&scenario.ado("logs").succeeds().stdout()), expected());
}

#[test]
fn followed_logs_are_in_true_time_order() {
    let scenario = Scenario::new(TURNS);
    scenario.ado("up -d").succeeds();
    let following = scenario.call("logs -f").start();
    until("everything was shown", || following.output().matches("END").count() == 2);
    assert_eq!(lines(&following.output()), expected());
}
