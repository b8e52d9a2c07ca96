//! Each rule, proven by a small book that breaks it and nothing else.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::workspace::Workspace;
use super::{broken_includes, check_sources, lint};

/// A small book in a temporary folder, sound until it is broken.
struct Sandbox(TempDir);

const PAGE: &str = "\
# Sending

```rust
{{#include ../../chapters/05-framing/src/bin/streamer.rs:send}}
```

`streamer` sends; `just chapter 5 streamer` plays it (RFC 9293).

```console
{{#include ../../chapters/05-framing/scenes/streamer.console}}
```

```python
{{#include ../../chapters/05-framing/python/streamer.py}}
```

```sh
just check 5.1   # the first
cargo workbook run streamer server 127.0.0.1:1060
```

See the [exercises](exercises.md#the-first) or [the outside](https://example.org/).

## Check yourself

<details>
<summary>One?</summary>

Yes.

</details>

<details>
<summary>Two?</summary>

Yes.

</details>
";

impl Sandbox {
    fn new() -> Sandbox {
        let sandbox = Sandbox(tempfile::tempdir().unwrap());
        for (path, text) in [
            (
                "book.toml",
                "[book]\ntitle = \"Small\"\nsrc = \"book\"\n[output.html]\ntheme = \"book/theme\"\n\
                 additional-css = [\"book/theme/own.css\"]\n\
                 [output.html.playground]\nrunnable = false\n",
            ),
            ("book/theme/own.css", "p { color: black }\n"),
            ("book/theme/fonts/fonts.css", ":root { --own: serif }\n"),
            (
                "book/SUMMARY.md",
                "# Summary\n\n[Small](index.md)\n\n- [Framing](05-framing/index.md)\n  \
                 - [Sending](05-framing/sending.md)\n  \
                 - [Exercises](05-framing/exercises.md)\n\n\
                 ---\n\n[RFCs](appendices/rfcs.md)\n[Peers](appendices/peers.md)\n",
            ),
            (
                "book/index.md",
                "# Small\n\nA [chapter](05-framing/index.md).\n",
            ),
            ("book/05-framing/index.md", "# Framing\n\nWhat there is.\n"),
            ("book/05-framing/sending.md", PAGE),
            (
                "book/05-framing/exercises.md",
                "# Exercises\n\n## The first\n\n5.1, `length_prefix`: `just check 5.1`.\n\n\
                 ## 5.1 `length_prefix`\n\n```rust\n\
                 {{#include ../../chapters/05-framing/exercises/length_prefix/stub.rs}}\n```\n",
            ),
            (
                "chapters/05-framing/exercises/length_prefix/stub.rs",
                "//! Lengths\n\nfn encode() {\n    todo!()\n}\n",
            ),
            (
                "chapters/05-framing/exercises/length_prefix/solution.rs",
                "fn encode() {\n    42\n}\n",
            ),
            (
                "chapters/05-framing/exercises/length_prefix/mistakes.md",
                "## off: One too many\n\nYou add.\n\n```diff\n-    42\n+    43\n```\n",
            ),
            (
                "book/appendices/rfcs.md",
                "# RFCs\n\n## Chapter 5\n\n| RFC | title |\n|---|---|\n| RFC 9293 | TCP |\n",
            ),
            (
                "book/rfcs.toml",
                "[rfc]\n9293 = { title = \"TCP\", date = \"2022-08\", status = \"standards track\" }\n\
                 5246 = { title = \"TLS\", date = \"2008-08\", status = \"standards track\", obsoleted-by = [9846] }\n\
                 896 = { title = \"Congestion\", date = \"1984-01\", status = \"historic\" }\n",
            ),
            ("book/appendices/peers.md", "# Peers\n\n`python3`.\n"),
            (
                "chapters/05-framing/src/bin/streamer.rs",
                "fn main() {\n    // ANCHOR: send\n    send();\n    // ANCHOR_END: send\n}\n",
            ),
            (
                "chapters/05-framing/scenes/streamer.console",
                "# Sends.\n#: needs python3\n$ streamer\nsent\n",
            ),
            (
                "chapters/05-framing/Cargo.toml",
                "[package]\nname = \"framing\"\n\n[[test]]\nname = \"length_prefix\"\n\
                 path = \"exercises/length_prefix/main.rs\"\n",
            ),
            ("chapters/05-framing/python/streamer.py", "print(1)\n"),
            (
                "justfile",
                "# About\nset positional-arguments\n\nchapter *args:\n    \
                 @cargo workbook chapter \"$@\"\ncheck *args:\n    @cargo workbook check \"$@\"\n\
                 run *args:\n    @cargo workbook run \"$@\"\nhint *args:\n    \
                 @cargo workbook hint \"$@\"\nmeasure *args:\n    @cargo workbook measure \"$@\"\n\
                 book *args:\n    @cargo workbook book \"$@\"\ntest:\n    cargo test\n",
            ),
        ] {
            sandbox.write(path, text);
        }
        sandbox
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) -> &Sandbox {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Replaces `from`, which must be there.
    fn edit(&self, path: &str, from: &str, to: &str) -> &Sandbox {
        let text = fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replacen(from, to, 1))
    }

    /// Puts `text` before the last section of the page, on line 24.
    fn add(&self, text: &str) -> &Sandbox {
        let end = "## Check yourself";
        self.edit(
            "book/05-framing/sending.md",
            end,
            &format!("{text}\n\n{end}"),
        )
    }

    fn remove(&self, path: &str) -> &Sandbox {
        fs::remove_file(self.path(path)).unwrap();
        self
    }

    fn problems(&self) -> Vec<String> {
        let findings = lint(self.0.path()).unwrap();
        findings.problems.iter().map(ToString::to_string).collect()
    }

    /// The problems that can be seen without building the book, which takes time.
    fn problems_in_sources(&self) -> Vec<String> {
        let workspace = Workspace::read(self.0.path()).unwrap();
        let problems = check_sources(self.0.path(), &workspace);
        problems
            .into_vec()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[track_caller]
    fn finds_in_sources(&self, expected: &[&str]) {
        assert_eq!(self.problems_in_sources(), expected);
    }

    #[track_caller]
    fn finds(&self, expected: &[&str]) {
        assert_eq!(self.problems(), expected);
    }
}

const SENDING: &str = "book/05-framing/sending.md";

#[test]
fn a_sound_book_has_no_problems() {
    let sandbox = Sandbox::new();
    sandbox.finds(&[]);
    let findings = lint(sandbox.0.path()).unwrap();
    assert_eq!(findings.pages, 6);
    let (_, weight) = findings.heaviest.unwrap();
    assert!((10_000..100_000).contains(&weight), "{weight}");
}

#[test]
fn literal_code_is_refused() {
    for language in ["rust", "console", "python"] {
        Sandbox::new()
            .add(&format!("```{language}\nliteral\n```"))
            .finds_in_sources(&[&format!(
                "{SENDING}:25: literal `{language}`: include it from chapters/ instead"
            )]);
    }
}

#[test]
fn literal_code_beside_an_include_is_refused() {
    Sandbox::new()
        .edit(SENDING, ":send}}\n", ":send}}\nlet more = 1;\n")
        .finds_in_sources(&[&format!(
            "{SENDING}:5: literal `rust`: include it from chapters/ instead"
        )]);
}

#[test]
fn attributes_of_a_fence_hide_nothing() {
    Sandbox::new()
        .add("```rust,ignore\nliteral\n```\n\n~~~rust no_run\nliteral\n~~~")
        .finds_in_sources(&[
            &format!("{SENDING}:25: literal `rust`: include it from chapters/ instead"),
            &format!("{SENDING}:29: literal `rust`: include it from chapters/ instead"),
        ]);
}

#[test]
fn an_empty_fence_is_refused() {
    Sandbox::new()
        .add("```console\n```")
        .finds_in_sources(&[&format!("{SENDING}:24: an empty `console` fence")]);
}

#[test]
fn other_names_of_a_language_are_refused() {
    Sandbox::new()
        .add("```rs\nx\n```\n\n```py\nx\n```")
        .finds_in_sources(&[
            &format!("{SENDING}:24: a `rs` fence: here it is called `rust`"),
            &format!("{SENDING}:28: a `py` fence: here it is called `python`"),
        ]);
}

#[test]
fn code_without_a_language_is_refused() {
    Sandbox::new()
        .add("```\nx\n```\n\ntext\n\n    indented")
        .finds_in_sources(&[
            &format!("{SENDING}:24: a fence without a language: say which it is, or `text`"),
            &format!("{SENDING}:30: an indented code block: use a fence that names its language"),
        ]);
}

#[test]
fn a_fence_includes_files_of_its_own_kind() {
    let include = "{{#include ../../chapters/05-framing/src/bin/streamer.rs:send}}";
    Sandbox::new()
        .add(&format!("```console\n{include}\n```"))
        .finds_in_sources(&[&format!(
            "{SENDING}:25: a `console` fence includes ../../chapters/05-framing/src/bin/streamer.rs, \
             which is no `*.console` file"
        )]);
}

#[test]
fn a_transcript_in_disguise_is_refused() {
    Sandbox::new()
        .add("```text\nserver$ streamer\nlisten\n```\n\n```sh\n$ streamer\n```")
        .finds_in_sources(&[
            &format!("{SENDING}:25: a transcript written by hand: make it a scene and include it"),
            &format!(
                "{SENDING}:30: a prompt in an `sh` fence, which holds commands alone, without \
                 prompt or output"
            ),
        ]);
}

#[test]
fn an_include_must_be_there() {
    let sandbox = Sandbox::new();
    sandbox.edit(SENDING, "streamer.py", "gone.py");
    let expected =
        format!("{SENDING}:14: includes chapters/05-framing/python/gone.py, which does not exist");
    sandbox.finds(&[&expected]);
    // The same, as the server asks for it.
    let found = broken_includes(sandbox.0.path()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].to_string(), expected);
}

#[test]
fn an_include_stays_in_the_workspace() {
    Sandbox::new()
        .add("{{#include ../../../secret.md}}")
        .problems_in_sources()
        .iter()
        .find(|it| it.contains("24: includes ../secret.md, which is outside the workspace"))
        .unwrap();
}

const STREAMER: &str = "chapters/05-framing/src/bin/streamer.rs";
const NOT_INCLUDED: &str =
    "chapters/05-framing/src/bin/streamer.rs:2: no page includes the anchor `send`";

#[test]
fn an_anchor_must_be_there() {
    Sandbox::new()
        .edit(STREAMER, "ANCHOR: send", "ANCHOR: sent")
        .finds(&[
            &format!("{SENDING}:4: {STREAMER} has no anchor `send`"),
            &format!("{STREAMER}:2: no page includes the anchor `sent`"),
        ]);
}

#[test]
fn an_anchor_must_end_once_and_after_it_began() {
    Sandbox::new()
        .edit(STREAMER, "ANCHOR_END: send", "the end")
        .finds_in_sources(&[&format!(
            "{SENDING}:4: {STREAMER} never ends its anchor `send`"
        )]);
    Sandbox::new()
        .write(STREAMER, "// ANCHOR_END: send\nx\n// ANCHOR: send\ny\n")
        .finds_in_sources(&[&format!(
            "{SENDING}:4: {STREAMER} ends its anchor `send` before it begins"
        )]);
    let twice = "// ANCHOR: send\nx\n// ANCHOR_END: send\n".repeat(2);
    Sandbox::new()
        .write(STREAMER, &twice)
        .finds_in_sources(&[&format!(
            "{SENDING}:4: {STREAMER} has the anchor `send` more than once"
        )]);
}

#[test]
fn an_anchor_has_lines_in_it() {
    Sandbox::new()
        .edit(STREAMER, "    send();\n", "\n")
        .finds_in_sources(&[&format!(
            "{SENDING}:4: includes nothing of {STREAMER}: there is no line in it"
        )]);
}

#[test]
fn a_whole_file_shows_no_anchors() {
    Sandbox::new()
        .edit(SENDING, "streamer.rs:send", "streamer.rs")
        .finds_in_sources(&[
            &format!(
                "{SENDING}:4: includes {STREAMER} with its anchor comments in it: include an \
                 anchor around the whole instead"
            ),
            NOT_INCLUDED,
        ]);
}

#[test]
fn included_lines_must_be_there() {
    Sandbox::new()
        .edit(SENDING, "streamer.rs:send", "streamer.rs:3")
        .finds_in_sources(&[NOT_INCLUDED]);
    Sandbox::new()
        .edit(SENDING, "streamer.rs:send", "streamer.rs:3:9")
        .finds_in_sources(&[
            &format!("{SENDING}:4: includes lines `3:9` of {STREAMER}, which has 5"),
            NOT_INCLUDED,
        ]);
}

#[test]
fn other_directives_are_refused() {
    let found = Sandbox::new()
        .add("{{#playground x.rs}}\n\n{{#rustdoc_include x.rs}}\n\n{{#inclood x}}\n\n{{#include}}")
        .problems_in_sources();
    for expected in [
        ":24: the playground is off: no code leaves the reader's machine; use `include`",
        ":26: `rustdoc_include` hides lines of a listing: use `include`",
        ":28: `#inclood` is nothing that mdBook knows",
        ":30: an include that mdBook can't read",
    ] {
        assert!(found.iter().any(|it| it.ends_with(expected)), "{found:#?}");
    }
}

#[test]
fn every_scene_is_on_a_page() {
    Sandbox::new()
        .write("chapters/05-framing/scenes/other.console", "# Other\n")
        .finds_in_sources(&[
            "chapters/05-framing/scenes/other.console:1: no page includes this scene",
        ]);
}

#[test]
fn every_program_is_named_on_a_page_of_its_chapter() {
    Sandbox::new()
        .write("chapters/05-framing/src/bin/two-way.rs", "")
        .write("chapters/05-framing/src/bin/folded/main.rs", "")
        .edit("book/index.md", "A ", "`two-way`, `folded`, a ")
        .finds_in_sources(&[
            "chapters/05-framing/src/bin/folded/main.rs:1: no page of the chapter names the \
             program `folded`",
            "chapters/05-framing/src/bin/two-way.rs:1: no page of the chapter names the program \
             `two-way`",
        ]);
}

#[test]
fn every_exercise_is_on_its_page_under_its_number() {
    let sandbox = Sandbox::new();
    sandbox.edit(
        "chapters/05-framing/Cargo.toml",
        "[[test]]",
        "[[test]]\npath = \"exercises/chunks/main.rs\"\n\n[[test]]",
    );
    sandbox.finds_in_sources(&[
        "chapters/05-framing/exercises/chunks.rs:1: 05-framing/exercises.md does not name \
         exercise 5.1, `chunks`",
        "chapters/05-framing/exercises/length_prefix.rs:1: 05-framing/exercises.md does not name \
         exercise 5.2, `length_prefix`",
    ]);
    // Named, and yet not shown: below another heading, or nowhere.
    let page = "book/05-framing/exercises.md";
    for (shown, instead) in [
        ("## 5.1", "## 5.2"),
        ("length_prefix/stub.rs", "length_prefix/solution.rs"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.edit(page, shown, instead);
        let problems = sandbox.problems_in_sources().join("\n");
        let what = "chapters/05-framing/exercises/length_prefix.rs:1: 05-framing/exercises.md does \
                    not show it: below the heading `5.1 length_prefix`";
        assert!(problems.contains(what), "{problems}");
    }
}

#[test]
fn a_page_of_the_manual_is_listed_and_named() {
    let sandbox = Sandbox::new();
    sandbox.add("See ip(7), udp(7) and `tcp(7)`.");
    sandbox
        .write("book/manuals.txt", "tcp(7)\nudp(7)\n")
        .finds(&[
            &format!("{SENDING}:1: ip(7) is a page of the manual that manuals.txt doesn't list"),
            "book/manuals.txt:1: no page names tcp(7) outside of code",
        ]);
}

#[test]
fn an_exercise_that_cannot_be_read_is_said() {
    let sandbox = Sandbox::new();
    let mistakes = "chapters/05-framing/exercises/length_prefix/mistakes.md";
    sandbox.write(mistakes, "## off: One too many\n");
    let problems = sandbox.problems().join("\n");
    assert!(
        problems.contains("mistakes.md:1: off has no diff"),
        "{problems}"
    );
}

#[test]
fn every_chapter_that_a_reader_can_run_has_pages() {
    let sandbox = Sandbox::new();
    sandbox.write("chapters/06-tls/Cargo.toml", "[package]\nname = \"tls\"\n");
    sandbox.finds_in_sources(&[]);
    sandbox.write("chapters/06-tls/src/bin/certified.rs", "");
    sandbox.finds_in_sources(&[
        "chapters/06-tls/Cargo.toml:1: the chapter has no pages in book/06-tls",
    ]);
}

#[test]
fn every_peer_is_in_the_list() {
    Sandbox::new()
        .edit("book/appendices/peers.md", "python3", "curl")
        .finds_in_sources(&[
            "book/appendices/peers.md:1: 05-framing needs `python3`, which is not here",
        ]);
    Sandbox::new()
        .write("tools/testkit/packages.txt", "# Packages\npika==1.4.4 \\\n")
        .finds_in_sources(&[
            "book/appendices/peers.md:1: tools/testkit/packages.txt has pika, which is not here",
        ]);
    let tests = "chapters/05-framing/tests/all/peers.rs";
    let sandbox = Sandbox::new();
    sandbox.write(tests, "peer(\"curl\")\n").finds_in_sources(&[
        "book/appendices/peers.md:1: 05-framing needs `curl`, which is not here",
    ]);
    sandbox
        .write(
            "book/appendices/peers.md",
            "# Peers\n\n| peer | chapter |\n|---|---|\n| `python3` | 5 |\n| `curl`, `ss` | 4, 5 |\n\
             | `nc` | 5 |\n",
        )
        .finds_in_sources(&[
            "book/appendices/peers.md:6: it is needed by the chapters {5}",
            "book/appendices/peers.md:7: it is needed by the chapters {}",
        ]);
}

/// Adds an appendix to the map.
fn appendix(sandbox: &Sandbox, name: &str, text: &str) -> String {
    let path = format!("book/appendices/{name}.md");
    let link = format!("[{name}](appendices/{name}.md)\n[Peers]");
    sandbox
        .edit("book/SUMMARY.md", "[Peers]", &link)
        .write(&path, text);
    path
}

#[test]
fn what_a_page_marks_is_in_the_glossary_and_leads_back() {
    let sandbox = Sandbox::new();
    let glossary = appendix(
        &sandbox,
        "glossary",
        "# Glossary\n\nstream\n: Octets. See [sending](../05-framing/sending.md).\n\n\
         frame, of a stream\n: A *boxed* message. See [exercises](../05-framing/exercises.md#the-first).\n\n\
         gone\n: See [sending](../05-framing/sending.md).\n\nnowhere\n: Octets.\n",
    );
    sandbox
        .add(
            "**Start** here. All **streams** and the **stream** carry **frames**, as\na **box**, \
             **so it is.**\n\n- **Item**: one **boxed** thing.",
        )
        .finds_in_sources(&[
            &format!(
                "{SENDING}:25: the term \"box\" is not in the glossary; what is no term is not set \
                 in bold within a sentence"
            ),
            &format!(
                "{glossary}:6: the entry \"frame, of a stream\" leads to no page that says it"
            ),
            &format!(
                "{glossary}:6: the entry \"frame, of a stream\" leads to none of \
                 {{\"05-framing/sending.md\"}}, which mark it"
            ),
            &format!("{glossary}:9: the entry \"gone\" leads to no page that says it"),
            &format!("{glossary}:12: the entry \"nowhere\" leads to no page that says it"),
        ]);
}

#[test]
fn an_error_message_is_one_that_something_shows() {
    let sandbox = Sandbox::new();
    let head = "| words | said by | shown by |\n|---|---|---|";
    sandbox.write(
        "chapters/05-framing/python/from_python.py",
        "def it_says_so():\n    assert \"so it is\"\n\ndef other():\n    pass\n",
    );
    let errors = appendix(
        &sandbox,
        "errors",
        &format!(
            "# Errors\n\n## Sent\n\nSee [sending](../05-framing/sending.md).\n\n{head}\n\
             | `sent`, `so it is` | us | `streamer`, `it_says_so` |\n| `Sends` | us | `streamer` |\n\
             | `so it is` | Python | `other` |\n| `sent` | us | `gone` |\n| `sent` | us | |\n\
             | `lost` | others | not shown here |\n\n## Lost\n\nNobody knows.\n"
        ),
    );
    let unnamed = "the row names no scene or test, or one that is not there, and doesn't say that \
                   it is not shown";
    sandbox.finds_in_sources(&[
        &format!("{errors}:10: none of those named shows the words \"Sends\""),
        &format!("{errors}:11: none of those named shows the words \"so it is\""),
        &format!("{errors}:12: {unnamed}"),
        &format!("{errors}:13: {unnamed}"),
        &format!("{errors}:16: no page of a chapter explains it"),
    ]);
}

#[test]
fn a_command_exists_and_so_does_what_it_is_given() {
    for (command, what) in [
        ("just chekc 5", "the justfile has no recipe `chekc`"),
        (
            "cargo workbook chekc",
            "the workbook has no command `chekc`",
        ),
        ("just chapter 6", "there is no chapter `6`"),
        (
            "just chapter 5 nothing",
            "05-framing has no scene `nothing`",
        ),
        ("just check 5.2", "05-framing has the exercises 1 to 1"),
        ("just check nothing", "no chapter has an exercise `nothing`"),
        ("cargo workbook hint 7.1", "there is no chapter `7`"),
        ("just hint", "it needs a name"),
        ("just run nothing 1 2", "no chapter has a program `nothing`"),
        ("just measure 5 nothing", "05-framing measures no `nothing`"),
        ("just book print", "the book has no command `print`"),
    ] {
        let expected = format!("{SENDING}:24: `{command}`: {what}");
        Sandbox::new()
            .add(&format!("`{command}`"))
            .finds_in_sources(&[&expected]);
        let expected = format!("{SENDING}:25: `{command}`: {what}");
        Sandbox::new()
            .add(&format!("```sh\n{command}\n```"))
            .finds_in_sources(&[&expected]);
    }
}

#[test]
fn commands_that_exist_and_placeholders_pass() {
    let sandbox = Sandbox::new();
    for command in [
        "just",
        "just --list",
        "just test",
        "just chapter",
        "just chapter N [SCENE]",
        "just check N.M",
        "just check 5",
        "just check length_prefix",
        "just run NAME ARGS",
        "just hint 5.1",
        "just book build",
        "cargo workbook ...",
        "cargo build",
        "justice",
    ] {
        sandbox.add(&format!("`{command}`"));
    }
    sandbox.finds_in_sources(&[]);
}

#[test]
fn the_map_and_the_pages_agree() {
    Sandbox::new()
        .write("book/05-framing/lost.md", "# Lost\n\n## Check yourself\n")
        .finds(&[
            "book/05-framing/lost.md:1: the page is not in book/SUMMARY.md, so nobody finds it",
            "book/05-framing/lost.md:3: *Check yourself* has 0 answers in `<details>`; two or \
             three are due",
        ]);
    let problems = Sandbox::new().remove("book/index.md").problems();
    assert_eq!(
        problems[0],
        "book.toml:1: the book can't be built: failed to read chapter `index.md`: No such file \
         or directory (os error 2)"
    );
    assert_eq!(
        problems[1],
        "book/SUMMARY.md:3: the page index.md does not exist"
    );
}

#[test]
fn links_and_fragments_lead_somewhere() {
    Sandbox::new()
        .add("A [page](gone.md), a [place](exercises.md#gone),\n[here](#gone), a [root](/x.html).")
        .add("<a href=\"raw-gone.html\">raw</a>")
        .finds(&[
            &format!(
                "{SENDING}:24: the link exercises.html#gone leads to #gone, which \
                 05-framing/exercises.md does not have"
            ),
            &format!(
                "{SENDING}:24: the link gone.html leads to 05-framing/gone.md, which is not there"
            ),
            &format!(
                "{SENDING}:25: the link #gone leads to #gone, which 05-framing/sending.md does \
                 not have"
            ),
            &format!(
                "{SENDING}:25: the link /x.html begins at the root of a server: make it relative"
            ),
            &format!(
                "{SENDING}:27: the link raw-gone.html leads to 05-framing/raw-gone.md, which is \
                 not there"
            ),
        ]);
}

#[test]
fn the_same_broken_link_is_reported_at_each_place() {
    Sandbox::new()
        .add("[One](gone.md)\n\n[Two](gone.md)")
        .finds(&[
            &format!(
                "{SENDING}:24: the link gone.html leads to 05-framing/gone.md, which is not there"
            ),
            &format!(
                "{SENDING}:26: the link gone.html leads to 05-framing/gone.md, which is not there"
            ),
        ]);
}

#[test]
fn a_page_loads_nothing_from_outside() {
    let kinds = [
        "<img src=\"https://a.example/x\">",
        "![picture](https://b.example/x)",
        "<script src=\"https://c.example/x\"></script>",
        "<iframe src=\"https://d.example/x\"></iframe>",
        "<link rel=\"stylesheet\" href=\"//e.example/x\">",
        "<p style=\"background: url(http://f.example/x)\">x</p>",
    ];
    let found = Sandbox::new()
        .add(&kinds.join("\n\n"))
        .edit(
            "book/theme/own.css",
            "p {",
            "@import \"//g.example/x\"; p {",
        )
        .edit(
            "book/theme/fonts/fonts.css",
            "serif",
            "url('//h.example/x')",
        )
        .problems();
    let loads = |line: usize, address: &str| {
        format!("{SENDING}:{line}: the page loads {address} from outside")
    };
    let styles: Vec<&String> = found.iter().filter(|it| it.contains("the style")).collect();
    assert!(
        styles[0].ends_with(" loads //g.example/x from outside"),
        "{styles:?}"
    );
    assert!(
        styles[1].ends_with(" loads //h.example/x from outside"),
        "{styles:?}"
    );
    assert_eq!(styles.len(), 2);
    assert_eq!(
        found[2..],
        [
            loads(24, "https://a.example/x"),
            loads(26, "https://b.example/x"),
            loads(28, "https://c.example/x"),
            loads(30, "https://d.example/x"),
            loads(32, "//e.example/x"),
            format!("{SENDING}:34: the page's style loads http://f.example/x from outside"),
        ]
    );
}

#[test]
fn a_page_loads_nothing_that_is_missing() {
    Sandbox::new().add("![picture](gone.svg)").finds(&[&format!(
        "{SENDING}:24: the page loads gone.svg, which is not there"
    )]);
}

#[test]
fn a_figure_is_drawn_or_says_in_which_line_not() {
    Sandbox::new()
        .add("```figure sequence\n# One asks.\n\na | b\na -> b: x\n```")
        .finds(&[]);
    Sandbox::new()
        .add("```figure sequence\n# One asks.\n\na | b\na -> c: x\n```\n\n```figure pie\n```")
        .finds(&[
            &format!("{SENDING}:28: `c` is none of a, b"),
            &format!("{SENDING}:31: a figure is a `sequence`, a `layout`, `states` or a `tree`"),
        ]);
}

#[test]
fn the_playground_is_off() {
    Sandbox::new()
        .edit("book.toml", "runnable = false", "runnable = true")
        .finds(&[
            "book.toml:1: the playground is on, so a page asks play.rust-lang.org: set \
             `output.html.playground.runnable = false`",
        ]);
}

#[test]
fn a_page_is_light() {
    // Octets that no compression makes fewer.
    let mut state = 1u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u8
    })
    .take(100_000)
    .collect();
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("book/05-framing/noise.png"), noise).unwrap();
    sandbox.add("![noise](noise.png)");
    let found = sandbox.problems();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with(&format!("{SENDING}:1: the page makes a browser load 1"))
            && found[0].ends_with(" kB, compressed; 100 kB is the limit"),
        "{found:#?}"
    );
}

