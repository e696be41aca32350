//! Values on the command line that have not the form that their option wants.

/// A value without the right form.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// Something that is no port.
    #[error("`{text}` is not a port: a number from 1 to 65535, with `/udp` after it or not")]
    Port {
        /// As given.
        text: String,
    },
    /// Something that is no time.
    #[error("`{text}` is not a time: 2026-01-02T13:23:37Z, 2026-01-02, seconds since 1970, or how long ago (42m)")]
    Time {
        /// As given.
        text: String,
    },
    /// Something that is no number of lines.
    #[error("`{text}` is not a number of lines; it can be a number or `all`")]
    Tail {
        /// As given.
        text: String,
    },
    /// Something that is no interval.
    #[error("{seconds} is not a number of seconds between two pictures")]
    Interval {
        /// As given.
        seconds: f64,
    },
    /// Something that is no scale.
    #[error("`{text}` is not a number of replicas for a service: SERVICE=REPLICAS")]
    Scale {
        /// As given.
        text: String,
    },
    /// Something that is no published port.
    #[error("`{text}` is not a port to publish: [[ADDRESS:]PORT:]PORT[/PROTOCOL]")]
    Publish {
        /// As given.
        text: String,
    },
    /// Something that is no volume.
    #[error("`{text}` is not a volume: [SOURCE:]TARGET[:ro], with an absolute TARGET")]
    VolumeForm {
        /// As given.
        text: String,
    },
    /// A `--filter` that the command does not know.
    #[error("`{filter}` is not a filter here; it can be {known}")]
    Filter {
        /// As given.
        filter: String,
        /// What is known.
        known: &'static str,
    },
    /// The whole build cache, of one project.
    #[error("`--build-cache=all` is the cache of the whole Engine; with `-p` it can be `--build-cache` alone")]
    CacheOfProject,
}
