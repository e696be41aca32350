//! Reading tables of TOML with places: every accessor notes its key as known, and [`Fields::finish`] reports the rest.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::rules::Refusal;
use crate::diagnostic::{Problem, SourceId, Span, nearest};

/// The text that is read and the problems found so far.
pub(super) struct Reader<'a> {
    text: &'a str,
    source: SourceId,
    problems: RefCell<Vec<Problem>>,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

/// One value with the reader that knows its place.
#[derive(Clone, Copy)]
pub(super) struct Item<'r, 'i> {
    pub(super) reader: &'r Reader<'i>,
    value: &'r Spanned<DeValue<'i>>,
}

/// One table of which fields are read.
pub(super) struct Fields<'r, 'i> {
    reader: &'r Reader<'i>,
    /// As people write it, for example `[[repository]]`.
    title: String,
    table: &'r DeTable<'i>,
    /// Where the table stands.
    pub(super) span: Span,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, source: SourceId) -> Self {
        Self { text, source, problems: RefCell::default() }
    }

    pub(super) fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// The problems in the order of their places.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.span);
        problems
    }

    /// The place of a range of bytes: its first line only.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let start = range.start.min(self.text.len());
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = range.end.clamp(start, self.text.len());
        let marked = self.text[start..end].lines().next().unwrap_or_default();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Span {
            source: self.source,
            line: number(before.matches('\n').count() + 1),
            column: number(self.text[line_start..start].chars().count() + 1),
            length: number(marked.chars().count()),
        }
    }

    pub(super) fn item<'r>(&'r self, value: &'r Spanned<DeValue<'a>>) -> Item<'r, 'a> {
        Item { reader: self, value }
    }

    pub(super) fn fields<'r>(&'r self, title: &str, table: &'r DeTable<'a>, span: Span) -> Fields<'r, 'a> {
        Fields { reader: self, title: title.to_owned(), table, span, known: RefCell::default() }
    }

    /// Takes a text only if the rule allows it.
    pub(super) fn allow(&self, what: &str, text: &Located<String>, refusal: Refusal) -> bool {
        let Some(why) = refusal else { return true };
        self.report(
            Problem::at(text.span, format!("`{}` is not a valid {what}", text.value.escape_debug())).label(why),
        );
        false
    }
}

impl<'r, 'i> Item<'r, 'i> {
    pub(super) fn span(self) -> Span {
        self.reader.span(self.value.span())
    }

    pub(super) fn is_table(self) -> bool {
        matches!(self.value.get_ref(), DeValue::Table(_))
    }

    pub(super) fn text(self) -> Option<Located<String>> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(Located { value: text.to_string(), span: self.span() }),
            _ => self.wrong("a text"),
        }
    }

    pub(super) fn boolean(self) -> Option<bool> {
        match self.value.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong("true or false"),
        }
    }

    /// The text, if it is one; nothing is reported otherwise.
    pub(super) fn as_text(self) -> Option<&'r str> {
        self.value.get_ref().as_str()
    }

    /// The truth value, if it is one; nothing is reported otherwise.
    pub(super) fn as_boolean(self) -> Option<bool> {
        self.value.get_ref().as_bool()
    }

    /// A text, a number or a truth value, as text.
    pub(super) fn scalar(self) -> Option<Located<String>> {
        let value = match self.value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.as_str().to_owned(),
            DeValue::Boolean(value) => value.to_string(),
            _ => return self.wrong("a text or a number"),
        };
        Some(Located { value, span: self.span() })
    }

    pub(super) fn items(self) -> Option<Vec<Item<'r, 'i>>> {
        match self.value.get_ref() {
            DeValue::Array(items) => Some(items.iter().map(|value| self.reader.item(value)).collect()),
            _ => self.wrong("a list"),
        }
    }

    pub(super) fn texts(self) -> Option<Vec<Located<String>>> {
        Some(self.items()?.into_iter().filter_map(Item::text).collect())
    }

    pub(super) fn fields(self, title: &str) -> Option<Fields<'r, 'i>> {
        match self.value.get_ref() {
            DeValue::Table(table) => Some(self.reader.fields(title, table, self.span())),
            _ => self.wrong("a table"),
        }
    }

    pub(super) fn wrong<T>(self, wanted: &str) -> Option<T> {
        let found = match self.value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.reader.report(Problem::at(self.span(), format!("{wanted} is wanted here, not {found}")));
        None
    }
}

impl<'r, 'i> Fields<'r, 'i> {
    pub(super) fn reader(&self) -> &'r Reader<'i> {
        self.reader
    }

    /// The value of a key, which is known from now on.
    pub(super) fn get(&self, key: &'static str) -> Option<Item<'r, 'i>> {
        self.known.borrow_mut().push(key);
        self.table.get(key).map(|value| self.reader.item(value))
    }

    pub(super) fn text(&self, key: &'static str) -> Option<Located<String>> {
        self.get(key)?.text()
    }

    pub(super) fn required(&self, key: &'static str) -> Option<Located<String>> {
        let Some(item) = self.get(key) else {
            self.reader.report(Problem::at(self.span, format!("{} needs `{key}`", self.title)));
            return None;
        };
        item.text()
    }

    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        self.get(key)?.boolean()
    }

    pub(super) fn texts(&self, key: &'static str) -> Vec<Located<String>> {
        self.get(key).and_then(Item::texts).unwrap_or_default()
    }

    /// Each table of `[[key]]`.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Fields<'r, 'i>> {
        let items = self.get(key).and_then(Item::items).unwrap_or_default();
        items.into_iter().filter_map(|item| item.fields(&format!("[[{key}]]"))).collect()
    }

    /// All entries in the order in which they were written, with the place of their keys.
    pub(super) fn entries(&self) -> Vec<(Located<String>, Item<'r, 'i>)> {
        let mut entries: Vec<_> = self.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let located = |(key, value): (&'r Spanned<_>, &'r Spanned<_>)| {
            let key: &Spanned<std::borrow::Cow<'i, str>> = key;
            let name = Located { value: key.get_ref().to_string(), span: self.reader.span(key.span()) };
            (name, self.reader.item(value))
        };
        entries.into_iter().map(located).collect()
    }

    /// Entries whose keys no accessor knows.
    pub(super) fn unknown(&self) -> Vec<(Located<String>, Item<'r, 'i>)> {
        let known = self.known.borrow();
        self.entries().into_iter().filter(|(key, _)| !known.contains(&key.value.as_str())).collect()
    }

    /// Reports every key that is not known, with the nearest one that is.
    pub(super) fn finish(self) {
        self.report_unknown(|_| true);
    }

    /// The same, where every table under a further key is somebody else's.
    pub(super) fn finish_without_tables(self) {
        self.report_unknown(|item| !item.is_table());
    }

    fn report_unknown(&self, counts: impl Fn(Item<'r, 'i>) -> bool) {
        for (key, _) in self.unknown().into_iter().filter(|(_, item)| counts(*item)) {
            let known = self.known.borrow();
            let help = match nearest(&key.value, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys: {}", known.join(", ")),
            };
            let message = format!("`{}` is not a key of {}", key.value.escape_debug(), self.title);
            self.reader.report(Problem::at(key.span, message).label("not a known key").help(help));
        }
    }
}
