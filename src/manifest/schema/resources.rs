//! Networks, volumes, secrets, configs and models of the project.

use super::shape::{
    FLAG, KEPT_FLAG, Kind, OPTIONS, PAIRS, PLAIN_WHOLE, Record, Shape, TEXTS, always, attribute, engine, explained,
    required,
};

const SWARM: &str = "read and shown; it speaks of a cluster, ado runs on one Engine";

/// A network.
pub(super) static NETWORK: Record = Record {
    name: "network",
    attributes: &[
        attribute("name", &Shape::Text),
        attribute("driver", &Shape::Text),
        attribute("driver_opts", &OPTIONS),
        always("ipam", &Shape::Record(&IPAM)),
        attribute("external", &Shape::External),
        attribute("internal", &FLAG),
        attribute("attachable", &FLAG),
        attribute("labels", &PAIRS),
        engine("enable_ipv4", &KEPT_FLAG, "needs API 1.47 (Engine 27)"),
        attribute("enable_ipv6", &KEPT_FLAG),
    ],
    extensible: true,
};

static IPAM: Record = Record {
    name: "ipam section",
    attributes: &[
        attribute("driver", &Shape::Text),
        attribute("config", &Shape::List { items: &Shape::Record(&POOL), unique: false }),
        explained("options", &Shape::Options { kinds: &[Kind::Text] }, "handed to the Engine; Compose drops it"),
    ],
    extensible: true,
};

static POOL: Record = Record {
    name: "address pool",
    attributes: &[
        attribute("subnet", &Shape::Text),
        attribute("gateway", &Shape::Text),
        attribute("ip_range", &Shape::Text),
        attribute("aux_addresses", &Shape::Options { kinds: &[Kind::Text] }),
    ],
    extensible: true,
};

/// A volume.
pub(super) static VOLUME: Record = Record {
    name: "volume",
    attributes: &[
        attribute("name", &Shape::Text),
        attribute("driver", &Shape::Text),
        attribute("driver_opts", &OPTIONS),
        attribute("external", &Shape::External),
        attribute("labels", &PAIRS),
    ],
    extensible: true,
};

/// A config.
pub(super) static CONFIG: Record = Record {
    name: "config",
    attributes: &[
        attribute("name", &Shape::Text),
        attribute("file", &Shape::Text),
        attribute("environment", &Shape::Text),
        attribute("content", &Shape::Text),
        attribute("external", &Shape::External),
        attribute("labels", &PAIRS),
        explained("template_driver", &Shape::Text, SWARM),
    ],
    extensible: true,
};

/// A secret.
pub(super) static SECRET: Record = Record {
    name: "secret",
    attributes: &[
        attribute("name", &Shape::Text),
        attribute("file", &Shape::Text),
        attribute("environment", &Shape::Text),
        attribute("external", &Shape::External),
        attribute("labels", &PAIRS),
        explained("driver", &Shape::Text, SWARM),
        explained("driver_opts", &OPTIONS, SWARM),
        explained("template_driver", &Shape::Text, SWARM),
    ],
    extensible: true,
};

/// A language model.
pub(super) static MODEL: Record = Record {
    name: "model",
    attributes: &[
        attribute("name", &Shape::Text),
        required("model", &Shape::Text),
        attribute("context_size", &PLAIN_WHOLE),
        attribute("runtime_flags", &TEXTS),
    ],
    extensible: true,
};
