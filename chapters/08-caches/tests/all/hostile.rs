//! What mini-cache may not fall to: clients that send too much, too little, too
//! slowly, or nonsense, that do not read, or that are too many.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{MiniCache, ask, command, commands};
use caches::mini_cache::Limits;
use caches::mini_cache::server::{Language, Patience, Server};
use caches::mini_cache::store::Store;
use caches::mini_cache::store::clock::Clock;
use testkit::{PATIENCE, Stranger, connect};

/// How long a client may take here.
const SHORT: [&str; 2] = ["--timeout", "1"];
/// Ten octets take longer than that.
const PACE: Duration = Duration::from_millis(200);

/// Both languages still answer.
fn serves_the_next(cache: &MiniCache) {
    assert_eq!(ask(cache.redis(), b"PING\r\n"), b"+PONG\r\n");
    assert_eq!(ask(cache.memcached, b"get nothing\r\n"), b"END\r\n");
}

/// Exactly these octets are answered, and then nothing more.
fn answers(address: SocketAddr, octets: &[u8], expected: &str) {
    let heard = ask(address, octets);
    assert_eq!(
        String::from_utf8_lossy(&heard),
        expected,
        "{}",
        octets[..octets.len().min(99)].escape_ascii()
    );
}

/// Sends `block` over and over until the server no longer takes it.
fn sends_until_closed(stream: &mut TcpStream, block: &[u8]) {
    let since = Instant::now();
    while stream.write_all(block).is_ok() {
        assert!(since.elapsed() < PATIENCE, "the server takes everything");
    }
}

#[test]
fn what_is_too_large_is_refused_before_it_has_come() {
    let cache = MiniCache::start(&[]);
    let refused = |why: &str| format!("-ERR Protocol error: {why}\r\n");
    for (octets, why) in [
        (
            &b"*2\r\n$3\r\nGET\r\n$1048577\r\n"[..],
            "invalid bulk length",
        ),
        (b"*1\r\n$9999999999999999999\r\n", "invalid bulk length"),
        (b"*1025\r\n", "invalid multibulk length"),
        (b"*9223372036854775807\r\n", "invalid multibulk length"),
        (&b"*1\r\n".repeat(100_000), "expected '$', got '*'"),
        (&[b'x'; 65_536], "too big inline request"),
        (&[b'*'; 100], "too big mbulk count string"),
        (
            b"*1\r\n$2\r\nPING\r\n",
            "a bulk string that is longer than announced",
        ),
    ] {
        // The client does not even end: the server does, or this would not return.
        let mut stream = connect(cache.redis());
        let _ = stream.write_all(octets);
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
        assert_eq!(String::from_utf8_lossy(&heard), refused(why));
    }
    let line = vec![b'x'; 100_000];
    answers(cache.memcached, &line, "CLIENT_ERROR line too long\r\n");
    serves_the_next(&cache);
}

#[test]
fn limits_themselves_are_allowed() {
    let cache = MiniCache::start(&[]);
    let value = "x".repeat(1 << 20);
    let octets = command(&["SET", "a", &value]);
    answers(
        cache.redis(),
        &[&octets[..], b"STRLEN a\r\n"].concat(),
        "+OK\r\n:1048576\r\n",
    );
    let keys: Vec<&str> = std::iter::once("EXISTS")
        .chain(std::iter::repeat_n("a", 1023))
        .collect();
    answers(cache.redis(), &command(&keys), ":1023\r\n");
    let octets = [
        b"set b 0 0 1048576\r\n",
        value.as_bytes(),
        b"\r\nset b 0 0 1\r\n1\r\n",
    ]
    .concat();
    answers(cache.memcached, &octets, "STORED\r\nSTORED\r\n");
    let mut line = vec![b' '; 65_535 - 5];
    line.extend_from_slice(b"PING\n");
    answers(cache.redis(), &line, "+PONG\r\n");
}

/// Each word is allowed, and all of them together are not.
#[test]
fn a_command_of_many_large_words_is_given_up() {
    let cache = MiniCache::start(&[]);
    let mut stream = connect(cache.redis());
    let word = [b"$1048576\r\n", &[b'x'; 1 << 20][..], b"\r\n"].concat();
    let _ = stream.write_all(b"*1000\r\n");
    sends_until_closed(&mut stream, &word);
    let report = cache.server.report_about(stream.local_addr().unwrap());
    assert_eq!(report, "refused: a command of more than 4194304 octets");
    serves_the_next(&cache);
}

