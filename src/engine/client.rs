//! HTTP to the Engine: one small pool of kept connections, deadlines, and answers made into typed errors.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Either, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use super::endpoint::Endpoint;
use super::error::Error;
use super::query::Query;
use super::transport::{Connector, find, innermost};
use super::version::{ApiVersion, NEWEST};

/// A body that is made while it is sent.
pub(super) type ByteStream = Pin<Box<dyn Stream<Item = std::io::Result<Frame<Bytes>>> + Send>>;

/// Body of a request; the type that bollard's transport has as well.
pub(super) type Body = Either<Full<Bytes>, StreamBody<ByteStream>>;

/// The first version with `POST /session` and `POST /grpc` (Engine 18.09).
const BUILDKIT: ApiVersion = ApiVersion(39);

/// Requests that change something (a first start copies whole volumes) may take this much longer than those that ask.
const CHANGE_FACTOR: u32 = 10;

/// How long to wait for an answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Patience {
    /// It only asks.
    Query,
    /// It changes something.
    Change,
    /// It changes something, after at most this time.
    After(Duration),
    /// It lasts as long as it lasts.
    Endless,
}

/// One request.
pub(super) struct Call {
    method: Method,
    path: String,
    query: Query,
    headers: HeaderMap,
    body: Body,
    object: String,
    patience: Patience,
}

/// What an Engine says of itself at the first contact (Engine API `HEAD /_ping`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Greeting {
    /// The version spoken from now on.
    pub version: ApiVersion,
    /// Whether it can build with `BuildKit`, and may.
    pub buildkit: bool,
}

/// Connections to one Engine.
pub(super) struct Client {
    connector: Connector,
    idle: Mutex<Vec<SendRequest<Body>>>,
    greeting: OnceCell<Greeting>,
}

impl Call {
    /// A request about `object`, which names it in errors ("container `x-web-1`").
    pub(super) fn new(method: Method, path: impl Into<String>, object: impl Into<String>) -> Self {
        let patience = if method == Method::GET || method == Method::HEAD { Patience::Query } else { Patience::Change };
        Self {
            method,
            path: path.into(),
            query: Query::default(),
            headers: HeaderMap::new(),
            body: Either::Left(Full::default()),
            object: object.into(),
            patience,
        }
    }

    /// With these parameters.
    pub(super) fn query(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    /// With this body.
    pub(super) fn json(mut self, body: &impl Serialize) -> Result<Self, Error> {
        let bytes = serde_json::to_vec(body).map_err(|error| self.not_understood(&error))?;
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body = Either::Left(Full::new(bytes.into()));
        Ok(self)
    }

    /// With a tar archive that is made while it is sent.
    pub(super) fn tar(mut self, stream: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static) -> Self {
        use futures_util::TryStreamExt;
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-tar"));
        self.body = Either::Right(StreamBody::new(Box::pin(stream.map_ok(Frame::data))));
        self
    }

    /// With this header; a value that cannot stand in one is left out.
    pub(super) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(name, value);
        }
        self
    }

    /// With that much patience.
    pub(super) fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    fn not_understood(&self, error: &serde_json::Error) -> Error {
        Error::Answer { object: self.object.clone(), reason: error.to_string() }
    }
}

impl Client {
    /// Prepares connections; nothing is sent yet.
    pub(super) fn new(endpoint: Endpoint) -> Result<Self, Error> {
        Ok(Self { connector: Connector::new(endpoint)?, idle: Mutex::default(), greeting: OnceCell::new() })
    }

    /// The endpoint.
    pub(super) fn endpoint(&self) -> &Endpoint {
        self.connector.endpoint()
    }

    /// The Engine's greeting, asked for once.
    pub(super) async fn greeting(&self) -> Result<Greeting, Error> {
        // Boxed, because it happens once and would make every request's future larger.
        self.greeting.get_or_try_init(|| Box::pin(self.greet())).await.copied()
    }

    async fn greet(&self) -> Result<Greeting, Error> {
        let endpoint = self.endpoint().to_string();
        let object = format!("the Docker Engine at {endpoint}");
        let (response, sender) = self.exchange(Call::new(Method::HEAD, "/_ping", object), String::new()).await?;
        // An answer to HEAD has no body, so the connection is free again.
        self.keep(sender);
        let text = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let Some(version) = text("api-version").and_then(|version| version.parse::<ApiVersion>().ok()) else {
            return Err(Error::WrongEndpoint { endpoint, reason: "it answers, but not as one".to_owned() });
        };
        let most = self.endpoint().api_version.unwrap_or(NEWEST).min(NEWEST);
        let version = version.min(most);
        // `Builder-Version` tells only which builder the Engine was set to prefer.
        let able = version >= BUILDKIT && text("ostype").is_none_or(|system| system == "linux");
        Ok(Greeting { version, buildkit: able && !self.endpoint().classic_builder })
    }

    /// Sends, and reads the answer as JSON.
    pub(super) async fn json<T: DeserializeOwned>(&self, call: Call) -> Result<T, Error> {
        let object = call.object.clone();
        let bytes = self.bytes(call).await?;
        serde_json::from_slice(&bytes).map_err(|error| Error::Answer { object, reason: error.to_string() })
    }

    /// Sends, and gives away the answer.
    pub(super) async fn done(&self, call: Call) -> Result<(), Error> {
        self.bytes(call).await.map(drop)
    }

