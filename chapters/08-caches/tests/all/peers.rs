//! mini-cache and real programs: those that ask it, and those that it is like.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use crate::support::{MiniCache, ask, command, commands, memcached, redis, redis_with};
use testkit::{peer, python, run_client};

/// What a program prints, which must succeed.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}:\n{out}{error}");
    out
}

/// Both must give the same octets for the same octets.
fn same(ours: SocketAddr, theirs: SocketAddr, clear: &[u8], cases: &[Vec<u8>]) {
    for case in cases {
        for address in [ours, theirs] {
            ask(address, clear);
        }
        let (our, their) = (ask(ours, case), ask(theirs, case));
        assert!(
            our == their,
            "asked   {}\nours    {}\ntheirs  {}",
            case[..case.len().min(300)].escape_ascii(),
            our.escape_ascii(),
            their.escape_ascii()
        );
    }
}

#[test]
fn commands_are_answered_as_redis_answers_them() {
    let Some(redis) = redis() else { return };
    let ours = MiniCache::start(&[]);
    let stories = [
        "SET a 1\nINCR a\nINCRBY a 10\nDECRBY a 5\nAPPEND a xyz\nINCR a\nSTRLEN a\nGET a\nSTRLEN b",
        "SET a 1 NX\nSET a 2 NX\nGET a\nSET a 3 EX 100 NX\nTTL a\nSET b 4 NX PX 100000\nTTL b\nGET b",
        "MSET a 1 b 2\nMGET a b c\nEXISTS a a b c\nDEL a b c\nDEL a\nDBSIZE",
        "SET a 1 EX 100\nTTL a\nAPPEND a w\nTTL a\nINCR n\nTTL n\nSET a 2\nTTL a\nPTTL a",
        "SET a 1\nEXPIRE a -5\nEXISTS a\nSET a 1\nEXPIRE a 10\nTTL a\nEXPIRE b 10\nTTL b\nPTTL b",
        "SET a 9223372036854775807\nINCR a\nSET a 01\nINCR a\nSET a +1\nINCR a\nSET a -0\nINCR a\nSET a ''\nINCR a",
        "SET n -9223372036854775808\nDECRBY n 1\nINCRBY n 9223372036854775807\nDECRBY n -9223372036854775808",
        "MSET hello 1\nKEYS h?llo\nKEYS h[^e]llo\nKEYS *[ol]\nKEYS \\h*\nKEYS [h-a]ello\nKEYS h[e\nKEYS ''\nKEYS h*o*\nKEYS *x*",
        "SET '' empty\nGET ''\nECHO ''\nPING\nset A 1\ngEt A\nget a",
        "FLUSHALL\nQUIT\nPING",
    ];
    let refused = "GET\nGET a b\nFOO bar baz\nFOO\nDBSIZE x\nSET a\nSET a 1 EX\nSET a 1 EX 0\nSET a 1 EX -1
        SET a 1 EX x\nSET a 1 EX 10 PX 10\nSET a 1 FOO\nSET a 1 EX 9223372036854775807\nSET a 1 PX 9223372036854775807
        ECHO\nEXPIRE a\nEXPIRE a x\nEXPIRE a 9223372036854775807
        MSET a\nMSET a 1 b\nMGET\nKEYS\nDEL\nEXISTS\nINCR\nINCRBY a x\nDECRBY a -9223372036854775808
        APPEND a\nSTRLEN\nTTL\nPTTL\nINFO nothing-of-that-name";
    let mut cases: Vec<Vec<u8>> = stories.map(commands).to_vec();
    cases.extend(refused.lines().map(commands));
    // One after the other, and all at once.
    cases.push(commands(refused));
    let long = format!("FOO a\tb {} {}", "x".repeat(100), "y".repeat(100));
    cases.push(commands(&long));
    same(ours.redis(), redis.address(), &commands("FLUSHALL"), &cases);
}

