//! What only ado promises.

mod at_once;
mod bad_input;
mod convergence;
mod duplicates;
mod engine_faults;
mod failures;
mod full_disk;
mod house_keeping;
mod interruption;
mod killed;
mod link;
mod links_of_2014;
mod logs;
mod plan;
mod ports;
mod readiness;
mod rolling;
mod second_engine;
mod secrets;
mod tasks;
mod terminal;
mod urls;
mod watch;
mod why;
