//! A framework in small: a function for each method and path.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::ALLOW;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use tower::Service;

use crate::application::{Request, Response, text};
use crate::parameters::Parameters;
use crate::router::{Match, Router};

/// What a handler is told of a request.
#[derive(Debug)]
pub struct Call {
    /// Method, URI and fields.
    pub head: Parts,
    /// What the path had in place of `{names}`.
    pub segments: Vec<(String, String)>,
    /// What came in the query, and in the body where a form was in it.
    pub parameters: Parameters,
}

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;
type Handler = Box<dyn Fn(Call) -> Answer + Send + Sync>;

/// An [`Application`](crate::application::Application) made of handlers.
#[derive(Clone)]
pub struct Dispatcher(Arc<Router<Handler>>);

/// A dispatcher that is still being put together.
#[derive(Default)]
pub struct Routes(Router<Handler>);

impl Routes {
    /// Lets `handler` answer requests with this method whose path fits `pattern`.
    pub fn on<F>(
        mut self,
        method: &str,
        pattern: &str,
        handler: impl Fn(Call) -> F + Send + Sync + 'static,
    ) -> Routes
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let handler: Handler = Box::new(move |call| Box::pin(handler(call)));
        self.0.add(method, pattern, handler);
        self
    }

    /// The application that they make.
    pub fn dispatcher(self) -> Dispatcher {
        Dispatcher(Arc::new(self.0))
    }
}

impl Dispatcher {
    // ANCHOR: answer
    async fn answer(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let (handler, segments) = match self.0.route(head.method.as_str(), head.uri.path()) {
            Match::Handler(handler, segments) => (handler, segments),
            Match::BadPath => return text(StatusCode::BAD_REQUEST, "no such path\n"),
            Match::NotFound => return text(StatusCode::NOT_FOUND, "not found\n"),
            Match::MethodNotAllowed(allowed) => {
                let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "not with this method\n");
                if let Ok(allowed) = HeaderValue::from_str(&allowed) {
                    response.headers_mut().insert(ALLOW, allowed);
                }
                return response;
            }
        };
        let owned = |(name, text): (&str, String)| (name.to_owned(), text);
        let segments = segments.into_iter().map(owned).collect();
        match Parameters::of(&head, body).await {
            Ok(parameters) => {
                handler(Call {
                    head,
                    segments,
                    parameters,
                })
                .await
            }
            Err(refused) => refused,
        }
    }
    // ANCHOR_END: answer
}

impl Service<Request> for Dispatcher {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let dispatcher = self.clone();
        Box::pin(async move { Ok(dispatcher.answer(request).await) })
    }
}
