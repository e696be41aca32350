//! `services.*`.

use super::build::BUILD;
use super::deploy::{DEPLOY, GPU};
use super::mounts::{DEVICE_MAPPING, FILE_REFERENCE, PORT, SECRET_REFERENCE, VOLUME};
use super::shape::{
    Attribute, BYTES, COUNT, CUT, DURATION, FLAG, KEPT_FLAG, KEPT_WHOLE, Kind, OPEN_PAIRS, OPTIONS, PAIRS, PLAIN_CUT,
    Record, Shape, TEXT_OR_TEXTS, TEXTS_OR_NUMBERS, UNIQUE_TEXTS, WHOLE_BYTES, always, attribute, engine, explained,
    required,
};

/// A service (Compose specification, "Services top-level element"), in the order of Compose's output.
pub static SERVICE: Record = Record { name: "service", attributes: ATTRIBUTES, extensible: true };

const WINDOWS: &str = "Windows containers only; the Engine refuses it on Linux";
const MODELS: &str = "read, checked and shown; ado runs no language models";

static ATTRIBUTES: &[Attribute] = &[
    attribute("profiles", &UNIQUE_TEXTS),
    engine("annotations", &PAIRS, "needs API 1.43 (Engine 24)"),
    attribute("attach", &KEPT_FLAG),
    attribute("build", &Shape::Short(&[Kind::Text], &Shape::Record(&BUILD))),
    explained(
        "develop",
        &Shape::Omissible(&Shape::Record(&DEVELOP)),
        "read, checked and shown; mount the sources instead of copying them",
    ),
    attribute("blkio_config", &Shape::Record(&BLKIO)),
    attribute("cap_add", &UNIQUE_TEXTS),
    attribute("cap_drop", &UNIQUE_TEXTS),
    attribute("cgroup_parent", &Shape::Text),
    attribute("cgroup", &Shape::OneOf(&["host", "private"])),
    engine("cpu_count", &Shape::Whole { kept: false, least: 0, most: i64::MAX, text: true }, WINDOWS),
    engine("cpu_percent", &Shape::Percent, WINDOWS),
    attribute("cpu_period", &CUT),
    attribute("cpu_quota", &CUT),
    attribute("cpu_rt_period", &CUT),
    attribute("cpu_rt_runtime", &CUT),
    attribute("cpus", &Shape::Number),
    attribute("cpuset", &Shape::Text),
    attribute("cpu_shares", &CUT),
    always("command", &Shape::Command),
    attribute(
        "configs",
        &Shape::List { items: &Shape::Short(&[Kind::Text], &Shape::Record(&FILE_REFERENCE)), unique: true },
    ),
    attribute("container_name", &Shape::Matching(is_container_name, "letters, digits, `.`, `_` and `-`")),
    engine("credential_spec", &Shape::Record(&CREDENTIAL_SPEC), WINDOWS),
    attribute("depends_on", &Shape::Names(&Shape::Map { values: &Shape::Record(&DEPENDENCY), named: true })),
    attribute("deploy", &Shape::Omissible(&Shape::Record(&DEPLOY))),
    attribute("device_cgroup_rules", &UNIQUE_TEXTS),
    attribute(
        "devices",
        &Shape::List { items: &Shape::Short(&[Kind::Text], &Shape::Record(&DEVICE_MAPPING)), unique: false },
    ),
    attribute("dns", &TEXT_OR_TEXTS),
    attribute("dns_opt", &UNIQUE_TEXTS),
    attribute("dns_search", &TEXT_OR_TEXTS),
    attribute("domainname", &Shape::Text),
    always("entrypoint", &Shape::Command),
    explained("provider", &Shape::Record(&PROVIDER), "read, checked and shown; ado calls no provider plugins"),
    attribute("environment", &OPEN_PAIRS),
    attribute("env_file", &Shape::Short(&[Kind::Text], &ENV_FILES)),
    attribute("expose", &TEXTS_OR_NUMBERS),
    attribute("extends", &Shape::Short(&[Kind::Text], &Shape::Record(&EXTENDS))),
    attribute("external_links", &UNIQUE_TEXTS),
    attribute("extra_hosts", &Shape::Hosts),
    attribute("group_add", &TEXTS_OR_NUMBERS),
    attribute("gpus", &Shape::Gpus(&Shape::Record(&GPU))),
    attribute("hostname", &Shape::Text),
    attribute("healthcheck", &Shape::Record(&HEALTHCHECK)),
    attribute("image", &Shape::Text),
    attribute("init", &KEPT_FLAG),
    attribute("ipc", &Shape::Text),
    engine("isolation", &Shape::Text, WINDOWS),
    attribute("labels", &PAIRS),
    attribute("label_file", &Shape::Texts { alone: true, numbers: false, unique: false }),
    attribute("links", &UNIQUE_TEXTS),
    attribute("logging", &Shape::Record(&LOGGING)),
    attribute("mem_limit", &BYTES),
    attribute("mem_reservation", &WHOLE_BYTES),
    attribute("memswap_limit", &BYTES),
    attribute("mem_swappiness", &WHOLE_BYTES),
    attribute("mac_address", &Shape::Text),
    explained(
        "models",
        &Shape::Names(&Shape::Map { values: &Shape::Nullable(&Shape::Record(&MODEL_USE)), named: true }),
        MODELS,
    ),
    attribute("network_mode", &Shape::Text),
    attribute(
        "networks",
        &Shape::Names(&Shape::Map { values: &Shape::Nullable(&Shape::Record(&NETWORK_USE)), named: true }),
    ),
    attribute("oom_kill_disable", &FLAG),
    attribute("oom_score_adj", &Shape::Whole { kept: false, least: -1000, most: 1000, text: true }),
    attribute("pid", &Shape::TextOrNull),
    attribute("pids_limit", &CUT),
    attribute("platform", &Shape::Text),
    attribute(
        "ports",
        &Shape::List { items: &Shape::Short(&[Kind::Number, Kind::Text], &Shape::Record(&PORT)), unique: true },
    ),
    attribute("privileged", &FLAG),
    attribute("pull_policy", &Shape::Matching(is_pull_policy, "`always`, `never`, `missing`, `build`, `daily` …")),
    explained("pull_refresh_after", &Shape::Text, "read and shown; write `pull_policy: every_12h` instead"),
    attribute("read_only", &FLAG),
    attribute("restart", &Shape::Text),
    attribute("runtime", &Shape::Text),
    attribute("scale", &KEPT_WHOLE),
    attribute(
        "secrets",
        &Shape::List { items: &Shape::Short(&[Kind::Text], &Shape::Record(&SECRET_REFERENCE)), unique: true },
    ),
    attribute("security_opt", &UNIQUE_TEXTS),
    attribute("shm_size", &BYTES),
    attribute("stdin_open", &FLAG),
    attribute("stop_grace_period", &DURATION),
    attribute("stop_signal", &Shape::Text),
    attribute("storage_opt", &Shape::Options { kinds: &[Kind::Text] }),
    attribute("sysctls", &PAIRS),
    attribute("tmpfs", &TEXT_OR_TEXTS),
    attribute("tty", &FLAG),
    attribute("ulimits", &Shape::Map { values: &Shape::Ulimit, named: false }),
    explained(
        "use_api_socket",
        &Shape::Flag { strict: true, kept: false },
        "read and shown; mount `/var/run/docker.sock` instead",
    ),
    attribute("user", &Shape::Text),
    attribute("userns_mode", &Shape::Text),
    attribute("uts", &Shape::Text),
    attribute("volumes", &Shape::List { items: &Shape::Short(&[Kind::Text], &Shape::Record(&VOLUME)), unique: true }),
    attribute("volumes_from", &UNIQUE_TEXTS),
    attribute("working_dir", &Shape::Text),
    attribute("post_start", &Shape::List { items: &Shape::Record(&HOOK), unique: false }),
    attribute("pre_stop", &Shape::List { items: &Shape::Record(&HOOK), unique: false }),
];

