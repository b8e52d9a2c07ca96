//! A small payments page on axum and SQLite: mended, or as it is often written.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use program::tasks;
use web::bank::store::Store;
use web::bank::{Bank, pages};
use web::server::Listen;

#[derive(Parser)]
#[command(about = "A small payments page: mended, or as it is often written")]
enum Role {
    /// Serve until Ctrl-C
    Server {
        #[command(flatten)]
        listen: Listen,
        /// Where the data is kept: in memory, unless told otherwise
        #[arg(long, value_name = "FILE")]
        data: Option<PathBuf>,
        /// Without precautions, to be attacked
        #[arg(long)]
        insecure: bool,
        /// How long a session lasts
        #[arg(long, value_name = "SECONDS", default_value = "1800", value_parser = program::seconds)]
        session: Duration,
    },
}

fn main() -> ExitCode {
    program::run(|| {
        let Role::Server {
            listen,
            data,
            insecure,
            session,
        } = Role::parse();
        let store = Store::open(data.as_deref())?;
        let bank = Bank::new(store, insecure, session)?;
        tasks::block_on(listen.serve(pages::router(bank)))
    })
}
