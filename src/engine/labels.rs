//! The names of labels: Compose's (`pkg/api/labels.go` of Docker Compose 2.40) and ado's own.

/// The project an object belongs to.
pub const PROJECT: &str = "com.docker.compose.project";
/// The service a container belongs to.
pub const SERVICE: &str = "com.docker.compose.service";
/// Digest of the configuration a container was made from.
pub const CONFIG_HASH: &str = "com.docker.compose.config-hash";
/// Number of a replica, from 1.
pub const CONTAINER_NUMBER: &str = "com.docker.compose.container-number";
/// Key of a volume in the manifest.
pub const VOLUME: &str = "com.docker.compose.volume";
/// Key of a network in the manifest.
pub const NETWORK: &str = "com.docker.compose.network";
/// Directory of the project.
pub const WORKING_DIR: &str = "com.docker.compose.project.working_dir";
/// Manifest files, separated by commas.
pub const CONFIG_FILES: &str = "com.docker.compose.project.config_files";
/// `True` for containers of `run`, else `False`.
pub const ONEOFF: &str = "com.docker.compose.oneoff";
/// What tells containers of `run` apart.
pub const SLUG: &str = "com.docker.compose.slug";
/// Id of the image a container was made from.
pub const IMAGE: &str = "com.docker.compose.image";
/// `service:condition:restart`, separated by commas.
pub const DEPENDS_ON: &str = "com.docker.compose.depends_on";
/// Version of the program that made the object.
pub const VERSION: &str = "com.docker.compose.version";
/// Id of the container that this one takes the place of.
pub const REPLACE: &str = "com.docker.compose.replace";
/// A digest of each attribute of the service, as JSON.
pub const CONFIG_FIELDS: &str = "ado.config-fields";
/// Digest of the configuration a network or volume was made from. Not Compose's label: Compose makes a network again whose
/// digest is not the one that it computes itself, and asks to do so with a volume.
pub const RESOURCE_HASH: &str = "ado.config-hash";
/// The version of the configuration hash, and by that the mark of an object that ado made.
pub const MADE_BY: &str = "ado.version";
