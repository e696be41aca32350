//! The part of Go templates that `--format` is used with: fields, the functions json, upper, lower, len and join,
//! pipelines of them, and `table` before a row.

use std::fmt::Write;

use serde_json::Value;

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A `{{` without `}}`.
    #[error("`{{{{` is never closed in the template `{template}`")]
    Unclosed {
        /// The whole template.
        template: String,
    },
    /// Something other than a field or a known function.
    #[error("`{word}` is neither a field nor one of json, upper, lower, len, join in the template `{template}`")]
    Unknown {
        /// What was written.
        word: String,
        /// The whole template.
        template: String,
    },
    /// A field that rows do not have.
    #[error("there is no field `{field}`; known are {known}")]
    NoField {
        /// What was written.
        field: String,
        /// The fields, comma separated.
        known: String,
    },
}

/// A parsed `--format`.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Whether headings are wanted.
    pub table: bool,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Pipeline(Vec<Call>),
}

#[derive(Debug, Clone, PartialEq)]
enum Call {
    /// `.`, `.A.B`, with a text argument for `.Label "x"`.
    Field(Vec<String>, Option<String>),
    Function(Function, Option<Box<Call>>),
    Literal(String),
}

#[derive(Debug, Clone, PartialEq)]
enum Function {
    Json,
    Upper,
    Lower,
    Length,
    Join(String),
}

impl Template {
    /// Parses a template; `table ` at its beginning asks for headings.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let (table, row) = text.strip_prefix("table ").map_or((false, text), |row| (true, row));
        let row = row.replace("\\t", "\t").replace("\\n", "\n");
        let mut parts = Vec::new();
        let mut rest = row.as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            parts.push(Part::Text(before.to_owned()));
            let (action, after) =
                after.split_once("}}").ok_or_else(|| TemplateError::Unclosed { template: text.to_owned() })?;
            parts.push(Part::Pipeline(pipeline(action.trim_matches(['-', ' ']), text)?));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { table, parts })
    }

    /// The text for one row.
    pub fn render(&self, row: &Value) -> Result<String, TemplateError> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Pipeline(calls) => {
                    let mut value = None;
                    for call in calls {
                        value = Some(call.evaluate(row, value)?);
                    }
                    text.push_str(&plain(&value.unwrap_or(Value::Null)));
                }
            }
        }
        Ok(text)
    }

    /// The heading line under `table`: the names of the fields in capitals.
    pub fn headings(&self) -> String {
        self.parts.iter().fold(String::new(), |mut line, part| {
            match part {
                Part::Text(text) => line.push_str(text),
                Part::Pipeline(calls) => {
                    if let Some(Call::Field(path, _)) = calls.first() {
                        let _ = write!(line, "{}", path.join(".").to_uppercase());
                    }
                }
            }
            line
        })
    }
}

impl Call {
    fn evaluate(&self, row: &Value, piped: Option<Value>) -> Result<Value, TemplateError> {
        match self {
            Call::Literal(text) => Ok(Value::String(text.clone())),
            Call::Field(path, argument) => field(row, path, argument.as_deref()),
            Call::Function(function, argument) => {
                let value = match argument {
                    Some(call) => call.evaluate(row, None)?,
                    None => piped.unwrap_or(Value::Null),
                };
                Ok(function.apply(&value))
            }
        }
    }
}

impl Function {
    fn apply(&self, value: &Value) -> Value {
        match self {
            Function::Json => Value::String(value.to_string()),
            Function::Upper => Value::String(plain(value).to_uppercase()),
            Function::Lower => Value::String(plain(value).to_lowercase()),
            Function::Length => Value::from(match value {
                Value::Array(items) => items.len(),
                Value::Object(entries) => entries.len(),
                other => plain(other).len(),
            }),
            Function::Join(separator) => match value {
                Value::Array(items) => Value::String(items.iter().map(plain).collect::<Vec<_>>().join(separator)),
                other => other.clone(),
            },
        }
    }
}

