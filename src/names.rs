//! Names as types, so that one kind cannot be passed for another.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Why a text is not a name of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid {kind}: {rule}")]
pub struct InvalidName {
    /// What was wanted, for example "project name".
    pub kind: &'static str,
    /// The text that was given.
    pub text: String,
    /// What a valid one consists of.
    pub rule: &'static str,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $rule:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks `text` and makes it a name.
            pub fn new(text: &str) -> Result<Self, InvalidName> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(InvalidName { kind: $kind, text: text.to_owned(), rule: $rule })
                }
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;
            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

fn is_project(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

fn is_present(text: &str) -> bool {
    !text.is_empty()
}

name!(
    /// A project (Compose specification, section "Name top-level element").
    ProjectName, "project name",
    "lowercase letters, digits, `-` and `_`, beginning with a letter or digit", is_project
);
name!(
    /// A service as the manifest calls it.
    ServiceName, "service name", "letters, digits, `.`, `_` and `-`", is_key
);
name!(
    /// A network: its key in the manifest or its name in the Engine, as the field that holds it says.
    NetworkName, "network name", "a text that is not empty", is_present
);
name!(
    /// A volume: its key in the manifest or its name in the Engine, as the field that holds it says.
    VolumeName, "volume name", "a text that is not empty", is_present
);
name!(
    /// A profile (Compose specification, section "profiles").
    ProfileName, "profile name", "letters, digits, `.`, `_` and `-`, beginning with a letter or digit",
    |text| text.starts_with(|c: char| c.is_ascii_alphanumeric()) && is_key(text)
);
name!(
    /// A container's name in the Engine, without the leading slash.
    ContainerName, "container name", "letters, digits, `.`, `_` and `-`, beginning with a letter or digit",
    |text| text.starts_with(|c: char| c.is_ascii_alphanumeric()) && is_key(text)
);
name!(
    /// A container's id in the Engine.
    ContainerId, "container id", "a text that is not empty", is_present
);
name!(
    /// A network's id in the Engine.
    NetworkId, "network id", "a text that is not empty", is_present
);
name!(
    /// An image as the manifest names it: `name[:tag][@digest]` or an id.
    ImageRef, "image reference", "a text that is not empty", is_present
);
name!(
    /// An image's id in the Engine, `sha256:…`.
    ImageId, "image id", "a text that is not empty", is_present
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_name_is_lowercase_and_begins_with_a_letter_or_digit() {
        assert!(ProjectName::new("society-2").is_ok());
        for wrong in ["", "Society", "-a", "a b", "ä"] {
            assert!(ProjectName::new(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_wrong_name_says_what_a_right_one_is() {
        let error = ServiceName::new("a b").expect_err("a space is not allowed");
        assert_eq!(error.to_string(), "`a b` is not a valid service name: letters, digits, `.`, `_` and `-`");
    }
}
