//! On a terminal: it is given to the container, and given back as it was.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use nix::pty::{OpenptyResult, openpty};
use nix::sys::signal::Signal;
use nix::sys::termios::{LocalFlags, Termios, tcgetattr};

use crate::support::{Running, Scenario, until};

/// A terminal whose screen is read as it is written.
struct Terminal {
    inner: OwnedFd,
    outer: File,
    screen: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    fn open() -> Self {
        let OpenptyResult { master, slave } = openpty(None, None).expect("a terminal");
        let outer = File::from(master);
        let screen: Arc<Mutex<Vec<u8>>> = Arc::default();
        let (mut reader, kept) = (outer.try_clone().expect("a second handle"), Arc::clone(&screen));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                kept.lock().expect("no reader panics").extend_from_slice(&buffer[..count]);
            }
        });
        Self { inner: slave, outer, screen }
    }

    fn start(&self, scenario: &Scenario, line: &str) -> Running {
        let open = || Stdio::from(self.inner.try_clone().expect("a handle of the terminal"));
        scenario.call(line).env("TERM", "xterm").terminal(open)
    }

    fn settings(&self) -> Termios {
        tcgetattr(&self.inner).expect("the settings of a terminal")
    }

    fn shows(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.screen.lock().expect("no reader panics")).contains(text)
    }

    fn types(&self, text: &str) {
        (&self.outer).write_all(text.as_bytes()).expect("the terminal takes input");
    }
}

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
    until("the terminal is raw", || !terminal.settings().local_flags.contains(LocalFlags::ICANON));
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
    until("the terminal is raw", || !terminal.settings().local_flags.contains(LocalFlags::ICANON));
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
    let screen = String::from_utf8_lossy(&terminal.screen.lock().expect("no reader panics")).into_owned();
    let (hidden, shown) = (screen.rfind("\u{1b}[?25l"), screen.rfind("\u{1b}[?25h"));
    assert!(hidden.is_none() || hidden < shown, "the cursor stays hidden: {screen:?}");
}
