//! Scenes that go as written.

use std::os::fd::AsRawFd;
use std::process::Command;
use std::{env, fs};

use crate::support::{as_written, events, play, scene, stage};
use scene::{Scene, Stage, Verdict};

#[test]
fn one_command_in_one_terminal() {
    as_written("$ actor say hello\nhello\n");
    as_written("$ actor say\n");
    as_written("$ actor say ''\n\n");
}

#[test]
fn a_server_and_two_clients_over_tcp() {
    as_written(
        "\
server$ actor tcp-server 127.0.0.1:1060
Listening at 127.0.0.1:1060
client$ actor tcp-client 127.0.0.1:1060 'Hello, world!'
I am 127.0.0.1:50001
The answer is \"HELLO, WORLD!\"
server>
127.0.0.1:50001 says \"Hello, world!\"
client$ actor tcp-client localhost:1060 again
I am 127.0.0.1:50002
The answer is \"AGAIN\"
server>
127.0.0.1:50002 says \"again\"
server^C
[signal 2]
",
    );
}

#[test]
fn the_system_may_choose_the_port() {
    as_written(
        "\
server$ actor tcp-server 127.0.0.1:0
Listening at 127.0.0.1:50001
client$ actor tcp-client 127.0.0.1:50001 x
I am 127.0.0.1:50002
The answer is \"X\"
server>
127.0.0.1:50002 says \"x\"
server^C
[signal 2]
",
    );
}

#[test]
fn udp() {
    as_written(
        "\
server$ actor udp-server 127.0.0.1:53
Listening at 127.0.0.1:53
client$ actor udp-client 127.0.0.1:53 hello
127.0.0.1:53 answers \"HELLO\"
server>
127.0.0.1:50001 says \"hello\"
server^C
[signal 2]
",
    );
}

#[test]
fn ipv6() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        println!("no IPv6 here (skipped)");
        return;
    }
    as_written(
        "\
server$ actor tcp-server '[::1]:1060'
Listening at [::1]:1060
client$ actor tcp-client '[::1]:1060' x
I am [::1]:50001
The answer is \"X\"
server>
[::1]:50001 says \"x\"
server^C
[signal 2]
",
    );
}

#[test]
fn unix_sockets_live_in_the_working_directory() {
    as_written(
        "\
server$ actor unix-server echo.sock
Listening at echo.sock
client$ actor unix-client echo.sock x
The answer is \"X\"
server>
A client says \"x\"
server^C
[signal 2]
",
    );
}

#[test]
fn declared_ports_stand_alone() {
    as_written(
        "#: port 1060\n$ actor args 1060 --port=1060 10600\n[\"1060\", \"--port=1060\", \"10600\"]\n",
    );
}

#[test]
fn a_port_has_as_many_digits_as_the_books() {
    // The page shows a length that counts them.
    let text = "$ sh -c 'a=127.0.0.1:1060; echo ${#a} $a'\n14 127.0.0.1:1060\n";
    as_written(text);
}

#[test]
fn typing_and_prompts() {
    as_written(
        "\
$ actor prompt
Name: \n\
< Ada
Hello, Ada!
Name: \n\
< Grace Hopper
Hello, Grace Hopper!
Name: \n\
^D
Bye.
",
    );
}

#[test]
fn typed_lines_may_be_answered_later() {
    as_written("a$ actor cat\na< one\na< two\nb$ actor say x\nx\na>\none\na^D\ntwo\n");
}

#[test]
fn a_line_may_come_in_pieces() {
    as_written(
        "$ actor pieces 'connect ' 127.0.0.1:1060 ': ' refused\nconnect 127.0.0.1:1060: refused\n^C\n[signal 2]\n",
    );
    as_written("$ actor pieces a b c\nabc\n^C\n[signal 2]\n");
}

#[test]
fn half_a_line_is_not_taken_for_a_prompt() {
    // The second half comes for sure after the player has seen the first. The end of
    // a number that is excused, and that of a process id, tell only by what follows.
    as_written(
        "\
a$ sh -c 'printf \"count 1\"; read x; exec actor stay 2'
b$ sh -c 'printf \"pid 47\"; read x; exec actor stay \"11 >\"'
c$ sleep 1
a< go
#~ count *
count 5
b< go
pid 1001 >
a^C
[signal 2]
b^C
[signal 2]
",
    );
}

