//! Lays one tree over another, by the rules of each place (Compose specification, "Merge").

use super::form::Form;
use super::node::{Mapping, Node, Value};
use super::pairs;
use super::path::Trail;
use super::short;
use crate::diagnostic::Problem;

/// What happens where both trees have a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Mappings key by key, lists one after the other, otherwise the later value.
    Usual,
    /// The later value.
    Replace,
    /// Key by key, lists of `key=value` as well.
    Pairs,
    /// Key by key, lists of names as well.
    Names,
    /// Like names; a name alone is a dependency with its defaults.
    Dependencies,
    /// A text is a list of one.
    Lists,
    /// Lists without what is there already.
    Hosts,
    /// A text is the context.
    Build,
    /// Only if both have the same driver.
    Logging,
    /// Only if both are mappings.
    Ulimit,
    /// Pools with the same subnet key by key.
    Pools,
}

fn rule(path: &[&str]) -> Rule {
    match path {
        ["services", _, rest @ ..] => match rest {
            ["command" | "entrypoint"] | ["healthcheck", "test"] => Rule::Replace,
            ["annotations" | "environment" | "labels" | "sysctls"]
            | ["build", "args" | "additional_contexts" | "labels"]
            | ["deploy", "labels"] => Rule::Pairs,
            ["networks" | "models"] => Rule::Names,
            ["depends_on"] => Rule::Dependencies,
            ["dns" | "dns_opt" | "dns_search" | "env_file" | "label_file" | "tmpfs"] => Rule::Lists,
            ["extra_hosts"] | ["build", "extra_hosts"] => Rule::Hosts,
            ["build"] => Rule::Build,
            ["logging"] => Rule::Logging,
            ["ulimits", _] => Rule::Ulimit,
            _ => Rule::Usual,
        },
        ["networks", _, "ipam", "config"] => Rule::Pools,
        ["networks" | "volumes", _, "labels"] => Rule::Pairs,
        _ => Rule::Usual,
    }
}

/// Lays `over` on top of `base`; in the open form, what was written as pairs becomes a list of `key=value`.
pub fn merge(base: Node, over: Node, form: Form, problems: &mut Vec<Problem>) -> Node {
    Merger { form, problems }.at(base, over, Trail::ROOT)
}

/// Lays a service on top of the one that it extends.
pub fn extend(base: Node, over: Node, form: Form, problems: &mut Vec<Problem>) -> Node {
    let services = Trail::ROOT.child("services");
    Merger { form, problems }.at(base, over, services.child("x"))
}

struct Merger<'m> {
    form: Form,
    problems: &'m mut Vec<Problem>,
}

