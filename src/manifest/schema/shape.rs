//! The words of the table.

/// The kinds of YAML values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Null,
    /// `true`, `false`.
    Bool,
    /// A whole number.
    Int,
    /// Any number.
    Number,
    /// A text.
    Text,
}

/// What stands at a place: which values are accepted there, and what they become.
#[derive(Debug)]
pub enum Shape {
    /// Anything, as it is.
    Any,
    /// A text; empty is the same as none.
    Text,
    /// A text or nothing.
    TextOrNull,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A text that fits; with the rule in words.
    Matching(fn(&str) -> bool, &'static str),
    /// A truth value; `strict` does not take it as text. `kept`: `false` is not the same as none.
    Flag {
        /// Text is not accepted.
        strict: bool,
        /// Written even if false.
        kept: bool,
    },
    /// A whole number or its text, within bounds. `kept`: 0 is not the same as none.
    Whole {
        /// Written even if 0.
        kept: bool,
        /// At least.
        least: i64,
        /// At most.
        most: i64,
        /// The text of a number is accepted.
        text: bool,
    },
    /// A number or its text.
    Number,
    /// A number of which only the whole part counts.
    Cut {
        /// The text of a whole number is accepted.
        text: bool,
    },
    /// A whole number from 0 to 100, or its text.
    Percent,
    /// A number of bytes, with a unit if it is a text; and which numbers are accepted besides a text.
    Bytes {
        /// `Kind::Text`: none.
        number: Kind,
    },
    /// A time, `1m30s`. `kept`: 0 is not the same as none.
    Duration {
        /// Written even if 0.
        kept: bool,
    },
    /// A file mode; a text is octal.
    Mode,
    /// Texts; `alone`: a text is a list of one; `numbers`: numbers are accepted; `unique`: none twice.
    Texts {
        /// A single text is accepted.
        alone: bool,
        /// Numbers are accepted.
        numbers: bool,
        /// No text twice.
        unique: bool,
    },
    /// A command: a text is split as a shell would; nothing and an empty list are different.
    Command,
    /// A test: a text is run by a shell.
    Test,
    /// A mapping to scalars or a list of `key=value`. `open`: a key without value is open, otherwise it is empty.
    Pairs {
        /// A key without value stays without.
        open: bool,
    },
    /// A mapping to texts and numbers.
    Options {
        /// Values that are accepted.
        kinds: &'static [Kind],
    },
    /// A mapping to scalars and lists of scalars, which becomes lists of texts.
    ManyOptions,
    /// Host names with their addresses.
    Hosts,
    /// Items of one shape.
    List {
        /// Of each item.
        items: &'static Shape,
        /// No item twice.
        unique: bool,
    },
    /// Entries of one shape under names that the user gives.
    Map {
        /// Of each value.
        values: &'static Shape,
        /// What may be a name: letters, digits, `.`, `_`, `-`; otherwise anything.
        named: bool,
    },
    /// Known keys.
    Record(&'static Record),
    /// This, or one of these kinds for short.
    Short(&'static [Kind], &'static Shape),
    /// A mapping, or the list of its keys for short.
    Names(&'static Shape),
    /// This or nothing.
    Nullable(&'static Shape),
    /// This or nothing, which is the same as not being there.
    Omissible(&'static Shape),
    /// `true`, or the older `{name: …}`.
    External,
    /// A number or `{soft, hard}`.
    Ulimit,
    /// `all` or a list of devices.
    Gpus(&'static Shape),
    /// A number of devices or `all`.
    Count,
    /// Keys for SSH: a mapping to paths or a list of `id=path`.
    Ssh,
}

/// How well an attribute is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It does what the specification says.
    Full,
    /// It is read and shown, and this is what happens with it.
    Explained(&'static str),
    /// It is passed on, but needs a newer Engine than API 1.41 or another platform.
    Engine(&'static str),
}

/// One key of a [`Record`].
#[derive(Debug)]
pub struct Attribute {
    /// The key.
    pub name: &'static str,
    /// What stands under it.
    pub shape: &'static Shape,
    /// It cannot be left out.
    pub required: bool,
    /// It is written even where the manifest says nothing.
    pub always: bool,
    /// How well it is supported.
    pub support: Support,
}

/// Known keys, in the order in which they are written.
#[derive(Debug)]
pub struct Record {
    /// What has these keys, for messages.
    pub name: &'static str,
    /// The keys.
    pub attributes: &'static [Attribute],
    /// Whether `x-…` is accepted as well.
    pub extensible: bool,
}

impl Record {
    /// The attribute with this key.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// An attribute that is fully supported.
pub(super) const fn attribute(name: &'static str, shape: &'static Shape) -> Attribute {
    Attribute { name, shape, required: false, always: false, support: Support::Full }
}

/// An attribute that cannot be left out.
pub(super) const fn required(name: &'static str, shape: &'static Shape) -> Attribute {
    Attribute { required: true, ..attribute(name, shape) }
}

/// An attribute that is always written.
pub(super) const fn always(name: &'static str, shape: &'static Shape) -> Attribute {
    Attribute { always: true, ..attribute(name, shape) }
}

/// An attribute that is read, with what happens with it.
pub(super) const fn explained(name: &'static str, shape: &'static Shape, why: &'static str) -> Attribute {
    Attribute { support: Support::Explained(why), ..attribute(name, shape) }
}

/// An attribute that needs something of the Engine.
pub(super) const fn engine(name: &'static str, shape: &'static Shape, why: &'static str) -> Attribute {
    Attribute { support: Support::Engine(why), ..attribute(name, shape) }
}

/// Texts in a list.
pub(super) static TEXTS: Shape = Shape::Texts { alone: false, numbers: false, unique: false };
/// Texts in a list, each once.
pub(super) static UNIQUE_TEXTS: Shape = Shape::Texts { alone: false, numbers: false, unique: true };
/// A text or texts in a list.
pub(super) static TEXT_OR_TEXTS: Shape = Shape::Texts { alone: true, numbers: false, unique: true };
/// Texts and numbers in a list, each once.
pub(super) static TEXTS_OR_NUMBERS: Shape = Shape::Texts { alone: false, numbers: true, unique: true };
/// A truth value.
pub(super) static FLAG: Shape = Shape::Flag { strict: false, kept: false };
/// A truth value that differs from none.
pub(super) static KEPT_FLAG: Shape = Shape::Flag { strict: false, kept: true };
/// A whole number.
pub(super) static WHOLE: Shape = Shape::Whole { kept: false, least: i64::MIN, most: i64::MAX, text: true };
/// A whole number that is not written as text.
pub(super) static PLAIN_WHOLE: Shape = Shape::Whole { kept: false, least: i64::MIN, most: i64::MAX, text: false };
/// A whole number that is cut off if it is a broken one.
pub(super) static CUT: Shape = Shape::Cut { text: true };
/// The same, but not as text.
pub(super) static PLAIN_CUT: Shape = Shape::Cut { text: false };
/// A whole number, 0 differs from none.
pub(super) static KEPT_WHOLE: Shape = Shape::Whole { kept: true, least: i64::MIN, most: i64::MAX, text: true };
/// A whole number, not below 0, 0 differs from none.
pub(super) static COUNT: Shape = Shape::Whole { kept: true, least: 0, most: i64::MAX, text: true };
/// Labels and the like.
pub(super) static PAIRS: Shape = Shape::Pairs { open: false };
/// Variables.
pub(super) static OPEN_PAIRS: Shape = Shape::Pairs { open: true };
/// Options of a driver.
pub(super) static OPTIONS: Shape = Shape::Options { kinds: &[Kind::Text, Kind::Number] };
/// A number of bytes.
pub(super) static BYTES: Shape = Shape::Bytes { number: Kind::Number };
/// A whole number of bytes.
pub(super) static WHOLE_BYTES: Shape = Shape::Bytes { number: Kind::Int };
/// A time.
pub(super) static DURATION: Shape = Shape::Duration { kept: true };
/// A time; 0 is none.
pub(super) static PERIOD: Shape = Shape::Duration { kept: false };
