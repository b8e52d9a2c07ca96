//! Scenes that are blessed, and chapters that are played.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::support::{Scratch, stage};
use scene::{BlessError, bless, scenes};

/// A chapter of its own, with these scenes.
fn chapter(name: &str, scenes: &[(&str, &str)]) -> Scratch {
    let chapter = Scratch::new(name);
    let folder = chapter.path.join("scenes");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in scenes {
        fs::write(folder.join(name), text).unwrap();
    }
    chapter
}

fn file(chapter: &Scratch, name: &str) -> PathBuf {
    chapter.path.join("scenes").join(name)
}

#[test]
fn a_scene_is_rewritten_with_what_came() {
    let chapter = chapter(
        "bless",
        &[(
            "a.console",
            "# T\n#: port 7\n$ actor args 7 x\nold\n[exit 1]\n",
        )],
    );
    let a = file(&chapter, "a.console");
    assert!(bless(&a, &stage()).unwrap());
    let written = "# T\n#: port 7\n$ actor args 7 x\n[\"7\", \"x\"]\n";
    assert_eq!(fs::read_to_string(&a).unwrap(), written);
    assert!(!bless(&a, &stage()).unwrap());
}

#[test]
fn a_scene_that_is_as_written_stays_to_the_byte() {
    let text = "# T\n\n#:  port   7\n\n$  actor say x \nx\n";
    let chapter = chapter("bless-same", &[("a.console", text)]);
    let a = file(&chapter, "a.console");
    assert!(!bless(&a, &stage()).unwrap());
    assert_eq!(fs::read_to_string(&a).unwrap(), text);
}

#[test]
fn samples_that_still_match_stay() {
    let text = "# T\n$ actor say 'took 5 ms' new 'took 6 ms'\n#~ took * ms\ntook 1 ms\nold\n#~ took * ms\ntook 2 ms\n";
    let chapter = chapter("bless-sample", &[("a.console", text)]);
    let a = file(&chapter, "a.console");
    assert!(bless(&a, &stage()).unwrap());
    assert_eq!(fs::read_to_string(&a).unwrap(), text.replace("old", "new"));
}

#[test]
fn samples_that_no_longer_match_are_replaced() {
    let text = "# T\n$ actor say 'sent 5 MB' 'took 6 ms'\n#~ sent * kB\nsent 1 kB\n#~ took * ms\ntook 2 ms\n";
    let chapter = chapter("bless-new", &[("a.console", text)]);
    let a = file(&chapter, "a.console");
    assert!(bless(&a, &stage()).unwrap());
    let written = text.replace("#~ sent * kB\nsent 1 kB", "sent 5 MB");
    assert_eq!(fs::read_to_string(&a).unwrap(), written);
}

#[test]
fn a_scene_that_differs_each_time_is_not_blessed() {
    let chapter = chapter("bless-wild", &[("a.console", "# T\n$ actor wild\n")]);
    let a = file(&chapter, "a.console");
    let error = bless(&a, &stage()).unwrap_err();
    assert!(matches!(error, BlessError::Unstable(_)));
    let text = error.to_string();
    assert!(text.starts_with("The scene was written, but the next run differed from it; a number that differs needs a `#~` line above it.\na.console:2: $ actor wild\n"), "{text}");
    // It was written: that is where the `#~` line goes.
    assert!(fs::read_to_string(&a).unwrap().contains("\nstuck after "));
}

#[test]
fn a_scene_that_can_not_be_played_stays() {
    let text = "# T\n#: deadline 1s\n$ actor hang\n";
    let chapter = chapter("bless-hang", &[("a.console", text), ("b.console", "# T\n")]);
    let a = file(&chapter, "a.console");
    let error = bless(&a, &stage()).unwrap_err();
    assert!(matches!(error, BlessError::Play(_)), "{error}");
    assert_eq!(fs::read_to_string(&a).unwrap(), text);
    let error = bless(&file(&chapter, "b.console"), &stage()).unwrap_err();
    assert!(matches!(error, BlessError::Load(_)), "{error}");
}

#[test]
fn a_scene_that_can_not_be_written_stays() {
    let text = "# T\n$ actor say x\nold\n";
    let chapter = chapter("bless-full", &[("a.console", text)]);
    let a = file(&chapter, "a.console");
    // As on a full disk: a file can be made, and nothing be put into it.
    let status = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"])
        .arg(env::current_exe().unwrap())
        .args(["--exact", "bless::fails_to_write", "--ignored"])
        .env("SCENE", &a)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(fs::read_to_string(&a).unwrap(), text);
    let left = fs::read_dir(a.parent().unwrap()).unwrap();
    assert_eq!(left.count(), 1, "the file alone");
}

#[test]
#[ignore = "run by another test"]
fn fails_to_write() {
    let a = PathBuf::from(env::var_os("SCENE").unwrap());
    let error = bless(&a, &stage()).unwrap_err();
    assert!(matches!(error, BlessError::Write(_)), "{error}");
}

#[test]
fn scenes_are_listed_by_name() {
    let chapter = chapter(
        "list",
        &[("b.console", ""), ("a.console", ""), ("c.txt", "")],
    );
    let expected = [file(&chapter, "a.console"), file(&chapter, "b.console")];
    assert_eq!(scenes(&chapter.path).unwrap(), expected);
    assert_eq!(
        scenes(Path::new("/nowhere/at/all")).unwrap(),
        [] as [PathBuf; 0]
    );
}

#[test]
fn a_chapter_that_is_as_written_passes() {
    let all: Vec<(String, String)> = (0..12)
        .map(|n| {
            (
                format!("{n}.console"),
                format!("# T\n$ actor say {n}\n{n}\n"),
            )
        })
        .collect();
    let all: Vec<(&str, &str)> = all.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let chapter = chapter("passes", &all);
    scene::testing::play_chapter(chapter.path.to_str().unwrap());
}

#[test]
fn a_chapter_fails_with_all_its_reports() {
    let chapter = chapter(
        "fails",
        &[
            ("a.console", "# T\n$ actor say x\ny\n"),
            ("b.console", "# T\n$ actor say x\nx\n"),
            ("c.console", "# T\n#: only linux macos\n$ actor | x\n"),
        ],
    );
    assert_eq!(
        failure(&chapter.path),
        format!(
            "\n\n\
a.console:2: $ actor say x
The output is not as the book has it.

  - the book   + this run
  - y
  + x

If this run is right and the book is not: {} a

{}:3: `|` is a pipe to a shell, and a scene has no shell: put it in single quotes

2 of 3 scenes differ",
            surroundings::command_text("bless"),
            file(&chapter, "c.console").display()
        )
    );
}

#[test]
fn a_chapter_without_scenes_fails() {
    let chapter = chapter("empty", &[]);
    assert_eq!(
        failure(&chapter.path),
        format!(
            "\n\nthere is no scene: {}/scenes/*.console",
            chapter.path.display()
        )
    );
}

/// With which message the chapter's test fails.
fn failure(chapter: &Path) -> String {
    let chapter = chapter.to_str().unwrap().to_owned();
    let panic = std::panic::catch_unwind(|| scene::testing::play_chapter(&chapter)).unwrap_err();
    panic.downcast_ref::<String>().unwrap().clone()
}
