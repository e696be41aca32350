//! The terminal, or the pipes, of this process connected to a process in a container.

use std::collections::BTreeMap;

use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};

use super::{Error, Exit};
use crate::context::{self, Context};
use crate::engine::{OutputKind, Session, Terminal};
use crate::ui::{RawTerminal, Ui};

/// As much of standard input is passed on at once.
const READ: usize = 16 * 1024;

/// What a shell says of a process that SIGTERM ended.
const TERMINATED: Exit = Exit(128 + 15);

/// What is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wiring {
    /// The process has a terminal.
    pub tty: bool,
    /// Standard input goes to it.
    pub stdin: bool,
}

/// `-e NAME=value`; `-e NAME` takes the value from this environment, and nothing where it has none.
pub fn variables(environment: &BTreeMap<String, String>, given: &[String]) -> Vec<String> {
    let value = |variable: &String| {
        if variable.contains('=') {
            return Some(variable.clone());
        }
        environment.get(variable).map(|value| format!("{variable}={value}"))
    };
    given.iter().filter_map(value).collect()
}

/// Passes bytes both ways until the process has closed its output.
pub async fn connect(context: &Context, session: Session, wiring: Wiring) -> Result<(), Error> {
    join(&context.ui, session, wiring).await
}

/// The same with nothing but the streams at hand.
pub async fn join(ui: &Ui, session: Session, wiring: Wiring) -> Result<(), Error> {
    let Session { mut output, input, terminal } = session;
    let keyboard = wiring.tty && wiring.stdin && ui.input_is_terminal();
    // Listened to before the terminal is raw, so that there is no moment in which a signal leaves it so.
    let mut terminated = signal(SignalKind::terminate()).map_err(context::Error::Signals)?;
    let raw = if keyboard { Some(RawTerminal::enter()?) } else { None };
    if wiring.tty {
        fit(ui, &terminal).await;
    }
    let mut resized = signal(SignalKind::window_change()).map_err(context::Error::Signals)?;
    // The input ends on its own; the session ends with the output, whatever happens to the input.
    let mut pump = Box::pin(async move {
        let mut input = input;
        let mut stdin = tokio::io::stdin();
        let mut buffer = vec![0; READ];
        if wiring.stdin {
            while let Ok(count @ 1..) = stdin.read(&mut buffer).await {
                if input.write(&buffer[..count]).await.is_err() {
                    break;
                }
            }
            // A process that is gone has no input to be closed.
            let _ = input.close().await;
        }
        // Kept, so that the connection stays whole while there is output.
        input
    });
    let mut kept = None;
    let result = loop {
        tokio::select! {
            piece = output.next() => match piece {
                Some(Ok((OutputKind::Stdout, bytes))) => ui.bytes(&bytes)?,
                Some(Ok((OutputKind::Stderr, bytes))) => ui.error_bytes(&bytes)?,
                Some(Err(error)) => break Err(error.into()),
                None => break Ok(()),
            },
            input = &mut pump, if kept.is_none() => kept = Some(input),
            // Without an end of its own the terminal would stay raw.
            _ = terminated.recv(), if keyboard => break Err(Error::Shown(TERMINATED)),
            _ = resized.recv(), if wiring.tty => fit(ui, &terminal).await,
        }
    };
    drop(raw);
    result
}

/// Makes the process's terminal as large as ours; one that has ended meanwhile needs none.
async fn fit(ui: &Ui, terminal: &Terminal) {
    if let Some((columns, rows)) = ui.terminal_size() {
        let _ = terminal.resize(columns, rows).await;
    }
}
