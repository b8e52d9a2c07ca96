//! The command behind `just`: plays chapters, checks exercises, gives hints, proves.
//!
//! - [`asked`] finds what the reader names in the workspace (crate `layout`).
//! - [`commands`] has a file a command; [`commands::check`] is the shortest way in.
//! - [`judge`] is how a verdict comes about: build, run, read, recognise.
//! - [`show`], [`json`] and [`events`] say it; [`progress`] and [`keep`] remember it.
//! - [`cargo`], [`children`], [`console`]: the compiler, processes, the terminal.
//! - Scenes are played by the crate `scene`.

// They panic where stdout or stderr is gone: `say!` and `complain!` don't.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod asked;
mod cargo;
mod children;
mod commands;
mod console;
mod error;
mod events;
mod json;
mod judge;
mod keep;
mod progress;
mod proof;
mod show;

use std::process::ExitCode;

use lexopt::Arg;

use asked::workspace;
use commands::{
    bless, chapter, check, doctor, exercises, hint, measure, programs, prove, reset, shell,
    solution, watch, wire,
};
use console::{complain, say};
use error::{Error, Result};
use layout::Workspace;
use show::Extent;

const HELP: &str = "\
On the Wire: read a page, run its chapter, do its exercises.

  chapter [N] [SCENE]   play a chapter's scenes and hold them against the book
  wire N SCENE          what goes over the wire in a scene (--octets; --pcapng FILE)
  run NAME ARGS...      run one program by hand
  shell N               open a shell with a chapter's programs on its PATH

  exercises             all exercises and how far you are
  check N[.M]           what of an exercise fails, and why (--all: every check)
  watch N[.M]           check again whenever you save
  hint N.M              the next hint (--again: those seen; --all: all)
  solution N.M          a solution
  reset N.M             start again; your file is kept aside

  doctor                which outside programs there are, and how to get the rest
  book [build|lint]     the book in your browser

  prove [N[.M]]         prove the exercises: stubs fail, solutions pass (--bless,
                        --mutants)
  bless [FILTER]        play scenes and rewrite their files
  measure N NAME        make a measured table

A chapter is named by number or name, an exercise by number or name: 5.2,
length_prefix. check and exercises also take --json; chapter and check --events.
";

fn main() -> ExitCode {
    let handler = ctrlc::set_handler(stop);
    let done = match handler {
        Ok(()) => dispatch(),
        Err(error) => Err(Error::Failed(format!("handle Ctrl-C: {error}"))),
    };
    console::finish(match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Said) => ExitCode::FAILURE,
        Err(Error::Failed(why)) => {
            complain!("{why}");
            ExitCode::FAILURE
        }
        Err(Error::Usage(why)) => {
            complain!("{why}");
            ExitCode::from(2)
        }
    })
}

/// Ctrl-C and its like: leaves nothing running, and says nothing. The terminal may
/// be gone, and whoever was writing to it may hold its lock for ever.
fn stop() {
    children::end_all();
    scene::kill_all();
    console::erase();
    std::process::exit(130);
}

/// The arguments of one command.
#[derive(Debug, Default)]
struct Args {
    values: Vec<String>,
    flags: Vec<String>,
}

impl Args {
    /// Reads what follows the command, which takes `usage`.
    fn read(
        parser: &mut lexopt::Parser,
        usage: &str,
        flags: &[&str],
        values: std::ops::RangeInclusive<usize>,
    ) -> Result<Args> {
        let mut args = Args::default();
        let wrong =
            |what: String| Error::Usage(format!("{what}\nUsage: {}", console::command_text(usage)));
        while let Some(arg) = parser.next()? {
            match arg {
                Arg::Value(value) => args.values.push(value.to_string_lossy().into_owned()),
                Arg::Long(flag) if flags.contains(&flag) => args.flags.push(flag.to_owned()),
                Arg::Long("help") | Arg::Short('h') => {
                    say!(
                        "Usage: {}\n\n{}",
                        console::command_text(usage),
                        HELP.trim_end()
                    );
                    std::process::exit(0);
                }
                other => return Err(wrong(other.unexpected().to_string())),
            }
        }
        if values.contains(&args.values.len()) {
            if args.flag("events") {
                events::begin(stop);
            }
            Ok(args)
        } else if args.values.len() < *values.start() {
            Err(wrong("something is missing".into()))
        } else {
            Err(wrong(format!(
                "unexpected argument {:?}",
                args.values[*values.end()]
            )))
        }
    }

    fn flag(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }

    fn value(&self, n: usize) -> Option<&str> {
        self.values.get(n).map(String::as_str)
    }

    /// The nth value of those without which there would have been a usage error.
    fn required(&self, n: usize) -> &str {
        self.value(n).unwrap_or_default()
    }
}

