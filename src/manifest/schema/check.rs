//! Compares a tree with the table, reports everything that does not fit, and takes it out, so that later steps meet
//! only what they know.

mod texts;

use std::collections::HashSet;

use super::super::form::Form;
use super::super::legacy::RENAMED;
use super::super::node::{Mapping, Node, Value};
use super::super::path::{ITEM, Trail};
use super::MANIFEST;
use super::shape::{Attribute, Kind, Record, Shape};
use crate::diagnostic::{Problem, Span, nearest};

/// What came of a check.
#[derive(Debug, Default)]
pub struct Checked {
    /// Section and name of the entries in which something was taken out, for example `("services", "web")`.
    pub broken: HashSet<(String, String)>,
    /// What does not fit.
    pub problems: Vec<Problem>,
}

/// Checks a whole manifest. `dates` are the scalars that are dates.
#[allow(clippy::implicit_hasher)] // the loader has one set
pub fn check(root: &mut Node, dates: &HashSet<Span>, form: Form) -> Checked {
    let mut checker = Checker { dates, form, checked: Checked::default() };
    checker.record(root, &MANIFEST, Trail::ROOT);
    checker.checked
}

struct Checker<'d> {
    dates: &'d HashSet<Span>,
    form: Form,
    checked: Checked,
}

/// `services.web.ports[]` for people.
fn shown(trail: Trail) -> String {
    let mut path = String::new();
    for name in trail.names() {
        if name != ITEM && !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
    }
    path
}

/// Whether a value is of a kind.
fn is(node: &Node, kind: Kind) -> bool {
    matches!(
        (kind, &node.value),
        (Kind::Null, Value::Null)
            | (Kind::Bool, Value::Bool(_))
            | (Kind::Int, Value::Int(_))
            | (Kind::Number, Value::Int(_) | Value::Float(_))
            | (Kind::Text, Value::String(_))
    )
}

fn is_text(node: &Node) -> bool {
    is(node, Kind::Text)
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.value, Value::Sequence(_) | Value::Mapping(_))
}