#[test]
fn a_value_grows_as_far_as_in_redis() {
    let Some(redis) = redis_with(&["--proto-max-bulk-len", "1048576"]) else {
        return;
    };
    let ours = MiniCache::start(&[]);
    let half = "x".repeat(1 << 19);
    let append = command(&["APPEND", "a", &half]);
    let cases = [
        append.repeat(3),
        [
            &append.repeat(2)[..],
            &command(&["APPEND", "a", "x"]),
            b"STRLEN a\r\n",
        ]
        .concat(),
        [
            &append[..],
            &command(&["SET", "a", &(half.clone() + &half + "x")]),
        ]
        .concat(),
    ];
    same(ours.redis(), redis.address(), &commands("FLUSHALL"), &cases);
}

#[test]
fn what_is_no_command_is_refused_as_redis_refuses_it() {
    let Some(redis) = redis() else { return };
    let ours = MiniCache::start(&[]);
    let long = [b'1'; 70_000];
    let cases = [
        &b"PING\r\nping\r\n"[..],
        b"  SET  a  'b c'  \r\nGET \"a\"\r\n",
        b"SET a \"\\x41\\n\\\"\"\r\nGET a\r\n",
        b"GET \"a\r\nPING\r\n",
        b"GET 'a\r\n",
        b"GET \"a\"b\r\n",
        b"\r\n\r\nPING\r\n",
        b"PING\nPING\n",
        b"$4\r\nPING\r\n",
        b"*0\r\n*-1\r\n*1\r\n$4\r\nPING\r\n",
        b"*1\r\n*1\r\n$4\r\nPING\r\n",
        b"*2\r\n$4\r\nPING\r\n:5\r\n",
        b"*1\r\n+PING\r\n",
        b"*1\r\n$-1\r\n",
        b"*x\r\n",
        b"*1\r\n$x\r\n",
        b"*1\r\n$-5\r\n",
        b"*1\r\n$600000000\r\n",
        b"*1\r\n$0\r\n\r\n",
        b"*2\r\n$4\r\nECHO\r\n$0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"*2\r\n$3\r\nfoo\r\n$4\r\na\r\nb\r\n",
        &[b"*", &long[..]].concat(),
        &[b"*1\r\n$", &long[..]].concat(),
        &[&b"x"[..], &long[..]].concat(),
    ];
    let cases = cases.map(<[u8]>::to_vec);
    same(ours.redis(), redis.address(), &commands("FLUSHALL"), &cases);
}

#[test]
fn memcacheds_commands_are_answered_as_it_answers_them() {
    let Some(memcached) = memcached() else { return };
    let ours = MiniCache::start(&[]);
    let key = "k".repeat(250);
    let cases = [
        "verbosity\r\n|verbosity 1\r\n|\r\n|foo\r\n|GET a\r\n|get\r\n|gets\r\n|get a b\r\n|set a 0 0\r\n",
        "set a 0 0 5\r\nhello\r\nget a b a\r\n|set a 4294967295 0 0\r\n\r\nget a\r\n",
        "set a 0 0 1\r\nabc\r\nget a\r\n|set a 0 0 x\r\nget a\r\n|set a 0 0 -1\r\n",
        "set a 0 0 1 noreply\r\n1\r\nget a\r\n|set  a  0  0  1\r\n1\r\n  get a \r\n|set a 0 0 1\n1\r\nget a\n",
        "delete a\r\nset a 0 0 1\r\n1\r\ndelete a\r\ndelete a\r\ndelete a 0\r\ndelete a 1\r\ndelete\r\n",
        "incr a 1\r\nset a 0 0 2\r\n10\r\nincr a x\r\nincr a 5\r\ndecr a 100\r\nincr a 18446744073709551615\r\nincr a 2\r\nincr a -1\r\n",
        "set a 0 0 1\r\nx\r\nincr a 1\r\ndecr a 1\r\nincr a\r\nincr\r\n",
        "set a 0 0 1\r\n1\r\ntouch a 10\r\ntouch nothing 10\r\ntouch a\r\ntouch a x\r\n",
        "set a 7 0 1\r\nx\r\nappend a 9 5 2\r\nyz\r\nprepend a 0 0 1\r\nw\r\nget a\r\n",
        "set a 0 -1 1\r\n1\r\nget a\r\nset a 0 1 1\r\n1\r\nget a\r\nset a 0 1000000000 1\r\n1\r\nget a\r\n",
        "cas a 0 0 1 5\r\n1\r\nset a 0 0 1\r\n1\r\ncas a 0 0 1 999999\r\n2\r\nget a\r\n",
        "add a 0 0 1\r\n2\r\nadd a 0 0 1\r\n3\r\nreplace q 0 0 1\r\n2\r\nappend q 0 0 1\r\n2\r\nreplace a 0 0 1\r\n4\r\nget a\r\n",
        "set a 0 0 1\r\n1\r\nflush_all\r\nget a\r\n|flush_all 0\r\n|flush_all x\r\n|flush_all noreply\r\nget a\r\n",
        "set a 0 0 3\r\nabcXYget a\r\n|set\ta 0 0 1\r\n1\r\n|quit\r\nget a\r\n\r\n|touch\r\n",
        &format!("set {key} 0 0 1\r\n1\r\nget {key}\r\nget {key}k\r\n"),
        &format!(
            "set a 0 0 1\r\n1\r\nset a 0 0 1100000\r\n{}\r\nget a\r\n",
            "x".repeat(1_100_000)
        ),
    ];
    let cases: Vec<Vec<u8>> = cases
        .iter()
        .flat_map(|case| case.split('|'))
        .map(|case| case.as_bytes().to_vec())
        .collect();
    same(
        ours.memcached,
        memcached.address(),
        b"flush_all\r\n",
        &cases,
    );
}

