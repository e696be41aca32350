//! The project: the resolved desired state, and what follows from it alone.

pub mod duration;
mod equip;
pub mod graph;
pub mod hash;
mod limits;
mod model;
mod networks;
mod replica;
mod resolve;
mod seed;
mod select;
#[cfg(test)]
pub(crate) mod testing;
mod volumes;

pub use equip::{
    Definitions, Listening, Programs, SERVICE_VARIABLE, TASK_DEFINITIONS, TASK_HOME, TASK_LOCKS, TASK_PROGRAM,
    TaskSource, does_tasks, with_program,
};
pub use hash::{changed_attributes, config_fields, config_hash, hexadecimal, network_hash, volume_hash};
pub use limits::*;
pub use model::*;
pub use networks::*;
pub use replica::{Replica, replica_name};
pub use resolve::{resolve, ssh_key};
pub use seed::{Seed, SeedContent, SeedFile};
pub use select::{Dependencies, SelectError};
pub use volumes::*;
