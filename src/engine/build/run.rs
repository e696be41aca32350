//! One build from its definition to an image.

use crate::engine::error::Error;
use crate::engine::handle::Engine;
use crate::event::Progress;
use crate::names::ImageId;
use crate::project::{Project, Service};

use super::request::{BuildOptions, Job};

impl Engine {
    /// Builds the image of a service and gives it all its names. `on` hears every line of the builder.
    ///
    /// # Errors
    /// [`Error::Build`] with the failing step and its output, [`Error::BuildContext`] for what cannot be read,
    /// [`Error::NeedsBuildKit`] for what the classic builder does not have, [`Error::NotFound`] for a service without a
    /// `build`.
    pub async fn build(
        &self,
        project: &Project,
        service: &Service,
        options: &BuildOptions,
        mut on: impl FnMut(Progress),
    ) -> Result<ImageId, Error> {
        let built = if self.client.greeting().await?.buildkit {
            match self.build_with_buildkit(Job::new(project, service, options, true)?, &mut on).await {
                // The Engine is new enough, and still may have it switched off or stand behind something that lacks it.
                Err(Error::NoBuildKit { .. }) => None,
                other => Some(other),
            }
        } else {
            None
        };
        let id = match built {
            Some(built) => built,
            None => self.build_classic(Job::new(project, service, options, false)?, &mut on).await,
        };
        self.forget_images();
        let broken = |reason: String| Error::Answer { object: format!("image `{}`", service.image), reason };
        ImageId::new(&id?).map_err(|error| broken(error.to_string()))
    }
}
