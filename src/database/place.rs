//! Where client programs run: as processes of this machine (inside a container of the project), or in the server's own
//! container (from outside).

mod direct;
mod here;
mod inside;
mod running;
mod stream;

pub use here::Here;
pub use inside::{Inside, PasswordSource};
pub use running::Running;
pub(super) use stream::read_ahead;

use super::{Error, Invocation};

/// A place for client programs.
#[derive(Debug, Clone)]
pub enum Place {
    /// This machine.
    Here(Here),
    /// The server's container.
    Inside(Inside),
}

impl Place {
    /// Starts a call.
    ///
    /// # Errors
    /// If the program cannot be started; how it ends is told by [`Running::finish`].
    pub async fn start(&self, invocation: &Invocation) -> Result<Running, Error> {
        match self {
            Self::Here(here) => here.start(invocation),
            Self::Inside(inside) => inside.start(invocation).await,
        }
    }

    /// The host that clients are told; `None`: the server's socket.
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Here(here) => here.host.as_deref(),
            Self::Inside(_) => None,
        }
    }
}
