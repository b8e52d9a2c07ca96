//! The command behind `just`: plays chapters, checks exercises, gives hints,
//! proves.
//!
//! # The `--json` of `exercises` and `check`
//!
//! `exercises --json` prints `{"exercises": [...]}` with one object an exercise:
//!
//! | key | value |
//! |---|---|
//! | `id` | `"5.2"` |
//! | `name` | `"length_prefix"`, by which progress is kept |
//! | `chapter` | `5` |
//! | `title` | the first line of its file |
//! | `difficulty` | `"warm-up"`, `"core"`, `"stretch"` or null |
//! | `page` | the page that explains it, as a path in the workspace, or null |
//! | `file` | the file to edit, as a path in the workspace |
//! | `state` | `"not started"`, `"started"`, `"done"`, or `"unknown"`: does not compile |
//! | `passed`, `checks` | how many checks pass, of how many; null where not known |
//!
//! `check --json` prints the same for the exercises asked for, and in each also
//! `check_results`, a list in the order in which the checks are written of
//! `{"name", "state"}` with the state `"passed"`, `"failed"` or `"not written"`,
//! a failed one with `message`, `printed` (what the reader's code printed),
//! `file` and `line`; and `looks_like`, the known mistakes that fail exactly these
//! checks, each with `name`, `title` and `explanation`; and `at_once`, whether it
//! takes all of them together to fail these checks, or any of them would. The exit
//! status is 0 if all checks pass. If the code does not compile, the compiler's
//! errors are on stderr, the state of each exercise is `"unknown"`, it has no
//! `check_results`, and the exit status is 1.
//!
//! Keys are added, never removed or given another meaning.

// They panic where stdout or stderr is gone: `say!` and `complain!` don't.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod bless;
mod cargo;
mod chapter;
mod chapters;
mod check;
mod children;
mod console;
mod doctor;
mod error;
mod exercises;
mod help;
mod libtest;
mod measure;
mod overview;
mod programs;
mod progress;
mod prove;
mod runner;
mod shell;
mod watch;

use std::process::ExitCode;

use lexopt::Arg;

use chapters::Workspace;
use console::{complain, say};
use error::{Error, Result};

const HELP: &str = "\
On the Wire: read a page, run its chapter, do its exercises.

  chapter [N] [SCENE]   play a chapter's scenes and hold them against the book
  run NAME ARGS...      run one program by hand
  shell N               open a shell with a chapter's programs on its PATH

  exercises             all exercises and how far you are
  check N[.M]           what of an exercise passes, what fails, and why
  watch N[.M]           check again whenever you save
  hint N.M              the next hint (--again: those seen; --all: all)
  solution N.M          a solution
  reset N.M             start again; your file is kept aside

  doctor                which outside programs there are, and how to get the rest
  book [build|lint]     the book in your browser

  prove [N]             prove the exercises: stubs fail, solutions pass
  bless [FILTER]        play scenes and rewrite their files
  measure N NAME        make a measured table

A chapter is named by number or name, an exercise by number or name: 5.2,
length_prefix. check and exercises also take --json.
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
            let args = read(&mut parser, "chapter [N] [SCENE]", &[], 0..=2)?;
            let workspace = Workspace::find()?;
            match args.value(0) {
                Some(asked) => chapter::play(&workspace, asked, args.value(1)),
                None => chapter::list(&workspace),
            }
        }
        "bless" => {
            let args = read(&mut parser, "bless [FILTER]", &[], 0..=1)?;
            bless::bless(&Workspace::find()?, args.value(0))
        }
        "measure" => {
            let args = read(&mut parser, "measure N NAME", &[], 2..=2)?;
            measure::measure(&Workspace::find()?, args.required(0), args.required(1))
        }
        "exercises" => {
            let args = read(&mut parser, "exercises [--json]", &["json"], 0..=0)?;
            overview::command_exercises(&Workspace::find()?, args.flag("json"))
        }
        "check" => {
            let args = read(&mut parser, "check N[.M] [--json]", &["json"], 0..=1)?;
            let workspace = Workspace::find()?;
            check::command_check(&workspace, asked(&workspace, &args)?, args.flag("json"))
        }
        "hint" => {
            let args = read(
                &mut parser,
                "hint N.M [--again|--all]",
                &["again", "all"],
                0..=1,
            )?;
            let which = if args.flag("all") {
                help::Hints::All
            } else if args.flag("again") {
                help::Hints::Again
            } else {
                help::Hints::Next
            };
            let workspace = Workspace::find()?;
            help::hint(&workspace, asked(&workspace, &args)?, which)
        }
        "solution" => {
            let args = read(&mut parser, "solution N.M", &[], 0..=1)?;
            let workspace = Workspace::find()?;
            help::solution(&workspace, asked(&workspace, &args)?)
        }
        "reset" => {
            let args = read(&mut parser, "reset N.M", &[], 0..=1)?;
            let workspace = Workspace::find()?;
            help::reset(&workspace, asked(&workspace, &args)?)
        }
        "prove" => {
            let args = read(&mut parser, "prove [N]", &[], 0..=1)?;
            prove::command_prove(&Workspace::find()?, args.value(0))
        }
        "watch" => {
            let args = read(&mut parser, "watch N[.M]", &[], 0..=1)?;
            watch::watch(asked(&Workspace::find()?, &args)?)
        }
        "doctor" => {
            let flags = ["missing-packages"];
            let args = read(&mut parser, "doctor [--missing-packages]", &flags, 0..=0)?;
            let workspace = Workspace::find()?;
            if args.flag("missing-packages") {
                doctor::missing_packages(&workspace)
            } else {
                doctor::doctor(&workspace)
            }
        }
        "run" => {
            let workspace = Workspace::find()?;
            // What follows is the program's own affair, its `--help` too.
            let mut rest = parser.raw_args()?;
            match rest.next() {
                Some(name) => {
                    let args: Vec<_> = rest.collect();
                    programs::run(&workspace, &name.to_string_lossy(), &args)
                }
                None => workspace.program("").map(|_| ()),
            }
        }
        "shell" => {
            let args = read(&mut parser, "shell N", &[], 0..=1)?;
            let workspace = Workspace::find()?;
            shell::shell(&workspace, chapter_asked(&workspace, &args)?)
        }
        "book" => {
            let args: Vec<_> = parser.raw_args()?.collect();
            programs::book(&Workspace::find()?, &args)
        }
        other => Err(Error::Usage(format!(
            "there is no command {other}\n\n{HELP}"
        ))),
    }
}

/// The exercise or chapter that was named; where none was, which there are.
fn asked<'a>(workspace: &Workspace, args: &'a Args) -> Result<&'a str> {
    match args.value(0) {
        Some(asked) => Ok(asked),
        None => Err(Error::Usage(format!(
            "which exercise? There are:\n{}",
            workspace.exercise_lines(workspace.all_exercises())
        ))),
    }
}

/// The chapter that was named; where none was, which there are.
fn chapter_asked<'a>(workspace: &Workspace, args: &'a Args) -> Result<&'a str> {
    match args.value(0) {
        Some(asked) => Ok(asked),
        None => Err(Error::Usage(format!(
            "which chapter? There are:\n{}",
            workspace.chapter_list()
        ))),
    }
}