#[test]
fn data_that_is_too_large_is_skipped() {
    let cache = MiniCache::start(&[]);
    let octets = [
        &b"set a 0 0 2000000\r\n"[..],
        &[b'x'; 2_000_000],
        b"\r\nversion\r\n",
    ]
    .concat();
    let told = "SERVER_ERROR object too large for cache\r\nVERSION 1.6.0\r\n";
    answers(cache.memcached, &octets, told);
    // A line that is wrong takes its data with it: that is not read as commands.
    let octets = b"set a x 0 11\r\nflush_all\r\n\r\nget a\r\n";
    answers(
        cache.memcached,
        octets,
        "CLIENT_ERROR bad command line format\r\nEND\r\n",
    );
    let mut stream = connect(cache.memcached);
    stream.write_all(b"set a 0 0 2000000000\r\n").unwrap();
    sends_until_closed(&mut stream, &[b'x'; 65_536]);
    let report = cache.server.report_about(stream.local_addr().unwrap());
    assert_eq!(report, "refused: a command of more than 4194304 octets");
    serves_the_next(&cache);
}

#[test]
fn a_command_may_be_cut_anywhere() {
    let cache = MiniCache::start(&[]);
    let wire = command(&["SET", "a", "1"]);
    for cut in 0..wire.len() {
        answers(cache.redis(), &wire[..cut], "");
    }
    let wire = b"set b 0 0 1\r\n1\r\n";
    for cut in 0..wire.len() {
        answers(cache.memcached, &wire[..cut], "");
    }
    answers(cache.redis(), b"EXISTS a b\r\n", ":0\r\n");
}

#[test]
fn a_command_has_to_end_in_time() {
    let cache = MiniCache::start(&SHORT);
    let report = "gave up: the command did not end within 1s";
    let mut strangers = [Stranger::at(&cache.server), Stranger::at(&cache.server)];
    let mut storing = connect(cache.memcached);
    let [slow, silent] = &mut strangers;
    thread::scope(|scope| {
        // The clock runs for the whole command, however often something comes.
        scope.spawn(|| slow.trickle(&command(&["SET", "a", "1"]), PACE));
        scope.spawn(|| drop(silent.send(b"*1\r\n$4\r\nPI").hear()));
        scope.spawn(|| {
            storing.write_all(b"set a 0 0 5\r\nhel").unwrap();
            let _ = storing.read_to_end(&mut Vec::new());
        });
    });
    for _ in 0..3 {
        let line = cache.server.line();
        assert!(line.ends_with(report), "{line}");
    }
    serves_the_next(&cache);
}

#[test]
fn commands_that_end_may_take_their_time_between_them() {
    let cache = MiniCache::start(&SHORT);
    let mut stream = connect(cache.redis());
    stream.set_read_timeout(Some(PACE)).unwrap();
    let mut answer = [0; 7];
    // Longer than the time that one command has; waiting in vain is the pause.
    let until = Instant::now() + 2 * Duration::from_secs(1);
    while Instant::now() < until {
        assert!(stream.read(&mut answer).is_err());
    }
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"PING\r\n").unwrap();
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"+PONG\r\n");
}

#[test]
fn who_asks_for_nothing_leaves_in_the_end() {
    let cache = MiniCache::start(&["--idle", "1"]);
    let mut stranger = Stranger::at(&cache.server);
    assert_eq!(stranger.send(b"PING\r\n").hear(), b"+PONG\r\n");
    let report = cache.server.report_about(stranger.address());
    assert_eq!(report, "gave up: nothing was asked within 1s");
}