#[test]
fn a_page_is_short() {
    let words = "word ".repeat(1501);
    let found = Sandbox::new().add(&words).problems_in_sources();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains(" words; a page has 1500 at most"),
        "{found:#?}"
    );
}

#[test]
fn words_that_do_not_help_are_refused() {
    Sandbox::new()
        .add("Simply do it.\n\nOf course,\nit just works, obviously.\n\n`just test` is right, and so is *justice*.")
        .finds_in_sources(&[
            &format!("{SENDING}:24: \"simply\": leave it out"),
            &format!("{SENDING}:26: \"of course\": leave it out"),
            &format!("{SENDING}:27: \"just\": leave it out (the command is written `just`)"),
            &format!("{SENDING}:27: \"obviously\": leave it out"),
        ]);
}

#[test]
fn a_page_ends_with_questions() {
    Sandbox::new()
        .edit(SENDING, "## Check yourself", "## The end")
        .finds_in_sources(&[&format!(
            "{SENDING}:24: the page does not end with `## Check yourself`"
        )]);
    Sandbox::new()
        .edit(
            SENDING,
            "<details>\n<summary>Two?</summary>\n\nYes.\n\n</details>\n",
            "",
        )
        .finds_in_sources(&[&format!(
            "{SENDING}:24: *Check yourself* has 1 answers in `<details>`; two or three are due"
        )]);
    Sandbox::new()
        .edit(SENDING, "<summary>Two?</summary>\n", "")
        .finds_in_sources(&[&format!(
            "{SENDING}:24: a `<details>` without its `<summary>` or its end"
        )]);
}