#[test]
fn output_waits_for_its_step() {
    as_written(
        "a$ actor stay 1 2 3\n1\nb$ actor say x\nx\na>\n2\nb$ actor say y\ny\na>\n3\na^C\n[signal 2]\n",
    );
}

#[test]
fn the_last_step_that_speaks_of_a_command_is_its_end() {
    as_written("a$ actor lines 3\nline 1\na>\nline 2\na>\nline 3\n");
}

#[test]
fn how_a_command_ends() {
    as_written("$ actor exit 3\n[exit 3]\n");
    as_written("$ actor abort\n[signal 6]\n");
    as_written("$ sh -c 'kill -SEGV $$'\n[signal 11]\n");
    as_written(
        "$ sh -c 'trap \"echo Stopped.; exit 0\" INT; actor stay ready'\nready\n^C\nStopped.\n",
    );
}

#[test]
fn errors_and_output_keep_their_order() {
    as_written("$ actor both\nout 1\nerr 1\nout 2\nerr 2\n");
}

#[test]
fn octets_that_are_no_text() {
    as_written("$ actor octets 61ff620d0a1b5b310a0009c3a40a\na\\xffb␍\n␛[1\n␀\tä\n");
    as_written("$ actor octets 61\na\n"); // without the end of the line
    as_written(
        "$ actor say '$ x' '< y' '[exit 1]' '#~ *' '\\xff' '\\$ x'\n\\$ x\n\\< y\n\\[exit 1]\n\\#~ *\n\\xff\n\\\\$ x\n",
    );
}

#[test]
fn what_differs_each_time_is_canonical_or_excused() {
    as_written(
        "$ actor wild\npid 1001\ntook 1.234567891 s\n#~ stuck after * bytes\nstuck after 7 bytes\n",
    );
}

#[test]
fn an_excused_line_has_its_true_digits() {
    let events = events(
        "$ actor say 'took 12.34 ms' 'took 12.34 ms'\n#~ took * ms\ntook 1.0 ms\ntook 1.23 ms\n",
    );
    assert_eq!(events[1..3], [": took 12.34 ms", ": took 1.23 ms"]);
}

#[test]
fn words_mean_what_they_mean_to_a_shell() {
    as_written(
        "$ actor args a 'b  c' \"d 'e'\" f\\ g ''\n[\"a\", \"b  c\", \"d 'e'\", \"f g\", \"\"]\n",
    );
}

#[test]
fn the_surroundings_are_the_same_for_everyone() {
    // Of the person's own, only where libraries are, which cargo sets for a test.
    as_written(
        "\
$ env -u LD_LIBRARY_PATH -u DYLD_FALLBACK_LIBRARY_PATH -u PATH
HOME=/tmp/home
LC_ALL=C.UTF-8
NO_COLOR=1
PYTHONDONTWRITEBYTECODE=1
PYTHONUNBUFFERED=1
TERM=dumb
TMPDIR=/tmp/home
TZ=UTC
",
    );
    as_written("$ sh -c 'actor say found'\nfound\n"); // PATH
    as_written("$ actor cat\n"); // empty input
}

#[test]
fn no_descriptor_is_inherited_but_the_three() {
    // As a terminal or a make might leave one: exec doesn't close a plain dup.
    let left_open = rustix::io::dup(std::io::stderr()).unwrap();
    let number = left_open.as_raw_fd();
    as_written(&format!("$ actor open {number}\nclosed\n"));
    as_written("$ actor open 2\nopen\n");
}

#[test]
fn every_command_may_open_as_many_descriptors() {
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
    let most = most.unwrap_or(u64::MAX);
    let verdict = if most < 4096 { "Skipped" } else { "AsWritten" };
    for (limit, own, verdict) in [
        ("-Sn 200", most.min(1024), verdict),
        ("-n 200", 200, "Skipped"),
    ] {
        let output = Command::new("sh")
            .args(["-c", &format!("ulimit {limit} && exec \"$@\"",), "sh"])
            .arg(env::current_exe().unwrap())
            .args([
                "--exact",
                "play::shows_its_descriptors",
                "--ignored",
                "--nocapture",
            ])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(&format!("own limit: {own}\n")), "{said}");
        assert!(said.contains(&format!("with many: {verdict}")), "{said}");
    }
}