#[test]
fn who_does_not_read_gets_no_further_answers_and_leaves() {
    let cache = MiniCache::start(&SHORT);
    let value = "x".repeat(100_000);
    ask(cache.redis(), &command(&["SET", "a", &value]));
    let mut stranger = Stranger::at(&cache.server);
    stranger.send_for_ever(b"GET a\r\n");
    let report = cache.server.report_about(stranger.address());
    assert_eq!(report, "gave up: the answers were not read within 1s");
    // It has asked ten thousand times at least; what it was answered is what fits into
    // the system's buffers, and a little more.
    let info = String::from_utf8(ask(cache.redis(), b"INFO stats\r\n")).unwrap();
    let done = info
        .lines()
        .find_map(|line| line.strip_prefix("total_commands_processed:"));
    let done: usize = done.unwrap().parse().unwrap();
    assert!(done < 1_000, "{done} commands done");
    serves_the_next(&cache);
}

#[test]
fn one_answer_that_is_too_large_ends_the_conversation() {
    let cache = MiniCache::start(&[]);
    let value = "x".repeat(1 << 20);
    let octets = [
        command(&["SET", "a", &value]),
        command(&["MGET", &"a ".repeat(33)]),
    ]
    .concat();
    assert!(ask(cache.redis(), &octets).starts_with(b"+OK\r\n*1\r\n$-1"));
    let mut stream = connect(cache.redis());
    let mut words = vec!["MGET"];
    words.extend(["a"; 33]);
    stream.write_all(&command(&words)).unwrap();
    let address = stream.local_addr().unwrap();
    let report = cache.server.report_about(address);
    assert_eq!(
        report,
        "refused: more than 33554432 octets of answers unread"
    );
    serves_the_next(&cache);
}

/// A client may send a lot before it reads, as long as it reads in the end.
#[test]
fn who_reads_late_gets_everything_in_order() {
    let cache = MiniCache::start(&[]);
    let mut stream = connect(cache.redis());
    let mut sender = stream.try_clone().unwrap();
    const COUNT: usize = 100_000;
    let sent = thread::spawn(move || sender.write_all(&b"INCR n\r\n".repeat(COUNT)).unwrap());
    let expected: String = (1..=COUNT).map(|n| format!(":{n}\r\n")).collect();
    let mut heard = vec![0; expected.len()];
    stream.read_exact(&mut heard).unwrap();
    sent.join().unwrap();
    assert!(
        heard == expected.as_bytes(),
        "the answers are not 1 to {COUNT}"
    );
}

#[test]
fn half_open_peers_end_and_harm_nobody() {
    let cache = MiniCache::start(&SHORT);
    // It ends its direction, and still gets the answers to what it has asked.
    let asked = commands("SET a 1\nINCR a\nGET a");
    answers(cache.redis(), &asked, "+OK\r\n:2\r\n$1\r\n2\r\n");
    // It is gone with a reset while answers are on their way.
    for _ in 0..20 {
        let mut stream = connect(cache.redis());
        let _ = stream.write_all(&b"GET a\r\n".repeat(10_000));
        drop(stream);
    }
    // It is told to go, and stays.
    let mut stays = connect(cache.redis());
    stays.write_all(b"*x\r\n").unwrap();
    let mut heard = Vec::new();
    stays.read_to_end(&mut heard).unwrap();
    assert_eq!(heard, b"-ERR Protocol error: invalid multibulk length\r\n");
    let until = Instant::now() + PATIENCE;
    while ask(cache.redis(), b"INFO clients\r\n")
        != b"$32\r\n# Clients\r\nconnected_clients:1\r\n\r\n"
    {
        assert!(Instant::now() < until, "it is still counted");
        thread::yield_now();
    }
    serves_the_next(&cache);
}

#[test]
fn there_is_room_for_so_many_clients() {
    let cache = MiniCache::start(&["--clients", "10"]);
    let ping = |stream: &mut TcpStream| {
        stream.write_all(b"PING\r\n").unwrap();
        let mut answer = [0; 7];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"+PONG\r\n");
    };
    let mut clients: Vec<TcpStream> = (0..10).map(|_| connect(cache.redis())).collect();
    clients.iter_mut().for_each(ping);
    for _ in 0..200 {
        let mut heard = Vec::new();
        let _ = connect(cache.redis()).read_to_end(&mut heard);
        assert_eq!(heard, b"-ERR max number of clients reached\r\n");
        let mut heard = Vec::new();
        let _ = connect(cache.memcached).read_to_end(&mut heard);
        assert_eq!(heard, b"ERROR Too many open connections\r\n");
    }
    clients.iter_mut().for_each(ping);
    // One leaves, and one may come, once the server has noticed.
    clients.pop();
    let until = Instant::now() + PATIENCE;
    while ask(cache.redis(), b"PING\r\n") != b"+PONG\r\n" {
        assert!(Instant::now() < until, "the place stays taken");
        thread::yield_now();
    }
}

