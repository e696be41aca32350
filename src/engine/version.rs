//! Versions of the Engine API.

use std::fmt;
use std::str::FromStr;

/// `1.minor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiVersion(pub(super) u16);

/// The newest version whose answers ado knows (Engine 28.3).
pub(super) const NEWEST: ApiVersion = ApiVersion(51);

impl FromStr for ApiVersion {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().strip_prefix("1.").unwrap_or_default().parse().map(Self)
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}
