//! HTTP/1.1 by hand: keep-alive, pipelining, chunks both ways, files, limits, TLS.

use std::convert::Infallible;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use http::{Method, StatusCode};
use http_server::application::{Request, chunks, text};
use http_server::by_hand::ByHand;
use http_server::files::Files;
use http_server::settings::Settings;
use http_server::{example, server};
use program::tasks::block_on;
use tower::service_fn;

#[derive(Parser)]
#[command(about = "HTTP/1.1 by hand")]
enum Role {
    /// Serve until Ctrl-C
    Server {
        #[command(flatten)]
        settings: Settings,
        /// Serve the files beneath this directory
        #[arg(long, value_name = "DIRECTORY")]
        root: Option<PathBuf>,
    },
    /// Send lines as they are typed, right or wrong, and show what comes back
    Client(ByHand),
    /// Make a certificate for localhost, in a new folder
    Certificate { folder: PathBuf },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { settings, root } => block_on(run(settings, root)),
        Role::Client(client) => client.run(),
        Role::Certificate { folder } => example::certificate(&folder),
    })
}

async fn run(settings: Settings, root: Option<PathBuf>) -> anyhow::Result<()> {
    let open = |root: PathBuf| {
        let files = Files::beneath(&root, false);
        files.with_context(|| format!("open {}", root.display()))
    };
    let files = root.map(open).transpose()?;
    let site = service_fn(move |request: Request| {
        let files = files.clone();
        async move {
            Ok::<_, Infallible>(match (request.method(), request.uri().path(), files) {
                // What comes goes back, piece by piece, while it comes.
                (&Method::POST, "/echo", _) => http::Response::new(chunks(request.into_body())),
                (_, _, Some(files)) => files.answer(&request),
                (_, path, None) => text(StatusCode::OK, format!("this is {path}\n")),
            })
        }
    });
    server::serve(&settings, site).await
}
