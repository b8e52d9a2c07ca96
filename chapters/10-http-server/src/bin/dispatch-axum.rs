//! The same pages with axum; and a transfer that its client may leave half-way.

use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::routing::{get, post};
use clap::Parser;
use http_server::pages;
use http_server::parameters::Parameters;
use http_server::settings::Settings;
use http_server::under::{Under, routed, serve};
use program::tasks::block_on;
use tokio::sync::Notify;

type Pairs = Vec<(String, String)>;

#[derive(Parser)]
#[command(about = "The pages of dispatch, with axum")]
enum Role {
    /// Serve until Ctrl-C
    Server {
        #[command(flatten)]
        settings: Settings,
        /// Who runs the application
        #[arg(long, value_enum, default_value = "hyper")]
        under: Under,
    },
}

fn main() -> ExitCode {
    program::run(|| {
        let Role::Server { settings, under } = Role::parse();
        block_on(async move { serve(under, &settings, routed(router())).await })
    })
}

// ANCHOR: router
fn router() -> Router {
    let hello = async |Query(pairs): Query<Pairs>| pages::hello(&Parameters::from(pairs));
    let hello_form = async |Query(mut pairs): Query<Pairs>, Form(form): Form<Pairs>| {
        pages::hello(&Parameters::from({
            pairs.extend(form);
            pairs
        }))
    };
    Router::new()
        .route("/hello", get(hello).post(hello_form))
        .route("/localtime", get(async || pages::localtime()))
        .route("/square/{number}", get(square))
        .route("/transfer", post(transfer))
        .route("/transfer-spawned", post(spawned))
        .route("/confirm", post(confirm))
        .with_state(Arc::new(Notify::new()))
}

/// What is no number doesn't get here: axum answers with 400.
async fn square(Path(number): Path<u32>) -> String {
    format!("{}\n", u64::from(number).pow(2))
}
// ANCHOR_END: router

// ANCHOR: transfer
/// Two steps that belong together, and between them the other bank has to confirm.
async fn transfer(State(confirmed): State<Arc<Notify>>) -> &'static str {
    let half_way = Says("dropped half-way: the client has left");
    println!("taken from one account");
    confirmed.notified().await;
    println!("given to the other");
    std::mem::forget(half_way);
    "done\n"
}

/// A task of its own goes on when nobody waits for it any more.
async fn spawned(confirmed: State<Arc<Notify>>) -> &'static str {
    let waiting = Says("nobody waits any more: the client has left");
    let done = tokio::spawn(transfer(confirmed)).await;
    std::mem::forget(waiting);
    done.unwrap_or("failed\n")
}

async fn confirm(State(confirmed): State<Arc<Notify>>) -> &'static str {
    confirmed.notify_one();
    "confirmed\n"
}

/// Says so when it is dropped: the future that has it won't be finished.
struct Says(&'static str);

impl Drop for Says {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}
// ANCHOR_END: transfer