/// Every command, right and wrong, asked to be silent and not: with something stored
/// before and without, and looking afterwards at what is stored.
#[test]
fn memcacheds_commands_are_silent_where_it_is_silent() {
    let Some(memcached) = memcached() else { return };
    let ours = MiniCache::start(&[]);
    // 19 octets. Where a line is wrong, memcached before 1.6.40 reads the data behind it
    // as a command, and we skip it: here that comes to the same.
    let data = "verbosity 1 noreply\r\n";
    let large = "x".repeat(1_100_000) + "\r\n";
    let long = "k".repeat(251);
    let mut asked = Vec::new();
    for verb in ["set", "add", "replace", "append", "prepend", "cas"] {
        let version = if verb == "cas" { " 5" } else { "" };
        for end in ["", " noreply", " x", " x noreply", " noreply noreply"] {
            for (head, data) in [
                ("a 0 0 19", data),
                ("a 0 0 19", "verbosity 1 noreply and more\r\n"),
                ("a 0 -1 19", data),
                ("a x 0 19", data),
                ("a 0 x 19", data),
                ("noreply 0 0 19", data),
                (&format!("{long} 0 0 19"), data),
                ("a 0 0 1100000", &large),
                ("a 0 0 x", ""),
                ("a 0", ""),
                ("a", ""),
            ] {
                let good = ["", " noreply"].contains(&end) || (end, version) == (" x", "");
                let harmless = data.len() < 22; // also where it is read as a command
                if !harmless && !good {
                    continue;
                }
                asked.push(format!("{verb} {head}{version}{end}\r\n{data}"));
            }
        }
    }
    asked.push(format!("cas a 0 0 19\r\n{data}"));
    asked.push(format!("cas a 0 0 19 x noreply\r\n{data}"));
    for words in [
        "delete",
        "delete a",
        "delete a 0",
        "delete a 10",
        "delete noreply",
        "delete a x y",
        "incr",
        "incr a",
        "incr a 1",
        "incr a x",
        "incr a 1 2",
        "incr noreply 5",
        "decr a 1",
        "touch",
        "touch a",
        "touch a 10",
        "touch a x",
        "touch a 10 20",
        "touch noreply 10",
        "flush_all",
        "flush_all 0",
        "flush_all x",
        "flush_all -1",
        "flush_all 0 0",
        "verbosity",
        "verbosity 1",
        "verbosity x",
        "verbosity 1 2",
        "get",
        "get a",
        "foo",
        "quit",
    ] {
        asked.extend(["", " noreply", " noreply noreply"].map(|end| format!("{words}{end}\r\n")));
    }
    for verb in ["delete", "incr", "touch"] {
        let by = if verb == "delete" { "" } else { " 1" };
        asked.extend(["", " noreply"].map(|end| format!("{verb} {long}{by}{end}\r\n")));
    }
    let cases: Vec<Vec<u8>> = ["", "set a 7 0 1\r\n9\r\n"]
        .iter()
        .flat_map(|before| {
            asked
                .iter()
                .map(move |asked| format!("{before}{asked}get a\r\n"))
        })
        .map(String::into_bytes)
        .collect();
    assert!(cases.len() > 600);
    same(
        ours.memcached,
        memcached.address(),
        b"flush_all\r\n",
        &cases,
    );
}

