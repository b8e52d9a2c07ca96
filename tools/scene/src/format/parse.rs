//! Reads a scene, line by line.

use std::collections::HashSet;
use std::time::Duration;

use super::pattern::Pattern;
use super::{Action, Directives, Exit, Line, ParseError, Scene, Step, split};

/// The names that `#: only` knows, as [`std::env::consts::OS`] spells them.
const SYSTEMS: &[&str] = &["linux", "macos"];

/// What has been read so far.
#[derive(Default)]
pub(super) struct Parser {
    directives: Directives,
    steps: Vec<Step>,
    /// The terminals in which a command was started so far.
    terminals: HashSet<String>,
    /// A `#~` line that waits for its line of output, and its number.
    pattern: Option<(usize, String)>,
    /// The terminals that have a step with `[exit N]` after their last `$`.
    ended: HashSet<String>,
}

impl Parser {
    pub(super) fn parse(mut self, name: &str, text: &str) -> Result<Scene, ParseError> {
        let mut lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
        let title = match lines.next().and_then(|(_, line)| line.strip_prefix("# ")) {
            Some(title) if !title.trim().is_empty() => title.trim().to_owned(),
            _ => return fail(1, "the first line is the title: `# Title`"),
        };
        for (number, line) in lines {
            if let Err(what) = self.line(number, line) {
                return fail(number, what);
            }
        }
        if let Some((number, _)) = self.pattern {
            return fail(number, NO_LINE_BELOW);
        }
        if self.steps.is_empty() {
            return fail(
                text.lines().count().max(1),
                "a scene has at least one step: `NAME$ command`",
            );
        }
        let scene = Scene {
            name: name.to_owned(),
            title,
            directives: self.directives,
            steps: self.steps,
        };
        check(&scene)?;
        Ok(scene)
    }

    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        if let Some(directive) = line.strip_prefix("#:") {
            if !self.steps.is_empty() {
                return Err("a directive stands above the first step; \
                     an output line that looks like one is written with a leading `\\`"
                    .to_owned());
            }
            return self.directive(directive);
        }
        if let Some((terminal, action)) = read_step(line, &self.terminals) {
            if self.pattern.is_some() {
                return Err(NO_LINE_BELOW.to_owned());
            }
            return self.step(number, terminal, action);
        }
        let Some(step) = self.steps.last_mut() else {
            if line.trim().is_empty() {
                return Ok(()); // between the directives and the first step
            }
            return Err(
                "before the first step there are only `#:` lines; a step is `NAME$ command`"
                    .to_owned(),
            );
        };
        if step.exit.is_some() {
            return Err("nothing comes after `[exit N]` but the next step".to_owned());
        }
        if let Some(pattern) = line.strip_prefix("#~") {
            if self.pattern.is_some() {
                return Err(NO_LINE_BELOW.to_owned());
            }
            let pattern = pattern.strip_prefix(' ').unwrap_or(pattern);
            if !Pattern::new(pattern).has_numbers() {
                return Err("a `#~` line has a `*` where a number differs".to_owned());
            }
            self.pattern = Some((number, pattern.to_owned()));
            return Ok(());
        }
        if let Some(exit) = read_exit(line) {
            if self.pattern.is_some() {
                return Err(NO_LINE_BELOW.to_owned());
            }
            if exit == Exit::Code(0) {
                return Err("success is not written: leave `[exit 0]` out".to_owned());
            }
            self.ended.insert(step.terminal.clone());
            step.exit = Some(exit);
            return Ok(());
        }
        let text = match line.strip_prefix('\\') {
            Some(rest) if needs_escape(rest, &self.terminals) => rest,
            _ => line,
        };
        let pattern = self.pattern.take().map(|(_, pattern)| pattern);
        if let Some(pattern) = &pattern
            && Pattern::new(pattern).find(text).is_none()
        {
            return Err(format!(
                "the line is not what the `#~` line above it says: `{pattern}`"
            ));
        }
        step.output.push(Line {
            text: text.to_owned(),
            pattern,
        });
        Ok(())
    }

    fn directive(&mut self, directive: &str) -> Result<(), String> {
        let mut words = directive.split_whitespace();
        let name = words.next().unwrap_or_default();
        let values: Vec<&str> = words.collect();
        if values.is_empty() {
            return Err(format!("`#: {name}` needs a value; {DIRECTIVES}"));
        }
        match name {
            "port" => {
                for value in values {
                    match value.parse() {
                        Ok(port) if port > 0 => self.directives.ports.push(port),
                        _ => return Err(format!("`{value}` is not a port")),
                    }
                }
            }
            "only" => {
                for value in values {
                    if !SYSTEMS.contains(&value) {
                        return Err(format!(
                            "`{value}` is not a system: it is one of {}",
                            SYSTEMS.join(", ")
                        ));
                    }
                    self.directives.only.push(value.to_owned());
                }
            }
            "needs" => {
                let names = values.into_iter().map(str::to_owned);
                self.directives.needs.extend(names);
            }
            "deadline" => {
                let seconds = match values[..] {
                    [value] => value.strip_suffix('s').and_then(|s| s.parse().ok()),
                    _ => None,
                };
                match seconds {
                    Some(seconds) if seconds > 0 => {
                        self.directives.deadline = Duration::from_secs(seconds);
                    }
                    _ => return Err("a deadline is in seconds: `#: deadline 10s`".to_owned()),
                }
            }
            _ => return Err(format!("there is no directive `{name}`; {DIRECTIVES}")),
        }
        Ok(())
    }

    fn step(&mut self, line: usize, terminal: &str, action: Action) -> Result<(), String> {
        let shown = shown(terminal);
        match &action {
            Action::Run(command) => {
                split(command)?;
                let unnamed = self.terminals.contains("");
                if !self.terminals.is_empty() && unnamed != terminal.is_empty() {
                    return Err(
                        "a scene has one terminal without a name, or terminals with names, \
                         never both; an output line that looks like a step is written \
                         with a leading `\\`"
                            .to_owned(),
                    );
                }
                self.terminals.insert(terminal.to_owned());
                self.ended.remove(terminal);
            }
            _ if !self.terminals.contains(terminal) => {
                return Err(format!("no command was started in {shown}"));
            }
            _ if self.ended.contains(terminal) => {
                return Err(format!("the command in {shown} has ended above"));
            }
            _ => {}
        }
        self.steps.push(Step {
            line,
            terminal: terminal.to_owned(),
            action,
            output: Vec::new(),
            exit: None,
        });
        Ok(())
    }
}

