//! Templates in tasks: each is one argument, and can become none or several only where it is a list as a whole.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior};

use super::fields::{Located, Reader};
use crate::diagnostic::{Problem, nearest};

/// The text of a template, checked: it is well formed and uses only names that exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(String);

impl Template {
    /// The text.
    pub fn source(&self) -> &str {
        &self.0
    }

    /// The expression, where the template is nothing but `{{ expression }}`.
    pub fn expression(&self) -> Option<&str> {
        let inner = self.0.trim().strip_prefix("{{")?.strip_suffix("}}")?;
        let single = !inner.contains("{{") && !inner.contains("}}") && !inner.contains("{%");
        single.then(|| inner.trim().trim_matches('-').trim())
    }
}

/// What templates are rendered with: a name that does not exist is an error, and nothing is escaped.
pub fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // An argument that ends with a line break keeps it.
    environment.set_syntax(SyntaxConfig::builder().keep_trailing_newline(true).build().unwrap_or_default());
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment
}

/// Checks a template against the names it may use.
pub(super) fn check(reader: &Reader<'_>, text: Located<String>, names: &[String]) -> Option<Template> {
    let environment = environment();
    let template = match environment.template_from_str(&text.value) {
        Ok(template) => template,
        Err(error) => {
            let why = error.detail().unwrap_or("it is not well formed").to_owned();
            reader.report(Problem::at(text.span, format!("this template cannot be read: {why}")));
            return None;
        }
    };
    let mut unknown: Vec<String> = template
        .undeclared_variables(false)
        .into_iter()
        .filter(|name| !names.contains(name) && !is_global(&environment, name))
        .collect();
    unknown.sort();
    for name in &unknown {
        let help = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known names: {}", names.join(", ")),
        };
        let message = format!("`{name}` is neither an argument nor an option of this task");
        reader.report(Problem::at(text.span, message).help(help));
    }
    unknown.is_empty().then_some(Template(text.value))
}

fn is_global(environment: &Environment<'_>, name: &str) -> bool {
    environment.globals().any(|(global, _)| global == name)
}
