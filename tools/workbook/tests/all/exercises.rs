//! What a reader does with exercises, on a workbook with two of them.

use std::io::{self, Read};

use crate::fixture::{Fixture, RIGHT_DOUBLE, WRONG_DOUBLE};
use serde_json::Value;

#[test]
fn an_exercise_goes_from_untouched_over_a_known_mistake_to_done() {
    let book = Fixture::new();
    book.run(&["check", "1.1"]).says(
        1,
        &[
            "1.1  double",
            "Twice a number",
            "· 3 checks meet code that is not written yet, zero_stays first",
            "0 of 3 checks pass",
            "Edit     chapters/01-numbers/exercises/double.rs",
            "Read     book/01-numbers/doubling.md",
            "cargo workbook hint 1.1",
        ],
    );

    book.solve("double", WRONG_DOUBLE);
    let ran = book.run(&["check", "double"]);
    ran.says(
        1,
        &[
            "✗ zero_stays",
            "twice nothing\n        left: 2\n       right: 0\n",
            "at chapters/01-numbers/exercises/double/checks.rs:6",
            "This looks like *twice is two more*",
            "    You add two. That is right for two alone.",
        ],
    );
    for noise in [
        "RUST_BACKTRACE",
        "panicked",
        "thread '",
        "test result",
        "\x1b",
    ] {
        assert!(!ran.stdout.contains(noise), "{noise} in {}", ran.stdout);
    }
    // In the order in which they are written: the first in full, of the others a line.
    let at = |name: &str| ran.stdout.find(name).unwrap();
    assert!(at("zero_stays") < at("one_is_two") && at("one_is_two") < at("a_negative"));
    assert!(
        ran.stdout
            .contains("✗ one_is_two  assertion `left == right` failed: twice one\n")
    );
    assert!(!ran.stdout.contains("right: 2"), "{}", ran.stdout);
    book.run(&["check", "double", "--all"])
        .says(1, &["right: 0", "right: 2", "right: -6"]);

    book.solve("double", RIGHT_DOUBLE);
    book.run(&["check", "1.1"]).says(
        0,
        &[
            "All 3 checks pass.",
            "cargo workbook solution 1.1",
            "cargo workbook check 1.2",
        ],
    );
    book.run(&["check", "1"]).says(
        1,
        &[
            "1.1  double",
            "done",
            "1.2  sum",
            "not started",
            "1 of 2 exercises",
        ],
    );
}

#[test]
fn what_the_reader_prints_is_shown_and_a_part_may_be_missing() {
    let book = Fixture::new();
    book.solve(
        "double",
        "pub fn double(n: i64) -> i64 {\n    println!(\"got {n}\");\n    if n < 0 { todo!() }\n    n + 2\n}\n",
    );
    let ran = book.run(&["check", "1.1"]);
    ran.says(
        1,
        &[
            "your code printed",
            "      got 0",
            "· a_negative_stays_negative meets code that is not written yet",
            "✗ one_is_two",
        ],
    );
    // It fails what the mistake fails, but only because a part isn't written.
    assert!(!ran.stdout.contains("looks like"), "{}", ran.stdout);
}

#[test]
fn an_error_of_the_compiler_is_shown_alone() {
    let book = Fixture::new();
    book.solve("double", "pub fn double(n: i64) -> i64 {\n    \"two\"\n}\n");
    let ran = book.run(&["check", "1.1"]);
    ran.complains(1, &["error[E0308]", "exercises/double.rs"]);
    assert_eq!(ran.stdout, "");
    assert!(!ran.stderr.contains("could not compile"), "{}", ran.stderr);
    // It is no matter of its neighbour's.
    book.run(&["check", "1.2"]).says(1, &["0 of 2 checks pass"]);
    let ran = book.run(&["check", "1"]);
    ran.complains(1, &["error[E0308]"]);
    assert!(ran.stdout.contains("1.2  sum"), "{}", ran.stdout);
    let ran = book.run(&["check", "1.1", "--json"]);
    ran.complains(1, &["error[E0308]"]);
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(value["exercises"][0]["state"], "unknown");
}

#[test]
fn a_panic_in_a_library_is_shown_where_it_was_caused() {
    let book = Fixture::new();
    book.replace("Cargo.toml", "debug = false", "debug = 1");
    // Of those that panic in a library's file, not where they are called.
    let wrong = "pub fn double(n: i64) -> i64 {\n    (0..n).step_by(0).sum()\n}\n";
    // Built by cargo, and then by the compiler alone, first without what a backtrace needs.
    for save in 1..=3 {
        book.solve("double", &format!("{wrong}// {save}\n"));
        let ran = book.run(&["check", "1.1"]);
        ran.says(
            1,
            &[
                "assertion failed: step != 0",
                "at chapters/01-numbers/exercises/double.rs:",
            ],
        );
    }
    let built_by = book.read("target/built-by/numbers-double");
    assert_eq!(built_by, "the compiler");
}

