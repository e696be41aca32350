//! Problems for editors and tools: one JSON object a line.

use serde_json::{Value, json};

use super::{Invalid, Sources, Span};

/// One line for each problem, without line ends: `{"level":"error","message":…,"file":…,"line":…,"column":…,
/// "length":…,"label":…,"related":[…],"help":…}`; lines and columns count from 1, columns and lengths in characters.
pub fn lines(invalid: &Invalid) -> Vec<String> {
    let of = |problem: &super::Problem| {
        let mut object = json!({ "level": "error", "error": true, "message": problem.message });
        if let (Some(object), Some(span)) = (object.as_object_mut(), problem.span) {
            object.extend(place(span, &invalid.sources));
        }
        let related: Vec<Value> =
            problem.also.iter().map(|(span, what)| related(*span, what, &invalid.sources)).collect();
        object["label"] = json!(problem.label);
        object["related"] = Value::Array(related);
        object["help"] = json!(problem.help);
        object.to_string()
    };
    invalid.problems.iter().map(of).collect()
}

fn place(span: Span, sources: &Sources) -> serde_json::Map<String, Value> {
    let file = sources.get(span.source).map(|source| source.path.display().to_string());
    let fields = [
        ("file", json!(file)),
        ("line", json!(span.line)),
        ("column", json!(span.column)),
        ("length", json!(span.length)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn related(span: Span, what: &str, sources: &Sources) -> Value {
    let mut fields = place(span, sources);
    fields.insert("message".to_owned(), json!(what));
    Value::Object(fields)
}
