//! Arguments and options of a task: `[task.NAME.argument.NAME]` and `[task.NAME.option.NAME]`.

use super::fields::{Fields, Item, Located};
use super::rules;
use crate::diagnostic::{Problem, Span, nearest};

/// An argument or an option of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// As templates call it, with `_` for `-`; on the command line `--name`, with `-` for `_`.
    pub name: String,
    /// One letter, for options.
    pub short: Option<char>,
    /// For `--help`.
    pub help: Option<String>,
    /// What it can be.
    pub kind: Kind,
    /// Whether it can be given several times.
    pub list: bool,
    /// Whether it must be given.
    pub required: bool,
    /// What it is where it is not given; a list can have several.
    pub default: Vec<String>,
    /// The only values that are allowed; empty: all of its kind.
    pub choices: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

/// What a value can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// Given or not; an option without a value.
    Flag,
}

impl Parameter {
    /// The name on the command line: `-` for `_`.
    pub fn long(&self) -> String {
        self.name.replace('_', "-")
    }
}

/// Names that templates use for something else.
const TAKEN: [&str; 3] = ["env", "service", "help"];

pub(super) fn arguments(task: &Fields<'_, '_>) -> Vec<Parameter> {
    let arguments = parameters(task, "argument");
    let reader = task.reader();
    for pair in arguments.windows(2) {
        if pair[0].list {
            let message = format!("`{}` cannot follow `{}`, which takes all that is left", pair[1].name, pair[0].name);
            reader.report(Problem::at(pair[1].span, message).also(pair[0].span, "the list"));
        } else if pair[1].required && !pair[0].required {
            let message = format!("`{}` cannot be required, because `{}` before it is not", pair[1].name, pair[0].name);
            reader.report(Problem::at(pair[1].span, message).also(pair[0].span, "this one can be left out"));
        }
    }
    arguments
}

pub(super) fn options(task: &Fields<'_, '_>, arguments: &[Parameter]) -> Vec<Parameter> {
    let options = parameters(task, "option");
    let reader = task.reader();
    for (at, option) in options.iter().enumerate() {
        let earlier = || options[..at].iter();
        let same_name = arguments.iter().chain(earlier()).find(|other| other.name == option.name);
        if let Some(other) = same_name {
            let message = format!("`{}` is there twice", option.name);
            reader.report(Problem::at(option.span, message).also(other.span, "the other one"));
        }
        if let Some(other) = option.short.and_then(|short| earlier().find(|other| other.short == Some(short))) {
            let message = format!("`{}` and `{}` have the same letter", other.name, option.name);
            reader.report(Problem::at(option.span, message).also(other.span, "the other one"));
        }
    }
    options
}

fn parameters(task: &Fields<'_, '_>, key: &'static str) -> Vec<Parameter> {
    let Some(fields) = task.get(key).and_then(|item| item.fields(key)) else { return Vec::new() };
    fields.entries().into_iter().filter_map(|(name, item)| parameter(&name, item, key == "option")).collect()
}

fn parameter(name: &Located<String>, item: Item<'_, '_>, option: bool) -> Option<Parameter> {
    let reader = item.reader;
    let mut valid = reader.allow("name", name, rules::word(&name.value));
    if TAKEN.contains(&name.value.as_str()) {
        reader.report(Problem::at(name.span, format!("`{}` is taken, choose another name", name.value)));
        valid = false;
    }
    let fields = item.fields(&format!("`{}`", name.value))?;
    let help = fields.text("help").map(|help| help.value);
    let kind = fields.text("type").map_or(Some(Kind::Text), |text| kind(&fields, &text, option));
    let list = fields.boolean("list").unwrap_or(false);
    let default = fields.get("default").and_then(|item| if list { item.texts() } else { Some(vec![item.scalar()?]) });
    let choices: Vec<String> = fields.texts("choices").into_iter().map(|choice| choice.value).collect();
    let required = fields.boolean("required");
    let short = if option { fields.text("short") } else { None };
    let short = short.and_then(|text| letter(&fields, &text));
    fields.finish();
    let kind = kind?;
    for value in default.iter().flatten() {
        valid &= value_fits(reader, value, kind, &choices);
    }
    let default: Vec<String> = default.into_iter().flatten().map(|value| value.value).collect();
    valid.then(|| Parameter {
        name: name.value.replace('-', "_"),
        short,
        help,
        kind,
        list,
        required: required.unwrap_or(!option && !list) && default.is_empty(),
        default,
        choices,
        span: name.span,
    })
}

fn kind(fields: &Fields<'_, '_>, text: &Located<String>, option: bool) -> Option<Kind> {
    match text.value.as_str() {
        "text" => return Some(Kind::Text),
        "integer" => return Some(Kind::Integer),
        "flag" if option => return Some(Kind::Flag),
        _ => {}
    }
    let known: &[&str] = if option { &["text", "integer", "flag"] } else { &["text", "integer"] };
    let help = match nearest(&text.value, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known types: {}", known.join(", ")),
    };
    let message = format!("`{}` is not a type", text.value.escape_debug());
    fields.reader().report(Problem::at(text.span, message).help(help));
    None
}

fn letter(fields: &Fields<'_, '_>, text: &Located<String>) -> Option<char> {
    let mut letters = text.value.trim_start_matches('-').chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii_alphanumeric() && letter != 'h' => Some(letter),
        _ => {
            let message = format!("`{}` cannot be a short option", text.value.escape_debug());
            fields.reader().report(Problem::at(text.span, message).help("one letter or digit is wanted; `-h` is help"));
            None
        }
    }
}

fn value_fits(reader: &super::fields::Reader<'_>, value: &Located<String>, kind: Kind, choices: &[String]) -> bool {
    let message = match kind {
        Kind::Integer if value.value.parse::<i64>().is_err() => format!("`{}` is not a whole number", value.value),
        Kind::Flag => "a flag has no default: it is off until it is given".to_owned(),
        _ if !choices.is_empty() && !choices.contains(&value.value) => {
            format!("`{}` is not one of the choices: {}", value.value, choices.join(", "))
        }
        _ => return true,
    };
    reader.report(Problem::at(value.span, message));
    false
}
