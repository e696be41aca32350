//! Copies that are not possible.

/// Why nothing is copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Both ends of a copy are in containers.
    #[error("copying between services is not supported")]
    BetweenServices,
    /// No end of a copy is in a container.
    #[error("one end of a copy has to be in a container: SERVICE:PATH")]
    WithoutService,
    /// A folder was to replace a file.
    #[error("a folder cannot be copied onto the file {path}")]
    OntoFile {
        /// In the container.
        path: String,
    },
    /// A file was to go into a folder that is not there.
    #[error("there is no folder {path} in the container")]
    IntoNothing {
        /// In the container.
        path: String,
    },
}