fn dispatch() -> Result<()> {
    let mut parser = lexopt::Parser::from_env();
    let command = match parser.next()? {
        Some(Arg::Value(command)) => command.to_string_lossy().into_owned(),
        None | Some(Arg::Long("help") | Arg::Short('h')) => {
            say!("{}", HELP.trim_end());
            return Ok(());
        }
        Some(other) => return Err(other.unexpected().into()),
    };
    let read = Args::read;
    match command.as_str() {
        "help" => {
            say!("{}", HELP.trim_end());
            Ok(())
        }
        "chapter" => {
            let usage = "chapter [N] [SCENE] [--events]";
            let args = read(&mut parser, usage, &["events"], 0..=2)?;
            let workspace = &workspace()?;
            match args.value(0) {
                Some(asked) => chapter::play(workspace, asked, args.value(1)),
                None => chapter::list(workspace),
            }
        }
        "bless" => {
            let args = read(&mut parser, "bless [FILTER]", &[], 0..=1)?;
            bless::bless(&workspace()?, args.value(0))
        }
        "measure" => {
            let args = read(&mut parser, "measure N NAME", &[], 2..=2)?;
            measure::measure(&workspace()?, args.required(0), args.required(1))
        }
        "exercises" => {
            let flags = ["json", "known"];
            let args = read(&mut parser, "exercises [--json [--known]]", &flags, 0..=0)?;
            exercises::exercises(&workspace()?, args.flag("json"), args.flag("known"))
        }
        "check" => {
            let flags = ["all", "json", "events"];
            let usage = "check N[.M] [--all|--json|--events]";
            let args = read(&mut parser, usage, &flags, 0..=1)?;
            let extent = match args.flag("all") {
                true => Extent::All,
                false => Extent::Screen,
            };
            let workspace = &workspace()?;
            check::check(
                workspace,
                named(workspace, &args)?,
                extent,
                args.flag("json"),
            )
        }
        "hint" => {
            let args = read(
                &mut parser,
                "hint N.M [--again|--all]",
                &["again", "all"],
                0..=1,
            )?;
            let which = if args.flag("all") {
                hint::Hints::All
            } else if args.flag("again") {
                hint::Hints::Again
            } else {
                hint::Hints::Next
            };
            let workspace = &workspace()?;
            hint::hint(workspace, named(workspace, &args)?, which)
        }
        "solution" => {
            let args = read(&mut parser, "solution N.M", &[], 0..=1)?;
            let workspace = &workspace()?;
            solution::solution(workspace, named(workspace, &args)?)
        }
        "reset" => {
            let args = read(&mut parser, "reset N.M", &[], 0..=1)?;
            let workspace = &workspace()?;
            reset::reset(workspace, named(workspace, &args)?)
        }
        "prove" => {
            let flags = ["bless", "mutants"];
            let args = read(
                &mut parser,
                "prove [N[.M]] [--bless|--mutants]",
                &flags,
                0..=1,
            )?;
            let workspace = &workspace()?;
            match args.flag("mutants") {
                true => prove::mutants(workspace, args.value(0)),
                false => prove::prove(workspace, args.value(0), args.flag("bless")),
            }
        }
        "watch" => {
            let args = read(&mut parser, "watch N[.M]", &[], 0..=1)?;
            let workspace = &workspace()?;
            watch::watch(workspace, named(workspace, &args)?)
        }
        "doctor" => {
            let flags = ["missing-packages"];
            let args = read(&mut parser, "doctor [--missing-packages]", &flags, 0..=0)?;
            let workspace = &workspace()?;
            if args.flag("missing-packages") {
                doctor::missing_packages(workspace)
            } else {
                doctor::doctor(workspace)
            }
        }
        "run" => {
            let workspace = &workspace()?;
            // What follows is the program's own affair, its `--help` too.
            let mut rest = parser.raw_args()?;
            match rest.next() {
                Some(name) => {
                    let args: Vec<_> = rest.collect();
                    programs::run(workspace, &name.to_string_lossy(), &args)
                }
                None => asked::program(workspace, "").map(|_| ()),
            }
        }
        "shell" => {
            let args = read(&mut parser, "shell N", &[], 0..=1)?;
            let workspace = &workspace()?;
            shell::shell(workspace, named_chapter(workspace, &args)?)
        }
        "wire" => {
            let usage = "wire N SCENE [--octets] [--pcapng FILE] [--bless]";
            let mut flags = Vec::new();
            let mut values = Vec::new();
            while let Some(arg) = parser.next()? {
                match arg {
                    Arg::Value(value) => values.push(value.to_string_lossy().into_owned()),
                    Arg::Long(flag @ ("octets" | "bless")) => flags.push(format!("--{flag}")),
                    Arg::Long("pcapng") => {
                        let file = parser.value()?.to_string_lossy().into_owned();
                        flags.extend(["--pcapng".to_owned(), file]);
                    }
                    other => return Err(other.unexpected().into()),
                }
            }
            let [chapter, scene] = &values[..] else {
                let usage = console::command_text(usage);
                return Err(Error::Usage(format!("Usage: {usage}")));
            };
            wire::wire(&workspace()?, chapter, scene, &flags)
        }
        "book" => {
            let args: Vec<_> = parser.raw_args()?.collect();
            programs::book(&workspace()?, &args)
        }
        other => Err(Error::Usage(format!(
            "there is no command {other}\n\n{HELP}"
        ))),
    }
}

/// The exercise or chapter that was named; where none was, which there are.
fn named<'a>(workspace: &Workspace, args: &'a Args) -> Result<&'a str> {
    match args.value(0) {
        Some(asked) => Ok(asked),
        None => Err(Error::Usage(format!(
            "which exercise? There are:\n{}",
            asked::exercise_list(workspace.exercises())
        ))),
    }
}

/// The chapter that was named; where none was, which there are.
fn named_chapter<'a>(workspace: &Workspace, args: &'a Args) -> Result<&'a str> {
    match args.value(0) {
        Some(asked) => Ok(asked),
        None => Err(Error::Usage(format!(
            "which chapter? There are:\n{}",
            asked::chapter_list(workspace)
        ))),
    }
}
