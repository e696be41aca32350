//! What one service says about itself and other services.

use std::collections::HashMap;

use super::super::node::{Key, Mapping, Node};
use super::Manifest;
use crate::diagnostic::{Problem, Span, nearest};

/// Everything about one service. Of one from which something was taken out, only the references are looked at: what
/// seems to be missing in it may be just that.
pub(super) fn check(key: &Key, service: &Node, (manifest, is_broken): (&Manifest, bool), problems: &mut Vec<Problem>) {
    let subject = Subject { name: &key.name, span: key.span, service };
    problems.extend(subject.dependencies(manifest));
    if is_broken {
        return;
    }
    problems.extend(subject.nothing_to_run());
    problems.extend(subject.build(manifest));
    problems.extend(subject.network_mode());
    problems.extend(subject.shared_network(manifest));
    problems.extend(subject.health_check());
    problems.extend(subject.distinct_values());
    problems.extend(subject.scale());
    problems.extend(subject.watch_targets());
    problems.extend(subject.mount_points());
}

struct Subject<'s> {
    name: &'s str,
    span: Span,
    service: &'s Node,
}

impl Subject<'_> {
    fn items(&self, path: &[&str]) -> &[Node] {
        self.service.at(path).and_then(Node::as_sequence).unwrap_or_default()
    }

    fn key_span(&self, name: &str) -> Span {
        self.service.as_mapping().and_then(|fields| fields.key(name)).map_or(self.span, |key| key.span)
    }

    fn nothing_to_run(&self) -> Option<Problem> {
        let has = |name: &str| self.service.get(name).is_some();
        (!has("image") && !has("build") && !has("provider")).then(|| {
            Problem::at(self.span, format!("service `{}` has neither `image` nor `build`", self.name))
                .label("nothing to run")
                .help("add `image: NAME` or `build: .`")
        })
    }

    fn build(&self, manifest: &Manifest) -> Vec<Problem> {
        let mut problems = Vec::new();
        let Some(build) = self.service.get("build").and_then(Node::as_mapping) else { return problems };
        if let (Some((inline, _)), Some((file, _))) = (build.entry("dockerfile_inline"), build.entry("dockerfile")) {
            problems.push(
                Problem::at(inline.span, format!("service `{}` has `dockerfile` and `dockerfile_inline`", self.name))
                    .also(file.span, "the other one")
                    .help("keep one of both"),
            );
        }
        let platforms = self.items(&["build", "platforms"]);
        if let Some(platform) = self.service.get("platform")
            && !platforms.is_empty()
            && !platforms.iter().any(|one| one.as_str() == platform.as_str())
        {
            let shown = platform.as_str().unwrap_or_default();
            problems.push(
                Problem::at(
                    platform.span,
                    format!("service.build.platforms MUST include service.platform \"{shown}\""),
                )
                .label(format!("service `{}` runs on it", self.name))
                .help(format!("add `{shown}` to `build.platforms`")),
            );
        }
        let contexts = build.get("additional_contexts").and_then(Node::as_mapping);
        for (_, context) in contexts.into_iter().flat_map(Mapping::iter) {
            let Some(target) = context.as_str().and_then(|text| text.strip_prefix("service:")) else { continue };
            let other = manifest.services.get(target).or_else(|| manifest.disabled.get(target));
            if other.is_none_or(|other| other.get("build").is_none()) {
                problems.push(
                    Problem::at(context.span, format!("`{target}` is not a service that is built"))
                        .help("name a service that has `build`"),
                );
            }
        }
        problems
    }

    fn network_mode(&self) -> Option<Problem> {
        let networks = self.service.get("networks").and_then(Node::as_mapping)?;
        let mode = self.service.get("network_mode")?;
        (!networks.is_empty()).then(|| {
            Problem::at(
                self.key_span("network_mode"),
                format!("service `{}` has `network_mode` and `networks`", self.name),
            )
            .label(format!("`{}` takes the place of networks", mode.as_str().unwrap_or_default()))
            .also(self.key_span("networks"), "the networks")
            .help("keep one of both")
        })
    }

    fn health_check(&self) -> Option<Problem> {
        let first = self.items(&["healthcheck", "test"]).first()?;
        let word = first.as_str().filter(|word| !matches!(*word, "CMD" | "CMD-SHELL" | "NONE"))?;
        Some(
            Problem::at(
                first.span,
                format!("a health check begins with `CMD`, `CMD-SHELL` or `NONE`, not with `{word}`"),
            )
            .help("write `[\"CMD\", …]` for a command, or the command as one text for a shell"),
        )
    }

    fn dependencies(&self, manifest: &Manifest) -> Vec<Problem> {
        let mut problems = Vec::new();
        let dependencies = self.service.get("depends_on").and_then(Node::as_mapping);
        for (key, dependency) in dependencies.into_iter().flat_map(Mapping::iter) {
            let target = &*key.name;
            if manifest.services.contains(target) || manifest.broken.contains(&("services".into(), target.into())) {
                continue;
            }
            let required = dependency.get("required").and_then(Node::as_bool).unwrap_or(true);
            if let Some(disabled) = manifest.disabled.get(target) {
                if required {
                    let profiles = disabled.get("profiles").and_then(Node::as_sequence).unwrap_or_default();
                    let profile = profiles.first().and_then(Node::as_str).unwrap_or_default();
                    let message = format!("service `{}` depends on `{target}`, whose profile is not active", self.name);
                    problems.push(
                        Problem::at(key.span, message)
                            .label("not active")
                            .help(format!("add `--profile {profile}`, or write `required: false`")),
                    );
                }
                continue;
            }
            problems.push(self.undefined(target, key.span, manifest));
        }
        problems
    }

    /// A network that is shared makes a dependency only where the tree is normalized.
    fn shared_network(&self, manifest: &Manifest) -> Option<Problem> {
        let mode = self.service.get("network_mode")?;
        let target = mode.as_str()?.strip_prefix("service:")?;
        let is_checked = self.service.at(&["depends_on", target]).is_some();
        let is_broken = || manifest.broken.contains(&("services".into(), target.into()));
        let is_known = || manifest.services.contains(target) || manifest.disabled.contains(target) || is_broken();
        (!is_checked && !is_known()).then(|| self.undefined(target, mode.span, manifest))
    }

    fn undefined(&self, target: &str, span: Span, manifest: &Manifest) -> Problem {
        let message = format!("service `{}` depends on `{target}`, which is not defined", self.name);
        let problem = Problem::at(span, message).label("no such service");
        let known = manifest.services.iter().chain(manifest.disabled.iter()).map(|(key, _)| &*key.name);
        match nearest(target, known) {
            Some(known) => problem.help(format!("did you mean `{known}`?")),
            None => problem.help("define it under `services:`, or remove the dependency"),
        }
    }

    /// Values that can be written in two places must be the same in both.
    fn distinct_values(&self) -> Vec<Problem> {
        let pairs: [(&str, &[&str]); 5] = [
            ("scale", &["deploy", "replicas"]),
            ("cpus", &["deploy", "resources", "limits", "cpus"]),
            ("mem_limit", &["deploy", "resources", "limits", "memory"]),
            ("mem_reservation", &["deploy", "resources", "reservations", "memory"]),
            ("pids_limit", &["deploy", "resources", "limits", "pids"]),
        ];
        let mut problems = Vec::new();
        for (short, long) in pairs {
            let Some(one) = self.service.get(short) else { continue };
            // A section of limits that does not say this one says that there is none.
            let section = self.service.at(&long[..long.len() - 1]).filter(|_| short != "scale");
            let two = self.service.at(long).or(section);
            let Some(two) = two.filter(|two| two.value != one.value) else { continue };
            problems.push(
                Problem::at(one.span, format!("`{short}` and `{}` say different things", long.join(".")))
                    .label("the one")
                    .also(two.span, "the other")
                    .help("keep one of both"),
            );
        }
        problems
    }

    fn scale(&self) -> Option<Problem> {
        let scale = self.service.get("scale");
        let node = scale.or_else(|| self.service.at(&["deploy", "replicas"]))?;
        let replicas = node.as_int()?;
        if replicas < 0 {
            return Some(Problem::at(node.span, "the number of replicas must be at least 0").label("negative"));
        }
        let (key, _) = self.service.as_mapping()?.entry("container_name")?;
        (replicas > 1).then(|| {
            Problem::at(key.span, format!("service `{}` has {replicas} replicas, but one container name", self.name))
                .also(node.span, "the number of replicas")
                .help("remove `container_name`; names are made for each replica")
        })
    }

    fn watch_targets(&self) -> Vec<Problem> {
        let watches = self.items(&["develop", "watch"]).iter();
        let without = watches.filter(|watch| {
            let action = watch.get("action").and_then(Node::as_str).unwrap_or_default();
            watch.get("target").is_none() && !matches!(action, "rebuild" | "restart")
        });
        without.map(|watch| Problem::at(watch.span, "a watch that copies files needs a `target`")).collect()
    }

    fn mount_points(&self) -> Vec<Problem> {
        let tmpfs = self.items(&["tmpfs"]).iter();
        let tmpfs = tmpfs.filter_map(|node| Some((node.as_str()?.split(':').next().unwrap_or_default(), node.span)));
        let volumes = self.items(&["volumes"]).iter();
        let volumes =
            volumes.filter_map(|volume| volume.get("target")).filter_map(|node| Some((node.as_str()?, node.span)));
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut problems = Vec::new();
        for (target, span) in tmpfs.chain(volumes) {
            if let Some(earlier) = seen.insert(target, span) {
                problems.push(
                    Problem::at(span, format!("service `{}` mounts two things at `{target}`", self.name))
                        .also(earlier, "mounted there already")
                        .help("remove one of both"),
                );
            }
        }
        problems
    }
}
