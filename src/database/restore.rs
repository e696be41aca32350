//! Restoring a backup: into a fresh database, which takes the old one's place only when it is whole.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio_util::sync::CancellationToken;

use super::compression::{self, Opened};
use super::copying::{End, Stopped, copy};
use super::format::{self, Format};
use super::{DatabaseName, Error, Server, leftover};

/// How a backup is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreOptions {
    /// How many tables and indexes are written at once, where the format allows that.
    pub jobs: u32,
    /// Everything belongs to the user who connects, and nobody gets rights.
    pub no_owner: bool,
    /// A plain backup without the line that ends those of the dump programs is taken as well.
    pub unverified: bool,
}

/// Reads a backup into the database `name`, which exists afterwards if it did not. `copied` counts its uncompressed bytes;
/// `stop` ends it as long as nothing has changed.
///
/// # Errors
/// If the backup is not whole, or the server does not take it. The database is as it was then.
pub async fn restore(
    server: &Server,
    name: &DatabaseName,
    options: RestoreOptions,
    (source, copied): (Box<dyn Read + Send>, Arc<AtomicU64>),
    stop: &CancellationToken,
) -> Result<(), Error> {
    let opened = tokio::select! {
        opened = tokio::task::spawn_blocking(move || compression::open(source)) => opened,
        () = stop.cancelled() => return Err(Error::Interrupted),
    };
    let opened = opened.unwrap_or_else(|_| Err(Error::EmptyBackup))?;
    let format = format::recognise(&opened.head, server.engine)?;
    let fresh = leftover::restore(name, server.engine)?;
    server.execute(&server.dialect().create_alike(&fresh, name)).await?;
    let result = async {
        // Shows others that the fresh database is no leftover, even while nothing is written into it yet.
        let _occupied = server.occupy(&fresh).await?;
        tokio::select! {
            loaded = load(server, &fresh, (format, options), (opened, copied)) => loaded,
            () = stop.cancelled() => Err(Error::Interrupted),
        }
    };
    let result = match result.await {
        Ok(()) => server.replace(name, &fresh).await,
        Err(error) => Err(error),
    };
    if result.is_err()
        && let Err(error) = discard(server, &fresh).await
    {
        tracing::warn!(%error, "the unfinished database `{fresh}` is left; `ado db-delete --leftovers` removes it");
    }
    result
}

/// Removes the unfinished database, unless the swap has given it its final name.
async fn discard(server: &Server, fresh: &DatabaseName) -> Result<(), Error> {
    if server.exists(fresh).await? { server.delete(fresh).await } else { Ok(()) }
}

async fn load(
    server: &Server,
    fresh: &DatabaseName,
    (format, options): (Format, RestoreOptions),
    (opened, copied): (Opened, Arc<AtomicU64>),
) -> Result<(), Error> {
    let call = server.dialect().load(server.connection(), fresh, format, options);
    let mut running = server.start(&call).await?;
    let (input, output) = (running.input.take(), running.output.take());
    // Nobody is interested, but a full pipe would stop the program.
    let draining = tokio::task::spawn_blocking(move || output.map(|mut output| io::copy(&mut output, &mut io::sink())));
    let compressed = opened.compressed;
    let feeding = tokio::task::spawn_blocking(move || match input {
        Some(input) => feed(opened, input, &copied),
        None => Ok(End::default()),
    });
    let fed = feeding.await.unwrap_or_else(|_| Err(Stopped::Reading(io::ErrorKind::Interrupted.into())));
    if let Err(Stopped::Reading(source)) = fed {
        // The program takes what it got for the whole: it does not matter what it says.
        let _ = running.finish().await;
        let what = "the backup cannot be read";
        return Err(if compressed { Error::Compression { source } } else { Error::Stream { what, source } });
    }
    let _ = draining.await;
    running.finish().await?;
    match fed {
        Err(Stopped::Writing(source)) => Err(Error::Stream { what: "the server stopped reading", source }),
        Ok(end) if format == Format::Plain && !options.unverified && !end.has(server.dialect().end_mark()) => {
            Err(Error::CutOff)
        }
        _ => Ok(()),
    }
}

/// Dropping the input ends it.
fn feed(opened: Opened, mut input: Box<dyn Write + Send>, copied: &AtomicU64) -> Result<End, Stopped> {
    let Opened { head, rest, .. } = opened;
    let mut whole = io::Cursor::new(head).chain(rest);
    let end = copy(&mut whole, |bytes| input.write_all(bytes), copied)?;
    input.flush().map_err(Stopped::Writing)?;
    Ok(end)
}