#[test]
fn a_page_has_a_title() {
    Sandbox::new()
        .write("book/05-framing/index.md", "No title.\n")
        .finds_in_sources(&[
            "book/05-framing/index.md:1: the page has no title: begin it with `# `",
        ]);
}

const LIST: &str = "book/appendices/rfcs.md";

#[test]
fn an_rfc_is_in_the_table_wherever_it_is_cited() {
    let code = "chapters/05-framing/src/bin/streamer.rs";
    let scene = "chapters/05-framing/scenes/streamer.console";
    Sandbox::new()
        .add("See RFC\n1951, section 3, and\n**RFC 1950**.")
        .edit(code, "send();", "send(); // RFC 1952")
        .edit(code, "fn main", "// As RFC\n// 1953 has it.\nfn main")
        .edit(scene, "sent\n", "sent as RFC 1954 says\n")
        .finds_in_sources(&[
            &format!("{SENDING}:25: RFC 1951 is not in rfcs.toml"),
            &format!("{SENDING}:26: RFC 1950 is not in rfcs.toml"),
            &format!("{scene}:4: RFC 1954 is not in rfcs.toml"),
            &format!("{code}:2: RFC 1953 is not in rfcs.toml"),
            &format!("{code}:5: RFC 1952 is not in rfcs.toml"),
        ]);
}

