//! Updating real git repositories on this disk.

mod checkout;
mod command;
mod layout;
mod sandbox;