/// What can only be said of the scene as a whole.
fn check(scene: &Scene) -> Result<(), ParseError> {
    let mut input_ended = HashSet::new();
    for (index, step) in scene.steps.iter().enumerate() {
        let ends = scene.ends(index);
        match step.action {
            Action::Run(_) => {
                input_ended.remove(&step.terminal);
            }
            Action::Wait if step.output.is_empty() && !ends => {
                return fail(step.line, "a step that waits says what for");
            }
            Action::Type(_) | Action::EndOfInput if input_ended.contains(&step.terminal) => {
                return fail(
                    step.line,
                    format!("the input of {} has ended above", shown(&step.terminal)),
                );
            }
            Action::EndOfInput => {
                input_ended.insert(&step.terminal);
            }
            _ => {}
        }
    }
    Ok(())
}

/// The terminal for a sentence.
fn shown(terminal: &str) -> String {
    match terminal {
        "" => "this terminal".to_owned(),
        name => format!("the terminal `{name}`"),
    }
}

const NO_LINE_BELOW: &str = "a `#~` line stands directly above the output line it speaks of";
const DIRECTIVES: &str = "the directives are `port`, `only`, `needs` and `deadline`";

fn fail<T>(line: usize, what: impl Into<String>) -> Result<T, ParseError> {
    let what = what.into();
    Err(ParseError { line, what })
}

/// Reads a line as a step, where it is one. What looks like a further step of a
/// terminal that does not exist is output (`ftp>` is a prompt), but `NAME$ ...`,
/// `NAME^C` and `NAME^D` always are steps.
fn read_step<'a>(line: &'a str, terminals: &HashSet<String>) -> Option<(&'a str, Action)> {
    let end = line
        .find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))
        .unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    if let Some(command) = rest.strip_prefix("$ ") {
        return Some((name, Action::Run(command.trim().to_owned())));
    }
    // In a scene whose terminals have names, a line that begins with `<` or `^C` is
    // output. curl -v prints many.
    let known = terminals.contains(name);
    if !known && name.is_empty() {
        return None;
    }
    match rest.trim_end() {
        "^C" => return Some((name, Action::Interrupt)),
        "^D" => return Some((name, Action::EndOfInput)),
        ">" if known => return Some((name, Action::Wait)),
        "<" if known => {
            // `< ` and blanks types the blanks after the first.
            let text = rest[1..].strip_prefix(' ').unwrap_or_default();
            return Some((name, Action::Type(text.to_owned())));
        }
        _ => {}
    }
    match rest.strip_prefix("< ") {
        Some(text) if known => Some((name, Action::Type(text.to_owned()))),
        _ => None,
    }
}

