//! Whatever happens, no process and no folder is left behind.
//!
//! Some of this ends a whole process or all its plays, and is done in a process of
//! its own: the test runs itself once more, with one of the tests that are ignored.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use crate::support::{Scratch, Witness, as_written, gone, report, scene, stage};
use scene::{Event, Scene, Verdict};

/// The scene of the tests below: an actor that holds on to `witness`, with a port
/// that is reserved meanwhile.
fn holding(witness: &str) -> Scene {
    scene(&format!(
        "$ actor hold {witness} 127.0.0.1:1060\nholding\n^C\n[signal 2]\n"
    ))
}

/// Runs the ignored test `name` in a process whose folder for temporary files is
/// `temp`.
fn another(name: &str, witness: &Witness, temp: &Path) -> Child {
    fs::create_dir_all(temp).unwrap();
    Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            &format!("leftovers::{name}"),
            "--ignored",
            "--nocapture",
        ])
        .env("WITNESS", witness.path())
        .env("TMPDIR", temp)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait_for_line(child: &mut Child, line: &str) {
    let stdout = BufReader::new(child.stdout.as_mut().unwrap());
    assert!(stdout.lines().any(|l| l.unwrap().contains(line)));
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn after_a_listener_has_panicked() {
    let witness = Witness::new("panic");
    let scene = holding(witness.path());
    let played = std::panic::catch_unwind(|| {
        stage().play(&scene, &mut |event| {
            if let Event::Line { .. } = event {
                panic!("on purpose");
            }
        })
    });
    assert!(played.is_err());
    gone(witness.meet());
}

#[test]
fn after_a_scene_that_differs() {
    let witness = Witness::new("differs");
    let scene = scene(&format!(
        "$ actor hold {}\nholding on\n^C\n",
        witness.path()
    ));
    let verdict = stage().play(&scene, &mut |_| {});
    assert!(matches!(verdict, Verdict::Differs(_)));
    gone(witness.meet());
}

#[test]
fn children_that_nobody_hears_of() {
    let witness = Witness::new("quiet");
    as_written(&format!("$ actor leave-quietly {}\nleft\n", witness.path()));
    gone(witness.meet());
}

#[test]
fn after_this_process_was_killed() {
    let witness = Witness::new("killed");
    let temp = Scratch::new("killed-temp");
    let mut child = another("plays_until_it_is_killed", &witness, &temp.path);
    wait_for_line(&mut child, "holding");
    let stream = witness.meet();
    assert_eq!(entries(&temp.path).len(), 1);
    child.kill().unwrap(); // SIGKILL: nothing of it runs any more
    child.wait().unwrap();
    gone(stream);
    // The guard kills first and then removes; nobody can wait for it but by looking.
    let until = Instant::now() + Duration::from_secs(30);
    while !entries(&temp.path).is_empty() {
        assert!(Instant::now() < until, "{:?}", entries(&temp.path));
        thread::yield_now();
    }
}

#[test]
#[ignore = "run by another test"]
fn plays_until_it_is_killed() {
    let scene = scene(&format!(
        "$ actor hold {} 127.0.0.1:1060\nholding\n\n^C\n",
        env::var("WITNESS").unwrap()
    ));
    stage().play(&scene, &mut |event| println!("{event:?}"));
}

#[test]
fn after_everything_was_stopped() {
    let witness = Witness::new("stopped");
    let temp = Scratch::new("stopped-temp");
    let mut child = another("stops_everything", &witness, &temp.path);
    let stream = witness.meet();
    gone(stream);
    assert!(child.wait().unwrap().success());
}

#[test]
#[ignore = "run by another test"]
fn stops_everything() {
    let scene = holding(&env::var("WITNESS").unwrap());
    let verdict = stage().play(&scene, &mut |event| {
        if let Event::Line { .. } = event {
            scene::kill_all();
            // As far as this process's folder goes, nothing was ever here.
            assert_eq!(entries(&env::temp_dir()), [] as [PathBuf; 0]);
        }
    });
    let Verdict::Differs(report) = verdict else {
        panic!("{verdict:?}");
    };
    assert!(report.to_string().contains("signal 9"), "{report}");
    // What is stopped starts nothing more, and the next scene plays.
    let other = self::scene("a$ actor say x\nx\nb$ actor say y\ny\n");
    let verdict = stage().play(&other, &mut |event| {
        if let Event::Exited { terminal: "a", .. } = event {
            scene::kill_all();
        }
    });
    let Verdict::Differs(report) = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!(
        report.what,
        "`actor` could not be started: everything was stopped."
    );
    assert_eq!(stage().play(&other, &mut |_| {}), Verdict::AsWritten);
}

#[test]
fn a_finished_process_leaves_no_folder() {
    let witness = Witness::new("finished");
    let temp = Scratch::new("finished-temp");
    let mut child = another("plays_to_the_end", &witness, &temp.path);
    gone(witness.meet());
    assert!(child.wait().unwrap().success());
    let until = Instant::now() + Duration::from_secs(30);
    while !entries(&temp.path).is_empty() {
        assert!(Instant::now() < until, "{:?}", entries(&temp.path));
        thread::yield_now();
    }
}

#[test]
#[ignore = "run by another test"]
fn plays_to_the_end() {
    let scene = holding(&env::var("WITNESS").unwrap());
    assert_eq!(stage().play(&scene, &mut |_| {}), Verdict::AsWritten);
}

#[test]
fn ctrl_c_counts_also_where_the_player_itself_ignores_it() {
    let witness = Witness::new("ignored");
    // As a shell starts a command with `&`.
    let status = Command::new("sh")
        .args([
            "-c",
            "trap '' INT; exec \"$0\" --exact plays_to_the_end --ignored",
        ])
        .arg(env::current_exe().unwrap())
        .env("WITNESS", witness.path())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn a_missing_peer_is_a_failure_where_peers_are_required() {
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "requires_peers", "--ignored"])
        .env("PEERS", "required")
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
#[ignore = "run by another test"]
fn requires_peers() {
    let report = report("#: needs sh no-such-peer\n$ actor say\n");
    assert_eq!(
        report,
        "test.console:1: # A test.\npeer missing: no-such-peer (PEERS=required)\n"
    );
}
