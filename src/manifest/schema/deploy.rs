//! `services.*.deploy` and devices.

use super::shape::{
    Attribute, COUNT, CUT, DURATION, KEPT_WHOLE, Kind, PAIRS, PERIOD, Record, Shape, TEXTS, UNIQUE_TEXTS, WHOLE,
    always, attribute, explained, required,
};

/// How a service is deployed (Compose Deploy specification), in the order of Compose's output.
pub(super) static DEPLOY: Record = Record { name: "deploy section", attributes: ATTRIBUTES, extensible: true };

const SWARM: &str = "read, checked and shown; it speaks of a cluster, ado runs on one Engine";
const ROLLING: &str = "read, checked and shown; ado decides the order of a replacement itself";

static ATTRIBUTES: &[Attribute] = &[
    explained("mode", &Shape::Text, SWARM),
    attribute("replicas", &KEPT_WHOLE),
    attribute("labels", &PAIRS),
    explained("update_config", &Shape::Record(&UPDATE), ROLLING),
    explained("rollback_config", &Shape::Record(&UPDATE), ROLLING),
    always("resources", &Shape::Record(&RESOURCES)),
    attribute("restart_policy", &Shape::Record(&RESTART)),
    Attribute { always: true, ..explained("placement", &Shape::Record(&PLACEMENT), SWARM) },
    explained("endpoint_mode", &Shape::Text, SWARM),
];

static UPDATE: Record = Record {
    name: "update section",
    attributes: &[
        attribute("parallelism", &COUNT),
        attribute("delay", &PERIOD),
        attribute("failure_action", &Shape::Text),
        attribute("monitor", &PERIOD),
        attribute("max_failure_ratio", &Shape::Number),
        attribute("order", &Shape::OneOf(&["start-first", "stop-first"])),
    ],
    extensible: true,
};

static RESOURCES: Record = Record {
    name: "resources section",
    attributes: &[
        attribute("limits", &Shape::Record(&LIMITS)),
        attribute("reservations", &Shape::Record(&RESERVATIONS)),
    ],
    extensible: true,
};

static LIMITS: Record = Record {
    name: "section of limits",
    attributes: &[attribute("cpus", &Shape::Number), attribute("memory", &MEMORY), attribute("pids", &WHOLE)],
    extensible: true,
};

static RESERVATIONS: Record = Record {
    name: "section of reservations",
    attributes: &[
        attribute("cpus", &Shape::Number),
        attribute("memory", &MEMORY),
        attribute("devices", &Shape::List { items: &Shape::Record(&DEVICE), unique: false }),
        explained("generic_resources", &Shape::List { items: &Shape::Record(&GENERIC_RESOURCE), unique: false }, SWARM),
    ],
    extensible: true,
};

static MEMORY: Shape = Shape::Bytes { number: Kind::Text };

static RESTART: Record = Record {
    name: "restart policy",
    attributes: &[
        attribute("condition", &Shape::Text),
        attribute("delay", &DURATION),
        attribute("max_attempts", &COUNT),
        attribute("window", &DURATION),
    ],
    extensible: true,
};

static PLACEMENT: Record = Record {
    name: "placement section",
    attributes: &[
        attribute("constraints", &TEXTS),
        attribute("preferences", &Shape::List { items: &Shape::Record(&PREFERENCE), unique: false }),
        attribute("max_replicas_per_node", &NATURAL),
    ],
    extensible: true,
};

static NATURAL: Shape = Shape::Whole { kept: false, least: 0, most: i64::MAX, text: true };

static PREFERENCE: Record =
    Record { name: "preference", attributes: &[attribute("spread", &Shape::Text)], extensible: true };

static GENERIC_RESOURCE: Record = Record {
    name: "generic resource",
    attributes: &[attribute("discrete_resource_spec", &Shape::Record(&DISCRETE_RESOURCE))],
    extensible: true,
};

static DISCRETE_RESOURCE: Record = Record {
    name: "discrete resource",
    attributes: &[always("kind", &Shape::Text), always("value", &CUT)],
    extensible: true,
};

/// A device that is reserved.
static DEVICE: Record = Record {
    name: "device",
    attributes: &[
        required("capabilities", &UNIQUE_TEXTS),
        attribute("driver", &Shape::Text),
        attribute("count", &Shape::Count),
        attribute("device_ids", &UNIQUE_TEXTS),
        attribute("options", &PAIRS),
    ],
    extensible: true,
};

/// A GPU; unlike other devices it needs no capabilities.
pub(super) static GPU: Record = Record {
    name: "GPU",
    attributes: &[
        attribute("capabilities", &UNIQUE_TEXTS),
        attribute("driver", &Shape::Text),
        attribute("count", &Shape::Count),
        attribute("device_ids", &UNIQUE_TEXTS),
        attribute("options", &PAIRS),
    ],
    extensible: true,
};