#[test]
#[ignore = "run by another test"]
fn shows_its_descriptors() {
    let limit = events("$ sh -c 'ulimit -Sn'\n#~ *\n1\n");
    println!("own limit{}", limit[1]);
    println!(
        "with many: {:?}",
        play("#: needs descriptors\n$ actor say\n")
    );
}

#[test]
fn the_working_directory_is_new_and_empty() {
    as_written("a$ actor files\n/tmp/scene\na$ actor write x\na$ actor files\n/tmp/scene\nx\n");
}

#[test]
fn a_path_to_a_program_begins_in_the_working_directory() {
    as_written(
        "\
$ actor write program
$ chmod +x program
$ sh -c 'echo \"#!/bin/sh\" > program; echo \"echo \\$0\" >> program'
$ ./program
/tmp/scene/./program
",
    );
}

#[test]
fn the_chapters_python_folder_is_at_hand_and_stays() {
    let chapter = std::env::temp_dir().join(format!("scene-test-{}", std::process::id()));
    fs::create_dir_all(chapter.join("python")).unwrap();
    fs::write(chapter.join("python/streamer.py"), "print()\n").unwrap();
    let scene = scene("$ actor show python/streamer.py\nprint()\n");
    let verdict = stage().files(&chapter).play(&scene, &mut |_| {});
    assert_eq!(verdict, Verdict::AsWritten);
    assert!(chapter.join("python/streamer.py").exists());
    fs::remove_dir_all(&chapter).unwrap();
}

#[test]
fn a_scene_may_be_for_another_system() {
    let other = if cfg!(target_os = "linux") {
        "macos"
    } else {
        "linux"
    };
    let verdict = play(&format!("#: only {other}\n$ no-such-program\n"));
    assert_eq!(verdict, Verdict::Skipped(format!("only {other} (skipped)")));
    as_written("#: only linux macos\n$ actor say\n");
}

#[test]
fn a_scene_may_need_a_peer() {
    as_written("#: needs sh actor\n$ actor say\n");
    if std::env::var_os("PEERS").is_some() {
        return; // the other half of this is in leftovers.rs
    }
    let verdict = play("#: needs no-such-peer sh\n$ actor say\n");
    let why = "peer missing: no-such-peer (skipped)".to_owned();
    assert_eq!(verdict, Verdict::Skipped(why));
}

#[test]
fn a_scene_may_need_ipv6() {
    let verdict = play("#: needs ipv6\n$ actor say\n");
    match std::net::TcpListener::bind("[::1]:0") {
        Ok(_) => assert_eq!(verdict, Verdict::AsWritten),
        Err(_) => assert_ne!(verdict, Verdict::AsWritten),
    }
}

#[test]
fn a_scene_may_need_what_a_system_may_lack() {
    for ability in ["descriptors", "icmp", "netns", "network"] {
        let skipped = format!("not on this system: {ability} (skipped)");
        match play(&format!("#: needs {ability}\n$ actor say\n")) {
            Verdict::Skipped(why) => assert_eq!(why, skipped),
            verdict => assert_eq!(verdict, Verdict::AsWritten),
        }
    }
    // What is missing is named, what a package could bring first.
    if std::env::var_os("PEERS").is_none() {
        let verdict = play("#: needs icmp no-such-peer\n$ actor say\n");
        let why = "peer missing: no-such-peer (skipped)".to_owned();
        assert_eq!(verdict, Verdict::Skipped(why));
    }
}

#[test]
fn events_come_in_the_order_of_the_script() {
    let events = events(
        "\
a$ actor tcp-server 127.0.0.1:1060
Listening at 127.0.0.1:1060
b$ actor tcp-client 127.0.0.1:1060 x
I am 127.0.0.1:50001
The answer is \"X\"
a>
127.0.0.1:50001 says \"x\"
c$ actor cat
c< 127.0.0.1:1060
127.0.0.1:1060
c^D
a^C
[signal 2]
",
    );
    assert_eq!(
        events,
        [
            "a$ actor tcp-server 127.0.0.1:1060",
            "a: Listening at 127.0.0.1:1060",
            "b$ actor tcp-client 127.0.0.1:1060 x",
            "b: I am 127.0.0.1:50001",
            "b: The answer is \"X\"",
            "b [exit 0]",
            "a: 127.0.0.1:50001 says \"x\"",
            "c$ actor cat",
            "c< 127.0.0.1:1060",
            "c: 127.0.0.1:1060",
            "c^D",
            "c [exit 0]",
            "a^C",
            "a [signal 2]",
            "played",
            "as written",
        ]
    );
}

