//! Files beneath a directory: ranges, validators, an index; and nothing that is not
//! beneath it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use http_server::example;
use http_server::files::Files;
use http_server::settings::Settings;
use http_server::under::{Under, serve};
use program::tasks::block_on;

#[derive(Parser)]
#[command(about = "Files beneath a directory")]
enum Role {
    /// Serve until Ctrl-C
    Server {
        #[command(flatten)]
        settings: Settings,
        /// The directory
        root: PathBuf,
        /// List a directory that has no index.html
        #[arg(long)]
        list: bool,
        /// Who runs the application
        #[arg(long, value_enum, default_value_t)]
        under: Under,
    },
    /// Make a directory with a few files to try it with
    Example { folder: PathBuf },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server {
            settings,
            root,
            list,
            under,
        } => {
            let files = Files::beneath(&root, list);
            let files = files.with_context(|| format!("open {}", root.display()))?;
            block_on(async move { serve(under, &settings, files).await })
        }
        Role::Example { folder } => example::files(&folder),
    })
}