#[test]
fn an_rfc_that_is_obsolete_is_called_so() {
    Sandbox::new()
        .edit(
            LIST,
            "| RFC 9293",
            "| RFC 896 (historic) | Congestion |\n| RFC 5246 | TLS |\n| RFC 9293",
        )
        .add(
            "RFC 5246 (obsolete), section 7. RFC 896, historic. RFC 5246, section 7.4.2, obsolete.",
        )
        .finds_in_sources(&[
            &format!("{SENDING}:24: RFC 5246 is obsolete: say so, as in `RFC 5246 (obsolete)`"),
            &format!("{LIST}:8: RFC 5246 is obsolete: say so, as in `RFC 5246 (obsolete)`"),
        ]);
}

#[test]
fn the_list_of_rfcs_has_the_titles_of_the_table_and_what_is_cited() {
    Sandbox::new()
        .edit(
            LIST,
            "| TCP |",
            "| UDP |\n| RFC 896 (historic) | Congestion |",
        )
        .add("RFC 5246 (obsolete).")
        .finds_in_sources(&[
            &format!("{LIST}:1: RFC 5246 is cited in chapter 5, and not listed there"),
            &format!("{LIST}:7: the title of RFC 9293 in rfcs.toml is \"TCP\""),
            &format!("{LIST}:8: RFC 896 is cited nowhere in chapter 5"),
        ]);
}

