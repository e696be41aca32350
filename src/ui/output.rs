//! The streams: what may be written to them and how.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;

use crate::diagnostic::{self, Invalid};

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressMode {
    /// `tty` on a terminal, else `plain`
    Auto,
    /// Lines that change in place
    Tty,
    /// One line for each change
    Plain,
    /// One JSON object for each change
    Json,
    /// Errors only
    Quiet,
}

/// When control sequences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ansi {
    /// Never
    Never,
    /// Always
    Always,
    /// On a terminal
    Auto,
}

/// What the command line says about output.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// `--progress`.
    pub progress: ProgressMode,
    /// `--ansi`.
    pub ansi: Ansi,
    /// `--dry-run`.
    pub dry_run: bool,
    /// What builders write is a result, as it is for scripts that call `docker-compose`.
    pub builds_are_results: bool,
}

/// The streams of the process.
#[derive(Debug, Clone)]
pub struct Ui {
    mode: ProgressMode,
    output_colours: bool,
    error_colours: bool,
    dry_run: bool,
    builds_are_results: bool,
}

const BOLD: &str = "1";
const RED: &str = "1;31";
const YELLOW: &str = "33";
const CYAN: &str = "36";

impl Ui {
    /// Decides once what the streams can do.
    pub fn new(settings: Settings, environment: &BTreeMap<String, String>) -> Self {
        let set = |name: &str| environment.get(name).is_some_and(|value| !value.is_empty());
        let dumb = environment.get("TERM").is_some_and(|term| term == "dumb");
        let colours = |terminal: bool| match settings.ansi {
            Ansi::Never => false,
            Ansi::Always => true,
            Ansi::Auto => terminal && !dumb && !set("NO_COLOR"),
        };
        let terminal = io::stderr().is_terminal();
        let mode = match settings.progress {
            ProgressMode::Auto if terminal && !dumb && settings.ansi != Ansi::Never => ProgressMode::Tty,
            ProgressMode::Auto => ProgressMode::Plain,
            given => given,
        };
        Self {
            mode,
            output_colours: colours(io::stdout().is_terminal()),
            error_colours: colours(terminal),
            dry_run: settings.dry_run,
            builds_are_results: settings.builds_are_results,
        }
    }

    /// How progress is shown; never `Auto`.
    pub fn mode(&self) -> ProgressMode {
        self.mode
    }

    /// The same streams with another way to show progress.
    #[must_use]
    pub fn with_mode(&self, mode: ProgressMode) -> Self {
        Self { mode, ..self.clone() }
    }

    /// Whether results may be coloured.
    pub fn output_colours(&self) -> bool {
        self.output_colours
    }

    /// Whether messages may be coloured.
    pub fn error_colours(&self) -> bool {
        self.error_colours
    }

    /// Writes a line of a builder: progress, or a result where scripts expect that.
    pub(super) fn build_line(&self, text: String) -> io::Result<()> {
        if self.builds_are_results { self.line(text) } else { self.note(text) }
    }

    /// Whether nothing is really done.
    pub fn dry_run(&self) -> bool {
        self.dry_run
    }

    /// Whether a person reads the results.
    pub fn output_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether a person can answer.
    pub fn input_is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    /// Columns of the terminal that shows the results; `None` where they go elsewhere.
    pub fn width(&self) -> Option<usize> {
        self.output_is_terminal().then(|| usize::from(console::Term::stdout().size().1))
    }

    /// Columns and rows of the terminal, where there is one.
    pub fn terminal_size(&self) -> Option<(u16, u16)> {
        self.output_is_terminal().then(|| {
            let (rows, columns) = console::Term::stdout().size();
            (columns, rows)
        })
    }

    /// Writes a line of a result.
    pub fn line(&self, text: impl AsRef<str>) -> io::Result<()> {
        let mut stream = io::stdout().lock();
        stream.write_all(text.as_ref().as_bytes())?;
        stream.write_all(b"\n")
    }

    /// Writes bytes of a result as they are.
    pub fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stream = io::stdout().lock();
        stream.write_all(bytes)?;
        stream.flush()
    }

    /// Writes bytes to standard error as they are.
    pub fn error_bytes(&self, bytes: &[u8]) -> io::Result<()> {
        io::stderr().lock().write_all(bytes)
    }

    /// Writes a value as one line of JSON.
    pub fn json(&self, value: &impl serde::Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(value)?;
        text.push(b'\n');
        io::stdout().lock().write_all(&text)
    }

    /// Writes a value as indented JSON.
    pub fn pretty_json(&self, value: &impl serde::Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(value)?;
        text.push(b'\n');
        io::stdout().lock().write_all(&text)
    }

    /// Prints a result as JSON, four spaces deep.
    pub fn deep_json(&self, value: &impl serde::Serialize) -> io::Result<()> {
        let mut text = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut text, formatter))?;
        text.push(b'\n');
        io::stdout().lock().write_all(&text)
    }

    /// Tells something about the work.
    pub fn note(&self, text: impl AsRef<str>) -> io::Result<()> {
        let mut stream = io::stderr().lock();
        stream.write_all(text.as_ref().as_bytes())?;
        stream.write_all(b"\n")
    }

    /// Warns.
    pub fn warn(&self, text: &str) -> io::Result<()> {
        if self.mode == ProgressMode::Json {
            return self.note(serde_json::json!({ "level": "warning", "message": text }).to_string());
        }
        self.note(format!("{} {text}", self.paint(YELLOW, "warning:")))
    }

    /// Shows why the program failed: one sentence, lines that explain it, and the next step.
    pub fn failure(&self, message: &str, details: &[String], hint: Option<&str>) -> io::Result<()> {
        if self.mode == ProgressMode::Json {
            return self.note(
                serde_json::json!({ "error": true, "message": message, "details": details, "hint": hint }).to_string(),
            );
        }
        let mut text = format!("{} {message}", self.paint(RED, "error:"));
        for line in details {
            text.push_str("\n  | ");
            text.push_str(line);
        }
        if let Some(hint) = hint {
            text.push('\n');
            text.push_str(&self.paint(CYAN, "hint:"));
            text.push(' ');
            text.push_str(hint);
        }
        self.note(text)
    }

    /// Shows everything that is wrong with what was read.
    pub fn invalid(&self, invalid: &Invalid) -> io::Result<()> {
        if self.mode == ProgressMode::Json {
            return self.note(diagnostic::lines(invalid).join("\n"));
        }
        self.note(diagnostic::render(invalid, self.error_colours).trim_end())
    }

    /// A heading, for people.
    pub fn heading(&self, text: &str) -> String {
        if self.output_colours { format!("\x1b[{BOLD}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.error_colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Prints a line before there is any [`Ui`].
pub fn plain_line(text: &str) -> io::Result<()> {
    let mut stream = io::stdout().lock();
    stream.write_all(text.as_bytes())?;
    stream.write_all(b"\n")
}

/// Shows help or what is wrong with the command line, and gives the exit code for it.
pub fn usage(error: &clap::Error) -> u8 {
    use clap::error::ErrorKind;
    let wanted = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if error.print().is_ok() && wanted { 0 } else { 2 }
}