#[test]
fn without_descriptors_those_who_are_there_are_served() {
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_mini-cache");
    let script = "ulimit -n 20; exec \"$0\" server 127.0.0.1:0 --memcached 127.0.0.1:0 --timeout 1";
    command.args(["-c", script, program]);
    let cache = MiniCache::from(command);
    let mut first = connect(cache.redis());
    let mut answer = [0; 7];
    first.write_all(b"PING\r\n").unwrap();
    first.read_exact(&mut answer).unwrap();
    let flood: Vec<TcpStream> = (0..60).map(|_| connect(cache.redis())).collect();
    for _ in 0..100 {
        first.write_all(b"PING\r\n").unwrap();
        first.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"+PONG\r\n");
    }
    drop(flood);
    serves_the_next(&cache);
}

/// Each of many is within its own limit, and all of them together are not.
#[test]
fn all_connections_together_have_a_limit() {
    let limits = Limits {
        buffers: 2 << 20,
        ..Limits::default()
    };
    let patience = Patience {
        command: PATIENCE,
        idle: PATIENCE,
    };
    let (sender, address) = channel();
    // The store never leaves the thread that it was made in.
    thread::spawn(move || {
        let store = Store::new(1 << 20, limits.value, Clock::running());
        let mut server = Server::new(store, limits, patience).unwrap();
        let address = server.listen("127.0.0.1:0", Language::Redis).unwrap();
        sender.send(address).unwrap();
        server.run()
    });
    let address = address.recv().unwrap();
    let half = [b"*2\r\n$3\r\nGET\r\n$1000000\r\n", &[b'x'; 500_000][..]].concat();
    let greedy: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = connect(address);
            let _ = stream.write_all(&half);
            stream
        })
        .collect();
    // Four halves fit; whose they are, nobody can say.
    let until = Instant::now() + PATIENCE;
    loop {
        let info = String::from_utf8(ask(address, b"INFO clients\r\n")).unwrap();
        let connected = info
            .lines()
            .find_map(|line| line.strip_prefix("connected_clients:"));
        match connected.unwrap().parse::<usize>().unwrap() {
            0..=5 => break, // this question's connection is one
            more => assert!(Instant::now() < until, "{more} clients"),
        }
        thread::yield_now();
    }
    drop(greedy);
}

/// As the system counts it: the process, with all that it has asked for.
#[test]
#[cfg(target_os = "linux")]
fn the_process_stays_within_its_memory_while_it_is_filled() {
    const MEMORY: usize = 8 << 20;
    /// The program itself, its buffers, and what the allocator keeps for itself.
    const SLACK: usize = 8 << 20;
    for size in [3, 300, 5_000] {
        let cache = MiniCache::start(&["--memory", &MEMORY.to_string()]);
        let info = |name: &str| -> usize {
            let info = String::from_utf8(ask(cache.redis(), b"INFO\r\n")).unwrap();
            let number = info.lines().find_map(|line| line.strip_prefix(name));
            number.unwrap().parse().unwrap()
        };
        let resident = |process: usize| -> usize {
            let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
            let number = line.unwrap().trim().trim_end_matches(" kB");
            number.parse::<usize>().unwrap() * 1024
        };
        let process = info("process_id:");
        let before = resident(process);
        let value = "x".repeat(size);
        for round in 0..4 {
            let mut octets = Vec::new();
            for number in 0..20_000 {
                octets.extend(command(&["SET", &format!("{round}:{number}"), &value]));
            }
            assert_eq!(ask(cache.redis(), &octets).len(), 20_000 * 5);
            let (used, more) = (info("used_memory:"), resident(process) - before);
            assert!(used <= MEMORY, "values of {size}: counted {used}");
            assert!(
                more <= MEMORY + SLACK,
                "values of {size}: {more} octets more"
            );
        }
        assert!(info("evicted_keys:") > 0);
    }
}