#[test]
fn the_table_of_rfcs_is_there_and_whole() {
    let table = "book/rfcs.toml";
    Sandbox::new().remove(table).finds_in_sources(&[
        &format!("{SENDING}:7: RFC 9293 is not in rfcs.toml"),
        &format!("{LIST}:7: RFC 9293 is not in rfcs.toml"),
    ]);
    Sandbox::new()
        .edit(table, "historic", "old")
        .finds_in_sources(&[&format!(
            "{table}:1: RFC 896: its status is one of [\"standards track\", \"best current \
             practice\", \"informational\", \"experimental\", \"historic\"]"
        )]);
    for key in ["title", "date"] {
        Sandbox::new()
            .edit(table, &format!("{key} ="), "other =")
            .finds_in_sources(&[&format!("{table}:1: RFC 9293: no {key}")]);
    }
}

#[test]
fn what_is_said_of_other_systems_is_marked() {
    let unmarked = |line: usize, system: &str| {
        format!("{SENDING}:{line}: a sentence on {system}, where no run has shown it, without a †")
    };
    Sandbox::new()
        .add(
            "On macOS it waits. On\nWindows† it *fails*. (BSD does\nneither.) It came with 4.2BSD.\n\n\
             | `send` | fails on FreeBSD |\n|---|---|\n| here | on Windows†, no. On Windows, yes |\n\n\
             <details>\n<summary>And on OpenBSD?</summary>\n\nNo.\n\n</details>",
        )
        .finds_in_sources(&[
            &unmarked(24, "macOS"),
            &unmarked(25, "BSD"),
            &unmarked(28, "FreeBSD"),
            &unmarked(30, "Windows"),
            &unmarked(33, "OpenBSD"),
        ]);
    // What to do there is no claim.
    let advice = "# Peers\n\n`python3`: on macOS, as you like.\n";
    Sandbox::new()
        .write("book/appendices/peers.md", advice)
        .finds_in_sources(&[]);
}