#[test]
fn a_file_from_before_each_exercise_had_its_target_is_brought_up_to_date() {
    let book = Fixture::new();
    let path = "chapters/01-numbers/exercises/double.rs";
    book.solve("double", RIGHT_DOUBLE);
    let new = book.read(path);
    let old = format!("{new}\n#[cfg(test)]\nmod checks;\n");
    book.write(path, &old);
    let ran = book.run(&["check", "1.1"]);
    ran.complains(0, &["has been taken out", "double.rs.kept-1"]);
    assert_eq!(book.read(path), new);
    let kept = ".workbook/kept/01-numbers/double.rs.kept-1";
    assert_eq!(book.read(kept), old);
    let again = book.run(&["check", "1.1"]);
    assert!(!again.stderr.contains("taken out"), "{}", again.stderr);
}

#[test]
fn a_name_needs_the_same_checks_and_the_same_messages() {
    let book = Fixture::new();
    // Fails the checks that `adds_two` fails, and says other numbers.
    book.solve("double", "pub fn double(n: i64) -> i64 {\n    n + 3\n}\n");
    let ran = book.run(&["check", "1.1"]);
    ran.says(1, &["0 of 3 checks pass"]);
    assert!(!ran.stdout.contains("looks like"), "{}", ran.stdout);
}

#[test]
fn a_panic_of_the_readers_own_is_shown_though_the_check_caught_it() {
    let book = Fixture::new();
    book.replace(
        "chapters/01-numbers/exercises/double/checks.rs",
        "    assert_eq!(double(1), 2, \"twice one\");",
        "    if std::panic::catch_unwind(|| double(1)).is_err() {\n        panic!(\"here it panicked\");\n    }",
    );
    book.solve(
        "double",
        "pub fn double(n: i64) -> i64 {\n    assert!(n != 1, \"one is not welcome\");\n    n * 2\n}\n",
    );
    book.run(&["check", "1.1"]).says(
        1,
        &[
            "here it panicked",
            "your code panicked at chapters/01-numbers/exercises/double.rs:8\n      one is not welcome\n",
        ],
    );
}

#[test]
fn a_message_of_many_lines_keeps_its_beginning_and_its_end() {
    let book = Fixture::new();
    book.replace(
        "chapters/01-numbers/exercises/double/checks.rs",
        "    assert_eq!(double(1), 2, \"twice one\");",
        "    let steps: String = (1..=60).map(|n| format!(\"step {n}.\\n\")).collect();\n    assert!(double(1) == 2, \"{steps}and the end\");",
    );
    book.solve(
        "double",
        "pub fn double(n: i64) -> i64 {\n    if n == 1 { 3 } else { n * 2 }\n}\n",
    );
    let ran = book.run(&["check", "1.1"]);
    ran.says(
        1,
        &["      step 1.\n", "41 lines more", "      and the end\n"],
    );
    assert!(!ran.stdout.contains("step 30."), "{}", ran.stdout);
    assert!(ran.stdout.lines().count() < 40, "{}", ran.stdout);
    book.run(&["check", "1.1", "--all"])
        .says(1, &["      step 30.\n"]);
}

#[test]
fn two_clones_that_share_a_target_folder_get_their_own_verdicts() {
    let (one, other) = (Fixture::new(), Fixture::new());
    one.solve("double", RIGHT_DOUBLE);
    other.solve("double", WRONG_DOUBLE);
    let check = |book: &Fixture| {
        let mut command = book.command(&["check", "1.1"]);
        command.env("CARGO_TARGET_DIR", one.path("target"));
        command.output().unwrap().status.code()
    };
    assert_eq!(check(&other), Some(1));
    assert_eq!(check(&one), Some(0));
    assert_eq!(check(&other), Some(1));
}

#[test]
fn a_verdict_that_cannot_be_remembered_is_shown_all_the_same() {
    let book = Fixture::new();
    book.solve("double", RIGHT_DOUBLE);
    // A file where the folder should be.
    book.write(".workbook", "");
    let mut check = book.command(&["check", "1.1"]);
    let (mut output, both) = io::pipe().unwrap();
    check.stdout(both.try_clone().unwrap()).stderr(both);
    let status = check.status().unwrap();
    drop(check);
    let mut said = String::new();
    output.read_to_string(&mut said).unwrap();
    assert!(status.success(), "{said}");
    // First the verdict.
    let (verdict, warning) = said.split_once("All 3 checks pass.").unwrap();
    assert!(!verdict.contains("remembered"), "{said}");
    assert!(warning.contains("is not remembered"), "{said}");
}