/// Reads `[exit 1]` or `[signal 2]`.
fn read_exit(line: &str) -> Option<Exit> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let (kind, number) = inner.split_once(' ')?;
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = number.parse().ok()?;
    match kind {
        "exit" => Some(Exit::Code(number)),
        "signal" => Some(Exit::Signal(number)),
        _ => None,
    }
}

/// Whether a line of output would be read as something else. So would one that,
/// after a backslash of its own, looks as if it had been escaped.
pub(super) fn needs_escape(text: &str, terminals: &HashSet<String>) -> bool {
    let text = text.trim_start_matches('\\');
    text.starts_with("#~")
        || text.starts_with("#:")
        || read_exit(text).is_some()
        || read_step(text, terminals).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ECHO: &str = "\
# One datagram out, one datagram back.
#: port 5353
#: only linux macos
#: needs python3 nc
#: deadline 20s
server$ udp-echo server 127.0.0.1:1060
Listening at 127.0.0.1:1060
client$ udp-echo client 127.0.0.1:1060 \"hello\"
The server at 127.0.0.1:1060 replied \"hello\"
server>
#~ took * ms
took 2,500 ms

\\server^C
client$ false
[exit 1]
server< text
server^D
server^C
Stopped.
[signal 2]
";

    fn parse(text: &str) -> Result<Scene, ParseError> {
        Scene::parse("echo", text)
    }

    fn error(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    fn line(text: &str) -> Line {
        Line {
            text: text.to_owned(),
            pattern: None,
        }
    }

    #[test]
    fn a_scene_is_read() {
        let scene = parse(ECHO).unwrap();
        assert_eq!(scene.name, "echo");
        assert_eq!(scene.title, "One datagram out, one datagram back.");
        assert_eq!(
            scene.directives,
            Directives {
                ports: vec![5353],
                only: vec!["linux".to_owned(), "macos".to_owned()],
                needs: vec!["python3".to_owned(), "nc".to_owned()],
                deadline: Duration::from_secs(20),
            }
        );
        assert_eq!(scene.terminals(), ["server", "client"]);
        let steps: Vec<_> = scene
            .steps
            .iter()
            .map(|s| (s.line, s.terminal.as_str(), s.action.clone(), s.exit))
            .collect();
        assert_eq!(
            steps,
            [
                (
                    6,
                    "server",
                    Action::Run("udp-echo server 127.0.0.1:1060".to_owned()),
                    None
                ),
                (
                    8,
                    "client",
                    Action::Run("udp-echo client 127.0.0.1:1060 \"hello\"".to_owned()),
                    None
                ),
                (10, "server", Action::Wait, None),
                (
                    15,
                    "client",
                    Action::Run("false".to_owned()),
                    Some(Exit::Code(1))
                ),
                (17, "server", Action::Type("text".to_owned()), None),
                (18, "server", Action::EndOfInput, None),
                (19, "server", Action::Interrupt, Some(Exit::Signal(2))),
            ]
        );
        assert_eq!(
            scene.steps[2].output,
            [
                Line {
                    text: "took 2,500 ms".to_owned(),
                    pattern: Some("took * ms".to_owned()),
                },
                line(""),
                line("server^C"),
            ]
        );
        let ends: Vec<bool> = (0..scene.steps.len()).map(|i| scene.ends(i)).collect();
        assert_eq!(ends, [false, true, false, true, false, false, true]);
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        assert_eq!(parse(ECHO).unwrap().to_string(), ECHO);
    }

    #[test]
    fn any_output_survives_writing_and_reading() {
        let lines = [
            "",
            " ",
            "\\",
            "\\\\",
            "\\x",
            "\\xff",
            "$ a",
            "\\$ a",
            "a$ b",
            "a^C",
            "a^D",
            "a>",
            "a> ",
            "a<",
            "a< b",
            "b>",
            "b< c",
            ">",
            "< HTTP/1.1 200 OK",
            "^C",
            "^D",
            "#~ *",
            "#: port 1",
            "#",
            "# x",
            "[exit 1]",
            "[signal 9]",
            "[exit x]",
            "\\[exit 1]",
            "\\\\[exit 1]",
            "\\#~ *",
        ];
        for terminal in ["", "a"] {
            for text in lines {
                let mut scene = parse(&format!("# t\n{terminal}$ x\n{terminal}^C\n")).unwrap();
                scene.steps[0].output = vec![line(text), line("end")];
                let written = scene.to_string();
                let mut read = parse(&written).unwrap_or_else(|e| panic!("{e}\n{written}"));
                read.steps[1].line = scene.steps[1].line;
                assert_eq!(read, scene, "{written}");
            }
        }
    }

    #[test]
    fn typed_text_survives_writing_and_reading() {
        for text in ["", " ", "  ", "a", " a ", "^C", "< x"] {
            let mut scene = parse("# t\na$ x\na< y\n").unwrap();
            scene.steps[1].action = Action::Type(text.to_owned());
            assert_eq!(parse(&scene.to_string()).unwrap(), scene);
        }
    }

    #[test]
    fn output_that_only_resembles_a_step_is_output() {
        let scene =
            parse("# t\na$ curl -v x\nftp> \n> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n^C\nb< c\n");
        assert_eq!(scene.unwrap().steps[0].output.len(), 5);
        // In a scene without names, `< text` is a step.
        let scene = parse("# t\n$ cat\n< a\na\n^D\n").unwrap();
        assert_eq!(scene.steps.len(), 3);
        assert_eq!(scene.steps[1].output, [line("a")]);
    }

    #[test]
    fn windows_line_ends_do_not_matter() {
        assert_eq!(parse(&ECHO.replace('\n', "\r\n")), parse(ECHO));
    }

    #[test]
    fn errors_name_the_line_and_the_cure() {
        let cases = [
            ("", "line 1: the first line is the title: `# Title`"),
            (
                "#\na$ b\n",
                "line 1: the first line is the title: `# Title`",
            ),
            (
                "# t\n",
                "line 1: a scene has at least one step: `NAME$ command`",
            ),
            (
                "# t\nhello\n",
                "line 2: before the first step there are only `#:` lines; a step is `NAME$ command`",
            ),
            ("# t\n#: port 0\n$ a\n", "line 2: `0` is not a port"),
            (
                "# t\n#: port\n$ a\n",
                "line 2: `#: port` needs a value; the directives are `port`, `only`, `needs` and `deadline`",
            ),
            (
                "# t\n#: prot 1\n$ a\n",
                "line 2: there is no directive `prot`; the directives are `port`, `only`, `needs` and `deadline`",
            ),
            (
                "# t\n#: only windows\n$ a\n",
                "line 2: `windows` is not a system: it is one of linux, macos",
            ),
            (
                "# t\n#: deadline soon\n$ a\n",
                "line 2: a deadline is in seconds: `#: deadline 10s`",
            ),
            (
                "# t\n#: deadline 0s\n$ a\n",
                "line 2: a deadline is in seconds: `#: deadline 10s`",
            ),
            (
                "# t\n$ a\n#: port 1\n",
                "line 3: a directive stands above the first step; an output line that looks like one is written with a leading `\\`",
            ),
            (
                "# t\na$ x | y\n",
                "line 2: `|` is a pipe to a shell, and a scene has no shell: put it in single quotes",
            ),
            (
                "# t\na$ b\n$ c\n",
                "line 3: a scene has one terminal without a name, or terminals with names, never both; an output line that looks like a step is written with a leading `\\`",
            ),
            (
                "# t\na$ b\nx^C\n",
                "line 3: no command was started in the terminal `x`",
            ),
            (
                "# t\n^C\n",
                "line 2: before the first step there are only `#:` lines; a step is `NAME$ command`",
            ),
            (
                "# t\na$ b\n[exit 1]\na^C\n",
                "line 4: the command in the terminal `a` has ended above",
            ),
            (
                "# t\na$ b\n[exit 1]\nc\n",
                "line 4: nothing comes after `[exit N]` but the next step",
            ),
            (
                "# t\na$ b\n[exit 0]\n",
                "line 3: success is not written: leave `[exit 0]` out",
            ),
            (
                "# t\na$ b\na>\na^C\n",
                "line 3: a step that waits says what for",
            ),
            (
                "# t\na$ b\na^D\na< c\n",
                "line 4: the input of the terminal `a` has ended above",
            ),
            (
                "# t\na$ b\na^D\na^D\n",
                "line 4: the input of the terminal `a` has ended above",
            ),
            (
                "# t\na$ b\n#~ took * ms\n",
                "line 3: a `#~` line stands directly above the output line it speaks of",
            ),
            (
                "# t\na$ b\n#~ took * ms\na^C\n",
                "line 4: a `#~` line stands directly above the output line it speaks of",
            ),
            (
                "# t\na$ b\n#~ took * ms\n[exit 1]\n",
                "line 4: a `#~` line stands directly above the output line it speaks of",
            ),
            (
                "# t\na$ b\n#~ took 1 ms\ntook 1 ms\n",
                "line 3: a `#~` line has a `*` where a number differs",
            ),
            (
                "# t\na$ b\n#~ took * ms\ntook 1 s\n",
                "line 4: the line is not what the `#~` line above it says: `took * ms`",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text), expected, "{text}");
        }
    }
}
