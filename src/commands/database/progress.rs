//! How far a backup or restore is, on the error stream.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::super::Error;
use crate::ui::{Rows, Ui, bytes_decimal};

/// What is shown: the row's name, and the words while it is worked on and when it is done.
pub struct Words {
    /// The row.
    pub row: String,
    /// While it is worked on.
    pub working: &'static str,
    /// When it is done.
    pub done: &'static str,
}

/// Does the work while a row counts its bytes.
pub async fn watched<T, E>(
    ui: &Ui,
    words: Words,
    copied: Arc<AtomicU64>,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Error>
where
    Error: From<E>,
{
    let began = Instant::now();
    let mut rows = Rows::new(ui, words.working);
    rows.working(&words.row, words.working, None)?;
    let mut frames = rows.frames();
    tokio::pin!(work);
    let result = loop {
        tokio::select! {
            biased;
            result = &mut work => break result,
            () = frames.next() => {
                rows.working(&words.row, words.working, Some(&amount(&copied, began.elapsed())))?;
                rows.tick()?;
            }
        }
    };
    match &result {
        Ok(_) => rows.done(&words.row, &format!("{}  {}", words.done, amount(&copied, began.elapsed())))?,
        Err(_) => rows.failed(&words.row, "Failed")?,
    }
    rows.finish()?;
    Ok(result?)
}

/// "1.2GB, 210MB/s".
fn amount(copied: &AtomicU64, elapsed: Duration) -> String {
    let bytes = copied.load(Ordering::Relaxed);
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    format!("{}, {}/s", bytes_decimal(bytes, 3), bytes_decimal(bytes.saturating_mul(1000) / milliseconds, 3))
}
