//! Plays a scene in a network of its own and shows what went over the wire:
//! `wire 5 streamer`. Behind `just wire`.

use std::process::ExitCode;

fn main() -> ExitCode {
    match command::run() {
        Ok(code) => code,
        Err(why) => {
            eprintln!("wire: {why}");
            ExitCode::FAILURE
        }
    }
}

mod command {
    use std::ffi::OsString;
    use std::fs::File;
    use std::io::{self, BufWriter, Write};
    use std::os::unix::process::CommandExt;
    use std::path::{Path, PathBuf};
    use std::process::{Command, ExitCode, Stdio};

    use layout::{Chapter, Workspace};
    use lexopt::Arg;
    use scene::Scene;
    #[cfg(target_os = "linux")]
    use scene::Verdict;
    use wire::{Wire, network};

    /// How often a wire is played before it is believed. A random octet is the same in all
    /// of them once in 256^4.
    const TIMES: usize = 5;

    const USAGE: &str = "usage: wire CHAPTER SCENE [--octets] [--pcapng FILE] [--bless]";

    /// What was asked for.
    #[derive(Default)]
    struct Asked {
        values: Vec<String>,
        octets: bool,
        pcapng: Option<PathBuf>,
        bless: bool,
        /// Write the canonical form, and nothing else.
        canonical: bool,
        /// This process has a network of its own.
        inside: bool,
        probe: bool,
    }

    /// Does what the command line says.
    pub fn run() -> Result<ExitCode, String> {
        let asked = read()?;
        if asked.probe {
            return probe();
        }
        let [chapter, scene] = &asked.values[..] else {
            return Err(USAGE.to_owned());
        };
        let here = std::env::current_dir().map_err(|error| format!("find this folder: {error}"))?;
        let workspace = Workspace::above(&here)
            .ok_or_else(|| format!("{} is not in the workbook", here.display()))
            .and_then(|root| Workspace::read(root).map_err(|error| error.to_string()))?;
        let found = workspace.chapters.iter().find(|one| {
            one.package == *chapter || chapter.parse() == Ok(one.number) || one.folder == *chapter
        });
        let chapter = found.ok_or_else(|| format!("there is no chapter {chapter}"))?;
        let file = chapter.dir.join("scenes").join(format!("{scene}.console"));
        let scene = Scene::load(&file).map_err(|error| error.to_string())?;
        if asked.inside {
            return inside(&asked, chapter, &scene);
        }
        let itself = std::env::current_exe().map_err(|error| format!("find wire: {error}"))?;
        network::probe(&itself)?;
        match asked.bless {
            true => bless(&itself, &file.with_extension("wire")),
            false => Err(again(&itself, std::env::args_os().skip(1))?
                .exec()
                .to_string()),
        }
    }

    fn read() -> Result<Asked, String> {
        let mut asked = Asked::default();
        let mut parser = lexopt::Parser::from_env();
        let wrong = |error: lexopt::Error| format!("{error}\n{USAGE}");
        while let Some(arg) = parser.next().map_err(wrong)? {
            match arg {
                Arg::Value(value) => asked.values.push(value.to_string_lossy().into_owned()),
                Arg::Long("octets") => asked.octets = true,
                Arg::Long("pcapng") => {
                    asked.pcapng = Some(parser.value().map_err(wrong)?.into());
                }
                Arg::Long("bless") => asked.bless = true,
                Arg::Long("canonical") => asked.canonical = true,
                Arg::Long("inside") => asked.inside = true,
                Arg::Long("probe") => asked.probe = true,
                other => return Err(wrong(other.unexpected())),
            }
        }
        Ok(asked)
    }

    /// This program in a network of its own.
    fn again(itself: &Path, args: impl Iterator<Item = OsString>) -> Result<Command, String> {
        let mut command = network::inside(itself)?;
        command.arg("--inside").args(args);
        Ok(command)
    }

    #[cfg(target_os = "linux")]
    fn probe() -> Result<ExitCode, String> {
        network::loopback_up().map_err(|error| format!("bring up loopback: {error}"))?;
        wire::capture::Capture::start().map_err(|error| format!("capture loopback: {error}"))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Plays the scene and says what was asked for.
    #[cfg(target_os = "linux")]
    fn inside(asked: &Asked, chapter: &Chapter, scene: &Scene) -> Result<ExitCode, String> {
        ctrlc::set_handler(|| {
            scene::kill_all();
            std::process::exit(130);
        })
        .map_err(|error| format!("handle Ctrl-C: {error}"))?;
        let itself = std::env::current_exe().map_err(|error| format!("find programs: {error}"))?;
        let programs = itself.parent().ok_or("no folder of programs")?;
        let play = wire::play::play(scene, programs, &chapter.dir)?;
        if let Some(path) = &asked.pcapng {
            let frames = play.frames.iter().map(|frame| (frame.when, &*frame.octets));
            let written = File::create(path)
                .and_then(|file| wire::pcapng::write(BufWriter::new(file), frames));
            written.map_err(|error| format!("write {}: {error}", path.display()))?;
        }
        let text = match asked.canonical {
            true => play.wire.to_string(),
            false => {
                let (rows, flows) = (&play.rows, &play.flows);
                wire::show::show(rows, flows, &play.ends, &play.deeds, asked.octets)
            }
        };
        match play.verdict {
            Verdict::Skipped(why) => Err(why),
            // What went over the wire may say why.
            Verdict::Differs(report) if !asked.canonical => {
                say(&text)?;
                Err(format!("the scene is not as the book says\n\n{report}"))
            }
            Verdict::Differs(report) => Err(report.to_string()),
            Verdict::AsWritten => {
                say(&text)?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }

    fn say(text: &str) -> Result<(), String> {
        let written = io::stdout().write_all(text.as_bytes());
        written.map_err(|error| format!("write: {error}"))
    }

    /// Plays the scene a few times, and writes the wire that they agree on.
    fn bless(itself: &Path, file: &Path) -> Result<ExitCode, String> {
        let mut plays = Vec::new();
        for _ in 0..TIMES {
            let args = std::env::args_os().skip(1).chain(["--canonical".into()]);
            let output = again(itself, args)?
                .stdin(Stdio::null())
                .stderr(Stdio::inherit())
                .output()
                .map_err(|error| format!("run unshare: {error}"))?;
            if !output.status.success() {
                return Ok(ExitCode::FAILURE); // it has said why
            }
            let text = String::from_utf8_lossy(&output.stdout);
            plays.push(Wire::parse(&text).map_err(|error| format!("what was captured: {error}"))?);
        }
        // The file is a play, too: what was found to be open stays so.
        let old = std::fs::read_to_string(file).unwrap_or_default();
        plays.extend(Wire::parse(&old).ok().filter(|old| old.is_like(&plays[0])));
        let mut wire = plays[0].clone();
        for play in &plays {
            wire.open(play);
        }
        let first = wire.to_string();
        for play in plays {
            let play = play.like(&wire).to_string();
            if play != first {
                return Err(format!(
                    "two plays differ, so that there is no wire to write:\n{first}\n{play}"
                ));
            }
        }
        if old != first {
            scene::write_whole(file, &first)
                .map_err(|error| format!("write {}: {error}", file.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
