//! Signals of this process, as a stream: the main process of a container gets no default treatment from the kernel.

use std::io;

use nix::sys::signal::Signal;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::super::Error;

/// What is passed on.
const PASSED_ON: [Signal; 8] = [
    Signal::SIGTERM,
    Signal::SIGINT,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGWINCH,
    Signal::SIGCONT,
];

/// Signals that have come and are not handled yet.
pub(super) struct Signals(UnboundedReceiver<Signal>);

impl Signals {
    /// Takes them over, until the process becomes another program.
    pub(super) fn listen() -> io::Result<Self> {
        let (sender, receiver) = unbounded_channel();
        for kind in PASSED_ON {
            let mut stream = signal(SignalKind::from_raw(kind as i32))?;
            let sender = sender.clone();
            tokio::spawn(async move { while stream.recv().await.is_some() && sender.send(kind).is_ok() {} });
        }
        Ok(Self(receiver))
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Signal {
        match self.0.recv().await {
            Some(signal) => signal,
            None => std::future::pending().await,
        }
    }

    /// Does something unless a signal that ends processes comes first.
    pub(super) async fn unless_ended<T>(&mut self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                result = &mut work => return result,
                signal = self.next() => if ends(signal) { return Err(Error::Interrupted(signal as i32)) },
            }
        }
    }
}

/// Whether a signal asks the process to end.
pub(super) fn ends(signal: Signal) -> bool {
    matches!(signal, Signal::SIGTERM | Signal::SIGINT | Signal::SIGHUP | Signal::SIGQUIT)
}
