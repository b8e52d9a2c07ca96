use super::*;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Stdio};

use testkit::{check, note};

/// What is run: it writes the number of its arguments, and each of them, with an octet 0
/// behind.
const PROGRAM: &str = r#"printf '%s\0' "$#" "$@""#;

/// A folder with files in it, and with nothing else.
struct Folder(tempfile::TempDir);

impl Folder {
    /// One that only patterns take an interest in.
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        std::fs::write(folder.0.path().join("tell"), "").expect("a file");
        folder
    }

    /// One with programs of these names.
    fn with_programs(names: &[&str]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        // A file that this process had written might still be open in a child of another
        // check, and then it can't be run.
        let made = Command::new("/bin/sh")
            .args([
                "-c",
                r#"text=$1; shift; for name; do printf "%s\n" "$text" > "./$name"; done; chmod +x ./*"#,
            ])
            .args(["sh", &format!("#!/bin/sh\n{PROGRAM}")])
            .args(names)
            .current_dir(folder.0.path())
            .status();
        assert!(made.is_ok_and(|status| status.success()), "no programs");
        folder
    }

    /// What programs get if `sh` runs this line, here.
    fn run(&self, line: &[u8]) -> Vec<u8> {
        sh(line, self.0.path())
    }

    /// The same, if what is called `tell` is a function of that `sh`: no program to start.
    fn tell(&self, line: &[u8]) -> Vec<u8> {
        self.run(&[format!("tell() {{ {PROGRAM}; }}\n").as_bytes(), line].concat())
    }
}

fn sh(line: &[u8], folder: &Path) -> Vec<u8> {
    let output = Command::new("/bin/sh")
        .arg("-c")
        .arg(OsStr::from_bytes(line))
        .current_dir(folder)
        .env_clear()
        .env("HOME", "/home/al")
        .env("PATH", ".")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    output.expect("sh runs").stdout
}

/// What [`PROGRAM`] writes, given these arguments.
fn written(arguments: &[&[u8]]) -> Vec<u8> {
    let mut written = arguments.len().to_string().into_bytes();
    written.push(0);
    for argument in arguments {
        written.extend_from_slice(argument);
        written.push(0);
    }
    written
}

/// Octets as text, with everything that can't be printed escaped; of many the first.
fn show(octets: &[u8]) -> String {
    const SHOWN: usize = 60;
    let escaped = |octets: &[u8]| {
        let octets = octets.iter().map(|&octet| match octet {
            b'\'' | b'"' => char::from(octet).to_string(),
            _ => octet.escape_ascii().to_string(),
        });
        octets.collect::<String>()
    };
    match octets.get(..SHOWN) {
        Some(first) if octets.len() > SHOWN => {
            format!("[{}] ... ({} octets)", escaped(first), octets.len())
        }
        _ => format!("[{}]", escaped(octets)),
    }
}

fn show_all(arguments: &[&[u8]]) -> String {
    match arguments {
        [] => "no argument".to_owned(),
        _ => {
            let all: Vec<String> = arguments.iter().map(|one| show(one)).collect();
            all.join(" ")
        }
    }
}

/// The arguments of each program that has run, in the words of [`written`].
fn show_written(mut written: &[u8]) -> String {
    let mut runs = Vec::new();
    while !written.is_empty() {
        let mut parts = written.split(|&octet| octet == 0);
        let count = parts.next().unwrap_or_default();
        let count = str::from_utf8(count)
            .ok()
            .and_then(|count| count.parse().ok());
        let Some(count) = count else {
            return format!("the output {}", show(written));
        };
        let arguments: Vec<&[u8]> = parts.take(count).collect();
        let octets: usize = arguments.iter().map(|argument| argument.len() + 1).sum();
        written = &written[(count.to_string().len() + 1 + octets).min(written.len())..];
        runs.push(show_all(&arguments));
    }
    match runs.len() {
        0 => "nothing: no program was run".to_owned(),
        _ => runs.join(", and then another with "),
    }
}

#[track_caller]
fn expect_line(run: impl Fn(&[u8]) -> Vec<u8>, what: &str, line: &[u8], arguments: &[&[u8]]) {
    assert!(
        !line.contains(&0),
        "{what}\n  your line  {}\n  it has an octet 0, and sh can't be given one",
        show(line)
    );
    let got = run(line);
    assert!(
        got == written(arguments),
        "{what}\n  your line  {}\n  expected   {}\n  got        {}",
        show(line),
        show_all(arguments),
        show_written(&got)
    );
}

