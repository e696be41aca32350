//! Progress of pulls, pushes and builds as the Engine tells it: one JSON object a line.

use serde::Deserialize;

use crate::event::Progress;

/// One object of `POST /images/create`, `/images/{name}/push` and `/build`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Message {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default, rename = "progressDetail")]
    detail: Option<Counts>,
    #[serde(default)]
    error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Counts {
    #[serde(default)]
    current: Option<u64>,
    #[serde(default)]
    total: Option<u64>,
}

/// What such an object means.
#[derive(Debug, PartialEq)]
pub(super) enum Detail {
    /// Something goes on.
    Part(Progress),
    /// It failed.
    Failed(String),
    /// Nothing for people.
    Nothing,
}

impl Message {
    /// What it means.
    pub(super) fn read(self) -> Detail {
        if let Some(error) = self.error {
            return Detail::Failed(error.trim().to_owned());
        }
        let Some(status) = self.status else { return Detail::Nothing };
        let Counts { current, total } = self.detail.unwrap_or_default();
        match self.id {
            Some(name) => {
                Detail::Part(Progress::Part { name, status, current, total: total.filter(|total| *total > 0) })
            }
            None => Detail::Part(Progress::Status(status)),
        }
    }
}