#[test]
fn a_solution_is_folded_unless_the_exercise_gives_it() {
    let solution = "chapters/05-framing/exercises/length_prefix/solution.rs";
    let stub = "chapters/05-framing/exercises/length_prefix/stub.rs";
    let include = "```rust\n{{#include ../../chapters/05-framing/exercises/length_prefix/solution.rs:all}}\n```";
    let sandbox = Sandbox::new();
    sandbox
        .write(
            solution,
            "// ANCHOR: all\n/// Ours.\nfn encode() {\n    42\n}\n// ANCHOR_END: all\n",
        )
        .write(stub, "fn encode() {\n    todo!()\n}\n")
        .add(include)
        .finds_in_sources(&[&format!(
            "{SENDING}:25: a solution stands open: fold it in `<details>`, or show what the \
             exercise itself gives"
        )]);
    sandbox
        .write(stub, "/// Yours.\nfn encode() {\n    42\n}\n")
        .finds_in_sources(&[]);
    sandbox
        .write(stub, "fn encode() {\n    todo!()\n}\n")
        .edit(
            SENDING,
            include,
            &format!("<details>\n<summary>It</summary>\n\n{include}\n\n</details>"),
        )
        .finds_in_sources(&[]);
}

#[test]
fn an_entry_of_the_errata_names_what_shows_it() {
    let errata = "book/appendices/errata.md";
    let sandbox = Sandbox::new();
    sandbox
        .edit(
            "book/SUMMARY.md",
            "[Peers]",
            "[Errata](appendices/errata.md)\n[Peers]",
        )
        .write(
            "chapters/05-framing/tests/all/main.rs",
            "#[test]\n#[cfg(unix)]\nfn it_is_so() {}\n\nfn helper() {}\n",
        )
        .write(
            errata,
            "# Errata\n\nA test shows each.\n\n## \"One\"\n\nNo. The test `it_is_so`.\n\n\
             ## \"Two\"\n\nNo: `streamer --fast`. A test, too.\n\n## \"Three\"\n\nNo: `helper`.\n\n\
             ## \"Four\"\n\nNo (not shown\nhere).\n\n## \"Five\"\n\nNo. The test `python_is_so`.\n",
        )
        .write(
            "chapters/05-framing/python/from_python.py",
            "def python_is_so():\n    assert True\n",
        )
        .finds_in_sources(&[
            &format!("{errata}:11: the sentence speaks of a test, and names none that there is"),
            &format!(
                "{errata}:13: the entry names no program, scene, exercise or test that shows it, \
                 and doesn't say that it is not shown"
            ),
        ]);
}