fn field(row: &Value, path: &[String], argument: Option<&str>) -> Result<Value, TemplateError> {
    if let ([name], Some(label)) = (path, argument)
        && name == "Label"
    {
        let labels = row.get("Labels").and_then(Value::as_str).unwrap_or_default();
        let found = labels.split(',').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == label));
        return Ok(Value::String(found.map_or_else(String::new, |(_, value)| value.to_owned())));
    }
    let mut value = row;
    for name in path {
        value = value.get(name).ok_or_else(|| TemplateError::NoField {
            field: path.join("."),
            known: value.as_object().map(|row| row.keys().cloned().collect::<Vec<_>>().join(", ")).unwrap_or_default(),
        })?;
    }
    Ok(value.clone())
}

/// Text as Go's `%v` shows it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "<no value>".to_owned(),
        other => other.to_string(),
    }
}

fn pipeline(action: &str, template: &str) -> Result<Vec<Call>, TemplateError> {
    action.split('|').map(|call| parse_call(&words(call), template)).collect()
}

/// Words, with quoted ones kept together and their quotes left on.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for character in text.chars() {
        if character == '"' {
            quoted = !quoted;
        }
        if character == ' ' && !quoted {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else {
            word.push(character);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn parse_call(words: &[String], template: &str) -> Result<Call, TemplateError> {
    let unknown = |word: &str| TemplateError::Unknown { word: word.to_owned(), template: template.to_owned() };
    let Some((first, rest)) = words.split_first() else { return Err(unknown("")) };
    if let Some(path) = first.strip_prefix('.') {
        let path = path.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        return Ok(Call::Field(path, rest.first().map(|word| word.trim_matches('"').to_owned())));
    }
    if first.starts_with('"') {
        return Ok(Call::Literal(first.trim_matches('"').to_owned()));
    }
    let argument = |words: &[String]| -> Result<Option<Box<Call>>, TemplateError> {
        if words.is_empty() { Ok(None) } else { Ok(Some(Box::new(parse_call(words, template)?))) }
    };
    let function = match first.as_str() {
        "json" => Function::Json,
        "upper" => Function::Upper,
        "lower" => Function::Lower,
        "len" => Function::Length,
        "join" => {
            let (separator, value) = rest.split_last().ok_or_else(|| unknown("join"))?;
            return Ok(Call::Function(Function::Join(separator.trim_matches('"').to_owned()), argument(value)?));
        }
        other => return Err(unknown(other)),
    };
    Ok(Call::Function(function, argument(rest)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(template: &str) -> String {
        let row = json!({ "Name": "web", "Labels": "a=1,b=2", "Ports": [{ "Port": 80 }], "Words": ["x", "y"] });
        Template::parse(template).expect("valid").render(&row).expect("fields are there")
    }

    #[test]
    fn fields_and_text_are_mixed() {
        assert_eq!(render("{{.Name}}: {{ .Labels }}"), "web: a=1,b=2");
        assert_eq!(render(r"{{.Name}}\t{{.Name}}"), "web\tweb");
    }

    #[test]
    fn functions_take_an_argument_or_what_is_piped_into_them() {
        assert_eq!(render("{{json .Ports}}"), r#"[{"Port":80}]"#);
        assert_eq!(render("{{.Name | upper}}"), "WEB");
        assert_eq!(render("{{len .Ports}}"), "1");
        assert_eq!(render(r#"{{join .Words ","}}"#), "x,y");
        assert_eq!(render(r#"{{.Label "b"}}"#), "2");
    }

    #[test]
    fn a_template_that_cannot_work_says_why() {
        assert!(matches!(Template::parse("{{.Name"), Err(TemplateError::Unclosed { .. })));
        assert!(matches!(Template::parse("{{range .X}}"), Err(TemplateError::Unknown { .. })));
        let template = Template::parse("{{.Nmae}}").expect("valid");
        assert!(matches!(template.render(&json!({ "Name": 1 })), Err(TemplateError::NoField { .. })));
    }
}