impl Merger<'_> {
    fn at(&mut self, base: Node, over: Node, trail: Trail) -> Node {
        let rule = if trail.depth() >= 2 { rule(&trail.names()) } else { Rule::Usual };
        match rule {
            Rule::Replace => return over,
            Rule::Ulimit if base.as_mapping().is_none() || over.as_mapping().is_none() => return over,
            _ => {}
        }
        if over.is_null() && rule == Rule::Usual {
            return base;
        }
        let same_driver = || match (base.get("driver"), over.get("driver")) {
            (Some(one), Some(two)) => one.value == two.value,
            _ => true,
        };
        match rule {
            Rule::Logging if !same_driver() => over,
            Rule::Pairs => self.pairs(base, over, trail),
            Rule::Names => {
                let names = |node| pairs::names_to_mapping(empty(node), |_| Value::Null);
                self.usual(names(base), names(over), trail)
            }
            Rule::Dependencies => {
                let names = |node| pairs::names_to_mapping(empty(node), short::dependency);
                self.usual(names(base), names(over), trail)
            }
            Rule::Lists => self.usual(pairs::to_sequence(base), pairs::to_sequence(over), trail),
            Rule::Hosts => hosts(pairs::to_sequence(base), pairs::to_sequence(over)),
            Rule::Build => self.usual(short::build(base), short::build(over), trail),
            Rule::Pools => self.pools(base, over, trail),
            _ => self.usual(base, over, trail),
        }
    }

    /// Which of two items with the same key stays is decided where lists are rid of what is in them twice.
    fn pairs(&mut self, base: Node, over: Node, trail: Trail) -> Node {
        if self.form == Form::Open {
            return self.usual(pairs::to_sequence(base), pairs::to_sequence(over), trail);
        }
        match (pairs::to_mapping(empty(base)), pairs::to_mapping(pair(empty(over)))) {
            (Node { value: Value::Mapping(base), .. }, Node { span, value: Value::Mapping(over) }) => {
                Node::new(span, Value::Mapping(base.into_iter().chain(over).collect()))
            }
            (base, over) => self.usual(base, over, trail),
        }
    }

    fn usual(&mut self, base: Node, over: Node, trail: Trail) -> Node {
        let (base_span, over_span) = (base.span, over.span);
        match (base.value, over.value) {
            (Value::Mapping(base), Value::Mapping(over)) => {
                Node::new(over_span, Value::Mapping(self.mappings(base, over, trail)))
            }
            (Value::Sequence(mut base), Value::Sequence(over)) => {
                base.extend(over);
                Node::new(over_span, Value::Sequence(base))
            }
            (base @ (Value::Mapping(_) | Value::Sequence(_)), over) => {
                let base = Node::new(base_span, base);
                if !matches!(over, Value::Null) {
                    self.problems.push(different_kinds(&base, &Node::new(over_span, over)));
                }
                base
            }
            (_, over) => Node::new(over_span, over),
        }
    }

    /// Lays the entries of one mapping over another's.
    fn mappings(&mut self, mut base: Mapping, over: Mapping, trail: Trail) -> Mapping {
        for (key, value) in over {
            let Some(old) = base.get_mut(&key.name) else {
                base.insert(key, value);
                continue;
            };
            let old = std::mem::replace(old, Node::new(key.span, Value::Null));
            let merged = if key.name.starts_with("x-") && trail.depth() != 1 {
                self.usual(old, value, trail.child(&key.name))
            } else {
                self.at(old, value, trail.child(&key.name))
            };
            base.insert(key.clone(), merged);
        }
        base
    }

    fn pools(&mut self, base: Node, over: Node, trail: Trail) -> Node {
        let (Value::Sequence(old), Value::Sequence(new)) = (&base.value, &over.value) else {
            return self.usual(base, over, trail);
        };
        let subnet = |pool: &Node| pool.get("subnet").map(|subnet| pairs::text(&subnet.value));
        let mut pools: Vec<Node> = Vec::new();
        for pool in old {
            let merged = match new.iter().find(|other| subnet(other) == subnet(pool)) {
                Some(other) => self.usual(pool.clone(), other.clone(), trail.child("[]")),
                None => pool.clone(),
            };
            pools.push(merged);
        }
        let known: std::collections::HashSet<_> = pools.iter().map(subnet).collect();
        pools.extend(new.iter().filter(|pool| !known.contains(&subnet(pool))).cloned());
        Node::new(over.span, Value::Sequence(pools))
    }
}

fn different_kinds(base: &Node, over: &Node) -> Problem {
    Problem::at(over.span, format!("{} cannot be laid over {}", over.kind(), base.kind()))
        .label(format!("this is {}", over.kind()))
        .also(base.span, format!("this is {}", base.kind()))
        .help("write both in the same form, or put `!override` before the later one")
}

/// Nothing at a place of pairs is an empty mapping.
fn empty(node: Node) -> Node {
    if node.is_null() { Node::new(node.span, Value::Mapping(Mapping::default())) } else { node }
}

/// A text over pairs is one of them.
fn pair(node: Node) -> Node {
    if node.as_str().is_some() { pairs::to_sequence(node) } else { node }
}

fn hosts(base: Node, over: Node) -> Node {
    let (Value::Sequence(mut items), Value::Sequence(more)) = (base.value, over.value) else {
        return Node::new(over.span, Value::Null);
    };
    let known: std::collections::HashSet<_> = items.iter().map(|item| pairs::text(&item.value)).collect();
    items.extend(more.into_iter().filter(|item| !known.contains(&pairs::text(&item.value))));
    Node::new(over.span, Value::Sequence(items))
}