#[test]
fn a_check_that_takes_the_process_along_is_named() {
    let book = Fixture::new();
    book.solve(
        "double",
        "pub fn double(n: i64) -> i64 {\n    match n {\n        0 => 0,\n        1 => std::process::exit(7),\n        _ => std::hint::black_box(double(n - 1)) + 1,\n    }\n}\n",
    );
    book.run(&["check", "1.1"]).says(
        1,
        &[
            "✗ one_is_two",
            "with the exit status 7: does your code call `exit`?",
            "✗ a_negative_stays_negative",
            "it overflowed its stack",
            "1 of 3 checks pass",
        ],
    );
}

#[test]
fn json_keeps_its_form() {
    let book = Fixture::new();
    book.solve("double", WRONG_DOUBLE);
    let ran = book.run(&["check", "1.1", "--json"]);
    ran.says(1, &[]);
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    let double = &value["exercises"][0];
    assert_eq!(double["id"], "1.1");
    assert_eq!(double["name"], "double");
    assert_eq!(double["state"], "not started");
    assert_eq!(double["page"], "book/01-numbers/doubling.md");
    assert_eq!(double["file"], "chapters/01-numbers/exercises/double.rs");
    assert_eq!(double["check_results"][0]["name"], "zero_stays");
    assert_eq!(double["check_results"][0]["state"], "failed");
    assert_eq!(double["check_results"][0]["line"], 6);
    assert_eq!(double["looks_like"][0]["name"], "adds_two");

    book.solve(
        "double",
        "pub fn double(n: i64) -> i64 {\n    n.abs() * 2\n}\n",
    );
    let ran = book.run(&["exercises", "--json"]);
    ran.says(0, &[]);
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(value["exercises"][0]["state"], "started");
    assert_eq!(value["exercises"][0]["passed"], 2);
    assert_eq!(value["exercises"][0]["checks"], 3);
    assert_eq!(value["exercises"][1]["state"], "not started");
    assert_eq!(value["exercises"][1]["difficulty"], "core");
}

#[test]
fn the_state_is_remembered_by_name_and_forgotten_with_the_file() {
    let book = Fixture::new();
    // As they came: nothing needs to be built to know that.
    book.run(&["exercises"]).says(
        0,
        &[
            "1  Small numbers",
            "1.1",
            "not started",
            "0 of 2 exercises done",
        ],
    );
    assert!(!book.path("target").exists());

    book.solve("double", RIGHT_DOUBLE);
    book.run(&["exercises"])
        .says(0, &["✓ 1.1", "1 of 2 exercises done"]);
    // Numbers may change; what is remembered is the name.
    let manifest = book.read("chapters/01-numbers/Cargo.toml");
    let (head, targets) = manifest.split_once("[[test]]").unwrap();
    let (double, sum) = targets.split_once("[[test]]").unwrap();
    book.write(
        "chapters/01-numbers/Cargo.toml",
        &format!("{head}[[test]]{sum}\n[[test]]{double}"),
    );
    book.run(&["exercises"])
        .says(0, &["✓ 1.2    double", "1 of 2 exercises done"]);
    book.solve("double", WRONG_DOUBLE);
    book.run(&["exercises"]).says(0, &["0 of 2 exercises done"]);
}

#[test]
fn a_hint_that_is_asked_for_during_a_check_is_remembered() {
    let book = Fixture::new();
    let asks = format!(
        "pub fn double(n: i64) -> i64 {{\n    \
         let mut hint = std::process::Command::new({:?});\n    \
         assert!(hint.args([\"hint\", \"1.1\"]).status().unwrap().success());\n    n\n}}\n",
        env!("CARGO_BIN_EXE_workbook")
    );
    book.solve("double", &asks);
    book.run(&["check", "1.1"]).says(1, &["1 of 3 checks pass"]);
    book.run(&["hint", "1.1", "--again"]).says(0, &["Hint 1"]);
    book.run(&["exercises"]).says(0, &["1 of 3"]);
}

#[test]
fn hints_unfold_one_at_a_time() {
    let book = Fixture::new();
    book.run(&["hint", "1.1", "--again"])
        .says(0, &["not seen a hint yet"]);
    let first = book.run(&["hint", "1.1"]);
    first.says(0, &["Hint 1 of 2", "What is twice?", "The next one"]);
    assert!(!first.stdout.contains("n * 2"));
    let second = book.run(&["hint", "double"]);
    second.says(0, &["Hint 2 of 2", "      n * 2"]);
    assert!(!second.stdout.contains("What is"));
    book.run(&["hint", "1.1"])
        .says(0, &["seen all 2 hints", "solution 1.1"]);
    book.run(&["hint", "1.1", "--again"])
        .says(0, &["Hint 1 of 2", "Hint 2 of 2"]);
    book.run(&["hint", "1.2", "--all"])
        .says(0, &["Iterators can add."]);
    book.run(&["hint", "1"])
        .complains(2, &["more than one exercise", "1.2   sum"]);
}

