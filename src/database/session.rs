//! Statements that are sent to a client program, and sessions that stay.

use std::io::{Read, Write};

use sha2::{Digest, Sha256};

use super::place::Running;
use super::{Error, Server};

/// A client that waits for statements.
pub struct Session {
    running: Running,
}

/// A lock in the server. It lasts until it is dropped, or its session ends in any other way.
pub struct Lock {
    _session: Session,
}

impl Session {
    pub(super) fn new(running: Running) -> Self {
        Self { running }
    }

    /// Executes statements and gives the whole answer.
    pub(super) async fn run(mut self, sql: String) -> Result<Vec<u8>, Error> {
        let (input, output) = (self.running.input.take(), self.running.output.take());
        let writing = tokio::task::spawn_blocking(move || {
            // A client that ends early tells why by itself.
            input.map(|mut input| input.write_all(sql.as_bytes()))
        });
        let reading = tokio::task::spawn_blocking(move || {
            let mut answer = Vec::new();
            output.map_or(Ok(0), |mut output| output.read_to_end(&mut answer)).map(|_| answer)
        });
        let (written, read) = tokio::join!(writing, reading);
        let program = self.running.program;
        self.running.finish().await?;
        let broken = |source| Error::Stream { what: program, source };
        if let Ok(Some(Err(error))) = written {
            return Err(broken(error));
        }
        read.unwrap_or_else(|_| Err(std::io::ErrorKind::Interrupted.into())).map_err(broken)
    }

    /// Sends statements and waits until a word is answered; the session stays open.
    async fn wait_for(mut self, sql: String, word: &'static str) -> Result<Self, Error> {
        let (input, output) = (self.running.input.take(), self.running.output.take());
        let talking = tokio::task::spawn_blocking(move || {
            let (Some(mut input), Some(mut output)) = (input, output) else { return None };
            input.write_all(sql.as_bytes()).and_then(|()| input.flush()).ok()?;
            let mut answer = Vec::new();
            let mut buffer = [0; 256];
            while !answer.windows(word.len()).any(|window| window == word.as_bytes()) {
                match output.read(&mut buffer) {
                    Ok(count @ 1..) => answer.extend_from_slice(&buffer[..count]),
                    Ok(0) | Err(_) => return None,
                }
            }
            Some((input, output))
        });
        if let Ok(Some((input, output))) = talking.await {
            self.running.input = Some(input);
            self.running.output = Some(output);
            return Ok(self);
        }
        self.running.finish().await?;
        Err(Error::Answer { reason: "the session ended before it answered" })
    }
}

impl Server {
    /// Waits until nobody else holds the lock of this name. The lock is in the server, so that it counts for everybody
    /// who uses it, wherever ado runs.
    pub async fn lock(&self, name: &str) -> Result<Lock, Error> {
        let digest = Sha256::digest(name);
        let key = digest.iter().take(8).fold(0_u64, |key, byte| key << 8 | u64::from(*byte));
        let session = self.session(None).await?.wait_for(self.dialect().lock(key), "locked").await?;
        Ok(Lock { _session: session })
    }

    /// A session in a database, which shows others that it is in use.
    pub(super) async fn occupy(&self, name: &super::DatabaseName) -> Result<Lock, Error> {
        let session = self.session(Some(name)).await?.wait_for("SELECT 'here';\n".to_owned(), "here").await?;
        Ok(Lock { _session: session })
    }
}
