//! From templates and values to argument vectors: every template is an argument of its own, whatever the values hold.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use minijinja::value::ValueKind;
use minijinja::{Environment, Error as TemplateError, ErrorKind};

use super::{Error, Value, Values};
use crate::project::SERVICE_VARIABLE;
use crate::settings::{Task, Template, template_environment};

/// Renders the templates of one task.
pub struct Renderer {
    task: String,
    environment: Environment<'static>,
    names: minijinja::Value,
}

impl Renderer {
    /// For these values, in a process with this environment.
    pub fn new(task: &Task, values: &Values, variables: &BTreeMap<String, String>) -> Self {
        let mut environment = template_environment();
        environment.set_formatter(|output, state, value| {
            if value.is_none() {
                let reason = "a value that was not given cannot stand inside a text";
                return Err(TemplateError::new(ErrorKind::InvalidOperation, reason));
            }
            minijinja::escape_formatter(output, state, value)
        });
        let variables_value =
            minijinja::Value::from_pairs(variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let service = variables.get(SERVICE_VARIABLE).cloned().unwrap_or_default();
        let mut names: BTreeMap<String, minijinja::Value> =
            values.iter().map(|(name, value)| (name.clone(), template_value(value))).collect();
        names.insert("env".to_owned(), variables_value);
        names.insert("service".to_owned(), service.into());
        Self { task: task.name.clone(), environment, names: minijinja::Value::from_pairs(names) }
    }

    /// An argument vector, which cannot be empty.
    ///
    /// # Errors
    /// [`Error::Template`] where a value is missing, [`Error::Empty`] where nothing is left.
    pub fn vector(&self, templates: &[Template]) -> Result<Vec<String>, Error> {
        let vector = self.arguments(templates)?;
        if vector.is_empty() { Err(Error::Empty { task: self.task.clone() }) } else { Ok(vector) }
    }

    /// Arguments: a template that is a list as a whole becomes as many, one without a value becomes none.
    ///
    /// # Errors
    /// [`Error::Template`] where a value is missing.
    pub fn arguments(&self, templates: &[Template]) -> Result<Vec<String>, Error> {
        let mut arguments = Vec::new();
        for template in templates {
            match template.expression() {
                Some(expression) => self.expand(template, expression, &mut arguments)?,
                None => arguments.push(self.text(template)?),
            }
        }
        Ok(arguments)
    }

    /// One text.
    ///
    /// # Errors
    /// [`Error::Template`] where a value is missing.
    pub fn text(&self, template: &Template) -> Result<String, Error> {
        self.environment.render_str(template.source(), &self.names).map_err(|error| self.failed(template, &error))
    }

    /// Variables.
    ///
    /// # Errors
    /// [`Error::Template`] where a value is missing.
    pub fn variables(&self, templates: &IndexMap<String, Template>) -> Result<Vec<(String, String)>, Error> {
        templates.iter().map(|(name, template)| Ok((name.clone(), self.text(template)?))).collect()
    }

    fn expand(&self, template: &Template, expression: &str, arguments: &mut Vec<String>) -> Result<(), Error> {
        let failed = |error| self.failed(template, &error);
        let compiled = self.environment.compile_expression(expression).map_err(failed)?;
        let value = compiled.eval(&self.names).map_err(failed)?;
        match value.kind() {
            ValueKind::None => {}
            ValueKind::Seq | ValueKind::Iterable => {
                arguments.extend(value.try_iter().map_err(failed)?.map(|item| item.to_string()));
            }
            // `'x' if flag` without `else` renders as nothing; a name that does not exist is an error.
            ValueKind::Undefined => {
                self.text(template)?;
            }
            _ => arguments.push(self.text(template)?),
        }
        Ok(())
    }

    fn failed(&self, template: &Template, error: &TemplateError) -> Error {
        let reason = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        Error::Template { task: self.task.clone(), template: template.source().to_owned(), reason }
    }
}

fn template_value(value: &Value) -> minijinja::Value {
    match value {
        Value::Absent => ().into(),
        Value::Flag(given) => (*given).into(),
        Value::Integer(number) => (*number).into(),
        Value::Text(text) => text.clone().into(),
        Value::List(items) => items.clone().into(),
    }
}

/// Positional arguments and variables of a script: `$1`, `$2` … are the arguments in order, and each argument and
/// option is a variable of its name; a list is separated by spaces there, and a value that is absent is empty.
pub fn script_values(task: &Task, values: &Values) -> (Vec<String>, Vec<(String, String)>) {
    let mut positional = Vec::new();
    for argument in &task.arguments {
        match values.get(&argument.name) {
            Some(Value::List(items)) => positional.extend(items.iter().cloned()),
            Some(value) => positional.push(shell_text(value)),
            None => {}
        }
    }
    // A missing argument in the middle keeps its place; missing ones at the end are not there.
    while positional.last().is_some_and(String::is_empty) {
        positional.pop();
    }
    let variables = values.iter().map(|(name, value)| (name.clone(), shell_text(value))).collect();
    (positional, variables)
}

fn shell_text(value: &Value) -> String {
    match value {
        Value::Absent => String::new(),
        Value::Flag(given) => if *given { "true" } else { "" }.to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(items) => items.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::Path;

    use super::*;
    use crate::settings::{Run, parse};
    use crate::task::command_line;

    /// What the one command of task `t` becomes for these arguments.
    fn vector(run: &str, parameters: &str, arguments: &[&str]) -> Result<Vec<String>, String> {
        let text = format!("[task.t]\nrun = {run}\n{parameters}\n");
        let settings = parse(Path::new("config.toml"), &text).map_err(|invalid| invalid.problems[0].message.clone())?;
        let task = &settings.tasks["t"];
        let values =
            command_line::parse(task, "ado do", arguments.iter().map(OsString::from)).map_err(|e| e.to_string())?;
        let variables = BTreeMap::from([("HOME".to_owned(), "/root".to_owned())]);
        let Run::Commands(commands) = &task.run else { return Err("it is a script".to_owned()) };
        Renderer::new(task, &values, &variables).vector(&commands[0]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_value_stays_one_argument_whatever_it_holds() {
        let hostile = "a b; rm -rf / '\" $(x) {{ database }}\n-x";
        let made = vector(r#"["echo", "{{ name }}", "db={{ name }}"]"#, "argument.name = {}", &["--", hostile]);
        assert_eq!(made.as_deref(), Ok(&["echo".to_owned(), hostile.to_owned(), format!("db={hostile}")][..]));
    }

    #[test]
    fn lists_become_several_arguments_and_absent_values_none() {
        let parameters = "option.modules = { short = \"m\", list = true }\noption.port = { type = \"integer\" }\noption.demo = { type = \"flag\" }";
        let run = r#"["x", "{{ modules }}", "{{ modules | join('+') }}", "{{ port }}", "{{ '--demo' if demo }}"]"#;
        assert_eq!(
            vector(run, parameters, &["-m", "a,b", "-m", "c"]).as_deref().map(|v| v.join(" ")),
            Ok("x a b c a+b+c".to_owned())
        );
        assert_eq!(
            vector(run, parameters, &["--port", "80", "--demo"]).as_deref().map(|v| v.join("|")),
            Ok("x||80|--demo".to_owned())
        );
    }

    #[test]
    fn a_missing_value_inside_a_text_is_an_error() {
        let said = vector(r#"["x", "--port={{ port }}"]"#, "option.port = {}", &[]).expect_err("no value");
        assert!(said.contains("was not given"), "{said}");
        let said = vector(r#"["x", "{{ env.NOWHERE }}"]"#, "", &[]).expect_err("no variable");
        assert!(said.contains("NOWHERE") || said.contains("undefined"), "{said}");
        assert_eq!(
            vector(r#"["x", "{{ env.HOME }}"]"#, "", &[]).as_deref().map(|v| v.join(" ")),
            Ok("x /root".to_owned())
        );
    }

    #[test]
    fn choices_and_numbers_are_checked() {
        let parameters =
            "argument.level = { choices = [\"low\", \"high\"] }\nargument.count = { type = \"integer\", default = 1 }";
        let run = r#"["x", "{{ level }}", "{{ count }}"]"#;
        assert_eq!(vector(run, parameters, &["low"]).as_deref().map(|v| v.join(" ")), Ok("x low 1".to_owned()));
        assert!(vector(run, parameters, &["middle"]).is_err());
        assert!(vector(run, parameters, &["low", "many"]).is_err());
        assert!(vector(run, parameters, &[]).is_err());
    }
}
