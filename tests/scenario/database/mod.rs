//! The `db-` commands on real servers.

mod faults;
mod inside;
mod killed;
mod mariadb;
mod names;
mod passwords;
mod postgres;
mod server;
mod setup;
mod shell;
mod testing;