/// What a web browser may be talked into sending: nothing in it is done.
#[test]
fn memcached_and_we_hang_up_on_the_web() {
    let Some(memcached) = memcached() else { return };
    let ours = MiniCache::start(&[]);
    for address in [ours.memcached, memcached.address()] {
        assert_eq!(ask(address, b"set a 0 0 1\r\n1\r\n"), b"STORED\r\n");
        for verb in ["GET", "POST"] {
            let request = format!("{verb} / HTTP/1.1\r\nHost: x\r\n\r\nflush_all\r\n");
            assert_ne!(ask(address, request.as_bytes()), b"OK\r\n", "{verb}");
        }
        assert_eq!(ask(address, b"get a\r\n"), b"VALUE a 0 1\r\n1\r\nEND\r\n");
    }
}

#[test]
fn redis_cli_finds_what_it_asks_for() {
    let Some(cli) = peer("redis-cli") else { return };
    let ours = MiniCache::start(&[]);
    let port = ours.redis().port().to_string();
    let ask = |words: &[&str]| output(cli.command().args(["-p", &port]).args(words));
    assert_eq!(ask(&["SET", "a", "line\none"]), "OK\n");
    assert_eq!(ask(&["GET", "a"]), "line\none\n");
    // It asks for version 3 of the protocol, is refused, and stays with version 2.
    assert_eq!(ask(&["-3", "ECHO", "hi"]).lines().last(), Some("hi"));
    assert!(ask(&["INFO"]).contains("maxmemory:67108864"));
    // Its own loops: a command many times, over one connection.
    assert_eq!(ask(&["-r", "100", "INCR", "n"]).lines().last(), Some("100"));
    // And a file full of commands, which it sends without waiting for answers.
    let many: String = (0..5_000).map(|n| format!("SET key:{n} {n}\r\n")).collect();
    let mut pipe = cli.command();
    pipe.args(["-p", &port, "--pipe"]);
    let said = run_client(pipe, &many);
    assert!(said.contains("errors: 0, replies: 5000"), "{said}");
}

#[test]
fn redis_benchmark_runs_its_tests() {
    let Some(benchmark) = peer("redis-benchmark") else {
        return;
    };
    let ours = MiniCache::start(&[]);
    let port = ours.redis().port().to_string();
    for pipeline in ["1", "16"] {
        let tests = "ping_inline,ping_mbulk,set,get,incr,mset";
        let arguments = [
            "-p", &port, "-t", tests, "-n", "2000", "-P", pipeline, "--csv",
        ];
        let said = output(benchmark.command().args(arguments).args(["-r", "100"]));
        for test in [
            "PING_INLINE",
            "PING_MBULK",
            "SET",
            "GET",
            "INCR",
            "MSET (10 keys)",
        ] {
            assert!(said.contains(&format!("\"{test}\",")), "{test}: {said}");
        }
        assert!(!said.to_lowercase().contains("error"), "{said}");
    }
}

#[test]
fn memccapable_finds_all_that_memcached_must_do() {
    let Some(memccapable) = peer("memccapable") else {
        return;
    };
    let ours = MiniCache::start(&[]);
    let port = ours.memcached.port().to_string();
    let said = output(
        memccapable
            .command()
            .args(["-a", "-h", "127.0.0.1", "-p", &port]),
    );
    assert!(said.contains("All tests passed"), "{said}");
    assert_eq!(said.matches("[pass]").count(), 27, "{said}");
}

