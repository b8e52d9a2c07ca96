//! Each wire is what goes over the wire.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;

use wire::Wire;

use crate::support::{Found, can_play, each, play, wires};
use crate::tshark;

/// The first line that differs, and what was there instead.
fn difference(file: &str, run: &str) -> String {
    let lines = file.lines().zip(run.lines()).enumerate();
    let differs = lines
        .map(|(nth, pair)| (nth + 1, pair))
        .find(|(_, (a, b))| a != b);
    let (nth, (book, run)) = differs.unwrap_or((
        file.lines().count().min(run.lines().count()) + 1,
        ("another length", ""),
    ));
    format!("line {nth}\n  - the book   + this run\n  - {book}\n  + {run}")
}

#[test]
fn what_goes_over_the_wire_is_what_the_book_shows() {
    if !can_play() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let captures = Mutex::new(Vec::new());
    each(&wires(), |found| {
        let name = format!("{}-{}", found.chapter, found.scene);
        let file = folder.path().join(name);
        let output = play(found, &["--canonical", "--pcapng", file.to_str().unwrap()]);
        let why = String::from_utf8_lossy(&output.stderr);
        if why.trim_end().ends_with("(skipped)") {
            // A peer is missing, and none is required.
            let _ = writeln!(io::stderr(), "{}: {why}", found.scene);
            return Ok(());
        }
        if !output.status.success() {
            return Err(why.into_owned());
        }
        let frames = tshark::read(&fs::read(file).unwrap());
        captures.lock().unwrap().push(frames);
        let run = Wire::parse(&String::from_utf8_lossy(&output.stdout)).unwrap();
        let book = fs::read_to_string(&found.file).unwrap();
        let file = Wire::parse(&book).map_err(|error| error.to_string())?;
        let run = run.like(&file).to_string();
        match book == run {
            true => Ok(()),
            false => Err(difference(&book, &run)),
        }
    });
    tshark::agrees(&captures.into_inner().unwrap().concat());
}

/// More than the system would keep in a socket's own queue.
#[test]
fn a_large_transfer_loses_no_frame() {
    if !can_play() {
        return;
    }
    let found = Found {
        chapter: "framing".to_owned(),
        scene: "zero-copy".to_owned(),
        file: PathBuf::new(),
    };
    let output = play(&found, &["--canonical"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("-> 1048832 octets").count(), 5, "{text}");
}

#[test]
fn each_wire_belongs_to_a_scene_and_can_be_read() {
    for found in wires() {
        let text = fs::read_to_string(&found.file).unwrap();
        let wire = Wire::parse(&text);
        let wire = wire.unwrap_or_else(|error| panic!("{}: {error}", found.file.display()));
        let scene = scene::Scene::load(&found.file.with_extension("console")).unwrap();
        assert_eq!(wire.title, scene.title, "{}", found.scene);
        assert!(!wire.flows.is_empty(), "{}: nothing is sent", found.scene);
    }
}
