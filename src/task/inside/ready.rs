//! Whether another service of the project is ready, as far as that can be seen from inside a container: its ports
//! accept connections, and a database server says that it lets clients in.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, sleep, timeout};

use super::super::Error;
use crate::project::Listening;

/// How long a service may take.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(5);
/// Between two attempts.
const POLL: Duration = Duration::from_millis(200);

/// Waits until a service is ready; `waiting` is called once where it is not ready yet.
pub(super) async fn wait(service: &str, listening: &Listening, waiting: impl FnOnce()) -> Result<(), Error> {
    let begin = Instant::now();
    let mut waiting = Some(waiting);
    loop {
        let reason = match timeout(ATTEMPT, attempt(service, listening)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer".to_owned(),
        };
        if begin.elapsed() > PATIENCE {
            return Err(Error::NotReady { service: service.to_owned(), seconds: PATIENCE.as_secs(), reason });
        }
        if let Some(waiting) = waiting.take() {
            waiting();
        }
        sleep(POLL).await;
    }
}

async fn attempt(service: &str, listening: &Listening) -> io::Result<()> {
    if listening.ports.is_empty() {
        // The Engine gives a name only to containers that run.
        return lookup_host((service, 0)).await.map(drop);
    }
    for port in &listening.ports {
        let stream = TcpStream::connect((service, *port)).await?;
        match listening.database.as_deref() {
            Some("postgres") if *port == 5432 => postgres(stream).await?,
            Some("mysql" | "mariadb") if *port == 3306 => mysql(stream).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Begins to log in (`PostgreSQL` documentation, "Message Formats", `StartupMessage`) and looks whether the server
/// refuses everybody because it is starting up: that error has the code 57P03.
async fn postgres(mut stream: TcpStream) -> io::Result<()> {
    let parameters = b"user\0ado\0database\0ado\0\0";
    let length = u32::try_from(8 + parameters.len()).unwrap_or(u32::MAX);
    let mut message = length.to_be_bytes().to_vec();
    message.extend(196_608_u32.to_be_bytes());
    message.extend(parameters);
    stream.write_all(&message).await?;
    let mut answer = Vec::new();
    stream.take(1024).read_buf(&mut answer).await?;
    match answer.first() {
        Some(b'E') if answer.windows(5).any(|code| code == b"57P03") => Err(io::Error::other("it is starting up")),
        Some(_) => Ok(()),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Reads the greeting (`MySQL` documentation, `Protocol::Handshake`): a header of four bytes, then 10 for a server
/// that lets clients in, 255 for an error.
async fn mysql(mut stream: TcpStream) -> io::Result<()> {
    let mut greeting = [0; 5];
    stream.read_exact(&mut greeting).await?;
    if greeting[4] == 255 { Err(io::Error::other("it refuses clients")) } else { Ok(()) }
}
