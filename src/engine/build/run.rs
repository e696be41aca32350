//! One build from its definition to an image.

use crate::engine::error::Error;
use crate::engine::handle::Engine;
use crate::event::Progress;
use crate::names::ImageId;
use crate::project::{Project, Service};

use super::request::{BuildOptions, Builder, Job};

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
        let default_platform = self.endpoint().default_platform.as_deref();
        let job = |is_buildkit| Job::new(project, service, options, Builder { is_buildkit, default_platform });
        let built = if self.client.greeting().await?.buildkit {
            match self.build_with_buildkit(job(true)?, &mut on).await {
                // The Engine is new enough, and still may have it switched off or stand behind something that lacks it.
                Err(Error::NoBuildKit { .. }) => None,
                other => Some(other),
            }
        } else {
            None
        };
        let id = match built {
            Some(built) => built,
            None => self.build_classic(job(false)?, &mut on).await,
        };
        self.forget_images();
        let broken = |reason: String| Error::Answer { object: format!("image `{}`", service.image), reason };
        ImageId::new(&id?).map_err(|error| broken(error.to_string()))
    }
}
