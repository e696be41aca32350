//! One build with `BuildKit`: the request, and listening until it is done.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bollard::moby::buildkit::v1::control_client::ControlClient;
use bollard::moby::buildkit::v1::{SolveRequest, StatusRequest};
use tonic::transport::Channel;
use tonic::{Status, Streaming};

use crate::engine::build::Job;
use crate::engine::credentials::Credentials;
use crate::engine::error::Error;
use crate::engine::handle::Engine;
use crate::event::Progress;

use super::agent::agents;
use super::journal::Journal;
use super::order::{attributes, directories, request};
use super::providers::{Agents, BuildSecrets, RegistryAuth};
use super::session::Offer;
use super::sync::{Directories, Failure};

/// After the build has ended, its last reports are waited for this long.
const LAST_REPORTS: Duration = Duration::from_secs(2);

/// Messages of the builder may be large: descriptions of big directories.
const MESSAGE: usize = 16 << 20;

impl Engine {
    /// Builds, and gives the image's id.
    pub(in crate::engine) async fn build_with_buildkit(
        &self,
        mut job: Job<'_>,
        on: &mut impl FnMut(Progress),
    ) -> Result<String, Error> {
        let temporary = self.replace_named_contexts(&mut job, on).await?;
        let built = self.build_job(job, on).await;
        self.remove_temporary(temporary).await;
        built
    }

    async fn build_job(&self, job: Job<'_>, on: &mut impl FnMut(Progress)) -> Result<String, Error> {
        let mut attributes = attributes(&job);
        // A Dockerfile that is in no directory stands in a temporary one until the build has ended.
        let (roots, _inline) = directories(&job, &mut attributes)?;
        let context = roots.get(&job.local_name("context")).cloned().unwrap_or_default();
        let request = request(job.build, &job.names, attributes);
        let image = job.image().to_owned();
        let offer = Offer {
            directories: Directories { roots, failure: Failure::default() },
            agents: Agents(agents(&job.build.ssh, self.endpoint().ssh_agent.as_ref()).await?),
            secrets: BuildSecrets(job.secrets),
            auth: RegistryAuth(Arc::new(Credentials::of(self.endpoint())?)),
            context,
        };
        self.solve(image, offer, request, on).await
    }

    /// Has the builder do it, and gives the image's id. `image` names it in errors.
    pub(super) async fn solve(
        &self,
        image: String,
        offer: Offer,
        mut request: SolveRequest,
        on: &mut impl FnMut(Progress),
    ) -> Result<String, Error> {
        let object = format!("the build of image `{image}`");
        let failure = offer.directories.failure.clone();
        let session = self.open_session(offer, &object).await?;
        request.session.clone_from(&session.id);
        let client = ControlClient::new(self.builder(&object).await?)
            .max_decoding_message_size(MESSAGE)
            .max_encoding_message_size(MESSAGE);
        let mut journal = Journal::default();
        let solved = listen(client, request, &mut journal, on).await;
        drop(session);
        match solved {
            Ok(answer) => Ok(answer
                .get("containerimage.config.digest")
                .or_else(|| answer.get("containerimage.digest"))
                .cloned()
                .unwrap_or(image)),
            Err(status) => {
                let own = failure.lock().unwrap_or_else(PoisonError::into_inner).take();
                Err(own.unwrap_or_else(|| Error::Build {
                    image,
                    message: words(&status),
                    output: journal.into_failure(),
                }))
            }
        }
    }
}

/// Sends the request and reads the reports until both have ended.
async fn listen(
    client: ControlClient<Channel>,
    request: SolveRequest,
    journal: &mut Journal,
    on: &mut impl FnMut(Progress),
) -> Result<HashMap<String, String>, Status> {
    let reference = request.r#ref.clone();
    let (mut solver, mut listener) = (client.clone(), client);
    let solve = solver.solve(request);
    tokio::pin!(solve);
    let mut outcome = None;
    let listening = listener.status(StatusRequest { r#ref: reference });
    tokio::pin!(listening);
    let mut reports: Option<Streaming<_>> = tokio::select! {
        reports = &mut listening => reports.ok().map(tonic::Response::into_inner),
        result = &mut solve => { outcome = Some(result); None }
    };
    while let (None, Some(stream)) = (&outcome, &mut reports) {
        tokio::select! {
            result = &mut solve => outcome = Some(result),
            report = stream.message() => match report {
                Ok(Some(report)) => journal.take(report, on),
                Ok(None) | Err(_) => reports = None,
            },
        }
    }
    let outcome = match outcome {
        Some(outcome) => outcome,
        None => solve.await,
    };
    let last = async {
        while let Some(Ok(Some(report))) =
            futures_util::future::OptionFuture::from(reports.as_mut().map(Streaming::message)).await
        {
            journal.take(report, on);
        }
    };
    // Reports that do not come in time are missed, not waited for.
    tokio::time::timeout(LAST_REPORTS, last).await.ok();
    outcome.map(|response| response.into_inner().exporter_response)
}

/// The builder's words without the layers of programs they went through.
fn words(status: &Status) -> String {
    let text = status.message();
    let text = text.rsplit_once("failed to solve: ").map_or(text, |(_, text)| text);
    text.trim_start_matches("rpc error: code = Unknown desc = ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_builders_own_words_are_told() {
        let status = Status::unknown(
            "failed to solve: process \"/bin/sh -c false\" did not complete successfully: exit code: 1",
        );
        assert_eq!(words(&status), "process \"/bin/sh -c false\" did not complete successfully: exit code: 1");
    }
}