#[test]
fn a_solution_is_printed_under_its_path() {
    let book = Fixture::new();
    let ran = book.run(&["solution", "1.2"]);
    ran.says(0, &["numbers.iter().sum()"]);
    assert!(
        ran.stdout
            .starts_with("// chapters/01-numbers/exercises/sum/solution.rs\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn reset_brings_the_stub_back_and_keeps_every_file() {
    let book = Fixture::new();
    let path = "chapters/01-numbers/exercises/double.rs";
    let stub = book.read(path);
    book.run(&["reset", "1.1"])
        .says(0, &["as it was in the beginning"]);
    book.solve("double", WRONG_DOUBLE);
    let first = book.read(path);
    book.run(&["reset", "1.1"])
        .says(0, &[".workbook/kept/01-numbers/double.rs.kept-1"]);
    assert_eq!(book.read(path), stub);
    assert_eq!(
        book.read(".workbook/kept/01-numbers/double.rs.kept-1"),
        first
    );
    book.solve("double", RIGHT_DOUBLE);
    book.run(&["reset", "double"])
        .says(0, &["double.rs.kept-2"]);
    assert_eq!(
        book.read(".workbook/kept/01-numbers/double.rs.kept-1"),
        first
    );
}

#[test]
fn a_file_that_is_gone_keeps_its_number_and_comes_back() {
    let book = Fixture::new();
    let path = "chapters/01-numbers/exercises/double.rs";
    let stub = book.read(path);
    std::fs::remove_file(book.path(path)).unwrap();
    book.run(&["check", "1.1"])
        .complains(1, &["exercises/double.rs is not there", "reset 1.1"]);
    book.run(&["reset", "1.1"]).says(0, &["1.1 double is back"]);
    assert_eq!(book.read(path), stub);
}

#[test]
fn what_is_not_there_gets_a_list_of_what_is() {
    let book = Fixture::new();
    book.run(&["check", "9"])
        .complains(2, &["no chapter 9", " 1  Small numbers"]);
    book.run(&["check", "1.9"])
        .complains(2, &["no exercise 1.9", "1.1   double", "1.2   sum"]);
    book.run(&["check", "doubel"])
        .complains(2, &["no exercise doubel", "1.1   double"]);
    book.run(&["check"])
        .complains(2, &["which exercise?", "1.1   double"]);
    book.run(&["chek"])
        .complains(2, &["no command chek", "check N[.M]"]);
    book.run(&["check", "1.1", "--jsno"])
        .complains(2, &["--jsno", "Usage: cargo workbook check"]);
    book.run(&["hint", "1.1", "1.2"])
        .complains(2, &["unexpected argument"]);
    book.run(&["--help"]).says(0, &["chapter [N] [SCENE]"]);
    // One who came through just is answered in its terms.
    let output = book
        .command(&["hint", "1.1"])
        .env("WORKBOOK_COMMAND", "just")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("just hint 1.1"));
}

#[test]
fn what_changes_beside_the_readers_file_is_noticed() {
    let book = Fixture::new();
    let check = || book.run(&["check", "1.1"]);
    book.solve("double", WRONG_DOUBLE);
    check().says(1, &["0 of 3 checks pass"]);
    book.solve("double", RIGHT_DOUBLE);
    check().says(0, &["All 3 checks pass."]);
    // From here on the compiler alone is asked.
    assert!(
        book.path("target/debug/compilers/numbers-double.json")
            .is_file()
    );
    book.solve("double", "pub fn double(n: i64) -> i64 {\n    \"two\"\n}\n");
    check().complains(1, &["error[E0308]", "exercises/double.rs:8:5"]);
    book.solve("double", RIGHT_DOUBLE);
    check().says(0, &["All 3 checks pass."]);
    // A file that is older than the last verdict: one that was put back.
    book.solve("double", WRONG_DOUBLE);
    let file = std::fs::File::options()
        .append(true)
        .open(book.path("chapters/01-numbers/exercises/double.rs"))
        .unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    check().says(1, &["0 of 3 checks pass"]);
    book.solve("double", RIGHT_DOUBLE);
    check().says(0, &["All 3 checks pass."]);
    let built_by = book.read("target/built-by/numbers-double");
    assert_eq!(built_by, "the compiler");
    let checks = "chapters/01-numbers/exercises/double/checks.rs";
    book.replace(checks, "double(1), 2", "double(1), 3");
    check().says(1, &["✗ one_is_two", "2 of 3 checks pass"]);
}
