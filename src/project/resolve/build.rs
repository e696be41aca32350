//! How an image is built, and what is watched for building it again.

use indexmap::IndexMap;

use super::fields::Fields;
use super::limits::ulimits;
use super::volumes::{Place, content_mounts};
use crate::project::{Build, Content, Hook, WatchAction, WatchRule};

pub(super) fn build(fields: &Fields<'_>, secrets: &IndexMap<String, Content>) -> Build {
    let attestations = ["provenance", "sbom"].into_iter();
    Build {
        context: fields.text("context").unwrap_or_default(),
        dockerfile: fields.text("dockerfile").unwrap_or_else(|| "Dockerfile".to_owned()),
        dockerfile_inline: fields.text("dockerfile_inline"),
        args: fields.optional_text_map("args"),
        target: fields.text("target"),
        tags: fields.texts("tags"),
        labels: fields.text_map("labels"),
        cache_from: fields.texts("cache_from"),
        cache_to: fields.texts("cache_to"),
        additional_contexts: fields.text_map("additional_contexts"),
        platforms: fields.texts("platforms"),
        network: fields.text("network"),
        extra_hosts: extra_hosts(fields),
        secrets: content_mounts(fields, "secrets", Place::Build, secrets),
        ssh: fields.texts("ssh").iter().map(|text| ssh_key(text)).collect(),
        shm_size: fields.integer("shm_size"),
        ulimits: ulimits(fields),
        isolation: fields.text("isolation"),
        entitlements: fields.texts("entitlements"),
        privileged: fields.flag("privileged"),
        no_cache: fields.flag("no_cache"),
        pull: fields.flag("pull"),
        attestations: attestations.filter_map(|key| Some((key.to_owned(), fields.text(key)?))).collect(),
    }
}

/// The canonical tree says `host=address`, the Engine wants `host:address`.
pub(super) fn extra_hosts(fields: &Fields<'_>) -> Vec<String> {
    fields.texts("extra_hosts").iter().map(|text| text.replacen('=', ":", 1)).collect()
}

/// `ID=PATH`, or the id of an agent alone, also as `ID=`; nothing is the one that is called `default`.
pub fn ssh_key(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((id, path)) => (id.to_owned(), Some(path.to_owned()).filter(|path| !path.is_empty())),
        None if text.is_empty() => ("default".to_owned(), None),
        None => (text.to_owned(), None),
    }
}

pub(super) fn hook(fields: &Fields<'_>) -> Option<Hook> {
    let command = fields.optional_texts("command").filter(|command| !command.is_empty())?;
    let environment = fields.optional_text_map("environment").into_iter();
    Some(Hook {
        command,
        user: fields.text("user"),
        privileged: fields.flag("privileged"),
        working_dir: fields.text("working_dir"),
        environment: environment
            .map(|(name, value)| value.map_or_else(|| name.clone(), |value| format!("{name}={value}")))
            .collect(),
    })
}

pub(super) fn watch_rule(fields: &Fields<'_>) -> Option<WatchRule> {
    let action = match fields.text("action")?.as_str() {
        "sync" => WatchAction::Sync,
        "rebuild" => WatchAction::Rebuild,
        "restart" => WatchAction::Restart,
        "sync+restart" => WatchAction::SyncRestart,
        "sync+exec" => WatchAction::SyncExec,
        other => {
            fields.problem("action", format!("`{other}` is not an action of `develop.watch`"));
            return None;
        }
    };
    Some(WatchRule {
        path: fields.text("path")?.into(),
        action,
        target: fields.text("target"),
        ignore: fields.texts("ignore"),
        include: fields.texts("include"),
        initial_sync: fields.flag("initial_sync"),
        exec: fields.fields("exec").as_ref().and_then(hook),
    })
}
