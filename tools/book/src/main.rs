//! Builds, serves and lints the book: `book`, `book serve`, `book build`,
//! `book pdf`, `book lint`, `book test`.

mod files;
mod lint;
mod page;
mod publish;
mod serve;
mod site;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use lexopt::prelude::*;

const HELP: &str = "\
The book of the workbook.

Usage: cargo workbook book [COMMAND]

  serve [--port N]  show it in a browser, run its scenes and check its exercises
                    there, and show it again whenever a file changes (the default;
                    port 3000, or any free one with --port 0)
  build             write what is published to target/book, and all of it to
                    target/book.zip for reading offline
  pdf               write it to target/book.pdf, with Chromium
  lint              say all that is wrong with it
  test              look at every page of it in a browser, as a reader does
";

/// What to do.
enum Command {
    Build,
    Pdf,
    Lint,
    Test,
    Serve(u16),
    Help,
}

fn main() -> ExitCode {
    let command = match arguments() {
        Ok(command) => command,
        Err(error) => {
            eprintln!("book: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match act(command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{}", site::plain(&error));
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Command, lexopt::Error> {
    let mut command: Option<Command> = None;
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long("port") => match &mut command {
                None => command = Some(Command::Serve(parser.value()?.parse()?)),
                Some(Command::Serve(port)) => *port = parser.value()?.parse()?,
                Some(_) => return Err("only `serve` takes a port".into()),
            },
            Value(word) if command.is_none() => {
                command = Some(match word.to_str() {
                    Some("build") => Command::Build,
                    Some("pdf") => Command::Pdf,
                    Some("lint") => Command::Lint,
                    Some("test") => Command::Test,
                    Some("serve") => Command::Serve(3000),
                    _ => return Err(format!("there is no command {word:?}").into()),
                });
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(command.unwrap_or(Command::Serve(3000)))
}

fn act(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Help => print!("{HELP}"),
        Command::Build => return build(&root()?),
        Command::Pdf => return pdf(&root()?),
        Command::Lint => return lint(&root()?),
        Command::Test => return test(&root()?),
        Command::Serve(port) => serve(&root()?, port)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The workspace: the nearest folder with a `book.toml`, from here upwards.
fn root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("find the current folder")?;
    here.ancestors()
        .find(|folder| folder.join("book.toml").is_file())
        .map(Path::to_path_buf)
        .with_context(|| format!("no book.toml in {} or above it", here.display()))
}

fn build(root: &Path) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let built = site::build(root, None)?;
    for complaint in &built.complaints {
        eprintln!("mdBook says: {complaint}");
    }
    let folder = built.folder.strip_prefix(root).unwrap_or(&built.folder);
    println!(
        "{} in {}, built in {:.1} s",
        counted(built.pages.len(), "page"),
        folder.join("index.html").display(),
        start.elapsed().as_secs_f64()
    );
    let zip = publish::zip(&built.folder)?;
    println!(
        "The same for reading offline: {}",
        zip.strip_prefix(root).unwrap_or(&zip).display()
    );
    Ok(ExitCode::SUCCESS)
}

/// Builds the book and prints all of it; says so where there is nothing to print with.
fn pdf(root: &Path) -> anyhow::Result<ExitCode> {
    let built = site::build(root, None)?;
    let file = built.folder.with_extension("pdf");
    let shown = file.strip_prefix(root).unwrap_or(&file).display();
    if publish::pdf(&built.folder.join("print.html"), &file)? {
        println!("{shown}");
    } else {
        println!("chromium is not here: no {shown} (skipped)");
    }
    Ok(ExitCode::SUCCESS)
}

fn lint(root: &Path) -> anyhow::Result<ExitCode> {
    let findings = lint::lint(root)?;
    let mut lines: Vec<String> = findings.problems.iter().map(ToString::to_string).collect();
    let pages = counted(findings.pages, "page");
    let code = match lines.len() {
        0 => {
            let heaviest = findings
                .heaviest
                .map_or_else(String::new, |(page, weight)| {
                    format!("; the heaviest is {page}, {} kB", weight / 1000)
                });
            lines.push(format!("{pages}, nothing wrong{heaviest}"));
            ExitCode::SUCCESS
        }
        count => {
            lines.push(format!("{} in {pages}", counted(count, "problem")));
            ExitCode::FAILURE
        }
    };
    // Whoever reads may have seen enough, as `head` does.
    match io::stdout().write_all((lines.join("\n") + "\n").as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(code),
    }
}

/// Runs the test that looks at ten pages, for all of them.
fn test(root: &Path) -> anyhow::Result<ExitCode> {
    let status = std::process::Command::new("cargo")
        .args([
            "test",
            "--quiet",
            "--package",
            "book",
            "--test",
            "all",
            "site::",
        ])
        .current_dir(root)
        .env("BOOK_PAGES", "all")
        .status()
        .context("start cargo")?;
    Ok(ExitCode::from(u8::from(!status.success())))
}

/// A number of things: `1 page`, `2 pages`.
fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

fn serve(root: &Path, port: u16) -> anyhow::Result<()> {
    let server = serve::Server::bind(root, port, workbook(), serve::Limits::default())?;
    ctrlc::set_handler(|| {
        serve::end_all();
        say("Stopped.");
        std::process::exit(0);
    })?;
    say(&format!("Listening at {}", server.address()));
    report(server.broken().as_deref());
    server.run(|broken| match broken {
        None => say("Built again."),
        broken => report(broken),
    })
}

/// The program of the workbook's commands: the one that started this one, or the one
/// beside it.
fn workbook() -> Option<PathBuf> {
    let named = std::env::var_os("WORKBOOK").map(PathBuf::from);
    let beside = || Some(std::env::current_exe().ok()?.with_file_name("workbook"));
    named.or_else(beside).filter(|program| program.is_file())
}

fn report(broken: Option<&str>) {
    if let Some(what) = broken {
        let _ = writeln!(io::stderr(), "The book is broken:\n{what}");
    }
}

/// Says a line to whoever started the server, and serves on where the terminal has gone.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
