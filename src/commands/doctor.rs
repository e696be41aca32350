//! `ado doctor`: is everything there that a project needs?

mod checks;

use clap::Args;
use serde::Serialize;

use super::format::Format;
use super::{Error, Exit};
use crate::context::Context;
use crate::ui::Table;

/// How it is told.
#[derive(Debug, Args)]
pub struct Arguments {
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// As it should be.
    Good,
    /// It will hurt some day.
    Warning,
    /// Things fail because of it.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub what: &'static str,
    /// How it is.
    pub grade: Grade,
    /// What was found.
    pub found: String,
    /// What helps; empty where nothing has to be done.
    pub fix: String,
}

/// Looks at everything, and fails if anything is bad.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let findings = checks::all(context).await?;
    if arguments.format == Format::Json {
        context.ui.pretty_json(&findings)?;
    } else {
        let mut table = Table::new(&[("", 0), ("WHAT", 0), ("FOUND", 0)]);
        for Finding { what, grade, found, fix } in &findings {
            let mark = match grade {
                Grade::Good => "✔",
                Grade::Warning => "!",
                Grade::Bad => "✘",
            };
            table.row([mark.to_owned(), (*what).to_owned(), found.clone()]);
            if !fix.is_empty() {
                table.row([String::new(), String::new(), format!("→ {fix}")]);
            }
        }
        context.ui.table(&table)?;
    }
    let bad = findings.iter().any(|finding| finding.grade == Grade::Bad);
    Ok(if bad { Exit::FAILED } else { Exit::DONE })
}
