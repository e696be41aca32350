//! `services.*.build`.

use super::mounts::SECRET_REFERENCE;
use super::shape::{
    Attribute, FLAG, Kind, OPEN_PAIRS, PAIRS, Record, Shape, TEXTS, WHOLE_BYTES, attribute, engine, explained,
};

/// How an image is built (Compose Build specification), in the order of Compose's output.
pub(super) static BUILD: Record = Record { name: "build section", attributes: ATTRIBUTES, extensible: true };

const BUILDKIT: &str = "by BuildKit, which Linux Engines have since 18.09; with the classic builder it is an error";
const CACHE: &str = "by BuildKit; an Engine's own builder writes `type=inline` only";
const CONTEXTS: &str = "by BuildKit; before Engine 23.0, ado hands each one over as an image";

static ATTRIBUTES: &[Attribute] = &[
    attribute("context", &Shape::Text),
    attribute("dockerfile", &Shape::Text),
    attribute("dockerfile_inline", &Shape::Text),
    engine("entitlements", &TEXTS, "BuildKit only, where the Engine is set up to allow them"),
    attribute("args", &OPEN_PAIRS),
    explained("provenance", &Shape::Short(&[Kind::Bool], &Shape::Text), "read and shown; ado attaches no attestations"),
    explained("sbom", &Shape::Short(&[Kind::Bool], &Shape::Text), "read and shown; ado attaches no attestations"),
    explained("ssh", &Shape::Ssh, BUILDKIT),
    attribute("labels", &PAIRS),
    attribute("cache_from", &TEXTS),
    explained("cache_to", &TEXTS, CACHE),
    attribute("no_cache", &FLAG),
    explained("additional_contexts", &PAIRS, CONTEXTS),
    attribute("pull", &FLAG),
    attribute("extra_hosts", &Shape::Hosts),
    engine("isolation", &Shape::Text, "Windows containers only"),
    attribute("network", &Shape::Text),
    attribute("target", &Shape::Text),
    explained(
        "secrets",
        &Shape::List { items: &Shape::Short(&[Kind::Text], &Shape::Record(&SECRET_REFERENCE)), unique: true },
        BUILDKIT,
    ),
    attribute("shm_size", &WHOLE_BYTES),
    attribute("tags", &TEXTS),
    attribute("ulimits", &Shape::Map { values: &Shape::Ulimit, named: false }),
    engine("platforms", &TEXTS, "the Engine builds for its own platform"),
    engine("privileged", &FLAG, "BuildKit only, with the entitlement"),
];
