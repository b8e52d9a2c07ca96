//! Each wire is what goes over the wire.

use std::fs;

use crate::support::{can_play, each, play, wires};

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
    each(&wires(), |found| {
        let output = play(found, &["--canonical"]);
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let run = String::from_utf8_lossy(&output.stdout);
        let book = fs::read_to_string(&found.file).unwrap();
        match book == run {
            true => Ok(()),
            false => Err(difference(&book, &run)),
        }
    });
}

#[test]
fn each_wire_belongs_to_a_scene_and_can_be_read() {
    for found in wires() {
        let text = fs::read_to_string(&found.file).unwrap();
        let wire = wire::Wire::parse(&text);
        let wire = wire.unwrap_or_else(|error| panic!("{}: {error}", found.file.display()));
        let scene = scene::Scene::load(&found.file.with_extension("console")).unwrap();
        assert_eq!(wire.title, scene.title, "{}", found.scene);
        assert!(!wire.flows.is_empty(), "{}: nothing is sent", found.scene);
    }
}
