//! Ports, volumes, devices, secrets and configs of a service.

use super::shape::{
    Attribute, FLAG, PAIRS, PLAIN_CUT, Record, Shape, WHOLE_BYTES, attribute, engine, explained, required,
};

/// A published port.
pub(super) static PORT: Record = Record {
    name: "port",
    attributes: &[
        explained("name", &Shape::Text, "shown to people"),
        explained("mode", &Shape::Text, "read and shown; it speaks of a cluster"),
        attribute("host_ip", &Shape::Text),
        attribute("target", &Shape::Whole { kept: false, least: 0, most: 65_535, text: true }),
        attribute("published", &PUBLISHED),
        attribute("protocol", &Shape::Text),
        attribute("app_protocol", &Shape::Text),
    ],
    extensible: true,
};

static PUBLISHED: Shape = Shape::Short(&[super::shape::Kind::Int], &Shape::Text);

/// A mounted volume, directory, file, memory file system or image.
pub(super) static VOLUME: Record = Record {
    name: "volume of a service",
    attributes: &[
        required("type", &Shape::OneOf(&["bind", "volume", "tmpfs", "cluster", "npipe", "image"])),
        attribute("source", &Shape::Text),
        attribute("target", &Shape::Text),
        attribute("read_only", &FLAG),
        explained("consistency", &Shape::Text, "read and shown; it has no effect on Linux"),
        attribute("bind", &Shape::Record(&BIND)),
        attribute("volume", &Shape::Record(&VOLUME_OPTIONS)),
        attribute("tmpfs", &Shape::Record(&TMPFS)),
        engine("image", &Shape::Record(&IMAGE), "needs API 1.48 (Engine 28)"),
    ],
    extensible: true,
};

static BIND: Record = Record {
    name: "bind section",
    attributes: &[
        attribute("selinux", &Shape::OneOf(&["z", "Z"])),
        attribute("propagation", &Shape::Text),
        attribute("create_host_path", &FLAG),
        engine(
            "recursive",
            &Shape::OneOf(&["enabled", "disabled", "writable", "readonly"]),
            "needs API 1.44 (Engine 25)",
        ),
    ],
    extensible: true,
};

static VOLUME_OPTIONS: Record = Record {
    name: "volume options",
    attributes: &[
        attribute("labels", &PAIRS),
        attribute("nocopy", &FLAG),
        engine("subpath", &Shape::Text, "needs API 1.45 (Engine 26)"),
    ],
    extensible: true,
};

static TMPFS: Record = Record {
    name: "tmpfs section",
    attributes: &[attribute("size", &WHOLE_BYTES), attribute("mode", &PLAIN_CUT)],
    extensible: true,
};

static IMAGE: Record =
    Record { name: "image options", attributes: &[attribute("subpath", &Shape::Text)], extensible: true };

/// A device of the host in a container.
pub(super) static DEVICE_MAPPING: Record = Record {
    name: "device",
    attributes: &[
        required("source", &Shape::Text),
        attribute("target", &Shape::Text),
        attribute("permissions", &Shape::Text),
    ],
    extensible: true,
};

/// What a service says of a config or a secret that it takes.
static REFERENCE: [Attribute; 5] = [
    attribute("source", &Shape::Text),
    attribute("target", &Shape::Text),
    attribute("uid", &Shape::Text),
    attribute("gid", &Shape::Text),
    attribute("mode", &Shape::Mode),
];

/// A config in a container.
pub(super) static FILE_REFERENCE: Record =
    Record { name: "config of a service", attributes: &REFERENCE, extensible: true };

/// A secret in a container.
pub(super) static SECRET_REFERENCE: Record =
    Record { name: "secret of a service", attributes: &REFERENCE, extensible: true };