#[test]
fn what_mdbook_complains_about_is_a_problem() {
    let found = Sandbox::new().add("<div>never ended").problems();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with(&format!(
            "{SENDING}:1: mdBook says: unclosed HTML tag `<div>`"
        )),
        "{found:#?}"
    );
}

#[test]
fn all_problems_are_reported_at_once() {
    let found = Sandbox::new()
        .add("Simply a [link](gone.md) and `just nothing`.")
        .edit(SENDING, ":send}}", ":gone}}")
        .problems();
    assert_eq!(found.len(), 5, "{found:#?}"); // the fifth: the anchor stands there for nothing
    assert!(
        found[0].starts_with(&format!("{SENDING}:4: ")),
        "{found:#?}"
    );
}

#[test]
fn an_include_of_an_include_must_be_there_too() {
    Sandbox::new()
        .write("book/part.txt", "{{#include gone.txt}}\n")
        .add("{{#include ../part.txt}}")
        .finds(&[&format!(
            "{SENDING}:1: the page shows an unresolved `{{{{#`"
        )]);
}

#[test]
fn the_page_that_an_exercise_names_is_there() {
    let stub = "chapters/05-framing/exercises/length_prefix.rs";
    let sandbox = Sandbox::new();
    sandbox
        .write(
            stub,
            "//! Lengths\n//!\n//! Page: 05-framing/exercises.md#the-first\n",
        )
        .finds(&[]);
    sandbox
        .write(
            stub,
            "//! Lengths\n//!\n//! Page: 05-framing/exercises.md#gone\n",
        )
        .finds(&[&format!(
            "{stub}:3: the link 05-framing/exercises.html#gone leads to #gone, which \
             05-framing/exercises.md does not have"
        )]);
    sandbox
        .write(stub, "//! Lengths\n//!\n//! Page: 05-framing/gone.md\n")
        .finds(&[&format!(
            "{stub}:3: the link 05-framing/gone.html leads to 05-framing/gone.md, which is not \
             there"
        )]);
}

