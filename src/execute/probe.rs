//! Running a container's health command, instead of waiting for the Engine's interval.

use std::time::Duration;

use crate::engine::{Engine, ExecRequest, HealthCheckConfig};
use crate::names::ContainerId;

/// The first pause between two probes; each is a process on the machine, so it grows.
const FIRST_PAUSE: Duration = Duration::from_millis(40);

/// The longest pause: a container is known to be ready at most that long, and one probe, after it became so.
const LONGEST_PAUSE: Duration = Duration::from_millis(120);

/// Probes until one succeeds. The process is never ready as far as it is known where the command cannot be run: then
/// only the Engine's own word counts, and this never ends.
pub(super) async fn until_healthy(engine: &Engine, id: &ContainerId, check: &HealthCheckConfig) {
    let Some(request) = request(check) else { return std::future::pending().await };
    let mut pause = FIRST_PAUSE;
    loop {
        let probe = tokio::time::timeout(check.timeout, Box::pin(engine.exec_run(id, &request, |_, _| ()))).await;
        if matches!(probe, Ok(Ok(outcome)) if outcome.exit_code == 0) {
            return;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The command as the Engine runs it (Engine API, `HealthConfig.Test`).
fn request(check: &HealthCheckConfig) -> Option<ExecRequest> {
    let (kind, words) = check.test.split_first()?;
    let command = match kind.as_str() {
        "CMD" => words.to_vec(),
        "CMD-SHELL" => vec!["/bin/sh".to_owned(), "-c".to_owned(), words.join(" ")],
        _ => return None,
    };
    (!command.is_empty()).then(|| ExecRequest { command, ..ExecRequest::default() })
}
