//! Whether variables are filled in, and what that means for what can be written in several ways.

/// The form of a tree on its way from the files to the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Variables are filled in. A place that takes `key=value` in a list as well as a mapping has a mapping.
    Filled,
    /// `${…}` stands as it is written: a list stays a list, for nobody knows what its items will be, and a number,
    /// a time or a short form that cannot be read because of a variable is no mistake yet. Where only certain words are
    /// allowed, the variable is none of them: Compose refuses it as well.
    Open,
}
