//! The Engine of another machine through the user's own `ssh`, which knows their keys, agents and proxies.
//!
//! `docker system dial-stdio` on the other side joins standard input and output to its socket.

use std::io;
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::endpoint::SshTarget;

/// Errors of ssh are short; more than this is not kept.
const KEPT_OF_ERRORS: u64 = 4096;

/// A connection through one `ssh` process, which ends with it.
pub(super) struct SshStream {
    input: Option<ChildStdin>,
    output: ChildStdout,
    complaints: Option<JoinHandle<String>>,
    answered: bool,
    _child: Child,
}

/// Starts `ssh`. Whether it gets through shows when the first bytes are read.
pub(super) fn connect(target: &SshTarget) -> io::Result<SshStream> {
    let mut command = Command::new("ssh");
    command.args(["-o", "ConnectTimeout=30", "-T"]);
    if let Some(user) = &target.user {
        command.args(["-l", user]);
    }
    if let Some(port) = target.port {
        command.args(["-p", &port.to_string()]);
    }
    command.args(["--", &target.host, "docker"]);
    if let Some(socket) = &target.socket {
        command.arg(format!("--host=unix://{socket}"));
    }
    command.args(["system", "dial-stdio"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => io::Error::other("the program `ssh` is not installed"),
        _ => error,
    })?;
    let missing = || io::Error::other("ssh has no standard streams");
    let errors = child.stderr.take().ok_or_else(missing)?;
    let complaints = tokio::spawn(async move {
        let mut text = Vec::new();
        // What could be read before a failure is all there is to tell.
        let _ = errors.take(KEPT_OF_ERRORS).read_to_end(&mut text).await;
        String::from_utf8_lossy(&text).trim().replace("\r\n", "; ").replace('\n', "; ")
    });
    Ok(SshStream {
        input: Some(child.stdin.take().ok_or_else(missing)?),
        output: child.stdout.take().ok_or_else(missing)?,
        complaints: Some(complaints),
        answered: false,
        _child: child,
    })
}

impl AsyncRead for SshStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.output).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.answered = true;
            return Poll::Ready(Ok(()));
        }
        // The end without a single byte: ssh did not get through, and says why on its standard error.
        if self.answered {
            return Poll::Ready(Ok(()));
        }
        let Some(complaints) = &mut self.complaints else { return Poll::Ready(Ok(())) };
        let text = ready!(Pin::new(complaints).poll(cx)).unwrap_or_default();
        self.complaints = None;
        let text = if text.is_empty() { "ssh ended without an answer".to_owned() } else { text };
        Poll::Ready(Err(io::Error::other(text)))
    }
}

impl AsyncWrite for SshStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.input {
            Some(input) => Pin::new(input).poll_write(cx, bytes),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.input {
            Some(input) => Pin::new(input).poll_flush(cx),
            None => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Shutting down a child's input does nothing; only closing the pipe tells the other side.
        self.input = None;
        Poll::Ready(Ok(()))
    }
}
