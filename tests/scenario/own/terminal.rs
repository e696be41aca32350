//! On a terminal: it is given to the container, and given back as it was.

use nix::sys::signal::Signal;

use crate::support::{Scenario, Terminal, until};

fn up() -> Scenario {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    scenario
}

#[test]
fn exec_on_a_terminal_gives_the_container_one() {
    let (scenario, terminal) = (up(), Terminal::open());
    terminal.start(&scenario, "exec web sh -c 'test -t 0 && test -t 1 && echo has-a-terminal'").finish().succeeds();
    until("the screen shows it", || terminal.shows("has-a-terminal"));
}

#[test]
fn typing_reaches_the_container_and_the_terminal_is_given_back() {
    let (scenario, terminal) = (up(), Terminal::open());
    let before = terminal.settings();
    let running = terminal.start(&scenario, "exec web sh");
    until("the terminal is raw", || terminal.is_raw());
    terminal.types("echo $((6*7))\r");
    until("the shell has answered", || terminal.shows("42"));
    terminal.types("exit 5\r");
    running.finish().exits(5);
    assert_eq!(terminal.settings(), before);
}

#[test]
fn a_terminated_exec_gives_the_terminal_back() {
    let (scenario, terminal) = (up(), Terminal::open());
    let before = terminal.settings();
    let running = terminal.start(&scenario, "exec web sh");
    until("the terminal is raw", || terminal.is_raw());
    running.signal(Signal::SIGTERM);
    running.finish();
    assert_eq!(terminal.settings(), before);
}

#[test]
fn run_on_a_terminal_gives_it_back() {
    let (scenario, terminal) = (up(), Terminal::open());
    let before = terminal.settings();
    let running = terminal.start(&scenario, "run --rm web sh -c 'test -t 0 && echo has-a-terminal; exit 6'");
    running.finish().exits(6);
    assert!(terminal.shows("has-a-terminal"));
    assert_eq!(terminal.settings(), before);
}

#[test]
fn an_interrupted_up_gives_the_terminal_back_with_its_cursor() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { db: { condition: service_healthy } } }
  db: { image: IMAGE, healthcheck: { test: [CMD, 'false'], interval: 1s, retries: 1000 } }",
    );
    let terminal = Terminal::open();
    let before = terminal.settings();
    let running = terminal.start(&scenario, "up -d");
    until("the dependency runs", || scenario.replicas("db").iter().any(crate::support::Container::is_running));
    running.signal(Signal::SIGINT);
    running.finish().exits(130);
    assert_eq!(terminal.settings(), before);
    let screen = terminal.screen();
    let (hidden, shown) = (screen.rfind("\u{1b}[?25l"), screen.rfind("\u{1b}[?25h"));
    assert!(hidden.is_none() || hidden < shown, "the cursor stays hidden: {screen:?}");
}