impl Checker<'_> {
    fn report(&mut self, trail: Trail, problem: Problem) -> bool {
        if let [section, name, ..] = trail.names()[..] {
            self.checked.broken.insert((section.to_owned(), name.to_owned()));
        }
        self.checked.problems.push(problem);
        false
    }

    /// Reports that something else was expected.
    fn wrong(&mut self, node: &Node, trail: Trail, expected: &str) -> bool {
        let place = shown(trail);
        let problem = Problem::at(node.span, format!("`{place}` must be {expected}"));
        let label = match &node.value {
            Value::Null => "there is no value".to_owned(),
            _ => format!("this is {}", node.kind()),
        };
        let help = match node.value {
            Value::Int(_) | Value::Large(_) | Value::Float(_) | Value::Bool(_) if expected.contains("text") => {
                Some("put it into quotes")
            }
            _ => None,
        };
        let problem = problem.label(label);
        let problem = match help {
            Some(help) => problem.help(help),
            None => problem,
        };
        self.report(trail, problem)
    }

    fn expect(&mut self, node: &Node, fits: bool, trail: Trail, expected: &str) -> bool {
        fits || self.wrong(node, trail, expected)
    }

    /// Whether the node fits; what does not fit inside of it has been taken out.
    fn shape(&mut self, node: &mut Node, shape: &'static Shape, trail: Trail) -> bool {
        if is_text(node) && !matches!(shape, Shape::Any) && self.dates.contains(&node.span) {
            let place = shown(trail);
            let problem = Problem::at(node.span, format!("`{place}` is a date, which means nothing here"));
            return self.report(trail, problem.label("this is a date in YAML").help("put it into quotes"));
        }
        match shape {
            Shape::Any => true,
            Shape::Text => self.expect(node, is_text(node), trail, "a text"),
            Shape::TextOrNull => self.expect(node, is_text(node) || node.is_null(), trail, "a text"),
            Shape::OneOf(words) => self.one_of(node, words, trail),
            Shape::Matching(fits, rule) => {
                let fits = node.as_str().is_some_and(fits);
                self.expect(node, fits, trail, &format!("a text such as {rule}"))
            }
            Shape::Flag { strict: true, .. } => self.expect(node, is(node, Kind::Bool), trail, "`true` or `false`"),
            Shape::Flag { .. } => self.expect(node, is(node, Kind::Bool) || is_text(node), trail, "`true` or `false`"),
            Shape::Whole { least, most, text, .. } => self.whole(node, (*least, *most), *text, trail),
            Shape::Number => self.number(node, trail),
            Shape::Cut { text } => {
                let fits = is(node, Kind::Number) || *text && is_text(node);
                self.expect(node, fits, trail, "a whole number")
            }
            Shape::Percent => self.percent(node, trail),
            Shape::Bytes { number } => {
                let fits = is(node, *number) || is_text(node);
                self.expect(node, fits, trail, "a size, as a text such as `512m`")
            }
            Shape::Duration { .. } => self.expect(node, is_text(node), trail, "a text such as `1m30s`"),
            Shape::Mode => {
                let fits = is(node, Kind::Number) || is_text(node);
                self.expect(node, fits, trail, "a file mode such as `0440`")
            }
            Shape::Count => self.expect(node, is(node, Kind::Int) || is_text(node), trail, "a whole number or `all`"),
            Shape::Texts { .. }
            | Shape::Command
            | Shape::Test
            | Shape::Pairs { .. }
            | Shape::Options { .. }
            | Shape::ManyOptions
            | Shape::Hosts
            | Shape::Ssh => self.texts(node, shape, trail),
            Shape::List { items, unique } => self.list(node, items, *unique, trail),
            Shape::Map { values, named } => self.map(node, values, *named, trail),
            Shape::Record(record) => self.record(node, record, trail),
            Shape::Short(kinds, long) => kinds.iter().any(|&kind| is(node, kind)) || self.shape(node, long, trail),
            Shape::Names(mapping) => match node.value {
                Value::Sequence(_) => self.items(node, is_text, "a text", true, trail),
                _ => self.shape(node, mapping, trail),
            },
            Shape::Nullable(inner) | Shape::Omissible(inner) => node.is_null() || self.shape(node, inner, trail),
            Shape::External => self.external(node, trail),
            Shape::Ulimit => self.ulimit(node, trail),
            Shape::Gpus(device) => match &node.value {
                Value::String(text) if &**text == "all" => true,
                Value::Sequence(_) => self.list(node, device, false, trail),
                _ => self.wrong(node, trail, "`all` or a list of devices"),
            },
        }
    }

    fn one_of(&mut self, node: &Node, words: &'static [&'static str], trail: Trail) -> bool {
        if node.as_str().is_some_and(|text| words.contains(&text)) {
            return true;
        }
        let list = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let place = shown(trail);
        let problem = Problem::at(node.span, format!("`{place}` must be one of {list}"));
        let guess = node.as_str().and_then(|text| nearest(text, words.iter().copied()));
        let problem =
            problem.label(guess.map_or("not one of them".to_owned(), |word| format!("did you mean `{word}`?")));
        self.report(trail, problem)
    }

    fn whole(&mut self, node: &Node, (least, most): (i64, i64), text: bool, trail: Trail) -> bool {
        match node.value {
            Value::Int(value) if value < least || value > most => {
                let bounds =
                    if most == i64::MAX { format!("at least {least}") } else { format!("between {least} and {most}") };
                let problem = Problem::at(node.span, format!("`{}` must be {bounds}", shown(trail)));
                self.report(trail, problem.label("out of bounds"))
            }
            Value::Int(_) => true,
            Value::Float(value) if value.fract() == 0.0 => true,
            Value::String(_) if text => true,
            _ => self.wrong(node, trail, "a whole number"),
        }
    }

    fn number(&mut self, node: &Node, trail: Trail) -> bool {
        let finite = !matches!(node.value, Value::Float(value) if !value.is_finite());
        let fits = is(node, Kind::Number) || is_text(node) || matches!(node.value, Value::Large(_));
        self.expect(node, fits && finite, trail, "a number")
    }

    fn percent(&mut self, node: &Node, trail: Trail) -> bool {
        let fits = match node.value {
            Value::Int(value) => (0..=100).contains(&value),
            Value::Float(value) => value.fract() == 0.0 && (0.0..=100.0).contains(&value),
            _ => is_text(node),
        };
        self.expect(node, fits, trail, "a whole number from 0 to 100")
    }

    fn list(&mut self, node: &mut Node, shape: &'static Shape, unique: bool, trail: Trail) -> bool {
        let Some(items) = node.as_sequence_mut() else { return self.wrong(node, trail, "a list") };
        items.retain_mut(|item| self.shape(item, shape, trail.child(ITEM)));
        if unique {
            self.unique(items, trail);
        }
        true
    }

    fn map(&mut self, node: &mut Node, shape: &'static Shape, named: bool, trail: Trail) -> bool {
        let Some(mapping) = node.as_mapping_mut() else { return self.wrong(node, trail, "a mapping") };
        mapping.retain(|key, value| {
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            if named && (key.name.is_empty() || !key.name.chars().all(fits)) {
                let problem = Problem::at(key.span, format!("`{}` is not a name", key.name))
                    .label("letters, digits, `.`, `_` and `-` only");
                return self.report(trail.child(&key.name), problem);
            }
            self.shape(value, shape, trail.child(&key.name))
        });
        true
    }

    fn record(&mut self, node: &mut Node, record: &'static Record, trail: Trail) -> bool {
        let span = node.span;
        let Some(mapping) = node.as_mapping_mut() else {
            return self.wrong(node, trail, &format!("a mapping with the keys of a {}", record.name));
        };
        let has = |mapping: &Mapping, attribute: &Attribute| mapping.contains(attribute.name);
        let missing: Vec<_> = record.attributes.iter().filter(|one| one.required && !has(mapping, one)).collect();
        let known: Vec<&str> = mapping.iter().map(|(key, _)| &*key.name).collect();
        // A key that is mistyped is not also missing.
        let mistyped = |name: &str| known.iter().any(|key| nearest(key, [name]).is_some());
        let missing: Vec<_> = missing.into_iter().filter(|attribute| !mistyped(attribute.name)).collect();
        mapping.retain(|key, value| match record.attribute(&key.name) {
            Some(attribute) => self.shape(value, attribute.shape, trail.child(attribute.name)),
            None if record.extensible && key.name.starts_with("x-") => true,
            None => self.unknown(&key.name, key.span, record, trail),
        });
        for attribute in &missing {
            let problem = Problem::at(span, format!("`{}` has no `{}`", shown(trail), attribute.name))
                .label(format!("a {} needs `{}`", record.name, attribute.name));
            self.report(trail, problem);
        }
        missing.is_empty()
    }

    fn unknown(&mut self, key: &str, span: Span, record: &'static Record, trail: Trail) -> bool {
        let problem = Problem::at(span, format!("`{key}` is not a key of a {}", record.name)).label("not a known key");
        let known = record.attributes.iter().map(|attribute| attribute.name);
        if let Some((_, new)) = RENAMED.iter().find(|(old, _)| *old == key && record.attribute("image").is_some()) {
            return self.report(trail, problem.help(format!("the format of 2014 had it; today it is {new}")));
        }
        let help = match nearest(key, known.clone()) {
            Some(known) => format!("did you mean `{known}`?"),
            None if record.attributes.len() <= 12 => {
                let list = known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                format!("known keys are {list}")
            }
            None => "remove it, or begin it with `x-` if it is your own".to_owned(),
        };
        self.report(trail, problem.help(help))
    }

    fn external(&mut self, node: &mut Node, trail: Trail) -> bool {
        match &node.value {
            Value::Bool(_) | Value::String(_) => true,
            Value::Mapping(mapping) => {
                let others = |name: &str| name != "name" && !name.starts_with("x-");
                let closed = matches!(trail.names().first(), Some(&("networks" | "volumes")));
                let fits = mapping.get("name").is_none_or(is_text)
                    && !(closed && mapping.iter().any(|(key, _)| others(&key.name)));
                self.expect(node, fits, trail, "`true` or `false`; `external.name` a text")
            }
            _ => self.wrong(node, trail, "`true` or `false`"),
        }
    }

    fn ulimit(&mut self, node: &Node, trail: Trail) -> bool {
        let number = |node: Option<&Node>| node.is_some_and(|node| is(node, Kind::Int) || is_text(node));
        let fits = match &node.value {
            Value::Int(_) | Value::String(_) => true,
            Value::Mapping(mapping) => {
                mapping.iter().all(|(key, _)| matches!(&*key.name, "soft" | "hard") || key.name.starts_with("x-"))
                    && number(mapping.get("soft"))
                    && number(mapping.get("hard"))
            }
            _ => false,
        };
        self.expect(node, fits, trail, "a whole number, or a mapping with `soft` and `hard`")
    }
}
