//! A plan for people: one row for each step.

use std::fmt;

use serde::Serialize;

use super::{Action, Condition, Plan};

/// One step in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its number, from 1.
    pub step: usize,
    /// Numbers of the steps it waits for.
    pub after: Vec<usize>,
    /// What is done ("create container x-web-1").
    pub what: String,
    /// Why ("environment.DEBUG changed, compose.yaml:31").
    pub why: String,
}

/// The steps in words, in their order.
pub fn show(plan: &Plan) -> Vec<Row> {
    let rows = plan.steps().map(|(id, step)| Row {
        step: id.index() + 1,
        after: step.after.iter().map(|id| id.index() + 1).collect(),
        what: step.action.to_string(),
        why: step.cause.to_string(),
    });
    rows.collect()
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pull { image, .. } => write!(f, "pull image {image}"),
            Self::Build { service, image } => write!(f, "build image {image} of service {service}"),
            Self::CreateNetwork { name, .. } => write!(f, "create network {name}"),
            Self::RemoveNetwork { name, .. } => write!(f, "remove network {name}"),
            Self::CreateVolume { name, .. } => write!(f, "create volume {name}"),
            Self::RemoveVolume { name } => write!(f, "remove volume {name}, its data is lost"),
            Self::RemoveImage { image } => write!(f, "remove image {image}"),
            Self::Create { replica, .. } => write!(f, "create container {}", replica.name),
            Self::Start(subject) => write!(f, "start container {}", subject.name),
            Self::Hook { subject, hook } => write!(f, "run `{}` in container {}", hook.command.join(" "), subject.name),
            Self::Await { subject, condition } => write!(f, "wait until container {} {condition}", subject.name),
            Self::Stop { subject, .. } => write!(f, "stop container {}", subject.name),
            Self::Restart { subject, .. } => write!(f, "restart container {}", subject.name),
            Self::Kill { subject, signal } => write!(f, "send {signal} to container {}", subject.name),
            Self::Pause(subject) => write!(f, "pause container {}", subject.name),
            Self::Unpause(subject) => write!(f, "unpause container {}", subject.name),
            Self::Remove { subject, volumes: false } => write!(f, "remove container {}", subject.name),
            Self::Remove { subject, volumes: true } => {
                write!(f, "remove container {} and its anonymous volumes", subject.name)
            }
            Self::Rename { subject, name } => write!(f, "rename container {} to {name}", subject.name),
            Self::Disconnect { subject, network } => {
                write!(f, "disconnect container {} from network {network}", subject.name)
            }
            Self::Connect { subject, key, oneoff: _ } => {
                write!(f, "connect container {} to network {key}", subject.name)
            }
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Started => "is started",
            Self::Healthy => "is healthy",
            Self::Completed => "has completed",
            Self::Ready => "is ready",
        })
    }
}

/// The plan as text: `[step] → after  what  (why)`, one line a step, then notices.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (row, (_, step)) in show(self).into_iter().zip(self.steps()) {
            let after: Vec<String> = row.after.iter().map(ToString::to_string).collect();
            let optional = if step.optional { ", optional" } else { "" };
            writeln!(f, "[{}] → {:<8} {}  ({}{optional})", after.join(","), row.step, row.what, row.why)?;
        }
        for notice in &self.notices {
            writeln!(f, "notice: {notice}")?;
        }
        Ok(())
    }
}