fn is_container_name(text: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    // As Compose checks it: such a name has to be in the text, not to be the text.
    let bytes: Vec<char> = text.chars().collect();
    bytes.windows(2).any(|pair| pair[0].is_ascii_alphanumeric() && part(pair[1]))
}

fn is_pull_policy(text: &str) -> bool {
    ["always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"]
        .iter()
        .any(|policy| text.contains(policy))
        || text.split_once("every_").is_some_and(|(_, time)| {
            let digits = time.bytes().take_while(u8::is_ascii_digit).count();
            digits > 0 && time[digits..].starts_with(['w', 'd', 'h', 'm', 's'])
        })
}

static ENV_FILES: Shape = Shape::List { items: &Shape::Short(&[Kind::Text], &Shape::Record(&ENV_FILE)), unique: false };

static ENV_FILE: Record = Record {
    name: "file of variables",
    attributes: &[required("path", &Shape::Text), attribute("required", &KEPT_FLAG), attribute("format", &Shape::Text)],
    extensible: false,
};

static EXTENDS: Record = Record {
    name: "section that extends",
    attributes: &[attribute("file", &Shape::Text), required("service", &Shape::Text)],
    extensible: false,
};

static DEPENDENCY: Record = Record {
    name: "dependency",
    attributes: &[
        Attribute {
            required: true,
            ..attribute(
                "condition",
                &Shape::OneOf(&["service_started", "service_healthy", "service_completed_successfully"]),
            )
        },
        attribute("restart", &FLAG),
        attribute("required", &Shape::Flag { strict: true, kept: true }),
    ],
    extensible: true,
};

