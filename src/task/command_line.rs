//! The command line of a task, made from its definition: parsing, `--help`, and the values that come out of it.

use std::ffi::OsString;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use indexmap::IndexMap;

use super::Error;
use crate::diagnostic::nearest;
use crate::settings::{Kind, Parameter, Settings, Task};

/// Values of arguments and options by name.
pub type Values = IndexMap<String, Value>;

/// What was given for an argument or an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, and there is no default.
    Absent,
    /// Whether a flag was given.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// All that was given; may be empty.
    List(Vec<String>),
}

/// The task of this name.
///
/// # Errors
/// [`Error::Unknown`] with the nearest name.
pub fn find<'a>(settings: &'a Settings, name: &str) -> Result<&'a Task, Error> {
    settings.tasks.get(name).ok_or_else(|| Error::Unknown {
        name: name.to_owned(),
        nearest: nearest(name, settings.tasks.keys().map(String::as_str)).map(str::to_owned),
    })
}

/// Parses the arguments of a task; `caller` is what stands before its name in the help, for example `ado do`.
///
/// # Errors
/// [`Error::Usage`] for arguments that do not fit and for `--help`.
pub fn parse(task: &Task, caller: &str, arguments: impl IntoIterator<Item = OsString>) -> Result<Values, Error> {
    let words = std::iter::once(OsString::from(&task.name)).chain(arguments);
    let mut matches = command(task, caller).try_get_matches_from(words)?;
    let parameters = task.arguments.iter().chain(&task.options);
    Ok(parameters.map(|parameter| (parameter.name.clone(), value(parameter, &mut matches))).collect())
}

/// The command line of a task.
pub fn command(task: &Task, caller: &str) -> Command {
    let mut command = Command::new(task.name.clone()).bin_name(format!("{caller} {}", task.name)).no_binary_name(false);
    if let Some(help) = &task.help {
        command = command.about(help.clone());
    }
    if let Some(service) = &task.service {
        command = command.after_help(format!("Runs in service `{service}`."));
    }
    for argument in &task.arguments {
        let arg = arg(argument).value_name(argument.long().to_uppercase()).required(argument.required);
        command = command.arg(if argument.list { arg.num_args(0..) } else { arg });
    }
    for option in &task.options {
        let arg = arg(option).long(option.long()).required(option.required);
        let arg = match option.short {
            Some(short) => arg.short(short),
            None => arg,
        };
        command = command.arg(match option.kind {
            Kind::Flag => arg.action(ArgAction::SetTrue),
            Kind::Text | Kind::Integer if option.list => arg.action(ArgAction::Append).value_delimiter(','),
            Kind::Text | Kind::Integer => arg,
        });
    }
    command
}

fn arg(parameter: &Parameter) -> Arg {
    let mut arg = Arg::new(parameter.name.clone());
    if let Some(help) = &parameter.help {
        arg = arg.help(help.clone());
    }
    if !parameter.default.is_empty() {
        arg = arg.default_values(&parameter.default);
    }
    match parameter.kind {
        Kind::Flag => arg,
        Kind::Text | Kind::Integer if !parameter.choices.is_empty() => {
            arg.value_parser(PossibleValuesParser::new(parameter.choices.clone()))
        }
        // As an argument or list of texts in the end; checked to be numbers here.
        Kind::Integer => arg.value_parser(value_parser!(i64)).allow_negative_numbers(true),
        Kind::Text => arg.value_parser(value_parser!(String)),
    }
}

fn value(parameter: &Parameter, matches: &mut ArgMatches) -> Value {
    let name = parameter.name.as_str();
    let texts: Vec<String> = match parameter.kind {
        Kind::Flag => return Value::Flag(matches.get_flag(name)),
        Kind::Integer if parameter.choices.is_empty() => {
            matches.remove_many::<i64>(name).into_iter().flatten().map(|number| number.to_string()).collect()
        }
        Kind::Integer | Kind::Text => matches.remove_many::<String>(name).into_iter().flatten().collect(),
    };
    if parameter.list {
        return Value::List(texts);
    }
    match texts.into_iter().next() {
        None => Value::Absent,
        Some(text) => match (parameter.kind, text.parse()) {
            (Kind::Integer, Ok(number)) => Value::Integer(number),
            _ => Value::Text(text),
        },
    }
}
