//! Takes URLs apart and puts them together, by the rules that browsers follow.

mod parts;

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use parts::{apart, escape, together};
use url::Url;
use web::form_decode::{Form, Limits};

#[derive(Parser)]
#[command(about = "Takes URLs apart and puts them together")]
enum Role {
    /// Show the parts of URLs
    Apart {
        #[arg(required = true)]
        urls: Vec<String>,
    },
    /// Make a URL from its parts, each as a person means it
    Together {
        /// Scheme and host
        base: String,
        /// Segments of the path
        #[arg(long, num_args = 1..)]
        path: Vec<String>,
        /// Fields of the query, as NAME=VALUE
        #[arg(long, num_args = 1..)]
        query: Vec<String>,
        /// The fragment
        #[arg(long)]
        fragment: Option<String>,
    },
    /// Say where references lead that stand on the page at BASE
    Join {
        base: String,
        #[arg(required = true, allow_hyphen_values = true)]
        references: Vec<String>,
    },
    /// Escape a text for each part of a URL
    Escape { text: String },
    /// Take apart a query, or the body of a form
    Query { query: String },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Apart { urls } => urls.iter().try_for_each(|url| apart(url)),
        Role::Together {
            base,
            path,
            query,
            fragment,
        } => together(&base, &path, &query, fragment.as_deref()),
        Role::Join { base, references } => join(&base, &references),
        Role::Escape { text } => escape(&text),
        Role::Query { query } => fields(&query),
    })
}

fn parse(url: &str) -> anyhow::Result<Url> {
    Url::parse(url).with_context(|| format!("parse {url:?}"))
}
fn join(base: &str, references: &[String]) -> anyhow::Result<()> {
    let base = parse(base)?;
    for reference in references {
        match base.join(reference) {
            Ok(url) => println!("{reference:?} leads to {url}"),
            Err(error) => println!("{reference:?} leads nowhere: {error}"),
        }
    }
    Ok(())
}
fn fields(query: &str) -> anyhow::Result<()> {
    let limits = Limits {
        octets: 16 * 1024,
        pairs: 100,
    };
    for (name, value) in Form::decode(query.as_bytes(), limits)?.pairs() {
        println!("{name:?} is {value:?}");
    }
    Ok(())
}
