//! Running the program under test, always with a time limit.

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::evidence::Transcript;
use super::poll::until;

const TIME_LIMIT: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(2);

/// A command that is about to run.
pub struct Call {
    command: Command,
    line: String,
    input: Option<Vec<u8>>,
    limit: Duration,
    transcript: Transcript,
}

impl Call {
    pub(super) fn new(command: Command, line: String, transcript: Transcript) -> Self {
        Self { command, line, input: None, limit: TIME_LIMIT, transcript }
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Gives it more time than scenarios usually need.
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs in another folder.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.command.current_dir(folder.into());
        self
    }

    /// What the command reads from its standard input; without it, the input is empty.
    pub fn input(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.input = Some(text.into());
        self
    }

    /// Connects the three streams to a terminal, whose other end the caller holds.
    pub fn terminal(mut self, open: impl Fn() -> Stdio) -> Running {
        self.command.stdin(open()).stdout(open()).stderr(open());
        self.spawn()
    }

    /// Starts it and returns at once.
    pub fn start(mut self) -> Running {
        let stdin = if self.input.is_some() { Stdio::piped() } else { Stdio::null() };
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.spawn()
    }

    /// Starts it with its input left open, for the scenario to write to.
    pub fn start_with_open_input(mut self) -> (Running, ChildStdin) {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = self.spawn();
        let input = running.child.stdin.take().expect("a piped input");
        (running, input)
    }

    /// Runs it to its end.
    pub fn run(self) -> Outcome {
        self.start().finish()
    }

    fn spawn(mut self) -> Running {
        // A group of its own, so that a time limit ends its children too.
        self.command.process_group(0);
        let mut child = self.command.spawn().unwrap_or_else(|reason| panic!("`{}` cannot start: {reason}", self.line));
        if let Some(text) = self.input
            && let Some(mut stdin) = child.stdin.take()
        {
            std::thread::spawn(move || stdin.write_all(&text));
        }
        let (stdout, stderr) = (Captured::from(child.stdout.take()), Captured::from(child.stderr.take()));
        Running { child, line: self.line, stdout, stderr, limit: self.limit, transcript: self.transcript, ended: None }
    }
}

/// One stream of a running command, read as it comes.
#[derive(Clone, Default)]
struct Captured {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Arc<Mutex<Option<std::thread::JoinHandle<()>>>>,
}

impl Captured {
    fn from(stream: Option<impl Read + Send + 'static>) -> Self {
        let captured = Self::default();
        if let Some(mut stream) = stream {
            let bytes = Arc::clone(&captured.bytes);
            let reader = std::thread::spawn(move || {
                let mut buffer = vec![0; 65536];
                while let Ok(count @ 1..) = stream.read(&mut buffer) {
                    bytes.lock().expect("no reader panics").extend_from_slice(&buffer[..count]);
                }
            });
            *captured.reader.lock().expect("no reader panics") = Some(reader);
        }
        captured
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().expect("no reader panics")).into_owned()
    }

    /// Waits for the stream's end; a child that outlives its parent may hold it open, which is not waited for.
    fn close(&self) -> Vec<u8> {
        let reader = self.reader.lock().expect("no reader panics").take();
        let deadline = Instant::now() + Duration::from_secs(2);
        while reader.as_ref().is_some_and(|reader| !reader.is_finished()) && Instant::now() < deadline {
            std::thread::sleep(PAUSE);
        }
        self.bytes.lock().expect("no reader panics").clone()
    }
}

/// A command that runs in the background of a scenario; it does not outlive it.
pub struct Running {
    child: Child,
    line: String,
    stdout: Captured,
    stderr: Captured,
    limit: Duration,
    transcript: Transcript,
    ended: Option<ExitStatus>,
}

impl Running {
    /// Sends a signal to the program itself.
    pub fn signal(&self, signal: Signal) {
        nix::sys::signal::kill(self.pid(), signal).expect("the program is there to be signalled");
    }

    /// The program's process id.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().expect("a process id"))
    }

    /// Both streams as far as they have come.
    pub fn output(&self) -> String {
        format!("{}{}", self.stdout.text(), self.stderr.text())
    }

    /// Waits until the program has printed the text on either stream.
    pub fn until_prints(&self, text: &str) {
        until(&format!("`{}` prints {text:?}; so far:\n{}", self.line, self.output()), || self.output().contains(text));
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        self.poll().is_none()
    }

    /// Whether it ends within this time by itself.
    pub fn ends_within(&mut self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while self.is_alive() && Instant::now() < deadline {
            std::thread::sleep(PAUSE);
        }
        !self.is_alive()
    }

    /// Waits for its end.
    pub fn finish(mut self) -> Outcome {
        let deadline = Instant::now() + self.limit;
        let status = loop {
            if let Some(status) = self.poll() {
                break status;
            }
            if Instant::now() > deadline {
                self.transcript.say(&format!("$ {}\n{}\n[no end in sight]", self.line, self.output()));
                panic!("`{}` did not end within {:?}; it printed:\n{}", self.line, self.limit, self.output());
            }
            std::thread::sleep(PAUSE);
        };
        let outcome =
            Outcome { line: self.line.clone(), status, stdout: self.stdout.close(), stderr: self.stderr.close() };
        self.transcript.say(&outcome.to_string());
        outcome
    }

    fn poll(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().expect("the program can be waited for");
        }
        self.ended
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.poll().is_none() {
            // A program that has just ended needs no signal.
            let _ = killpg(self.pid(), Signal::SIGKILL);
            let _ = self.child.wait();
        }
    }
}

/// How a command ended and what it printed.
pub struct Outcome {
    line: String,
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Outcome {
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// The standard output, byte by byte.
    pub fn bytes(&self) -> &[u8] {
        &self.stdout
    }

    /// Both streams.
    pub fn output(&self) -> String {
        self.stdout() + &self.stderr()
    }

    /// The standard output as one JSON value.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|reason| panic!("no JSON ({reason}): {self}"))
    }

    /// The standard output as one JSON value a line.
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse =
            |line: &str| serde_json::from_str(line).unwrap_or_else(|reason| panic!("no JSON ({reason}): {self}"));
        self.stdout().lines().map(parse).collect()
    }

    /// The exit code; 128 and the signal's number when a signal ended it.
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| 128 + self.status.signal().unwrap_or_default())
    }

    /// Fails the scenario unless the command succeeded.
    pub fn succeeds(self) -> Self {
        self.exits(0)
    }

    /// Fails the scenario unless the command ended with this code.
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "an unexpected exit code: {self}");
        self
    }

    /// Fails the scenario if the command succeeded.
    pub fn fails(self) -> Self {
        assert_ne!(self.code(), 0, "this should have failed: {self}");
        self
    }

    /// Fails the scenario unless either stream contains the text.
    pub fn says(self, text: &str) -> Self {
        assert!(self.output().contains(text), "{text:?} is not said: {self}");
        self
    }

    /// Fails the scenario if either stream contains the text.
    pub fn says_nothing_of(self, text: &str) -> Self {
        assert!(!self.output().contains(text), "{text:?} is said: {self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "$ {}", self.line)?;
        write!(f, "{}{}[code {}]", self.stdout(), self.stderr(), self.code())
    }
}