    /// Sends, and reads the whole answer.
    pub(super) async fn bytes(&self, call: Call) -> Result<Bytes, Error> {
        let (object, limit) = (call.object.clone(), self.limit(call.patience));
        let work = async {
            let prefix = self.prefix().await?;
            let (response, sender) = self.exchange(call, prefix).await?;
            let response = refused(response, &object).await?;
            let body = response.into_body().collect().await.map_err(|error| interrupted(&object, &error))?;
            self.keep(sender);
            Ok(body.to_bytes())
        };
        within(limit, &object, Box::pin(work)).await
    }

    /// Sends, and gives the answer with its body still to be read. The deadline is that of the head.
    pub(super) async fn open(&self, call: Call) -> Result<Response<Incoming>, Error> {
        let (object, limit) = (call.object.clone(), self.limit(call.patience));
        let work = async {
            let prefix = self.prefix().await?;
            refused(self.send_plain(call, prefix).await?, &object).await
        };
        within(limit, &object, Box::pin(work)).await
    }

    async fn send_plain(&self, call: Call, prefix: String) -> Result<Response<Incoming>, Error> {
        self.exchange(call, prefix).await.map(|(response, _)| response)
    }

    async fn prefix(&self) -> Result<String, Error> {
        Ok(format!("/v{}", self.greeting().await?.version))
    }

    fn limit(&self, patience: Patience) -> Option<Duration> {
        let base = self.endpoint().timeout;
        match patience {
            Patience::Query => Some(base),
            Patience::Change => Some(base * CHANGE_FACTOR),
            Patience::After(time) => Some(time.saturating_add(base * CHANGE_FACTOR)),
            Patience::Endless => None,
        }
    }

    /// Sends over a kept connection, or over a new one where none is left or the kept one has been closed meanwhile.
    async fn exchange(&self, call: Call, prefix: String) -> Result<(Response<Incoming>, SendRequest<Body>), Error> {
        let Call { method, path, query, headers, body, object, patience: _ } = call;
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = format!("{prefix}{path}{query}").parse().map_err(|error: http::uri::InvalidUri| {
            Error::Answer { object: object.clone(), reason: error.to_string() }
        })?;
        *request.headers_mut() = headers;
        request.headers_mut().insert(header::HOST, HeaderValue::from_static("docker"));
        while let Some(mut sender) = self.take() {
            if sender.ready().await.is_err() {
                continue;
            }
            match sender.try_send_request(request).await {
                Ok(response) => return Ok((response, sender)),
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(self.failed(&object, error.error())),
                },
            }
        }
        let mut sender = Box::pin(self.connect()).await?;
        let response = sender.send_request(request).await.map_err(|error| self.failed(&object, &error))?;
        Ok((response, sender))
    }

    async fn connect(&self) -> Result<SendRequest<Body>, Error> {
        let stream = self.connector.connect().await?;
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| self.connector.explain(&error))?;
        // The connection's own errors come back through the request that meets them.
        tokio::spawn(async move { connection.with_upgrades().await.ok() });
        Ok(sender)
    }

    fn take(&self) -> Option<SendRequest<Body>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, sender: SendRequest<Body>) {
        if !sender.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        }
    }

    /// A request that got no answer: before the first contact it is the endpoint that is wrong.
    fn failed(&self, object: &str, error: &hyper::Error) -> Error {
        if super::tls::failure(error).is_some() {
            return self.connector.explain(error);
        }
        if self.greeting.initialized() {
            return interrupted(object, error);
        }
        let endpoint = self.endpoint().to_string();
        if find::<std::io::Error>(error).is_some() {
            return self.connector.explain(error);
        }
        let cause = std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source())
            .filter_map(|error| error.downcast_ref::<hyper::Error>())
            .last()
            .unwrap_or(error);
        if cause.is_incomplete_message() || cause.is_canceled() || cause.is_closed() {
            return Error::Unreachable { endpoint, reason: innermost(error) };
        }
        // What is left was said by the other side: before it was asked, or in no form that an Engine uses.
        Error::WrongEndpoint { endpoint, reason: "it does not speak HTTP here; is it behind TLS?".to_owned() }
    }
}

/// What a broken connection means to the request that was on it.
pub(super) fn interrupted(object: &str, error: &(dyn std::error::Error + 'static)) -> Error {
    Error::Interrupted { object: object.to_owned(), reason: innermost(error) }
}

/// `work` is on the heap: many requests are under way in one future, which would be large otherwise.
async fn within<T>(
    limit: Option<Duration>,
    object: &str,
    work: Pin<Box<impl Future<Output = Result<T, Error>>>>,
) -> Result<T, Error> {
    let Some(limit) = limit else { return work.await };
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(Error::TimedOut { object: object.to_owned(), seconds: limit.as_secs() }),
    }
}

async fn refused(response: Response<Incoming>, object: &str) -> Result<Response<Incoming>, Error> {
    #[derive(serde::Deserialize)]
    struct Refusal {
        message: String,
    }
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED || status == StatusCode::SWITCHING_PROTOCOLS {
        return Ok(response);
    }
    let body = response.into_body().collect().await.map_err(|error| interrupted(object, &error))?.to_bytes();
    let message = match serde_json::from_slice::<Refusal>(&body) {
        Ok(refusal) => refusal.message,
        Err(_) => String::from_utf8_lossy(&body).into_owned(),
    };
    Err(Error::from_answer(status, object, &message))
}

/// Shared by all that talk to one Engine.
pub(super) type SharedClient = Arc<Client>;
