//! What the builder reports, as lines, with the failing step kept for the error.

use std::collections::HashMap;

use bollard::moby::buildkit::v1::{StatusResponse, Vertex, VertexLog, VertexStatus};

use crate::engine::build::{Lines, Tail};
use crate::event::Progress;

/// With which the task begins that gives the image its name.
const NAMING: &str = "naming to ";

/// Everything that was reported of one build.
#[derive(Default)]
pub(super) struct Journal {
    steps: HashMap<String, Step>,
    failed: Option<String>,
}

struct Step {
    number: usize,
    name: String,
    started: bool,
    ended: bool,
    lines: Lines,
    tail: Tail,
}

impl Journal {
    /// Takes one report in.
    pub(super) fn take(&mut self, report: StatusResponse, on: &mut impl FnMut(Progress)) {
        let StatusResponse { vertexes, statuses, logs, warnings: _ } = report;
        for vertex in vertexes {
            self.vertex(vertex, on);
        }
        for VertexStatus { id, vertex, current, total, completed, .. } in statuses {
            if let (Some(step), true, true) = (self.steps.get(&vertex), completed.is_some(), id.starts_with(NAMING)) {
                on(Progress::Line(format!("#{} {id} done", step.number)));
            }
            let bytes = |count: i64| u64::try_from(count).ok().filter(|count| *count > 0);
            // Without a size it is one of the many small tasks whose step is told anyway.
            if total > 0 {
                let status = if completed.is_some() { "Done" } else { "Transferring" }.to_owned();
                on(Progress::Part { name: id, status, current: bytes(current), total: bytes(total) });
            }
        }
        for VertexLog { vertex, msg, .. } in logs {
            let Some(step) = self.steps.get_mut(&vertex) else { continue };
            for line in step.lines.push(&String::from_utf8_lossy(&msg)) {
                step.tail.push(&line);
                on(Progress::Line(format!("#{} {line}", step.number)));
            }
        }
    }

    fn vertex(&mut self, vertex: Vertex, on: &mut impl FnMut(Progress)) {
        let Vertex { digest, name, cached, started, completed, error, .. } = vertex;
        let next = self.steps.len() + 1;
        let step = self.steps.entry(digest.clone()).or_insert_with(|| {
            let mut tail = Tail::default();
            tail.begin(&name);
            Step { number: next, name, started: false, ended: false, lines: Lines::default(), tail }
        });
        let number = step.number;
        if (started.is_some() || cached) && !step.started {
            step.started = true;
            on(Progress::Line(format!("#{number} {}", step.name)));
        }
        if step.ended || !step.started {
            return;
        }
        let end = match (cached, completed.is_some(), error.is_empty()) {
            (_, true, false) => {
                if !error.contains("context canceled") {
                    self.failed = Some(digest);
                }
                format!("ERROR: {error}")
            }
            (true, ..) => "CACHED".to_owned(),
            (_, true, _) => "DONE".to_owned(),
            _ => return,
        };
        step.ended = true;
        on(Progress::Line(format!("#{number} {end}")));
    }

    /// The failing step and the end of its output.
    pub(super) fn into_failure(mut self) -> Vec<String> {
        self.failed.and_then(|digest| self.steps.remove(&digest)).map(|step| step.tail.into_lines()).unwrap_or_default()
    }
}
