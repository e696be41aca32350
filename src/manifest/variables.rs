//! The variables that `${…}` can name, where each came from, and which were asked for.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use super::template::{Operator, Reference};
use crate::diagnostic::Span;

/// Where a variable's value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provenance {
    /// The environment of the process.
    Shell,
    /// An `.env` file, the one of the project or one that `--env-file` or `include` names.
    EnvFile(PathBuf),
    /// ado itself (`COMPOSE_PROJECT_NAME`, `PWD`).
    Project,
    /// Nowhere: the default of the manifest is used, or nothing.
    Unset,
}

/// A variable that the manifest asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The value, if there is one.
    pub value: Option<String>,
    /// Where it came from.
    pub provenance: Provenance,
    /// Where the manifest asks for it, in the order of reading.
    pub places: Vec<Span>,
    /// Whether it must be set (`${NAME:?…}`).
    pub required: bool,
    /// What stands for it where it is not set (`${NAME:-…}`), as written.
    pub default: Option<String>,
    /// What is written where it is set (`${NAME:+…}`), as written.
    pub alternative: Option<String>,
}

/// What `${…}` can name.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    values: Rc<BTreeMap<String, (String, Provenance)>>,
    /// What was asked for.
    pub used: BTreeMap<String, Use>,
}

impl Variables {
    /// The environment of the process.
    pub fn from_shell(environment: &BTreeMap<String, String>) -> Self {
        let values = environment.iter().map(|(name, value)| (name.clone(), (value.clone(), Provenance::Shell)));
        Self { values: Rc::new(values.collect()), used: BTreeMap::new() }
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|(value, _)| value.as_str())
    }

    /// Sets a variable, whatever it was.
    pub fn set(&mut self, name: &str, value: &str, provenance: Provenance) {
        Rc::make_mut(&mut self.values).insert(name.to_owned(), (value.to_owned(), provenance));
    }

    /// Sets variables that are not set yet.
    pub fn add(&mut self, more: impl IntoIterator<Item = (String, String)>, provenance: &Provenance) {
        let values = Rc::make_mut(&mut self.values);
        for (name, value) in more {
            values.entry(name).or_insert_with(|| (value, provenance.clone()));
        }
    }

    /// Remembers that the manifest asks for a variable.
    pub fn note(&mut self, reference: &Reference, span: Span) {
        let found = self.values.get(reference.name);
        let used = self.used.entry(reference.name.to_owned()).or_insert_with(|| Use {
            value: found.map(|(value, _)| value.clone()),
            provenance: found.map_or(Provenance::Unset, |(_, provenance)| provenance.clone()),
            places: Vec::new(),
            required: false,
            default: None,
            alternative: None,
        });
        used.places.push(span);
        match reference.operation {
            Some((Operator::Required, ..)) => used.required = true,
            Some((Operator::Default, _, text)) => used.default = Some(text.to_owned()),
            Some((Operator::Alternative, _, text)) => used.alternative = Some(text.to_owned()),
            None => {}
        }
    }

    /// Takes over what was asked for elsewhere.
    pub fn absorb(&mut self, used: BTreeMap<String, Use>) {
        for (name, other) in used {
            match self.used.entry(name) {
                std::collections::btree_map::Entry::Occupied(mut entry) => entry.get_mut().places.extend(other.places),
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(other);
                }
            }
        }
    }

    /// Names and values.
    pub fn all(&self) -> BTreeMap<String, String> {
        self.values.iter().map(|(name, (value, _))| (name.clone(), value.clone())).collect()
    }
}