#[test]
fn what_is_said_of_python_has_been_run() {
    let sandbox = Sandbox::new();
    sandbox
        .write(
            "chapters/05-framing/python/streamer.py",
            "\"\"\"Not recv.\"\"\"\nimport socket  # and not bind\nsocket.sendall(AF_INET)\n",
        )
        .add(
            "> **From Python.** `sendall` is `send`, and `socket.recv`\n> is nothing: `bind`.\n\n\
             > Nor is `listen`.\n\n> **Pitfall.** `accept`.\n\n\
             | Python | Rust |\n|---|---|\n| `socket.sendall(n)`, `AF_*` | `send` |\n\
             | `sendfile`, `PF_*` | `send_all` |",
        )
        .finds_in_sources(&[
            &format!("{SENDING}:24: no script and no source of a chapter has `recv`"),
            &format!("{SENDING}:25: no script and no source of a chapter has `bind`"),
            &format!("{SENDING}:27: no script and no source of a chapter has `listen`"),
            &format!("{SENDING}:34: no script of a chapter runs `PF_*` of Python"),
            &format!("{SENDING}:34: no script of a chapter runs `sendfile` of Python"),
            &format!("{SENDING}:34: no source of a chapter has `send_all` of Rust"),
        ]);
}

/// Of the real appendix: names of another version or system are marked, and rightly.
#[test]
fn the_names_in_the_appendix_are_pythons() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let script = format!("{folder}/src/lint/names.py");
    let page = format!("{folder}/../../book/appendices/python-to-rust.md");
    testkit::claims(&script, &[&page]);
}

#[test]
fn a_box_has_one_of_four_names() {
    Sandbox::new()
        .add("> **Predict.** One,\n> **or** two?\n\n> **Pitfall: three.** It is four.\n")
        .finds_in_sources(&[&format!(
            "{SENDING}:27: a box begins with one of **Predict.**, **From Python.**, \
             **On the wire.**, **Pitfall.**"
        )]);
}

#[test]
fn a_box_from_python_is_short() {
    let code =
        ">\n> ```python\n> {{#include ../../chapters/05-framing/python/streamer.py}}\n> ```\n>";
    Sandbox::new()
        .add(&format!(
            "> **From Python.** One,\n> two.\n{code}\n> Three."
        ))
        .finds_in_sources(&[]);
    Sandbox::new()
        .add(&format!(
            "> **From Python.** One,\n> two.\n{code}\n> Three,\n> four."
        ))
        .finds_in_sources(&[&format!(
            "{SENDING}:24: 4 lines from Python; a box has 3 at most"
        )]);
}

#[test]
fn the_result_of_a_measured_table_stands_above_it() {
    let table = "{{#include ../../chapters/05-framing/measured/two.md}}";
    let sandbox = Sandbox::new();
    sandbox
        .write("chapters/05-framing/measured/two.plan", "# Two\n")
        .write("chapters/05-framing/measured/two.md", "**Two**\n")
        .add(&format!(
            "## It\n\n**The second way takes half as long.** See:\n\n{table}"
        ))
        .finds_in_sources(&[]);
    sandbox
        .edit(
            SENDING,
            "**The second way takes half as long.**",
            "As **long**.",
        )
        .edit(SENDING, table, &format!("```text\n{table}\n```"))
        .finds_in_sources(&[
            &format!(
                "{SENDING}:29: a measured table in a fence: it is Markdown, include it without one"
            ),
            &format!(
                "{SENDING}:29: a measured table without its result in bold in the text above it"
            ),
        ]);
    sandbox
        .edit(SENDING, "```text\n", "")
        .edit(SENDING, "}}\n```\n\n## Check", "}}\n\n## Check")
        .finds(&["book.toml:1: the book can't be built: \
            chapters/05-framing/measured/two.md:1: a table without rows, or no word on how they were measured",
            &format!("{SENDING}:28: a measured table without its result in bold in the text above it")]);
}
