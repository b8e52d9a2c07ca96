//! What a person is told of a scene that does not go as written: the whole text.

use crate::support::{Witness, report};

#[track_caller]
fn check(scene: &str, expected: &str) {
    let report = report(scene);
    // As whoever runs these tests types it.
    let expected = expected.replace("just bless", &surroundings::command_text("bless"));
    assert!(report == expected, "\n{report}");
}

#[test]
fn a_line_that_differs() {
    check(
        "$ actor say one two three\none\n2\nthree\n",
        "\
test.console:2: $ actor say one two three
The output is not as the book has it.

  - the book   + this run
    one
  - 2
  + two
    three

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn a_line_too_many() {
    check(
        "$ actor say one two\none\n",
        "\
test.console:2: $ actor say one two
The output is not as the book has it.

  - the book   + this run
    one
  + two

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn a_line_too_few() {
    check(
        "$ actor say one\none\ntwo\n",
        "\
test.console:2: $ actor say one
`actor` ended, with success, before it had printed what the book shows.

  - the book   + this run
    one
  - two

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn no_output_where_some_is_expected() {
    check(
        "#: deadline 1s\nserver$ actor hang\nListening at 127.0.0.1:1060\nserver^C\n[signal 2]\n",
        "\
test.console:3: server$ actor hang
The deadline of 1 s passed: `actor` in server never printed `Listening at 127.0.0.1:1060`.

  - the book   + this run
  - Listening at 127.0.0.1:1060

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn a_difference_in_one_of_several_terminals() {
    check(
        "\
server$ actor stay one two 127.0.0.1:1060
one
client$ sh -c 'echo x; sleep 1; echo y'
x
z
server^C
[signal 2]
",
        "\
test.console:4: client$ sh -c 'echo x; sleep 1; echo y'
The output is not as the book has it.

  - the book   + this run
    x
  - z
  + y

  meanwhile in server:
  > two
  > 127.0.0.1:1060

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn a_line_more_than_the_book_has_before_the_next_step() {
    check(
        "server$ actor stay one two\none\nclient$ actor say x\nx\nserver^C\n[signal 2]\n",
        "\
test.console:6: server^C
The output is not as the book has it.

  - the book   + this run
  + two
    [signal 2]

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn what_a_running_command_prints_first_differs() {
    check(
        "a$ actor stay one two three\n1\n2\na>\nthree\na^C\n[signal 2]\n",
        "\
test.console:2: a$ actor stay one two three
The output is not as the book has it.

  - the book   + this run
  - 1
  - 2
  + one
  + two

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn a_command_that_fails() {
    check(
        "$ actor exit 3\n",
        "\
test.console:2: $ actor exit 3
`actor` ended with exit status 3; in the book it ends with success.

  - the book   + this run
  + [exit 3]

If this run is right and the book is not: just bless test
",
    );
    check(
        "$ actor say one\none\n[exit 3]\n",
        "\
test.console:2: $ actor say one
`actor` ended with success; in the book it ends with exit status 3.

  - the book   + this run
    one
  - [exit 3]

If this run is right and the book is not: just bless test
",
    );
    check(
        "$ actor exit 3\n[exit 4]\n",
        "\
test.console:2: $ actor exit 3
`actor` ended with exit status 3; in the book it ends with exit status 4.

  - the book   + this run
  - [exit 4]
  + [exit 3]

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn a_command_that_crashes() {
    check(
        "server$ sh -c 'echo Listening; kill -SEGV $$'\nListening\n",
        "\
test.console:2: server$ sh -c 'echo Listening; kill -SEGV $$'
`sh` in server ended with signal 11 (segmentation fault); in the book it ends with success.

  - the book   + this run
    Listening
  + [signal 11]

If this run is right and the book is not: just bless test
",
    );
    check(
"server$ sh -c 'kill -SEGV $$'\nListening\nserver^C\nStopped.\n",
"\
test.console:2: server$ sh -c 'kill -SEGV $$'
`sh` in server ended, with signal 11 (segmentation fault), before it had printed what the book shows.

  - the book   + this run
  - Listening
  + [signal 11]

If this run is right and the book is not: just bless test
",
);
}

#[test]
fn a_command_that_ends_early() {
    check(
        "a$ actor say one\none\ntwo\na^C\n",
        "\
test.console:2: a$ actor say one
`actor` in a ended, with success, before it had printed what the book shows.

  - the book   + this run
    one
  - two

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn typing_to_nobody() {
    check(
        "a$ sh -c 'exec 0<&-; echo one; actor hang'\none\na< more\na^C\n[signal 2]\n",
        "\
test.console:4: a< more
`sh` in a no longer reads what is typed.

If this run is right and the book is not: just bless test
",
    );
    check(
        "a$ actor say one\none\nb$ sleep 1\na< more\n",
        "\
test.console:5: a< more
`actor` in a had ended already, with success, when the line was to be typed.

If this run is right and the book is not: just bless test
",
    );
    check(
        "a$ actor exit 3\nb$ sleep 1\na^C\n",
        "\
test.console:4: a^C
`actor` in a had ended already, with exit status 3, when Ctrl-C was to be pressed.

  - the book   + this run
  + [exit 3]

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn a_command_that_the_scene_never_ends() {
    check(
"#: deadline 1s\nserver$ actor stay Listening\nListening\n",
"\
test.console:3: server$ actor stay Listening
The deadline of 1 s passed: `actor` in server still runs; it must end here, since no later step speaks of it (`server^C`, for one).
",
);
    check(
        "#: deadline 1s\n$ sh -c 'trap \"\" INT; echo ready; actor hang'\nready\n^C\n",
        "\
test.console:5: ^C
The deadline of 1 s passed: `sh` still runs; Ctrl-C did not end it.
",
    );
    check(
        "#: deadline 1s\n$ sh -c 'echo ready; actor hang'\nready\n^D\n",
        "\
test.console:5: ^D
The deadline of 1 s passed: `sh` still runs; the end of its input did not end it.
",
    );
}

#[test]
fn a_command_that_prints_without_end() {
    check(
        "$ actor flood\nflood\n",
        "\
test.console:2: $ actor flood
`actor` printed more than 10,000 lines and was stopped.

  - the book   + this run
    flood
  + flood
  + flood
  + flood
  + flood
  + flood
  + flood
  + flood
  + flood
  + flood
  + flood
  + flood
",
    );
    check(
"$ actor flood-without-end-of-line\nflood\n",
"\
test.console:2: $ actor flood-without-end-of-line
`actor` printed more than 1 MiB and was stopped.

  - the book   + this run
  - flood
  + flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood flood  ...
",
);
    check(
        "a$ actor flood\nflood\nb$ actor hang\na^C\n",
        "\
test.console:4: b$ actor hang
`actor` in a printed more than 10,000 lines and was stopped.

  meanwhile in a:
  > flood
  > flood
  > flood
  > flood
  > flood
  > flood
  > flood
  > flood
  > flood
  > flood
",
    );
}

#[test]
fn a_command_that_leaves_a_process_running() {
    check(
        "$ actor leave\nleft\n",
        "\
test.console:2: $ actor leave
`actor` ended, but left a process running.
",
    );
}

#[test]
fn a_process_that_left_the_group_is_noticed() {
    let witness = Witness::new("group");
    let report = report(&format!(
        "$ actor leave-group {}\nleft\nholding\n",
        witness.path()
    ));
    drop(witness.meet()); // which ends it
    let (_, what) = report.split_once('\n').unwrap();
    assert_eq!(what, "`actor` ended, but left a process running.\n");
}

#[test]
fn a_program_that_is_not_there() {
    check(
        "$ no-such-program a b\n",
        "\
test.console:2: $ no-such-program a b
No program `no-such-program`: it is not built, and not on PATH.
",
    );
    check(
        "$ ./no-such-program\n",
        "\
test.console:2: $ ./no-such-program
`./no-such-program` could not be started: no such file or directory.
",
    );
}

#[test]
fn a_port_that_nobody_has_seen() {
    check(
        "$ actor say 127.0.0.1:50001\n127.0.0.1:50001\n",
        "\
test.console:2: $ actor say 127.0.0.1:50001
50001 stands for a port that the system chose, and no line above has shown it.
",
    );
}

#[test]
fn a_port_that_stays_taken() {
    check(
        "$ actor taken 127.0.0.1:1060\nListening at 127.0.0.1:1060\n",
        "\
test.console:2: $ actor taken 127.0.0.1:1060
The output is not as the book has it.

  - the book   + this run
  - Listening at 127.0.0.1:1060
  + bind 127.0.0.1:1060: address already in use
  + [exit 1]

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn an_excused_number_excuses_nothing_else() {
    check(
        "$ actor say 'took 12 ms, 3 lost'\n#~ took * ms, 0 lost\ntook 9 ms, 0 lost\n",
        "\
test.console:2: $ actor say 'took 12 ms, 3 lost'
The output is not as the book has it.

  - the book   + this run
  - took * ms, 0 lost
  + took 12 ms, 3 lost

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn octets_and_ends_of_lines_show() {
    check(
        "$ actor octets 6f6b0d0a\nok\n",
        "\
test.console:2: $ actor octets 6f6b0d0a
The output is not as the book has it.

  - the book   + this run
  - ok
  + ok␍

If this run is right and the book is not: just bless test
",
    );
    check(
        "$ actor say 'ok '\nok\n",
        "\
test.console:2: $ actor say 'ok '
The output is not as the book has it.

  - the book   + this run
  - ok
  + ok 

If this run is right and the book is not: just bless test
",
    );
}

#[test]
fn a_long_difference_is_cut() {
    check(
        "$ actor lines 45\nline 1\nline 2\n",
        "\
test.console:2: $ actor lines 45
The output is not as the book has it.

  - the book   + this run
    line 1
    line 2
  + line 3
  + line 4
  + line 5
  + line 6
  + line 7
  + line 8
  + line 9
  + line 10
  + line 11
  + line 12
    ... 23 more lines ...
  + line 36
  + line 37
  + line 38
  + line 39
  + line 40
  + line 41
  + line 42
  + line 43
  + line 44
  + line 45

If this run is right and the book is not: just bless test
",
    );
}
