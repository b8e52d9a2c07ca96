//! A framework in small, and an application of three pages.

use std::process::ExitCode;

use clap::Parser;
use http::StatusCode;
use http_server::application::text;
use http_server::dispatch::{Dispatcher, Routes};
use http_server::pages;
use http_server::settings::Settings;
use http_server::under::{Under, serve};
use program::tasks::block_on;

#[derive(Parser)]
#[command(about = "A framework in small")]
enum Role {
    /// Serve until Ctrl-C
    Server {
        #[command(flatten)]
        settings: Settings,
        /// Who runs the application
        #[arg(long, value_enum, default_value_t)]
        under: Under,
    },
}

fn main() -> ExitCode {
    program::run(|| {
        let Role::Server { settings, under } = Role::parse();
        block_on(async move { serve(under, &settings, application()).await })
    })
}

// ANCHOR: application
fn application() -> Dispatcher {
    Routes::default()
        .on("GET", "/hello", async |call| pages::hello(&call.parameters))
        .on("POST", "/hello", async |call| {
            pages::hello(&call.parameters)
        })
        .on("GET", "/localtime", async |_| pages::localtime())
        .on("GET", "/square/{number}", async |call| {
            let number = call
                .segments
                .first()
                .and_then(|(_, text)| text.parse::<u32>().ok());
            match number {
                Some(number) => text(StatusCode::OK, format!("{}\n", u64::from(number).pow(2))),
                None => text(StatusCode::NOT_FOUND, "no such number\n"),
            }
        })
        .dispatcher()
}
// ANCHOR_END: application
