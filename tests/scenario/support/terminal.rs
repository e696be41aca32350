//! A terminal of the scenario's own.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use nix::pty::{OpenptyResult, openpty};
use nix::sys::termios::{LocalFlags, Termios, tcgetattr};

use super::{Running, Scenario};

/// A terminal whose screen is read as it is written.
pub struct Terminal {
    inner: OwnedFd,
    outer: File,
    screen: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    pub fn open() -> Self {
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

    /// Starts the program under test with this terminal as its three streams.
    pub fn start(&self, scenario: &Scenario, line: &str) -> Running {
        let open = || Stdio::from(self.inner.try_clone().expect("a handle of the terminal"));
        scenario.call(line).env("TERM", "xterm").terminal(open)
    }

    pub fn settings(&self) -> Termios {
        tcgetattr(&self.inner).expect("the settings of a terminal")
    }

    /// Whether every key goes to the program at once.
    pub fn is_raw(&self) -> bool {
        !self.settings().local_flags.contains(LocalFlags::ICANON)
    }

    /// Everything that was written to it.
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().expect("no reader panics")).into_owned()
    }

    pub fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    pub fn types(&self, text: &str) {
        (&self.outer).write_all(text.as_bytes()).expect("the terminal takes input");
    }
}
