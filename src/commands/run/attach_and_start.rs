//! The first moments of a container in the foreground.

use crate::commands::Error;
use crate::commands::session::Wiring;
use crate::engine::{AttachRequest, Engine, Session};
use crate::names::ContainerId;

/// Attaches before the start, so that nothing the command writes is missed.
pub(super) async fn begin(engine: &Engine, id: &ContainerId, wiring: Wiring) -> Result<Session, Error> {
    let request = AttachRequest { stdin: wiring.stdin, logs: false, tty: Some(wiring.tty), detach_keys: None };
    let process = engine.attach(id, &request).await?;
    match engine.start(id).await {
        Ok(()) => Ok(process),
        Err(error) => {
            // Nobody would find a container that never ran; why it did not run is what must be told.
            engine.remove_container(id, true).await.ok();
            Err(error.into())
        }
    }
}