#[test]
fn memcached_tools_store_and_find_a_file() {
    let Some(memccp) = peer("memccp") else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("poem");
    fs::write(&file, "roses\r\nare\0red").unwrap();
    let ours = MiniCache::start(&[]);
    let servers = format!("--servers={}", ours.memcached);
    output(memccp.command().arg(&servers).arg(&file));
    let run = |tool: &str| {
        let tool = peer(tool).unwrap();
        tool.command().arg(&servers).arg("poem").output().unwrap()
    };
    assert_eq!(run("memccat").stdout, b"roses\r\nare\0red\n");
    assert!(run("memcexist").status.success());
    assert!(run("memcrm").status.success());
    assert!(!run("memcexist").status.success());
}

/// The programs of the chapter at all four servers, and Python's beside them.
#[test]
fn programs_find_the_same_at_every_server() {
    let ours = MiniCache::start(&[]);
    let (redis, memcached) = (redis(), memcached());
    let mut urls = vec![
        format!("redis://{}", ours.redis()),
        format!("memcached://{}", ours.memcached),
    ];
    urls.extend(
        redis
            .iter()
            .map(|redis| format!("redis://{}", redis.address())),
    );
    urls.extend(
        memcached
            .iter()
            .map(|it| format!("memcached://{}", it.address())),
    );
    for url in &urls {
        ask(ours.redis(), &commands("FLUSHALL"));
        let aside = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_cache-aside"));
            output(command.args(arguments).args(["--cache", url]))
        };
        let twice = aside(&["squares", "12", "12", "--keep", "100"]);
        let expected = "square of 12: 144 (computed in 144 steps)\n\
                        square of 12: 144 (from the cache)\n144 steps in all\n";
        assert_eq!(twice, expected, "{url}");
        let none = aside(&["roots", "5", "5"]);
        assert!(
            none.contains("root of 5: none (from the cache)"),
            "{url}: {none}"
        );
        for (how, number, computed) in [
            ("nothing", "20", 10),
            ("flight", "21", 1),
            ("lock", "22", 1),
        ] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_stampede"));
            command.args([url, "--clients", "10", "--number", number, "--how", how]);
            let said = output(&mut command);
            let expected = format!("computations: {computed},");
            assert!(said.contains(&expected), "{url} {how}: {said}");
        }
        if let (Some(address), Some(mut command)) =
            (url.strip_prefix("memcached://"), python("squares.py"))
        {
            command.args([address, "12", "13", "13"]);
            let expected = "square of 12: 144 (from the cache)\nsquare of 13: 169 (computed)\n\
                            square of 13: 169 (from the cache)\n";
            assert_eq!(output(&mut command), expected, "{url}");
        }
    }
}

#[test]
fn cache_client_shows_the_same_at_redis_and_here() {
    let Some(redis) = redis() else { return };
    let ours = MiniCache::start(&[]);
    let run = |address: SocketAddr, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cache-client"));
        command.arg(arguments[0]).arg(address.to_string());
        output(command.args(&arguments[1..]))
    };
    for arguments in [
        &["ask", "SET", "a", "1 2"][..],
        &["ask", "MGET", "a", "b"],
        &["ask", "FOO"],
        &[
            "lines",
            "GET a",
            "SET b '3'",
            "EXPIRE b 100",
            "TTL b",
            "KEYS b",
        ],
    ] {
        let (our, their) = (
            run(ours.redis(), arguments),
            run(redis.address(), arguments),
        );
        assert_eq!(our, their, "{arguments:?}");
    }
    for address in [ours.redis(), redis.address()] {
        let said = run(
            address,
            &["many", "--questions", "100", "--at-a-time", "7,100"],
        );
        assert!(said.contains("7 at a time: 15 round trips"), "{said}");
        assert!(said.contains("100 at a time: 1 round trips"), "{said}");
    }
}

/// Page: Expiry and eviction.
#[test]
fn redis_by_default_has_no_limit_and_would_refuse() {
    let Some(redis) = redis() else { return };
    for (name, value) in [
        ("maxmemory", "0"),
        ("maxmemory-policy", "noeviction"),
        ("maxmemory-samples", "5"),
    ] {
        let answer = ask(redis.address(), &commands(&format!("CONFIG GET {name}")));
        let expected = format!(
            "*2\r\n${}\r\n{name}\r\n${}\r\n{value}\r\n",
            name.len(),
            value.len()
        );
        assert_eq!(String::from_utf8_lossy(&answer), expected);
    }
}
