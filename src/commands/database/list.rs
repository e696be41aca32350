//! `db-list`.

use clap::{Args, ValueEnum};

use super::super::{Error, Exit};
use super::Which;
use super::target::Target;
use crate::database::leftover;
use crate::ui::{Table, bytes_decimal};

/// Options.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) which: Which,
    /// How the list is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// Lists the databases, and on the error stream what interrupted commands left.
pub async fn run(target: &Target<'_>, arguments: &Arguments) -> Result<Exit, Error> {
    let (left, listed): (Vec<_>, Vec<_>) =
        target.server.everything().await?.into_iter().partition(|listed| leftover::of(&listed.name).is_some());
    match arguments.format {
        Format::Json => target.ui().pretty_json(&listed)?,
        Format::Table => {
            let mut table = Table::new(&[("NAME", 0), ("SIZE", 0), ("CONNECTIONS", 1), ("LAST BACKUP", 2)]);
            for database in &listed {
                let name =
                    target.server.name(&database.name).map_or_else(|_| database.name.clone(), |name| name.to_string());
                let last = database.last_backup.clone().unwrap_or_else(|| "-".to_owned());
                table.row([name, bytes_decimal(database.size, 3), database.connections.to_string(), last]);
            }
            target.ui().table(&table)?;
        }
    }
    // The template of test runs is there on purpose.
    let left: Vec<_> =
        left.into_iter().filter(|one| leftover::of(&one.name) != Some(leftover::Leftover::Template)).collect();
    for database in &left {
        let kind = leftover::of(&database.name).map_or("", leftover::Leftover::as_str);
        let used = if database.connections > 0 { ", in use" } else { "" };
        target.ui().warn(&format!("{} is left, {kind}{used}", database.name.escape_debug()))?;
    }
    if left.iter().any(|database| database.connections == 0) {
        target.ui().note("`ado db-delete --leftovers` removes what nobody uses")?;
    }
    Ok(Exit::DONE)
}
