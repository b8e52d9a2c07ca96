//! Squares and roots, slowly: with a cache beside the work, and without.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use caches::client::Cache;
use caches::examples::slow;
use clap::Parser;
use program::seconds;

#[derive(Parser)]
#[command(about = "Squares and roots, slowly: with a cache, and without")]
struct Options {
    #[command(subcommand)]
    work: Work,
    /// A cache, as in redis://127.0.0.1:6379 or memcached://127.0.0.1:11211
    #[arg(long, value_name = "URL", global = true)]
    cache: Option<String>,
    /// How long a result is kept: for ever, unless told otherwise
    #[arg(long, value_name = "SECONDS", global = true)]
    keep: Option<u32>,
    /// Keep only what was found, not that there is nothing
    #[arg(long, global = true)]
    only_found: bool,
    /// How long the cache may take for one answer
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds, global = true)]
    timeout: Duration,
}

#[derive(clap::Subcommand)]
enum Work {
    /// The squares of numbers
    Squares {
        #[arg(required = true)]
        numbers: Vec<u32>,
    },
    /// The whole numbers that have these squares, where there are any
    Roots {
        #[arg(required = true)]
        numbers: Vec<u32>,
    },
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let cache = options.cache.as_deref();
        let cache = cache.map(|url| Cache::connect(url, options.timeout));
        act(&options, cache.transpose()?)
    })
}

fn act(options: &Options, mut cache: Option<Cache>) -> anyhow::Result<()> {
    let (name, numbers) = match &options.work {
        Work::Squares { numbers } => ("square", numbers),
        Work::Roots { numbers } => ("root", numbers),
    };
    let mut steps = 0;
    for number in numbers {
        let key = format!("{name}:{number}");
        let (answer, more) = look_aside(cache.as_mut(), &key, options, || match options.work {
            Work::Squares { .. } => {
                let (square, steps) = slow::square(*number);
                (Some(square), steps)
            }
            Work::Roots { .. } => {
                let (root, steps) = slow::root((*number).into());
                (root.map(u64::from), steps)
            }
        })?;
        let answer = answer.map_or("none".to_owned(), |answer| answer.to_string());
        let how = match more {
            Some(more) => format!("computed in {more} steps"),
            None => "from the cache".to_owned(),
        };
        steps += more.unwrap_or(0);
        println!("{name} of {number}: {answer} ({how})");
    }
    println!("{steps} steps in all");
    Ok(())
}

// ANCHOR: look-aside
/// Asks the cache first, then does the work and keeps its result. Returns that,
/// and the steps if it was worked for. "There is none" is one too: an empty value.
fn look_aside(
    cache: Option<&mut Cache>,
    key: &str,
    options: &Options,
    work: impl FnOnce() -> (Option<u64>, u64),
) -> anyhow::Result<(Option<u64>, Option<u64>)> {
    let Some(cache) = cache else {
        let (answer, steps) = work();
        return Ok((answer, Some(steps)));
    };
    if let Some(kept) = cache.get(key)? {
        let kept = String::from_utf8(kept)?;
        let number = (!kept.is_empty()).then(|| kept.parse()).transpose();
        return Ok((number.with_context(|| format!("{key} is {kept:?}"))?, None));
    }
    let (answer, steps) = work();
    if answer.is_some() || !options.only_found {
        let value = answer.map_or(String::new(), |answer| answer.to_string());
        cache.set(key, value.as_bytes(), options.keep)?;
    }
    Ok((answer, Some(steps)))
}
// ANCHOR_END: look-aside
