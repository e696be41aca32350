//! Client programs in the server's own container, started from outside.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::direct::{DirectInput, DirectOutput, Offer};
use super::running::{Ended, Running, keep_tail};
use super::stream::{ChannelReader, ChannelWriter};
use crate::database::{Error, Invocation, Traffic};
use crate::engine::{Engine, Exec, ExecRequest, OutputKind};
use crate::names::ContainerId;
use crate::secret::Secret;

/// What finds the program, hands over the password and becomes the program.
const START: &str = include_str!("start.sh");
/// Pieces that wait between the Engine and the blocking reader or writer.
const WAITING_PIECES: usize = 8;
/// The Engine knows the exit code a moment after the output has ended; a killed container's may never come.
const EXIT_CODE_PATIENCE: Duration = Duration::from_secs(10);

/// The server's container.
#[derive(Debug, Clone)]
pub struct Inside {
    /// The Engine that runs it.
    pub engine: Engine,
    /// The container.
    pub id: ContainerId,
    /// What messages call it.
    pub name: String,
    /// The variable that the programs take a password from, and where the password is.
    pub password: Option<(&'static str, PasswordSource)>,
}

/// Where the password is, seen from the container.
#[derive(Debug, Clone)]
pub enum PasswordSource {
    /// Outside: it is handed over.
    Value(Secret<String>),
    /// In a file of the container.
    File(String),
    /// In a variable of the container.
    Variable(String),
}

impl Inside {
    /// Starts a program.
    pub async fn start(&self, invocation: &Invocation) -> Result<Running, Error> {
        if invocation.traffic != Traffic::Statements
            && let Some(running) = self.start_direct(invocation).await?
        {
            return Ok(running);
        }
        let exec = self.engine.exec(&self.id, &self.request("sh", invocation, Vec::new())).await?;
        Ok(self.through_engine(exec, invocation, Arc::default()))
    }

    /// The same program for a person or a pipe, with or without a terminal.
    pub fn interactive(&self, invocation: &Invocation, tty: bool) -> ExecRequest {
        ExecRequest { tty, ..self.request("sh", invocation, Vec::new()) }
    }

    fn request(&self, shell: &str, invocation: &Invocation, direct: Vec<String>) -> ExecRequest {
        let mut command = vec![shell.to_owned(), "-c".to_owned(), START.to_owned(), "ado".to_owned()];
        command.extend(invocation.arguments.iter().cloned());
        let mut environment = vec![format!("ADO_PROGRAMS={}", invocation.programs.join(" "))];
        environment.extend(invocation.environment.iter().map(|(name, value)| format!("{name}={value}")));
        if invocation.traffic != Traffic::Statements {
            environment.push("ADO_BUFFER=128K".to_owned());
        }
        match &self.password {
            None => {}
            Some((variable, PasswordSource::Value(value))) => {
                environment.push(format!("{variable}={}", value.reveal()));
            }
            Some((variable, PasswordSource::File(path))) => {
                environment.extend([format!("ADO_SECRET_AS={variable}"), format!("ADO_SECRET_FILE={path}")]);
            }
            Some((variable, PasswordSource::Variable(name))) => {
                environment.extend([format!("ADO_SECRET_AS={variable}"), format!("ADO_SECRET_VARIABLE={name}")]);
            }
        }
        environment.extend(direct);
        ExecRequest { command, environment, stdin: true, ..ExecRequest::default() }
    }

    /// Over a connection of its own; `None`: that is not possible here, and nothing was started.
    async fn start_direct(&self, invocation: &Invocation) -> Result<Option<Running>, Error> {
        let Ok(gateways) = self.engine.gateways(&self.id).await else { return Ok(None) };
        let Some(offer) = Offer::on(&gateways).await else { return Ok(None) };
        let request = self.request("bash", invocation, offer.environment());
        let Ok(exec) = self.engine.exec(&self.id, &request).await else { return Ok(None) };
        let ended = Arc::new(AtomicBool::new(false));
        let mut running = self.through_engine(exec, invocation, Arc::clone(&ended));
        let stream = tokio::select! {
            // A container without bash ends at once, before anybody calls.
            biased;
            stream = offer.accept() => stream,
            _ = &mut running.end => None,
        };
        let Some(stream) = stream else { return Ok(None) };
        tracing::debug!(program = running.program, "direct connection");
        let (input, output) = halves(stream, ended)?;
        running.input = Some(input);
        running.output = Some(output);
        Ok(Some(running))
    }

    /// `ended` becomes true when the program has ended.
    fn through_engine(&self, exec: Exec, invocation: &Invocation, ended: Arc<AtomicBool>) -> Running {
        let Exec { mut session, id } = exec;
        let (output, received) = mpsc::channel(WAITING_PIECES);
        let (sender, mut to_send) = mpsc::channel::<bytes::Bytes>(WAITING_PIECES);
        let mut input = session.input;
        let feeding = AbortOnDropHandle::new(tokio::spawn(async move {
            while let Some(bytes) = to_send.recv().await {
                if input.write(&bytes).await.is_err() {
                    // The program is gone: its exit code says why.
                    return;
                }
            }
            let _ = input.close().await;
            // The connection must outlive the input.
            std::future::pending::<()>().await;
        }));
        let engine = self.engine.clone();
        let pump = AbortOnDropHandle::new(tokio::spawn(async move {
            let _feeding = feeding;
            let mut tail = Vec::new();
            while let Some(piece) = session.output.next().await {
                match piece? {
                    // Nobody reads any more: what follows is not wanted, its end is.
                    (OutputKind::Stdout, bytes) => drop(output.send(Ok(bytes)).await),
                    (OutputKind::Stderr, bytes) => keep_tail(&mut tail, &bytes),
                }
            }
            drop(output);
            ended.store(true, Ordering::Release);
            let code = match tokio::time::timeout(EXIT_CODE_PATIENCE, engine.exec_exit_code(&id)).await {
                Ok(Ok(code)) => Some(code),
                Ok(Err(error)) if error.is_not_found() => None,
                Ok(Err(error)) => return Err(error),
                Err(_) => None,
            };
            Ok(Ended { code, errors: String::from_utf8_lossy(&tail).into_owned() })
        }));
        let end = Box::pin(async move {
            match pump.await {
                Ok(ended) => Ok(ended?),
                Err(_) => Ok(Ended { code: None, errors: String::new() }),
            }
        });
        Running {
            program: invocation.program(),
            place: format!("container {}", self.name),
            input: Some(Box::new(ChannelWriter(sender))),
            output: Some(Box::new(ChannelReader::new(received))),
            end,
        }
    }
}

type Halves = (Box<dyn Write + Send>, Box<dyn Read + Send>);

fn halves(stream: TcpStream, ended: Arc<AtomicBool>) -> Result<Halves, Error> {
    let broken = |source| Error::Stream { what: "direct connection", source };
    let copy = stream.try_clone().map_err(broken)?;
    Ok((Box::new(DirectInput(copy)), Box::new(DirectOutput::new(stream, ended).map_err(broken)?)))
}
