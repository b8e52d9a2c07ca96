//! The server of the room: its page for browsers, and the door.

use anyhow::Context;
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::room::Room;
use super::{MESSAGE, WAITING};
use crate::server::{Listen, file, is_from_here, with_fields};

#[derive(Template)]
#[template(path = "chat.html")]
struct Page {
    name: String,
}

#[derive(Deserialize, Default)]
struct Visitor {
    #[serde(default)]
    name: String,
}

/// A name that others are shown: letters and digits, a few.
fn is_a_name(name: &str) -> bool {
    (1..=20).contains(&name.chars().count()) && name.chars().all(char::is_alphanumeric)
}

/// Serves the room until Ctrl-C. Everybody who is in it is told then.
///
/// # Errors
///
/// When the address can't be listened at.
pub async fn serve(listen: Listen) -> anyhow::Result<()> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let room = Room::new();
    let policy =
        HeaderValue::from_static("default-src 'self'; frame-ancestors 'none'; base-uri 'none'");
    let fields = vec![(CONTENT_SECURITY_POLICY, policy)];
    let router = Router::new()
        .route("/", get(page))
        .route("/room", get(enter))
        .with_state((room.clone(), listen.clone()))
        .route(
            "/chat.js",
            get(|| file("text/javascript", include_str!("../../assets/chat.js"))),
        )
        .route(
            "/style.css",
            get(|| file("text/css", include_str!("../../assets/style.css"))),
        )
        .layer(middleware::from_fn(move |request, next| {
            with_fields(fields.clone(), request, next)
        }));
    let listener = TcpListener::bind(&listen.addr).await;
    let listener = listener.with_context(|| format!("bind {}", listen.addr))?;
    println!("Listening at {}", listener.local_addr()?);
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
        served = listen.serve_at(listener, router) => served?,
    }
    room.close(listen.timeout).await;
    println!("Stopped.");
    Ok(())
}

async fn page(visitor: Result<Query<Visitor>, QueryRejection>) -> Response {
    let Query(Visitor { mut name }) = visitor.unwrap_or_default();
    if !is_a_name(&name) {
        name.clear();
    }
    match (Page { name }).render() {
        Ok(page) => Html(page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

// ANCHOR: enter
async fn enter(
    State((room, listen)): State<(Room, Listen)>,
    Query(visitor): Query<Visitor>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_a_name(&visitor.name) {
        return (
            StatusCode::BAD_REQUEST,
            "A name has 1 to 20 letters and digits.\n",
        )
            .into_response();
    }
    if !is_from_here(&headers) {
        return (StatusCode::FORBIDDEN, "This room is for its own page.\n").into_response();
    }
    let Some(place) = room.place() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "The room is full.\n").into_response();
    };
    upgrade
        .max_message_size(MESSAGE)
        .max_frame_size(MESSAGE)
        .read_buffer_size(MESSAGE)
        .write_buffer_size(0)
        .max_write_buffer_size(WAITING)
        .on_upgrade(async move |socket| {
            room.visit(visitor.name, socket, listen.timeout).await;
            drop(place);
        })
}
// ANCHOR_END: enter