static PROVIDER: Record = Record {
    name: "provider",
    attributes: &[required("type", &Shape::Text), attribute("options", &Shape::ManyOptions)],
    extensible: true,
};

static CREDENTIAL_SPEC: Record = Record {
    name: "credential specification",
    attributes: &[
        attribute("config", &Shape::Text),
        attribute("file", &Shape::Text),
        attribute("registry", &Shape::Text),
    ],
    extensible: true,
};

static HEALTHCHECK: Record = Record {
    name: "health check",
    attributes: &[
        attribute("test", &Shape::Test),
        attribute("timeout", &DURATION),
        attribute("interval", &DURATION),
        attribute("retries", &COUNT),
        attribute("start_period", &DURATION),
        engine("start_interval", &DURATION, "needs API 1.44 (Engine 25)"),
        attribute("disable", &FLAG),
    ],
    extensible: true,
};

static LOGGING: Record = Record {
    name: "logging section",
    attributes: &[
        attribute("driver", &Shape::Text),
        attribute("options", &Shape::Options { kinds: &[Kind::Text, Kind::Number, Kind::Null] }),
    ],
    extensible: true,
};

static MODEL_USE: Record = Record {
    name: "model",
    attributes: &[attribute("endpoint_var", &Shape::Text), attribute("model_var", &Shape::Text)],
    extensible: true,
};

static NETWORK_USE: Record = Record {
    name: "network of a service",
    attributes: &[
        attribute("aliases", &UNIQUE_TEXTS),
        attribute("driver_opts", &OPTIONS),
        engine("gw_priority", &PLAIN_CUT, "needs API 1.48 (Engine 28)"),
        engine("interface_name", &Shape::Text, "needs API 1.49 (Engine 28.1)"),
        attribute("ipv4_address", &Shape::Text),
        attribute("ipv6_address", &Shape::Text),
        attribute("link_local_ips", &UNIQUE_TEXTS),
        attribute("mac_address", &Shape::Text),
        attribute("priority", &PLAIN_CUT),
    ],
    extensible: true,
};

/// A command that is run in a container.
pub(super) static HOOK: Record = Record {
    name: "hook",
    attributes: &[
        Attribute { required: true, ..always("command", &Shape::Command) },
        attribute("user", &Shape::Text),
        attribute("privileged", &FLAG),
        attribute("working_dir", &Shape::Text),
        attribute("environment", &OPEN_PAIRS),
    ],
    extensible: true,
};

static DEVELOP: Record = Record {
    name: "develop section",
    attributes: &[attribute("watch", &Shape::List { items: &Shape::Record(&WATCH), unique: false })],
    extensible: true,
};

static WATCH: Record = Record {
    name: "watch",
    attributes: &[
        required("path", &Shape::Text),
        required("action", &Shape::OneOf(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])),
        attribute("target", &Shape::Text),
        always("exec", &Shape::Record(&HOOK)),
        attribute("include", &TEXT_OR_TEXTS),
        attribute("ignore", &TEXT_OR_TEXTS),
        attribute("initial_sync", &Shape::Flag { strict: true, kept: false }),
    ],
    extensible: true,
};

static BLKIO: Record = Record {
    name: "blkio section",
    attributes: &[
        attribute("weight", &WEIGHT_VALUE),
        attribute("weight_device", &Shape::List { items: &Shape::Record(&WEIGHT), unique: false }),
        attribute("device_read_bps", &RATES),
        attribute("device_read_iops", &RATES),
        attribute("device_write_bps", &RATES),
        attribute("device_write_iops", &RATES),
    ],
    extensible: false,
};

static WEIGHT_VALUE: Shape = Shape::Whole { kept: false, least: 0, most: 65_535, text: false };

static RATES: Shape = Shape::List { items: &Shape::Record(&RATE), unique: false };

static WEIGHT: Record = Record {
    name: "weight",
    attributes: &[always("path", &Shape::Text), always("weight", &WEIGHT_VALUE)],
    extensible: false,
};

static RATE: Record = Record {
    name: "rate",
    attributes: &[always("path", &Shape::Text), always("rate", &WHOLE_BYTES)],
    extensible: false,
};
