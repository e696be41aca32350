//! Canonical numbers, truth values, sizes and times.

use super::super::cast;
use super::super::node::{Key, Mapping, Node, Value};
use super::super::schema::Shape;
use super::super::{pairs, units};
use super::{Canonical, Wrong, texts};
use crate::diagnostic::Span;

fn wrong<T>(span: Span, message: impl Into<String>, help: &'static str) -> Result<T, Wrong> {
    Err(Wrong { span, message: message.into(), help })
}

/// The canonical form of what is neither a record nor a collection of shapes.
pub(super) fn scalar(node: Node, shape: &Shape) -> Canonical {
    let span = node.span;
    match shape {
        Shape::Text | Shape::TextOrNull | Shape::OneOf(_) | Shape::Matching(..) => {
            let text = pairs::text(&node.value);
            Ok((!text.is_empty()).then_some(Value::String(text)))
        }
        Shape::Flag { kept, .. } => flag(&node, *kept),
        Shape::Whole { kept, least, most, .. } => whole(&node, *kept, (*least, *most)),
        Shape::Number => number(&node),
        Shape::Cut { .. } => whole(&node, false, (i64::MIN, i64::MAX)),
        Shape::Percent => percent(&node),
        Shape::Bytes { .. } => bytes(&node),
        Shape::Duration { kept } => duration(&node, *kept),
        Shape::Mode => mode(&node),
        Shape::Count => count(&node),
        Shape::External => Ok(match flag(&node, false)? {
            None if matches!(node.value, Value::Mapping(_)) => Some(Value::Bool(true)),
            external => external,
        }),
        Shape::Ulimit => ulimit(node),
        shape => texts::texts(span, node.value, shape),
    }
}

fn flag(node: &Node, kept: bool) -> Canonical {
    let value = match &node.value {
        Value::Bool(value) => *value,
        Value::String(text) => match cast::truth(text) {
            Some(value) => value,
            None => return wrong(node.span, format!("`{text}` is not `true` or `false`"), "write `true` or `false`"),
        },
        _ => return Ok(None),
    };
    Ok((value || kept).then_some(Value::Bool(value)))
}

fn whole(node: &Node, kept: bool, (least, most): (i64, i64)) -> Canonical {
    let value = match &node.value {
        Value::Int(value) => *value,
        Value::Float(value) => cut_off(*value),
        Value::String(text) => match cast::whole(text) {
            Some(value) => value,
            None => return wrong(node.span, format!("`{text}` is not a whole number"), "write digits only"),
        },
        _ => return Ok(None),
    };
    if value < least || value > most {
        return wrong(node.span, format!("{value} is out of bounds"), "write a number within the bounds");
    }
    Ok((value != 0 || kept).then_some(Value::Int(value)))
}

/// The whole part, as Go converts it: what does not fit is the least number.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn cut_off(value: f64) -> i64 {
    let fits = value >= i64::MIN as f64 && value < i64::MAX as f64;
    if fits { value as i64 } else { i64::MIN }
}

/// A number out of a text has to be a percentage as well.
fn percent(node: &Node) -> Canonical {
    let Some(value) = number(node)? else { return Ok(None) };
    match value {
        Value::Int(whole) if (0..=100).contains(&whole) => Ok(Some(value)),
        _ => wrong(node.span, "this is not a percentage", "write a whole number from 0 to 100"),
    }
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn number(node: &Node) -> Canonical {
    let value = match &node.value {
        Value::Int(value) => *value as f64,
        Value::Large(value) => *value as f64,
        Value::Float(value) => *value,
        Value::String(text) => match cast::number(text) {
            Some(value) => value,
            None => return wrong(node.span, format!("`{text}` is not a number"), "write digits, for example `0.5`"),
        },
        _ => return Ok(None),
    };
    // Compose keeps these in 32 bits, and prints the shortest text that gives the same 32 bits.
    let short = (value as f32).to_string().parse().unwrap_or(value);
    let whole = short.fract() == 0.0 && short.abs() < 1e18;
    Ok((value != 0.0).then_some(if whole { Value::Int(short as i64) } else { Value::Float(short) }))
}

fn bytes(node: &Node) -> Canonical {
    let size = match &node.value {
        Value::Int(size) => *size,
        // Compose reads a broken number of bytes as none.
        Value::Float(_) => 0,
        Value::String(text) => match units::bytes(text) {
            Some(size) => size,
            None => {
                return wrong(
                    node.span,
                    format!("`{text}` is not a size"),
                    "write a number and `b`, `k`, `m` or `g`, for example `512m`",
                );
            }
        },
        _ => return Ok(None),
    };
    Ok((size != 0).then(|| Value::String(size.to_string().into())))
}

fn duration(node: &Node, kept: bool) -> Canonical {
    let Some(text) = node.as_str() else { return Ok(None) };
    let Some(time) = units::nanoseconds(text) else {
        return wrong(
            node.span,
            format!("`{text}` is not a time"),
            "write numbers with `h`, `m`, `s` or `ms`, for example `1m30s`",
        );
    };
    Ok((time != 0 || kept).then(|| Value::String(units::duration(time).into())))
}

fn mode(node: &Node) -> Canonical {
    let mode = match &node.value {
        Value::Int(mode) => *mode,
        Value::String(text) => match i64::from_str_radix(text, 8) {
            Ok(mode) => mode,
            Err(_) => {
                return wrong(node.span, format!("`{text}` is not a file mode"), "write octal digits such as `0440`");
            }
        },
        _ => return wrong(node.span, "a file mode is a whole number", "write octal digits such as `0440`"),
    };
    Ok(Some(Value::String(octal(mode).into())))
}

/// As Go writes it: the sign follows the `0`.
fn octal(mode: i64) -> String {
    let sign = if mode < 0 { "-" } else { "" };
    format!("0{sign}{:o}", mode.unsigned_abs())
}

fn count(node: &Node) -> Canonical {
    let count = match &node.value {
        Value::Int(count) => *count,
        Value::String(text) if text.eq_ignore_ascii_case("all") => -1,
        Value::String(text) => match cast::whole(text) {
            Some(count) => count,
            None => return wrong(node.span, format!("`{text}` is not a number of devices"), "write a number or `all`"),
        },
        _ => return Ok(None),
    };
    Ok((count != 0).then_some(Value::Int(count)))
}

fn ulimit(node: Node) -> Canonical {
    let span = node.span;
    match node.value {
        Value::Mapping(mapping) => {
            let mut limits = Mapping::default();
            for name in ["soft", "hard"] {
                let Some((key, node)) = mapping.entry(name) else { continue };
                if let Some(value) = whole(node, false, (i64::MIN, i64::MAX))? {
                    limits.insert(key.clone(), Node::new(node.span, value));
                }
            }
            Ok(Some(Value::Mapping(limits)))
        }
        value => match whole(&Node::new(span, value), false, (i64::MIN, i64::MAX))? {
            Some(value) => Ok(Some(value)),
            None => Ok(Some(Value::Mapping(std::iter::empty::<(Key, Node)>().collect()))),
        },
    }
}
