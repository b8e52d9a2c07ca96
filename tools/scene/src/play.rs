//! The player.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use std::{env, fs, io};

use rustix::net::{AddressFamily, SocketType, ipproto, socket};

use crate::canon::{self, Canon, Canonical, EPHEMERAL};
use crate::diff::diff;
use crate::event::{Event, Verdict};
use crate::guard::{self, Workdir};
use crate::pattern::Pattern;
use crate::ports::{self, Ports};
use crate::process::{Message, Process};
use crate::report::{DiffLine, Elsewhere, Report};
use crate::scene::{Action, Exit, Line, Scene, Step};
use crate::words;

/// What a scene may need that is no program, and whether this system has it.
const ABILITIES: &[(&str, Test)] = &[
    ("descriptors", guard::may_have_many_descriptors),
    ("icmp", has_icmp),
    ("ipv6", has_ipv6),
    ("netns", has_netns),
    ("network", has_network),
];

/// Whether something is there.
type Test = fn() -> bool;

/// How often a scene is played before a port that somebody else has is a failure.
const ATTEMPTS: usize = 3;

/// A command may print so much.
const MAX_LINES: usize = 10_000;
const MAX_OCTETS: usize = 1024 * 1024;

/// So long may a command's children print after the command itself has ended.
const GRACE: Duration = Duration::from_secs(2);

/// A report waits for the rest of an output that differs already, until there has
/// been nothing for so long,
const REST: Duration = Duration::from_millis(500);

/// and so long at most.
const LONG_REST: Duration = Duration::from_secs(3);

/// So many lines of a command that prints without end are shown.
const FLOOD_SHOWN: usize = 10;

/// While recording, a command that has printed something and then nothing for so
/// long has printed all it will. Nothing else here guesses.
const QUIET: Duration = Duration::from_millis(400);

/// While recording, so long a command may take until its first line.
const FIRST: Duration = Duration::from_secs(3);

/// Where scenes are played: which programs, which chapter's files.
#[derive(Debug, Clone)]
pub struct Stage {
    programs: PathBuf,
    chapter: Option<PathBuf>,
    pin: bool,
}

impl Stage {
    /// A stage with the programs in the folder `programs` (`target/debug`). A
    /// command that is not there is looked for on PATH.
    pub fn new(programs: impl Into<PathBuf>) -> Stage {
        Stage {
            programs: absolute(programs.into()),
            chapter: None,
            pin: false,
        }
    }

    /// With the files of the chapter in the folder `chapter`: its `python/`, if it
    /// has one, is seen in the scene's working directory.
    pub fn files(mut self, chapter: impl Into<PathBuf>) -> Stage {
        self.chapter = Some(absolute(chapter.into()));
        self
    }

    /// For measuring: the kth terminal's commands run on the kth core, where the
    /// system can do that (Linux, with taskset); elsewhere this changes nothing.
    pub fn pin(mut self, on: bool) -> Stage {
        self.pin = on;
        self
    }

