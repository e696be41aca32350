//! Services that wait for each other.

use std::collections::HashMap;

use super::super::node::Mapping;
use crate::diagnostic::{Problem, Span};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Open,
    Done,
}

/// Finds the first circle of each group of services that wait for each other.
pub(super) fn check(services: &Mapping) -> Vec<Problem> {
    let mut marks: HashMap<&str, Mark> = HashMap::new();
    let mut problems = Vec::new();
    for (key, _) in services.iter() {
        if !marks.contains_key(&*key.name) {
            visit(&key.name, services, &mut marks, &mut problems);
        }
    }
    problems
}

type Dependencies<'m> = std::vec::IntoIter<(&'m str, Span)>;

fn dependencies<'m>(name: &str, services: &'m Mapping) -> Dependencies<'m> {
    let dependencies = services.get(name).and_then(|service| service.get("depends_on")?.as_mapping());
    let entries = dependencies.into_iter().flat_map(Mapping::iter).map(|(key, _)| (&*key.name, key.span));
    entries.collect::<Vec<_>>().into_iter()
}

/// Goes through what a service waits for, without recursion: chains can be as long as there are services.
fn visit<'m>(start: &'m str, services: &'m Mapping, marks: &mut HashMap<&'m str, Mark>, problems: &mut Vec<Problem>) {
    let mut path: Vec<(&str, Option<Span>, Dependencies)> = vec![(start, None, dependencies(start, services))];
    marks.insert(start, Mark::Open);
    while let Some((name, _, next)) = path.last_mut() {
        let Some((dependency, span)) = next.next() else {
            marks.insert(name, Mark::Done);
            path.pop();
            continue;
        };
        match marks.get(dependency) {
            Some(Mark::Open) => {
                let first = path.iter().position(|(name, ..)| *name == dependency).unwrap_or(0);
                problems.push(circle(&path[first..], dependency, span));
            }
            None if services.contains(dependency) => {
                marks.insert(dependency, Mark::Open);
                path.push((dependency, Some(span), dependencies(dependency, services)));
            }
            Some(Mark::Done) | None => {}
        }
    }
}

fn circle(path: &[(&str, Option<Span>, Dependencies)], back: &str, span: Span) -> Problem {
    let mut names: Vec<&str> = path.iter().map(|(name, ..)| *name).collect();
    names.push(back);
    let mut problem =
        Problem::at(span, format!("dependency cycle: services wait for each other: {}", names.join(" → ")))
            .label("closes the circle")
            .help("remove one of these dependencies");
    for (name, span, _) in &path[1..] {
        if let Some(span) = span {
            problem = problem.also(*span, format!("waits for `{name}`"));
        }
    }
    problem
}
