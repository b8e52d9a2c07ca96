//! A seed gives one run, and what is drawn is what was measured.

use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lab::deposits::Bug;
use lab::find_the_seed::find_the_seed;
use lab::simulated::{Weather, run};
use lab::trace::Trace;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::sleep;
use turmoil::net::{TcpListener, TcpStream};

const WEATHER: Weather = Weather {
    loss: 0.1,
    delay: Duration::from_millis(100),
    partition: true,
    crash: true,
};

#[test]
fn a_seed_gives_one_run_to_the_octet() {
    for seed in 0..6 {
        let [first, second] = [(); 2].map(|()| {
            let trace = Trace::default();
            let run = run(seed, WEATHER, None, &trace).unwrap();
            (run, trace.lines())
        });
        assert_eq!(first, second, "seed {seed}");
    }
    let trace = Trace::default();
    assert_ne!(
        run(1, WEATHER, None, &trace).unwrap().events,
        run(2, WEATHER, None, &trace).unwrap().events
    );
}

#[test]
fn each_bug_is_found_and_none_without() {
    let found = |seeds, bug, crash| {
        let weather = Weather {
            loss: if crash { 0.1 } else { 0.0 },
            partition: false,
            crash,
            ..WEATHER
        };
        find_the_seed(0..seeds, |seed| {
            run(seed, weather, bug, &Trace::default()).unwrap()
        })
    };
    assert_eq!(found(10, None, true), None);
    assert_eq!(found(10, Some(Bug::ForgetsInACrash), false), None);
    assert!(found(40, Some(Bug::KnowsTheLast), false).is_some());
    assert!(found(40, Some(Bug::ForgetsInACrash), true).is_some());
}

/// In another process nothing is the same but the seed.
#[test]
fn another_process_gives_the_same_run() {
    let play = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
        command.args(["--seed", "7", "--partition", "--crash", "--trace"]);
        command.output().unwrap().stdout
    };
    let first = play();
    assert!(first.len() > 1000);
    assert_eq!(first, play());
}

#[test]
fn a_seed_by_chance_is_told_and_can_be_played() {
    let play = |options: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
            .args(options)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let first = play(&["--trace"]);
    let seed = first.lines().next().unwrap().strip_prefix("seed ").unwrap();
    assert_eq!(first, play(&["--trace", "--seed", seed]));
}

/// What the page says of TCP in a simulation: behind a segment that was lost nothing arrives,
/// however long the network has been whole again.
#[test]
fn a_lost_segment_is_not_sent_again() {
    let seconds = Duration::from_secs;
    let mut sim = turmoil::Builder::new()
        .rng_seed(1)
        .simulation_duration(seconds(60))
        .build();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ledger = Arc::clone(&heard);
    sim.host("server", move || {
        let heard = Arc::clone(&ledger);
        async move {
            let listener = TcpListener::bind(("0.0.0.0", 1060)).await?;
            let (mut stream, _) = listener.accept().await?;
            while let Ok(octet) = stream.read_u8().await {
                heard.lock().unwrap().push(octet);
            }
            Ok(())
        }
    });
    sim.client("client", async move {
        let mut stream = TcpStream::connect(("server", 1060)).await?;
        for octet in 1..=3 {
            stream.write_u8(octet).await?;
            sleep(seconds(10)).await;
        }
        Ok(())
    });
    // Who is the first to pass a line that `tracing` may be told of decides for all threads
    // whether anybody wants it: without an ear here, the traces of other tests have gaps.
    Trace::default().during(|| {
        let mut done = false;
        while !done {
            match sim.elapsed() {
                now if now == seconds(5) => sim.partition("client", "server"),
                now if now == seconds(15) => sim.repair("client", "server"),
                _ => {}
            }
            done = sim.step().unwrap();
        }
    });
    assert_eq!(*heard.lock().unwrap(), [1]);
}

/// The picture on the page. With `BLESS=1` it is drawn instead.
#[test]
fn the_picture_is_what_load_draws() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answers.svg");
    let mut load = Command::new(env!("CARGO_BIN_EXE_load"));
    load.args(["stalled", "--rate", "100", "--svg"]).arg(&file);
    assert!(load.output().unwrap().status.success());
    let drawn = fs::read_to_string(file).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/measured/answers.svg");
    if std::env::var_os("BLESS").is_some() {
        return fs::write(path, drawn).unwrap();
    }
    let hint = "BLESS=1 cargo test -p lab --test all the_picture draws it";
    assert!(fs::read_to_string(path).unwrap() == drawn, "{hint}");
}