/// `tell` gets each of these arguments, quoted, as it is.
#[track_caller]
fn expect<T: AsRef<[u8]>>(arguments: &[T]) {
    let folder = Folder::new();
    for argument in arguments {
        let argument = argument.as_ref();
        let quoted = {
            let _note = note(|| format!("(quote was given {})", show(argument)));
            quote(argument)
        };
        let Ok(quoted) = quoted else {
            panic!(
                "quote was given {}\n  expected  a word\n  got       Err(Nul)",
                show(argument)
            );
        };
        let what = format!(
            "quote was given {}, and sh ran tell with it",
            show(argument)
        );
        let line = [b"tell ", &quoted[..]].concat();
        expect_line(|line| folder.tell(line), &what, &line, &[argument]);
    }
}

/// What `command_line` makes of these words runs the first with the others.
#[track_caller]
fn expect_run(run: impl Fn(&[u8]) -> Vec<u8>, words: &[&[u8]]) {
    let line = {
        let _note = note(|| format!("(command_line was given {})", show_all(words)));
        command_line(words)
    };
    let what = format!("command_line was given {}", show_all(words));
    match line {
        Ok(line) => expect_line(run, &what, &line, &words[1..]),
        Err(Nul) => panic!("{what}\n  expected  a line\n  got       Err(Nul)"),
    }
}

/// `tell` gets these arguments.
#[track_caller]
fn expect_tell(arguments: &[&[u8]]) {
    let folder = Folder::new();
    let words = [&[&b"tell"[..]], arguments].concat();
    expect_run(|line| folder.tell(line), &words);
}

/// A program of each of these names is run.
#[track_caller]
fn expect_programs(names: &[&str]) {
    let folder = Folder::with_programs(names);
    for name in names {
        expect_run(|line| folder.run(line), &[name.as_bytes(), b"a"]);
    }
}

#[test]
#[ignore = "exercise"]
fn a_word() {
    check(|| expect(&["hello"]));
}

#[test]
#[ignore = "exercise"]
fn blanks_divide_nothing() {
    check(|| expect(&["a b", "a  b", " a ", "\ta\tb", " "]));
}

#[test]
#[ignore = "exercise"]
fn an_empty_argument_is_one_too() {
    check(|| expect(&[""]));
}

#[test]
#[ignore = "exercise"]
fn nothing_is_expanded() {
    check(|| {
        expect(&[
            "$HOME",
            "a${HOME}b",
            "$(tell x)",
            "`tell x`",
            "$((1+1))",
            "$",
        ])
    });
}

#[test]
#[ignore = "exercise"]
fn a_pattern_finds_no_files() {
    check(|| expect(&["*", "t?ll", "[st]ell", "{a,b}"]));
}

#[test]
#[ignore = "exercise"]
fn a_tilde_is_nobody_s_home() {
    check(|| expect(&["~", "~/a", "~root"]));
}

#[test]
#[ignore = "exercise"]
fn nothing_begins_a_command() {
    check(|| expect(&["a;tell", "a&", "a&&tell b", "a|tell", "(a)", "!"]));
}

#[test]
#[ignore = "exercise"]
fn nothing_opens_a_file() {
    check(|| expect(&["a>b", "a<b", ">", "2>&1"]));
}

#[test]
#[ignore = "exercise"]
fn nothing_is_a_comment() {
    check(|| expect(&["#a", "a #b"]));
}

#[test]
#[ignore = "exercise"]
fn a_double_quote_stays() {
    check(|| expect(&["a\"b", "\"", "\"\"", "\"a b\""]));
}

#[test]
#[ignore = "exercise"]
fn a_single_quote_stays() {
    check(|| expect(&["it's", "'", "''", "'a b'", "a' 'b"]));
}

#[test]
#[ignore = "exercise"]
fn both_quotes_stay() {
    check(|| expect(&["'\"", "\"'$HOME'\"", "'\"'\"'"]));
}

#[test]
#[ignore = "exercise"]
fn a_backslash_stays() {
    check(|| expect(&["a\\b", "\\", "a\\", "\\\\", "\\$HOME", "\\'", "\\\"", "\\n"]));
}