#[test]
fn a_lost_port_is_not_the_scenes_fault() {
    let file = std::env::temp_dir().join(format!("scene-taken-{}", std::process::id()));
    let text = format!(
        "$ actor taken-once {} 127.0.0.1:1060\nListening at 127.0.0.1:1060\n",
        file.display()
    );
    let events = events(&text);
    fs::remove_file(file).unwrap();
    assert_eq!(events.iter().filter(|event| *event == "again").count(), 1);
    assert_eq!(events.last().unwrap(), "as written");
}

#[test]
fn a_scene_may_be_about_a_port_in_use() {
    let text =
        "$ actor taken 127.0.0.1:1060\nbind 127.0.0.1:1060: address already in use\n[exit 1]\n";
    let events = events(text);
    assert!(!events.contains(&"again".to_owned()));
    assert_eq!(events.last().unwrap(), "as written");
    // Also if that line differs in something else.
    let events = crate::support::events(&text.replace("\nbind", "\nlisten"));
    assert!(!events.contains(&"again".to_owned()));
}

#[test]
fn pinned_terminals_play_the_same() {
    let scene = scene("a$ actor stay 1\n1\nb$ actor say 2\n2\na^C\n[signal 2]\n");
    let verdict = stage().pin(true).play(&scene, &mut |_| {});
    assert_eq!(verdict, Verdict::AsWritten);
}

#[test]
fn scenes_play_side_by_side() {
    let scene = scene(
        "\
server$ actor tcp-server 127.0.0.1:1060
Listening at 127.0.0.1:1060
client$ actor tcp-client 127.0.0.1:1060 x
I am 127.0.0.1:50001
The answer is \"X\"
server>
127.0.0.1:50001 says \"x\"
server^C
[signal 2]
",
    );
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(stage().play(&scene, &mut |_| {}), Verdict::AsWritten);
                }
            });
        }
    });
}

#[test]
fn recorded_scenes_play_as_written() {
    let new = scene(
        "\
server$ actor tcp-server 127.0.0.1:1060
client$ actor tcp-client 127.0.0.1:1060 x
server>
server^C
c$ actor exit 3
c$ actor prompt
c< Ada
c^D
c$ actor wild
#~ stuck after * bytes
stuck after 99,999 bytes
"
        .replace("server>\n", "server>\n?\n")
        .as_str(),
    );
    let recorded = stage().record(&new, &mut |_| {}).unwrap();
    assert_eq!(
        recorded.to_string(),
        "\
# A test.
server$ actor tcp-server 127.0.0.1:1060
Listening at 127.0.0.1:1060
client$ actor tcp-client 127.0.0.1:1060 x
I am 127.0.0.1:50001
The answer is \"X\"
server>
127.0.0.1:50001 says \"x\"
server^C
[signal 2]
c$ actor exit 3
[exit 3]
c$ actor prompt
Name: \n\
c< Ada
Hello, Ada!
Name: \n\
c^D
Bye.
c$ actor wild
pid 1001
took 1.234567891 s
#~ stuck after * bytes
stuck after 99,999 bytes
"
    );
    let recorded = Scene::parse("test", &recorded.to_string()).unwrap();
    assert_eq!(stage().play(&recorded, &mut |_| {}), Verdict::AsWritten);
}

#[test]
fn a_relative_folder_of_programs_is_found() {
    let here = std::env::current_dir().unwrap();
    let programs = std::path::Path::new(env!("CARGO_BIN_EXE_actor"))
        .parent()
        .unwrap();
    let up: std::path::PathBuf = here.components().skip(1).map(|_| "..").collect();
    let relative = up.join(programs.strip_prefix("/").unwrap());
    let verdict = Stage::new(relative).play(&scene("$ actor say 1\n1\n"), &mut |_| {});
    assert_eq!(verdict, Verdict::AsWritten);
}
