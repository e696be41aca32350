//! Whether the volume holds what a caller from outside expects, so that they need not look before every call.

use std::collections::BTreeMap;
use std::fs;

use super::super::definitions::home;

/// The exit code for a caller who expects another `ado-do` or other definitions; nothing has been done then.
pub const STALE: u8 = 253;
/// What the caller expects.
pub const STAMP_VARIABLE: &str = "ADO_STAMP";
/// The file of the task volume that says what it was filled with.
const FILE: &str = "stamp";

/// Whether the caller expects something else.
pub fn is_stale(environment: &BTreeMap<String, String>) -> bool {
    let Some(expected) = environment.get(STAMP_VARIABLE) else { return false };
    fs::read_to_string(home(environment).join(FILE)).ok().as_ref() != Some(expected)
}
