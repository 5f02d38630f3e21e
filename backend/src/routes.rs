//! Every route there is, each in the file of its name.

mod begin;
mod config;
mod details;
mod exchange;
mod export;
mod health;
mod json;
mod metrics;
mod openapi;
mod operator;
mod session;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::header,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter},
    routes,
};

use crate::{
    AppState,
    error::ApiError,
    middleware::{
        client_ip::ClientAddress,
        gate, request_body,
        request_log::{self, Listener},
    },
    pages,
};

/// What browsers and orchestrators reach: routes, the gate around all of them, and the log.
pub fn router(app: AppState) -> Router {
    let (api, document) = api().split_for_parts();
    let document = openapi::Document::new(document, &app.config.public_url.url);
    let path = app.config.public_url.path.as_str();
    let mounted = match path {
        "" => Router::new().merge(api),
        path => Router::new().nest(path, api),
    };
    let router = mounted
        .merge(pages::router(&app.config))
        .merge(health::router())
        .layer(axum::Extension(document));
    guarded(router, app, Listener::Public)
}

/// What the site's own servers and its operations reach, on a listener of its own.
pub fn operator_router(app: AppState) -> Router {
    let (router, _) = operator_api().split_for_parts();
    guarded(router, app, Listener::Operator)
}

fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(only(routes!(config::get_config)))
        .routes(only(routes!(begin::begin)))
        .routes(only(routes!(exchange::exchange)))
        .routes(only(routes!(session::get_session)))
        .routes(only(routes!(session::logout)))
        .routes(only(routes!(details::get_details)))
        .routes(only(routes!(export::get_export)))
        .routes(only(routes!(openapi::get_openapi)))
}

fn operator_api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(only(routes!(operator::get_export)))
        .routes(only(routes!(metrics::get_metrics)))
}

/// What every request to either listener goes through, from the outside: it is named, logged and
/// counted; a panic becomes an answer; whatever it asks for, known or not, stands behind the gate;
/// its body is read; and it is turned away if there is too much to do.
fn guarded(routes: Router<AppState>, app: AppState, listener: Listener) -> Router {
    let metrics = app.metrics.clone();
    // Operators see what is going on also when the public listener is full.
    let room = Room {
        all: Arc::new(Semaphore::new(app.limits.requests)),
        app: app.clone(),
        listener,
    };
    let routes = routes
        .fallback(async || ApiError::NotFound)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(from_fn_with_state(room, turn_away))
        .layer(from_fn_with_state(app.clone(), request_body::read));
    let gated = match listener {
        Listener::Public => routes.layer(from_fn_with_state(app.clone(), gate::check)),
        Listener::Operator => routes.layer(from_fn_with_state(app.clone(), operator::check)),
    };
    gated
        .layer(CatchPanicLayer::custom(move |_| {
            metrics.panicked();
            ApiError::Internal.into_response()
        }))
        .layer(from_fn_with_state(
            (app.clone(), listener),
            request_log::request,
        ))
        .with_state(app)
}

/// Exactly its own method. axum serves HEAD wherever it serves GET, which would fetch megabytes
/// for nobody.
fn only((schemas, paths, router): UtoipaMethodRouter<AppState>) -> UtoipaMethodRouter<AppState> {
    let is_get = paths.paths.values().any(|path| path.get.is_some());
    let allow = if is_get { "GET" } else { "POST" };
    let refuse = async move || ([(header::ALLOW, allow)], ApiError::MethodNotAllowed);
    let router = if is_get { router.head(refuse) } else { router };
    (schemas, paths, router.fallback(refuse))
}

/// The room of one listener.
#[derive(Clone)]
struct Room {
    all: Arc<Semaphore>,
    app: AppState,
    listener: Listener,
}

/// Refuses what is over the limit at once: a queue would only make everybody wait. The site's own
/// servers, on the operators' listener, may be one address.
async fn turn_away(State(room): State<Room>, request: Request, next: Next) -> Response {
    // An orchestrator that gets no answer would end a process that is merely busy.
    if health::is_asked(&request) {
        return next.run(request).await;
    }
    let share = match room.listener {
        Listener::Public => {
            let client = ClientAddress::of_request(&request, &room.app.config);
            room.app
                .shares
                .requests
                .of(client)
                .try_acquire_owned()
                .map(Some)
        }
        Listener::Operator => Ok(None),
    };
    match (share, room.all.try_acquire_owned()) {
        (Ok(_share), Ok(_permit)) => next.run(request).await,
        _ => ApiError::Overloaded.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Mutex, PoisonError},
    };

    use axum::routing::get;
    use tokio::{
        io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
        net::{TcpListener, TcpStream},
    };

    use super::*;
    use crate::{
        Limits,
        clock::Clock,
        config::{Config, settings::Settings},
        listener::{self, Stop},
    };

    /// What was logged.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            lines.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Asks on this connection and reads one answer: its head, and its body.
    async fn ask(connection: &mut BufReader<TcpStream>, path: &str) -> (String, String) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:8080\r\n\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(connection.read_line(&mut head).await.unwrap(), 0, "{head}");
        }
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.unwrap().parse().unwrap()];
        connection.read_exact(&mut body).await.unwrap();
        (head, String::from_utf8(body).unwrap())
    }

    #[tokio::test]
    async fn ops_13_a_panic_costs_one_request_and_its_words_stay_inside() {
        let log = Lines::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone());
        let _logging = tracing::subscriber::set_default(subscriber.finish());
        let config = Config::from_settings(Settings {
            client_id: Some("id".into()),
            client_secret: Some("secret".into()),
            public_url: Some("http://localhost:8080".into()),
            ..Settings::default()
        });
        // Room for one: a panic gives its place back.
        let limits = Limits {
            requests: 1,
            ..Limits::default()
        };
        let stop = Stop::new();
        let app = AppState::new(config.unwrap(), Clock::system(), limits, stop.draining()).unwrap();
        let routes = Router::new()
            .route("/panics", get(async || panic!("canary") as &str))
            .route("/works", get(async || "works"));
        let router = guarded(routes, app.clone(), Listener::Public);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let limits = listener::Limits::default();
        let serving = listener::serve(listener, router, &limits, stop.draining());
        let asking = async {
            let connection = TcpStream::connect(address).await.unwrap();
            let mut connection = BufReader::new(connection);
            let failed = ask(&mut connection, "/panics").await;
            (failed, ask(&mut connection, "/works").await)
        };
        let ((head, body), (_, works)) = tokio::select! {
            answers = asking => answers,
            _ = serving => panic!("it ended"),
        };
        assert!(head.starts_with("HTTP/1.1 500 "), "{head}");
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["code"], "INTERNAL");
        let named = format!(
            "x-request-id: {}\r\n",
            problem["requestId"].as_str().unwrap()
        );
        assert!(head.contains(&named), "{head}");
        assert!(!body.contains("canary"));
        assert_eq!(works, "works");
        let metrics = app.metrics.render(&app.authenteq.free(), &[]).unwrap();
        assert!(metrics.contains("\nwebkyc_panics_total 1\n"), "{metrics}");

        let log = log.0.lock().unwrap().clone();
        let log = String::from_utf8(log).unwrap();
        assert!(log.contains("ERROR") && log.contains("/panics"), "{log}");
        assert!(!log.contains("canary"), "{log}");
    }
}
