//! When a display that changes in place is drawn anew.

use std::time::Duration;

use tokio::time::Interval;

/// The moments of new frames; a display that only appends lines has none.
pub struct Frames(Option<Interval>);

impl Frames {
    /// A frame in every `period`, the first one at once; `None`: never.
    pub(super) fn every(period: Option<Duration>) -> Self {
        Self(period.map(tokio::time::interval))
    }

    /// Waits for the next one, for ever where there is none. Dropping the wait loses nothing.
    pub async fn next(&mut self) {
        match &mut self.0 {
            Some(interval) => {
                interval.tick().await;
            }
            None => std::future::pending().await,
        }
    }
}
