//! Parameters of a request.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// The part of an URL after `?`, percent-encoded as it is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query(String);

impl Query {
    /// With `name=value`.
    pub(super) fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.0.push(if self.0.is_empty() { '?' } else { '&' });
        self.0.push_str(name);
        self.0.push('=');
        self.0.push_str(&encode(&value.to_string()));
        self
    }

    /// With `name=value` where there is a value.
    pub(super) fn maybe(self, name: &str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With `name=true` where it is.
    pub(super) fn flag(self, name: &str, value: bool) -> Self {
        if value { self.with(name, "true") } else { self }
    }

    /// With Docker's `filters`: a JSON object of lists.
    pub(super) fn filters(self, filters: &[(&str, &str)]) -> Self {
        let mut lists: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in filters {
            lists.entry(name).or_default().push(value);
        }
        self.with("filters", serde_json::json!(lists))
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Percent-encodes everything that RFC 3986 does not leave unreserved.
fn encode(text: &str) -> String {
    escape(text, |byte| matches!(byte, b'-' | b'_' | b'.' | b'~'))
}

/// Percent-encodes a name for use in a path; the slashes, colons and `@` of image references stay.
pub(super) fn encode_path(text: &str) -> String {
    escape(text, |byte| matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/' | b':' | b'@'))
}

fn escape(text: &str, plain: impl Fn(u8) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain(byte) {
            escaped.push(byte as char);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_encoded() {
        let query = Query::default().with("name", "a b&c").flag("all", true).flag("no", false).maybe("t", None::<u8>);
        assert_eq!(query.to_string(), "?name=a%20b%26c&all=true");
        let filters = Query::default().filters(&[("label", "a=b"), ("label", "c")]);
        assert_eq!(filters.to_string(), "?filters=%7B%22label%22%3A%5B%22a%3Db%22%2C%22c%22%5D%7D");
    }
}
