//! Making a backup: out of the server's dump program, into a stream.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::compression::Sink;
use super::copying::{End, Stopped, copy};
use super::format::Format;
use super::place::Running;
use super::{DatabaseName, Error, Server};

/// How a backup is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupOptions {
    /// What it holds.
    pub format: Format,
    /// Whether it is compressed.
    pub zstd: bool,
    /// How many tables are read at once, where the format allows that.
    pub jobs: u32,
}

/// Writes a backup of a database to `target`, and verifies its end. `copied` counts the bytes of the dump.
///
/// # Errors
/// If anything is missing. What was written until then is no backup.
pub async fn backup<W: Write + Send + 'static>(
    server: &Server,
    name: &DatabaseName,
    options: BackupOptions,
    (target, copied): (W, Arc<AtomicU64>),
) -> Result<(), Error> {
    let events = server.has_events(name).await?;
    let dump = server.dialect().dump(server.connection(), name, options, events)?;
    // Starting a client in a container takes its time; this one is ready when the dump has ended, however it did.
    let (client, running) = tokio::join!(server.session(None), server.start(&dump));
    let made = verified(running?, server, options, (target, copied)).await;
    let Ok(client) = client else { return made };
    match &made {
        Ok(()) => server.note_backup(client, name).await,
        // The dump program's words for it are about its own connection.
        Err(Error::Client { .. }) if !server.has(client, name).await.unwrap_or(true) => {
            return Err(Error::Missing { name: name.to_string() });
        }
        Err(_) => {}
    }
    made
}

/// Copies what a dump program writes, and looks at its end.
async fn verified<W: Write + Send + 'static>(
    mut running: Running,
    server: &Server,
    options: BackupOptions,
    (target, copied): (W, Arc<AtomicU64>),
) -> Result<(), Error> {
    let output = running.output.take();
    let zstd = options.zstd;
    let copying = tokio::task::spawn_blocking(move || match output {
        Some(output) => write_out(output, target, zstd, &copied),
        None => Ok(End::default()),
    });
    let end = match copying.await.unwrap_or_else(|_| Err(Stopped::Reading(io::ErrorKind::Interrupted.into()))) {
        Ok(end) => end,
        // Without a reader the program would fail as well, but not know why.
        Err(Stopped::Writing(source)) => return Err(Error::Stream { what: "the backup cannot be written", source }),
        Err(Stopped::Reading(source)) => {
            running.finish().await?;
            return Err(Error::Stream { what: "the dump cannot be read", source });
        }
    };
    running.finish().await?;
    let cut_off = options.format == Format::Plain && !end.has(server.dialect().end_mark());
    if cut_off { Err(Error::CutOff) } else { Ok(()) }
}

fn write_out(
    mut output: Box<dyn Read + Send>,
    target: impl Write,
    zstd: bool,
    copied: &AtomicU64,
) -> Result<End, Stopped> {
    let mut sink = Sink::new(target, zstd).map_err(Stopped::Writing)?;
    let end = copy(&mut output, |bytes| sink.write_all(bytes), copied)?;
    sink.finish().map_err(Stopped::Writing)?;
    Ok(end)
}
