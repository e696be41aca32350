//! Ctrl-C in two stages: the first asks to end in order, the second to end now.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What the user asked for by signals.
#[derive(Debug, Clone)]
pub struct Interrupts {
    /// Cancelled by the first SIGINT or SIGTERM: begin nothing new.
    pub stop: CancellationToken,
    /// Cancelled by the second: give up at once.
    pub abort: CancellationToken,
}

impl Interrupts {
    /// Takes over SIGINT and SIGTERM of this process.
    ///
    /// # Errors
    /// When the kernel refuses the handlers.
    pub fn listen() -> std::io::Result<Self> {
        let interrupts = Self { stop: CancellationToken::new(), abort: CancellationToken::new() };
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let tokens = interrupts.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if tokens.stop.is_cancelled() {
                    tokens.abort.cancel();
                } else {
                    tokens.stop.cancel();
                }
            }
        });
        Ok(interrupts)
    }

    /// Whether a signal came.
    pub fn interrupted(&self) -> bool {
        self.stop.is_cancelled()
    }
}
