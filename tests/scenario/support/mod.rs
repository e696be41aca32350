//! What a scenario stands on.
//!
//! A [`Scenario`] is one behaviour of the program under test on a real Engine: a folder and a project of its own, commands that
//! can never hang, and a view of what the Engine holds afterwards, read from the Engine itself and not from the program.
//!
//! The program is `ado`; `ADO_SCENARIO_TOOL=compose` runs the scenarios of `alike` through `docker compose` instead.
//! `ADO_KEEP_FAILED=1` keeps the containers of a failed scenario; its transcript and the Engine's state are kept under
//! `target/scenario-failures/` in any case.

mod api;
mod certificates;
mod container;
mod evidence;
mod forwarder;
mod image;
mod poll;
mod process;
mod proxy;
mod registry;
mod scenario;
mod ssh_server;
mod teardown;
mod terminal;
mod tool;

pub use api::Engine;
pub use certificates::Authority;
pub use container::Container;
pub use forwarder::{Forwarder, Tls};
pub use poll::{until, until_within};
pub use process::{Call, Outcome, Running};
pub use proxy::{Proxy, Verdict};
pub use registry::Registry;
pub use scenario::Scenario;
pub use ssh_server::SshServer;
pub use terminal::Terminal;
pub use tool::skip;
