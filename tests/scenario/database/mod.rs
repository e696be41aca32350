//! The `db-` commands on real servers.

mod faults;
mod inside;
mod killed;
mod mariadb;
mod names;
mod postgres;
mod server;
mod setup;
