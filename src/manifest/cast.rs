//! Which places of the tree hold numbers and truth values, even if they are written as text.

use super::node::Value;

/// The type of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cast {
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// A truth value.
    Bool,
}

impl Cast {
    /// The text as that type; `None` if it is none.
    pub fn apply(self, text: &str) -> Option<Value> {
        match self {
            Self::Int => whole(text).map(Value::Int),
            Self::Float => number(text).map(Value::Float),
            Self::Bool => truth(text).map(Value::Bool),
        }
    }

    /// The type in words.
    pub fn wanted(self) -> &'static str {
        match self {
            Self::Int => "a whole number",
            Self::Float => "a number",
            Self::Bool => "`true` or `false`",
        }
    }
}

/// A whole number in decimal.
pub fn whole(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// A number; `inf` and `nan` are none.
pub fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A truth value in the words of YAML 1.1.
pub fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "y" | "yes" | "on" => Some(true),
        "false" | "n" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// The type of the place to which these keys lead.
pub fn at(path: &[&str]) -> Option<Cast> {
    match path {
        ["services", _, rest @ ..] => service(rest),
        ["networks", _, "external" | "internal" | "attachable" | "enable_ipv4" | "enable_ipv6"]
        | ["volumes" | "secrets" | "configs", _, "external"] => Some(Cast::Bool),
        _ => None,
    }
}

fn service(path: &[&str]) -> Option<Cast> {
    match path {
        [
            "cpu_count" | "cpu_period" | "cpu_quota" | "cpu_rt_period" | "cpu_rt_runtime" | "cpu_shares"
            | "oom_score_adj" | "pids_limit" | "scale",
        ]
        | ["deploy", "replicas"]
        | ["deploy", "update_config" | "rollback_config", "parallelism"]
        | ["deploy", "restart_policy", "max_attempts"]
        | ["deploy", "placement", "max_replicas_per_node"]
        | ["healthcheck", "retries"]
        | ["ports", "[]", "target"]
        | ["ulimits", _]
        | ["ulimits", _, "hard" | "soft"] => Some(Cast::Int),
        ["cpu_percent" | "cpus"] | ["deploy", "update_config" | "rollback_config", "max_failure_ratio"] => {
            Some(Cast::Float)
        }
        ["init" | "oom_kill_disable" | "privileged" | "read_only" | "stdin_open" | "tty"]
        | ["healthcheck", "disable"]
        | ["volumes", "[]", "read_only"]
        | ["volumes", "[]", "volume", "nocopy"] => Some(Cast::Bool),
        _ => None,
    }
}