#[test]
#[ignore = "exercise"]
fn a_line_end_stays() {
    check(|| expect(&["a\nb", "\n", "a\n", "\na", "a\r\nb", "a\\\nb"]));
}

#[test]
#[ignore = "exercise"]
fn a_dash_is_the_program_s_matter() {
    check(|| expect(&["-n", "--", "-rf /", "-"]));
}

#[test]
#[ignore = "exercise"]
fn an_argument_need_not_be_utf_8() {
    check(|| expect(&[&b"caf\xe9"[..], "café".as_bytes(), b"\xff\xfe", b"\x80"]));
}

#[test]
#[ignore = "exercise"]
fn every_octet_but_one() {
    check(|| {
        let up: Vec<u8> = (1..=255).collect();
        let down: Vec<u8> = (1..=255).rev().collect();
        expect(&[up, down]);
    });
}

#[test]
#[ignore = "exercise"]
fn an_octet_0_is_refused() {
    check(|| {
        for argument in [&b"a\0b"[..], b"\0", b"a\0"] {
            let got = {
                let _note = note(|| format!("(quote was given {})", show(argument)));
                quote(argument)
            };
            assert!(
                got == Err(Nul),
                "quote was given {}\n  expected  Err(Nul), because no program can be given an \
                 octet 0\n  got       {}",
                show(argument),
                show(&got.unwrap_or_default())
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_octet_0_is_refused_in_every_word() {
    check(|| {
        for words in [
            [&b"tell"[..], b"a", b"b\0"],
            [b"tell", b"a\0", b"b"],
            [b"\0tell", b"a", b"b"],
        ] {
            let got = {
                let _note = note(|| format!("(command_line was given {})", show_all(&words)));
                command_line(&words)
            };
            assert!(
                got == Err(Nul),
                "command_line was given {}\n  expected  Err(Nul), because no program can be given \
                 an octet 0\n  got       {}",
                show_all(&words),
                show(&got.unwrap_or_default())
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_program_and_its_arguments() {
    check(|| {
        expect_tell(&[]);
        expect_tell(&[b"a"]);
        expect_tell(&[b"a", b"b c", b"it's", b"-d"]);
    });
}

#[test]
#[ignore = "exercise"]
fn empty_arguments_keep_their_places() {
    check(|| expect_tell(&[b"", b"a", b"", b""]));
}

#[test]
#[ignore = "exercise"]
fn words_may_be_texts() {
    check(|| {
        let texts = vec!["tell".to_owned(), "a b".to_owned()];
        let line = command_line(&texts).unwrap_or_default();
        let folder = Folder::new();
        expect_line(
            |line| folder.tell(line),
            "command_line was given [tell] [a b]",
            &line,
            &[b"a b"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_words_are_an_empty_line() {
    check(|| {
        let got = command_line::<&str>(&[]);
        assert!(
            got.as_ref().is_ok_and(Vec::is_empty),
            "command_line was given no words\n  expected  an empty line\n  got       {}",
            got.map_or("Err(Nul)".to_owned(), |line| show(&line))
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_program_may_have_a_blank_in_its_name() {
    check(|| expect_programs(&["my tell", "it's", "$HOME"]));
}

#[test]
#[ignore = "exercise"]
fn a_program_is_no_assignment() {
    check(|| expect_programs(&["A=b"]));
}

#[test]
#[ignore = "exercise"]
fn a_program_is_no_word_of_the_shell_s_own() {
    check(|| expect_programs(&["if", "done", "{"]));
}

#[test]
#[ignore = "exercise"]
fn a_command_line_is_an_argument_too() {
    check(|| {
        let arguments: [&[u8]; 3] = [b"it's", b"", b"$HOME\n"];
        let inner = command_line(&[b"tell", arguments[0], arguments[1], arguments[2]]);
        let outer = inner.and_then(|inner| command_line(&[b"/bin/sh", &b"-c"[..], &inner]));
        let folder = Folder::with_programs(&["tell"]);
        expect_line(
            |line| folder.run(line),
            "command_line was given [/bin/sh] [-c] and its own line for [tell] [it's] [] [$HOME\\n]",
            &outer.unwrap_or_default(),
            &arguments,
        );
    });
}
