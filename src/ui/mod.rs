//! The only part that prints: results go to standard output, everything about the work to standard error.

mod columns;
mod confirm;
mod human;
mod live;
mod log;
mod output;
mod prefix;
mod progress;
mod raw;
mod streams;
mod table;
mod template;

pub use confirm::Answer;
pub use human::{age, bytes_binary, bytes_decimal, duration};
pub use live::{Live, Stream};
pub use log::LogWriter;
pub use output::{Ansi, ProgressMode, Settings, Ui, plain_line, usage};
pub use prefix::Prefixes;
pub use progress::{Reporter, Rows, Terse};
pub use raw::RawTerminal;
pub use table::{Column, Table};
pub use template::{Template, TemplateError};
