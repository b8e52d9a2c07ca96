//! An application as a function of a request, which shows its environment; and three
//! servers to run it.

use std::process::ExitCode;

use clap::Parser;
use http_server::environ;
use http_server::settings::Settings;
use http_server::under::{Under, serve};
use program::tasks::block_on;

#[derive(Parser)]
#[command(about = "An application that shows its environment")]
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
        block_on(run(settings, under))
    })
}

async fn run(settings: Settings, under: Under) -> anyhow::Result<()> {
    let application = environ::application(&settings);
    serve(under, &settings, application).await
}
