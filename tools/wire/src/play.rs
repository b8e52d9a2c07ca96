//! A scene, played in a network of its own while that is captured.

use std::io;
use std::path::Path;

use scene::{Canon, Event, Scene, Stage, Verdict};

use crate::canon::{self, Deed};
use crate::capture::{Capture, Frame};
use crate::follow::{Flow, Follower, Row};
use crate::format::{End, Wire};
use crate::network;
use crate::packet::Packet;

/// What a play has brought.
#[derive(Debug)]
pub struct Play {
    /// How it came out.
    pub verdict: Verdict,
    /// All that went over the wire.
    pub frames: Vec<Frame>,
    /// The same, decoded.
    pub rows: Vec<Row>,
    /// The connections, in the order in which they began,
    pub flows: Vec<Flow>,
    /// and whose they are.
    pub ends: Vec<(End, End)>,
    /// What was done meanwhile.
    pub deeds: Vec<Deed>,
    /// What of it no run may change.
    pub wire: Wire,
}

/// What is noted while a scene is played.
struct Notes {
    capture: Capture,
    marks: usize,
    deeds: Vec<Deed>,
    canon: Option<Canon>,
}

impl Notes {
    fn begin() -> io::Result<Notes> {
        Ok(Notes {
            capture: Capture::start()?,
            marks: 0,
            deeds: Vec::new(),
            canon: None,
        })
    }

    fn hear(&mut self, event: &Event<'_>) -> io::Result<()> {
        let (terminal, line) = match event {
            Event::Started { terminal, command } => (*terminal, format!("$ {command}")),
            Event::Typed { terminal, text } => (*terminal, format!("< {text}")),
            Event::Interrupted { terminal } => (*terminal, "^C".to_owned()),
            Event::EndOfInput { terminal } => (*terminal, "^D".to_owned()),
            Event::Played(canon) => {
                self.canon = Some((*canon).clone());
                ("", String::new())
            }
            Event::Again => {
                *self = Notes::begin()?;
                return Ok(());
            }
            Event::Line { .. } | Event::Exited { .. } | Event::Verdict(_) => ("", String::new()),
        };
        if !line.is_empty() {
            self.deeds.push(Deed {
                // An event is told after the deed, and what the deed brings may have
                // begun: it comes behind the mark before this one.
                marks: self.marks,
                terminal: terminal.to_owned(),
                line: format!("{terminal}{line}"),
            });
        }
        self.marks += 1;
        self.capture.mark()
    }
}

/// Plays the scene, with the programs in the folder `programs` and the files of the
/// chapter. This process must be in a network of its own, and have nobody else in it.
///
/// # Errors
///
/// When the network can't be captured; a scene that goes another way is none.
pub fn play(scene: &Scene, programs: &Path, chapter: &Path) -> Result<Play, String> {
    let failed = |what: &str, error: io::Error| format!("{what}: {error}");
    network::loopback_up().map_err(|error| failed("bring up loopback", error))?;
    let mut notes = Notes::begin().map_err(|error| failed("capture loopback", error))?;
    let mut wrong = None;
    let stage = Stage::new(programs).files(chapter).alone(true);
    let verdict = stage.play(scene, &mut |event| {
        if wrong.is_none() {
            wrong = notes.hear(&event).err();
        }
    });
    // All programs have ended by now, and sent what their end makes them send.
    // If a mark was not seen, whoever reads may know why.
    let frames = notes
        .capture
        .stop()
        .and_then(|frames| wrong.map_or(Ok(frames), Err));
    let frames = frames.map_err(|error| failed("capture loopback", error))?;
    let mut follower = Follower::default();
    let mut rows = Vec::new();
    for (nth, frame) in frames.iter().enumerate() {
        let packet = Packet::decode(&frame.octets)
            .map_err(|error| format!("frame {} can't be decoded: {error}", nth + 1))?;
        rows.push(follower.follow(frame.when, frame.marks, packet));
    }
    let flows = follower.flows;
    let (ends, wire) = match &notes.canon {
        Some(canon) => {
            let ends = canon::ends(scene, canon, &notes.deeds, &flows, &rows);
            let wire = canon::wire(scene, canon, &flows, &ends, &rows);
            (ends, wire)
        }
        // It was skipped.
        None => (
            Vec::new(),
            Wire {
                title: scene.title.clone(),
                flows: Vec::new(),
            },
        ),
    };
    Ok(Play {
        verdict,
        frames,
        rows,
        flows,
        ends,
        deeds: notes.deeds,
        wire,
    })
}
