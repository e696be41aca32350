//! Ending a run early, in two stages.

use tokio_util::sync::CancellationToken;

/// How a run is told to end.
#[derive(Debug, Clone, Default)]
pub struct Cancellation {
    /// Nothing new is begun, and what only waits or takes long is given up; requests under way are finished.
    pub stop: CancellationToken,
    /// Everything is dropped where it is.
    pub abort: CancellationToken,
}