    /// Plays `scene`, telling `on_event` everything as it happens, the verdict
    /// last.
    pub fn play(&self, scene: &Scene, on_event: &mut dyn FnMut(Event<'_>)) -> Verdict {
        let verdict = match self.unmet(scene) {
            Some(verdict) => verdict,
            None => match self.attempts(scene, on_event, |player| player.play()) {
                Ok(()) => Verdict::AsWritten,
                Err(report) => Verdict::Differs(report),
            },
        };
        on_event(Event::Verdict(&verdict));
        verdict
    }

    /// Plays the steps of `scene` and returns it with the output that came. The
    /// events are those of [`play`](Stage::play), without a verdict.
    ///
    /// A line that the scene excuses with `#~` stays as it is if it still matches.
    /// How much output belongs to a step whose command goes on running nobody can
    /// know, so recording waits until there has been none for a while: it is for
    /// `just bless`, never for a test.
    ///
    /// # Errors
    ///
    /// When a step could not be played, or the scene is not for this system.
    pub fn record(
        &self,
        scene: &Scene,
        on_event: &mut dyn FnMut(Event<'_>),
    ) -> Result<Scene, Box<Report>> {
        match self.unmet(scene) {
            Some(Verdict::Differs(report)) => return Err(report),
            Some(Verdict::Skipped(why)) => return Err(whole_scene(scene, why)),
            Some(Verdict::AsWritten) | None => {}
        }
        self.attempts(scene, on_event, |player| player.record())
            .map_err(|mut report| {
                report.blessable = false; // it has just been tried
                report
            })
    }

    /// Why the scene can't be played here, if so.
    fn unmet(&self, scene: &Scene) -> Option<Verdict> {
        let only = &scene.directives.only;
        if !only.is_empty() && !only.iter().any(|os| os == env::consts::OS) {
            return Some(Verdict::Skipped(format!(
                "only {} (skipped)",
                only.join(", ")
            )));
        }
        let (abilities, missing): (Vec<&str>, Vec<&str>) = scene
            .directives
            .needs
            .iter()
            .map(String::as_str)
            .filter(|need| !self.has(need))
            .partition(|need| is_ability(need));
        let missing = missing.join(", ");
        if !missing.is_empty() && surroundings::peers_are_required() {
            let what = format!("peer missing: {missing} (PEERS=required)");
            return Some(Verdict::Differs(whole_scene(scene, what)));
        }
        if !missing.is_empty() {
            let why = format!("peer missing: {missing} (skipped)");
            return Some(Verdict::Skipped(why));
        }
        // Whoever requires peers can install them. These depend on the system.
        (!abilities.is_empty()).then(|| {
            Verdict::Skipped(format!(
                "not on this system: {} (skipped)",
                abilities.join(", ")
            ))
        })
    }

    /// Plays the scene, and once more from its start where a port that was free has
    /// been lost to somebody else.
    fn attempts<T>(
        &self,
        scene: &Scene,
        on_event: &mut dyn FnMut(Event<'_>),
        play: fn(&mut Player<'_>) -> Result<T, Box<Report>>,
    ) -> Result<T, Box<Report>> {
        let mut attempt = 1;
        loop {
            let mut player = Player::new(self, scene, on_event).map_err(|error| {
                whole_scene(scene, format!("The scene could not be set up: {error}"))
            })?;
            match play(&mut player) {
                Err(report) if attempt < ATTEMPTS && player.lost_port(&report) => {
                    player.tell(Event::Again);
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// The program of that name: one of the workspace, or one outside.
    fn find(&self, name: &str) -> Option<PathBuf> {
        surroundings::find_in(name, self.search_path())
    }

    /// The programs first, also for commands that start others.
    fn search_path(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.programs.clone()];
        folders.extend(surroundings::search_path());
        folders
    }

    /// Whether this system has what a scene needs: a program, or an ability.
    fn has(&self, need: &str) -> bool {
        match ABILITIES.iter().find(|(name, _)| *name == need) {
            Some((_, has)) => has(),
            None => self.find(need).is_some(),
        }
    }
}

/// Whether a scene may need something of that name which no package brings.
pub fn is_ability(need: &str) -> bool {
    ABILITIES.iter().any(|(name, _)| *name == need)
}

/// A loopback address of IPv6.
fn has_ipv6() -> bool {
    UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

/// A way to other machines, which need not lead there. Without an address beyond
/// loopback, a resolver finds none for anybody.
fn has_network() -> bool {
    // Nothing is sent, least of all to an address that is for documentation.
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
        .is_ok_and(|socket| socket.connect(("192.0.2.1", 9)).is_ok())
}

/// A socket for ICMP, of the unprivileged kind or the raw one.
fn has_icmp() -> bool {
    [SocketType::DGRAM, SocketType::RAW]
        .into_iter()
        .any(|kind| socket(AddressFamily::INET, kind, Some(ipproto::ICMP)).is_ok())
}

/// A network of one's own, whose settings one may change.
fn has_netns() -> bool {
    // Some systems permit the network and no change of it.
    let change = "echo 0 0 >/proc/sys/net/ipv4/ping_group_range";
    let Some(unshare) = surroundings::find("unshare") else {
        return false;
    };
    let _alone = guard::alone();
    Command::new(unshare)
        .args(["--map-root-user", "--net", "sh", "-c", change])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// A report that is not about a step.
fn whole_scene(scene: &Scene, what: String) -> Box<Report> {
    Box::new(Report {
        scene: scene.name.clone(),
        line: 1,
        terminal: String::new(),
        step: format!("# {}", scene.title),
        what,
        diff: Vec::new(),
        elsewhere: Vec::new(),
        blessable: false,
    })
}

/// One play of a scene.
struct Player<'a> {
    stage: &'a Stage,
    scene: &'a Scene,
    on_event: &'a mut dyn FnMut(Event<'_>),
    // The order matters when a play is dropped: first nobody listens any more, then
    // the processes end, then their folder and ports are given up.
    messages: Receiver<Message>,
    sender: SyncSender<Message>,
    /// Every command started so far, in order.
    commands: Vec<Running>,
    canon: Canon,
    deadline: Instant,
    /// When something was heard last.
    heard: Instant,
    workdir: Workdir,
    ports: Ports,
}

/// A command that was started, and what it has printed that no step has taken yet.
struct Running {
    terminal: String,
    program: String,
    /// `None` once it has ended and been reaped.
    process: Option<Process>,
    lines: VecDeque<Vec<u8>>,
    /// A line whose end has not come yet.
    partial: Vec<u8>,
    /// A step has taken a line before its end came; the end belongs to it.
    end_is_due: bool,
    /// Nobody is left who could print.
    closed: bool,
    exited: Option<(Exit, Instant)>,
    octets: usize,
    line_ends: usize,
}

/// Why waiting was given up.
enum Stop {
    /// The scene's time is over.
    Deadline,
    /// The nth command prints without end.
    Flood(usize),
    /// The command has ended, but somebody it started still has its output open.
    Leftover,
}

impl<'a> Player<'a> {
    fn new(
        stage: &'a Stage,
        scene: &'a Scene,
        on_event: &'a mut dyn FnMut(Event<'_>),
    ) -> io::Result<Player<'a>> {
        let declared = &scene.directives.ports;
        let mut book = declared.clone();
        for step in &scene.steps {
            if let Action::Run(command) = &step.action {
                for word in words::split(command).unwrap_or_default() {
                    book.extend(
                        ports::find(&word, declared)
                            .into_iter()
                            .map(|(_, port)| port),
                    );
                }
            }
        }
        let ports = Ports::reserve(&book, &scene.to_string())?;
        let workdir = Workdir::new()?;
        if let Some(python) = stage.chapter.as_ref().map(|chapter| chapter.join("python"))
            && python.is_dir()
        {
            symlink(python, workdir.path.join("python"))?;
        }
        let canon = Canon::new(
            ports.pairs.clone(),
            ports::ephemeral(),
            workdir.root.to_string_lossy(),
        );
        // Bounded, so that a command that prints without end fills no memory.
        let (sender, messages) = sync_channel(64);
        let now = Instant::now();
        Ok(Player {
            stage,
            scene,
            on_event,
            messages,
            sender,
            commands: Vec::new(),
            canon,
            deadline: now + scene.directives.deadline,
            heard: now,
            workdir,
            ports,
        })
    }

    fn tell(&mut self, event: Event<'_>) {
        (self.on_event)(event);
    }

    /// Plays all steps, up to the first difference.
    fn play(&mut self) -> Result<(), Box<Report>> {
        let scene = self.scene;
        for (index, step) in scene.steps.iter().enumerate() {
            let nth = self.act(step, index)?;
            self.expect(step, nth, scene.ends(index))?;
        }
        Ok(())
    }

    /// Does what the reader does in a step. Returns which command it speaks of.
    fn act(&mut self, step: &Step, index: usize) -> Result<usize, Box<Report>> {
        if let Action::Run(command) = &step.action {
            return self.start(step, command, index);
        }
        let terminal = step.terminal.as_str();
        let Some(nth) = self.commands.iter().rposition(|c| c.terminal == terminal) else {
            return Err(self.report(step, "No command runs in this terminal."));
        };
        let deed = match step.action {
            Action::Type(_) => "the line was to be typed",
            Action::Interrupt => "Ctrl-C was to be pressed",
            Action::EndOfInput => "Ctrl-D was to be pressed",
            Action::Run(_) | Action::Wait => "",
        };
        if !deed.is_empty()
            && let Some((exit, _)) = self.commands[nth].exited
        {
            let what = format!(
                "{} had ended already, with {}, when {deed}.",
                self.who(nth),
                how(exit)
            );
            return Err(self.differs(step, nth, true, Vec::new(), what));
        }
        match &step.action {
            Action::Type(text) => {
                let typed = ports::replace(text, &self.scene.directives.ports, |port| {
                    self.canon.actual(port)
                });
                let process = self.commands[nth].process.as_mut();
                if process.is_some_and(|process| process.type_line(&typed).is_err()) {
                    let what = format!("{} no longer reads what is typed.", self.who(nth));
                    return Err(self.differs(step, nth, true, Vec::new(), what));
                }
                self.tell(Event::Typed { terminal, text });
            }
            Action::Interrupt => {
                if let Some(process) = &self.commands[nth].process {
                    process.interrupt();
                }
                self.tell(Event::Interrupted { terminal });
            }
            Action::EndOfInput => {
                if let Some(process) = &mut self.commands[nth].process {
                    process.end_input();
                }
                self.tell(Event::EndOfInput { terminal });
            }
            Action::Run(_) | Action::Wait => {}
        }
        Ok(nth)
    }

    fn start(&mut self, step: &Step, command: &str, index: usize) -> Result<usize, Box<Report>> {
        let declared = &self.scene.directives.ports;
        let mut words = words::split(command).map_err(|what| self.report(step, what))?;
        for word in &mut words {
            let unseen = ports::find(word, declared)
                .into_iter()
                .map(|(_, port)| port)
                .find(|port| EPHEMERAL.contains(port) && self.canon.actual(*port).is_none());
            if let Some(port) = unseen {
                let what = format!(
                    "{port} stands for a port that the system chose, and no line above has shown it."
                );
                return Err(self.report(step, what));
            }
            *word = ports::replace(word, declared, |port| self.canon.actual(port));
        }
        let Some((program, arguments)) = words.split_first() else {
            return Err(self.report(step, "There is no command."));
        };
        let file = if program.contains('/') {
            Some(self.workdir.path.join(program)) // as from a shell that stands there
        } else {
            self.stage.find(program)
        };
        let Some(file) = file else {
            let what = format!("No program `{program}`: it is not built, and not on PATH.");
            return Err(self.report(step, what));
        };
        let nth = self.commands.len();
        let mut command_line = self.command(step, &file);
        command_line.args(arguments);
        if self.needs_input(index) {
            command_line.stdin(Stdio::piped());
        }
        if command_line.get_program() == file {
            command_line.arg0(program); // as a shell does
        }
        let started = Process::start(nth, &mut command_line, &self.workdir, &self.sender);
        let process = started.map_err(|error| {
            self.report(
                step,
                format!("`{program}` could not be started: {}.", cause(&error)),
            )
        })?;
        self.commands.push(Running {
            terminal: step.terminal.clone(),
            program: program.clone(),
            process: Some(process),
            lines: VecDeque::new(),
            partial: Vec::new(),
            end_is_due: false,
            closed: false,
            exited: None,
            octets: 0,
            line_ends: 0,
        });
        self.tell(Event::Started {
            terminal: &step.terminal,
            command,
        });
        Ok(nth)
    }

    /// The program in the surroundings that every command has.
    fn command(&self, step: &Step, file: &Path) -> Command {
        let mut command = match self.core(step) {
            Some((taskset, core)) => {
                let mut command = Command::new(taskset);
                command.args(["-c", &core.to_string()]).arg(file);
                command
            }
            None => Command::new(file),
        };
        command.env("PATH", surroundings::join(self.stage.search_path()));
        surroundings::fix(&mut command, Some(&self.workdir.home));
        command.stdin(Stdio::null());
        command
    }

    /// When measuring: taskset, and the core for the step's terminal.
    fn core(&self, step: &Step) -> Option<(PathBuf, usize)> {
        if !self.stage.pin || !cfg!(target_os = "linux") {
            return None;
        }
        let taskset = self.stage.find("taskset")?;
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let cores = cores(
            status
                .lines()
                .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?,
        );
        let terminals = self.scene.terminals();
        let kth = terminals.iter().position(|name| *name == step.terminal)?;
        let core = cores.get(kth % cores.len().max(1))?;
        Some((taskset, *core))
    }

    /// Whether something is typed into the command that step `index` starts.
    fn needs_input(&self, index: usize) -> bool {
        let terminal = &self.scene.steps[index].terminal;
        self.scene.steps[index + 1..]
            .iter()
            .filter(|step| step.terminal == *terminal)
            .take_while(|step| !matches!(step.action, Action::Run(_)))
            .any(|step| matches!(step.action, Action::Type(_) | Action::EndOfInput))
    }

    /// Waits for the output of a step and holds it against what is written.
    fn expect(&mut self, step: &Step, nth: usize, ends: bool) -> Result<(), Box<Report>> {
        let mut found = Vec::new();
        for (i, line) in step.output.iter().enumerate() {
            // The last line may be a prompt, which has no end. The end of a number
            // can't be told from its middle without the line's.
            let pattern = line.pattern.as_deref().map(Pattern::new);
            let last = i + 1 == step.output.len();
            let prompt = last && !ends && pattern.is_none_or(|pattern| !pattern.ends_with_number());
            match self.next_line(nth, prompt.then_some(line)) {
                Ok(Some(octets)) => {
                    let one = self.found(&octets);
                    let text = matches(line, &one);
                    found.push(one);
                    match text {
                        Some(text) => self.tell(Event::Line {
                            terminal: &step.terminal,
                            text: &text,
                        }),
                        None => return Err(self.differs(step, nth, ends, found, DIFFERS)),
                    }
                }
                Ok(None) => {
                    let what = match self.wait_for_exit(nth) {
                        Some(exit) => format!(
                            "{} ended, with {}, before it had printed what the book shows.",
                            self.who(nth),
                            how(exit)
                        ),
                        None => format!(
                            "{} closed its output before it had printed what the book shows.",
                            self.who(nth)
                        ),
                    };
                    return Err(self.differs(step, nth, ends, found, what));
                }
                Err(Stop::Deadline) => {
                    let what = format!(
                        "The deadline of {} passed: {} never printed `{}`.",
                        self.deadline_in_words(),
                        self.who(nth),
                        line.text
                    );
                    return Err(self.differs(step, nth, ends, found, what));
                }
                Err(stop) => return Err(self.stopped(step, nth, ends, found, &stop)),
            }
        }
        if !ends {
            return Ok(());
        }
        match self.next_line(nth, None) {
            Ok(None) => {}
            Ok(Some(octets)) => {
                found.push(self.found(&octets));
                return Err(self.differs(step, nth, ends, found, DIFFERS));
            }
            Err(stop) => return Err(self.stopped(step, nth, ends, found, &stop)),
        }
        let exit = match self.end(nth) {
            Ok(exit) => exit,
            Err(stop) => return Err(self.stopped(step, nth, ends, found, &stop)),
        };
        let expected = step.exit.unwrap_or(Exit::Code(0));
        if exit != expected {
            let what = format!(
                "{} ended with {}; in the book it ends with {}.",
                self.who(nth),
                how(exit),
                how(expected)
            );
            return Err(self.differs(step, nth, ends, found, what));
        }
        self.commands[nth].process = None; // kills what is left of its group
        self.tell(Event::Exited {
            terminal: &step.terminal,
            exit,
        });
        Ok(())
    }

    /// The next line that the nth command prints, or `None` when there will be none.
    /// A line that has not ended yet is taken if it is the `prompt`.
    fn next_line(&mut self, nth: usize, prompt: Option<&Line>) -> Result<Option<Vec<u8>>, Stop> {
        loop {
            let command = &self.commands[nth];
            if !command.lines.is_empty() {
                return Ok(self.commands[nth].lines.pop_front());
            }
            if command.closed {
                return Ok(None);
            }
            if let Some(prompt) = prompt
                && !command.partial.is_empty()
                // Nothing is numbered before it is known to be taken.
                && matches(prompt, &found(&mut self.canon.clone(), &command.partial)).is_some()
            {
                return Ok(Some(self.commands[nth].take_partial()));
            }
            self.hear(nth, None)?;
        }
    }

    /// Waits until the nth command has ended.
    fn end(&mut self, nth: usize) -> Result<Exit, Stop> {
        loop {
            if let Some((exit, _)) = self.commands[nth].exited {
                return Ok(exit);
            }
            self.hear(nth, None)?;
        }
    }

    /// How the nth command ended, if it does right now.
    fn wait_for_exit(&mut self, nth: usize) -> Option<Exit> {
        let until = Instant::now() + REST;
        while self.commands[nth].exited.is_none() {
            if !matches!(self.hear(nth, Some(until)), Ok(true)) {
                break;
            }
        }
        self.commands[nth].exited.map(|(exit, _)| exit)
    }

    /// Waits for the next message of any command, on behalf of the nth; not beyond
    /// `until`, if given: then it returns false.
    fn hear(&mut self, nth: usize, until: Option<Instant>) -> Result<bool, Stop> {
        let command = &self.commands[nth];
        let grace = match command.exited {
            Some((_, when)) if !command.closed => Some(when + GRACE),
            _ => None,
        };
        let earliest = [until, grace]
            .into_iter()
            .flatten()
            .fold(self.deadline, Instant::min);
        let timeout = earliest.saturating_duration_since(Instant::now());
        match self.messages.recv_timeout(timeout) {
            Ok(message) => {
                self.heard = Instant::now();
                self.note(message)?;
                Ok(true)
            }
            // The player holds a sender itself: it is never disconnected.
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                if until == Some(earliest) {
                    Ok(false)
                } else if grace == Some(earliest) {
                    Err(Stop::Leftover)
                } else {
                    Err(Stop::Deadline)
                }
            }
        }
    }

    fn note(&mut self, message: Message) -> Result<(), Stop> {
        match message {
            Message::Output(nth, octets) => {
                let command = &mut self.commands[nth];
                command.print(&octets);
                if command.octets > MAX_OCTETS || command.line_ends > MAX_LINES {
                    // A look at it is enough.
                    command.lines.truncate(FLOOD_SHOWN);
                    if !command.lines.is_empty() {
                        command.partial.clear();
                    }
                    return Err(Stop::Flood(nth));
                }
            }
            Message::Closed(nth) => {
                let command = &mut self.commands[nth];
                command.closed = true;
                if !command.partial.is_empty() {
                    let rest = std::mem::take(&mut command.partial);
                    command.lines.push_back(rest);
                }
            }
            Message::Exited(nth, exit) => {
                self.commands[nth].exited = Some((exit, Instant::now()));
            }
        }
        Ok(())
    }

    /// Plays all steps and keeps what comes.
    fn record(&mut self) -> Result<Scene, Box<Report>> {
        let scene = self.scene;
        let mut recorded = scene.clone();
        for (index, step) in scene.steps.iter().enumerate() {
            let nth = self.act(step, index)?;
            let ends = scene.ends(index);
            let new = &mut recorded.steps[index];
            new.output = self.listen(step, nth, ends)?;
            new.exit = self.commands[nth]
                .exited
                .map(|(exit, _)| exit)
                .filter(|exit| ends && *exit != Exit::Code(0));
            if step.action == Action::Wait && new.output.is_empty() && !ends {
                let what = format!("{} printed nothing more.", self.who(nth));
                return Err(self.report(step, what));
            }
            if ends {
                self.commands[nth].process = None;
                self.tell(Event::Exited {
                    terminal: &step.terminal,
                    exit: new.exit.unwrap_or(Exit::Code(0)),
                });
            }
        }
        Ok(recorded)
    }

    /// Takes all output up to the end of the command or, if it goes on, until
    /// nothing more comes.
    fn listen(&mut self, step: &Step, nth: usize, ends: bool) -> Result<Vec<Line>, Box<Report>> {
        let awaited =
            matches!(step.action, Action::Run(_) | Action::Wait) || !step.output.is_empty();
        let mut excused: VecDeque<&Line> = step
            .output
            .iter()
            .filter(|line| line.pattern.is_some())
            .collect();
        let mut output = Vec::new();
        let begun = Instant::now();
        loop {
            let quiet = if output.is_empty() && awaited {
                begun + FIRST
            } else {
                begun.max(self.heard) + QUIET
            };
            let command = &mut self.commands[nth];
            let octets = if let Some(octets) = command.lines.pop_front() {
                octets
            } else if command.closed && (command.exited.is_some() || !ends) {
                break;
            } else {
                match self.hear(nth, (!ends).then_some(quiet)) {
                    Ok(true) => continue,
                    Ok(false) if self.commands[nth].partial.is_empty() => break,
                    Ok(false) => self.commands[nth].take_partial(),
                    Err(stop) => return Err(self.stopped(step, nth, ends, Vec::new(), &stop)),
                }
            };
            let found = self.found(&octets);
            let line = match excused
                .iter()
                .position(|line| matches(line, &found).is_some())
            {
                Some(skipped) => {
                    let line = excused[skipped].clone();
                    excused.drain(..=skipped);
                    line
                }
                None => Line {
                    text: found.text,
                    pattern: None,
                },
            };
            self.tell(Event::Line {
                terminal: &step.terminal,
                text: &line.text,
            });
            output.push(line);
        }
        Ok(output)
    }

    fn found(&mut self, octets: &[u8]) -> Canonical {
        found(&mut self.canon, octets)
    }

    /// The nth command, for a sentence.
    fn who(&self, nth: usize) -> String {
        let Running {
            program, terminal, ..
        } = &self.commands[nth];
        match terminal.as_str() {
            "" => format!("`{program}`"),
            terminal => format!("`{program}` in {terminal}"),
        }
    }

    fn deadline_in_words(&self) -> String {
        format!("{} s", self.scene.directives.deadline.as_secs())
    }

    /// A report of a step that was not played.
    fn report(&self, step: &Step, what: impl Into<String>) -> Box<Report> {
        Box::new(Report {
            scene: self.scene.name.clone(),
            line: step.line,
            terminal: step.terminal.clone(),
            step: step.heading(),
            what: what.into(),
            diff: Vec::new(),
            elsewhere: self.elsewhere(&step.terminal),
            blessable: false,
        })
    }

    /// A report of a step that could not be waited for.
    fn stopped(
        &mut self,
        step: &Step,
        nth: usize,
        ends: bool,
        found: Vec<Canonical>,
        stop: &Stop,
    ) -> Box<Report> {
        let what = match stop {
            Stop::Deadline => {
                let then = match step.action {
                    Action::Interrupt => "Ctrl-C did not end it".to_owned(),
                    Action::EndOfInput => "the end of its input did not end it".to_owned(),
                    _ => format!(
                        "it must end here, since no later step speaks of it (`{}^C`, for one)",
                        step.terminal
                    ),
                };
                format!(
                    "The deadline of {} passed: {} still runs; {then}.",
                    self.deadline_in_words(),
                    self.who(nth)
                )
            }
            Stop::Flood(nth) => self.flood(*nth),
            Stop::Leftover => format!("{} ended, but left a process running.", self.who(nth)),
        };
        let mut report = self.differs(step, nth, ends, found, what);
        report.blessable = false;
        report
    }

    fn flood(&self, nth: usize) -> String {
        let much = if self.commands[nth].line_ends > MAX_LINES {
            "10,000 lines"
        } else {
            "1 MiB"
        };
        format!(
            "{} printed more than {much} and was stopped.",
            self.who(nth)
        )
    }

    /// A report of a step whose output, of which `found` has been taken, is not as
    /// written. It waits a moment for the rest, for a better diff.
    fn differs(
        &mut self,
        step: &Step,
        nth: usize,
        ends: bool,
        mut found: Vec<Canonical>,
        what: impl Into<String>,
    ) -> Box<Report> {
        let mut what = what.into();
        let mut blessable = true;
        let latest = Instant::now() + LONG_REST;
        loop {
            let command = &self.commands[nth];
            let complete = if ends {
                command.closed && command.exited.is_some()
            } else {
                command.closed || found.len() + command.lines.len() >= step.output.len()
            };
            // Also the others may have something to say to it.
            let rest = if complete { REST / 5 } else { REST };
            match self.hear(nth, Some(latest.min(Instant::now() + rest))) {
                Ok(true) => {}
                Err(Stop::Flood(nth)) => {
                    what = self.flood(nth);
                    blessable = false;
                    break;
                }
                Ok(false) | Err(_) => break,
            }
        }
        // More than these lines belongs to a later step.
        let room = if ends { usize::MAX } else { step.output.len() };
        while found.len() < room {
            let command = &mut self.commands[nth];
            let Some(octets) = command.lines.pop_front() else {
                if !command.partial.is_empty() {
                    let octets = command.take_partial();
                    found.push(self.found(&octets));
                }
                break;
            };
            found.push(self.found(&octets));
        }

        // Of a line that excuses numbers, what it excuses says more than a sample.
        let mut expected: Vec<String> = step
            .output
            .iter()
            .map(|line| line.pattern.as_ref().unwrap_or(&line.text).clone())
            .collect();
        let mut actual: Vec<String> = found.iter().map(|found| found.text.clone()).collect();
        expected.extend(step.exit.map(|exit| exit.to_string()));
        let exit = self.commands[nth].exited.map(|(exit, _)| exit);
        actual.extend(
            exit.filter(|exit| *exit != Exit::Code(0))
                .map(|exit| exit.to_string()),
        );
        let lines = diff(&expected, &actual, |i, j| {
            match (step.output.get(i), found.get(j)) {
                (Some(line), Some(found)) => matches(line, found).is_some(),
                (None, None) => expected[i] == actual[j],
                _ => false,
            }
        });
        let same = lines.iter().all(|line| matches!(line, DiffLine::Same(_)));
        Box::new(Report {
            diff: if same { Vec::new() } else { lines },
            blessable,
            ..*self.report(step, what)
        })
    }

    /// What the other terminals have printed that no step has taken.
    fn elsewhere(&self, terminal: &str) -> Vec<Elsewhere> {
        let mut canon = self.canon.clone();
        self.commands
            .iter()
            .filter(|command| command.terminal != terminal)
            .filter_map(|command| {
                let partial = Some(&command.partial).filter(|partial| !partial.is_empty());
                let lines: Vec<String> = command
                    .lines
                    .iter()
                    .chain(partial)
                    .map(|octets| found(&mut canon, octets).text)
                    .collect();
                (!lines.is_empty()).then(|| Elsewhere {
                    terminal: command.terminal.clone(),
                    lines,
                })
            })
            .collect()
    }

    /// Whether a program could not have a port that the play gave it, and the scene
    /// is not about that.
    fn lost_port(&self, report: &Report) -> bool {
        let lost = |text: &str| text.to_ascii_lowercase().contains("address already in use");
        let actual = report.diff.iter().filter_map(|line| match line {
            DiffLine::Actual(text) => Some(text),
            _ => None,
        });
        let elsewhere = report.elsewhere.iter().flat_map(|other| &other.lines);
        !self.ports.pairs.is_empty()
            && !lost(&self.scene.to_string())
            && actual.chain(elsewhere).any(|text| lost(text))
    }
}

const DIFFERS: &str = "The output is not as the book has it.";

impl Running {
    fn print(&mut self, mut octets: &[u8]) {
        self.octets += octets.len();
        if self.end_is_due {
            self.end_is_due = false;
            octets = octets.strip_prefix(b"\n").unwrap_or(octets);
        }
        for piece in octets.split_inclusive(|octet| *octet == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(end) => {
                    let mut line = std::mem::take(&mut self.partial);
                    line.extend_from_slice(end);
                    self.lines.push_back(line);
                    self.line_ends += 1;
                }
                None => self.partial.extend_from_slice(piece),
            }
        }
    }

    fn take_partial(&mut self) -> Vec<u8> {
        self.end_is_due = true;
        std::mem::take(&mut self.partial)
    }
}

fn found(canon: &mut Canon, octets: &[u8]) -> Canonical {
    canon.line(&canon::show(octets))
}

/// If the line is the one that was written: the text to show, which has the true
/// digits where they are excused.
fn matches(line: &Line, found: &Canonical) -> Option<String> {
    match &line.pattern {
        None => (line.text == found.text).then(|| line.text.clone()),
        Some(pattern) => {
            let places = Pattern::new(pattern).find(&found.text)?;
            Some(found.with_true(&places))
        }
    }
}

/// The cause of an error without the system's number for it.
fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    words.to_ascii_lowercase()
}

/// How a command ended, for a sentence.
fn how(exit: Exit) -> String {
    match exit {
        Exit::Code(0) => "success".to_owned(),
        Exit::Code(code) => format!("exit status {code}"),
        Exit::Signal(signal) => {
            let name = match signal {
                1 => " (hang-up)",
                2 => " (interrupt)",
                4 => " (illegal instruction)",
                6 => " (abort)",
                8 => " (arithmetic error)",
                9 => " (kill)",
                11 => " (segmentation fault)",
                13 => " (broken pipe)",
                15 => " (terminate)",
                _ => "",
            };
            format!("signal {signal}{name}")
        }
    }
}

/// Reads `0-2,5`.
fn cores(list: &str) -> Vec<usize> {
    list.trim()
        .split(',')
        .filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some(first.parse().ok()?..=last.parse().ok()?)
        })
        .flatten()
        .collect()
}
