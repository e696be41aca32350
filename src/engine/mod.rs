//! The Docker Engine: the only place that speaks its API, and the only one that names bollard.
//!
//! [`Engine`] is cheap to clone and shared by all tasks; every method is one request or a few in parallel, named after
//! what it does and never after how. Requests go over a small pool of kept connections of our own (`client`), because
//! what matters here is how few bytes and how little memory a request costs; bollard gives the API's request bodies and
//! the `BuildKit` session.
//!
//! Nothing above this folder knows status codes, JSON of the Engine or its header fields: errors are [`Error`], what
//! exists is [`crate::observed`].

mod archive;
mod attach;
mod body;
mod build;
mod buildkit;
mod client;
mod container;
mod create;
mod credentials;
mod deliver;
mod details;
mod digest;
mod docker_config;
mod endpoint;
mod error;
mod events;
mod exec;
mod export;
mod frames;
mod gateway;
mod handle;
mod image;
pub mod labels;
mod logs;
mod moment;
mod network;
mod network_list;
mod observe;
pub mod pieces;
mod progress;
mod query;
mod registry;
mod seed;
mod session;
mod ssh;
mod stats;
mod summary;
mod system;
mod tls;
mod transport;
mod usage;
mod version;
mod volume;

pub use archive::PathStat;
pub use attach::AttachRequest;
pub use build::{BuildOptions, Ignore as DockerIgnore, read_ignore as read_docker_ignore};
pub use container::{ContainerDetail, HealthCheckConfig, HealthProbe};
pub use details::{ImageDetail, ImageMetadata, Publisher, VolumeDetail};
pub use endpoint::Endpoint;
pub use error::Error;
pub use events::{EngineEvent, EventsRequest};
pub use exec::{Exec, ExecId, ExecOutcome, ExecRequest};
pub use export::CommitRequest;
pub use frames::OutputKind;
pub use handle::Engine;
pub use logs::{LogLine, Logs, LogsRequest};
pub use moment::moment;
pub use observe::ProjectSummary;
pub use session::{Input, Output, Session, Terminal};
pub use stats::{Processes, Stats};
pub use system::{EngineInfo, EngineVersion};
pub use usage::{CacheUsage, ContainerUsage, ImageUsage, Labelled};
pub use version::ApiVersion;
