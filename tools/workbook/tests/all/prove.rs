//! What `prove` finds, on a workbook with two exercises.

use crate::fixture::{Fixture, RIGHT_DOUBLE};

#[test]
fn what_is_in_order_is_proven() {
    let book = Fixture::new();
    let ran = book.run(&["prove"]);
    ran.says(
        0,
        &[
            "1.1    double         3  fails all     passes all    2 of 2 as recorded",
            "1.2    sum            2  fails all     passes all    2 of 2 as recorded",
            "✓ 2 exercises, 5 checks, 4 mistakes: proven",
        ],
    );
    book.run(&["prove", "1"]).says(0, &["proven"]);
    book.run(&["prove", "2"]).complains(2, &["no chapter 2"]);
}

#[test]
fn what_is_not_is_said() {
    let book = Fixture::new();
    let exercises = "chapters/01-numbers/exercises";
    // A stub that passes something and warns; a wrong number; a page that is gone.
    book.solve("double", RIGHT_DOUBLE);
    book.replace(
        &format!("{exercises}/double.rs"),
        "n * 2",
        "let _x: i64 = { use std::fmt; 0 }; n * 2",
    );
    book.replace(
        &format!("{exercises}/double.rs"),
        "just check 1.1",
        "just check 1.7",
    );
    book.replace(
        &format!("{exercises}/double.rs"),
        "doubling.md",
        "tripling.md",
    );
    // A solution that clippy has something to say about.
    book.replace(
        &format!("{exercises}/sum/solution.rs"),
        "numbers.iter().sum()",
        "return numbers.iter().sum();",
    );
    book.replace(
        &format!("{exercises}/sum/mistakes.md"),
        "-    numbers.iter().sum()\n",
        "-    return numbers.iter().sum();\n",
    );
    // Mistakes: one that the compiler has something to say about, one that has none
    // to fail, one that does not compile, one that is recorded otherwise; and a
    // harmless one that is none.
    book.replace(
        &format!("{exercises}/sum/mistakes.md"),
        "+    numbers.iter().sum::<i64>() + 1",
        "+    let mut unused_mut = 1; numbers.iter().sum::<i64>() + 1",
    );
    let mistakes = format!("{exercises}/double/mistakes.md");
    book.replace(&mistakes, "n.abs() * 2", "n.abs() * 2 + n % 2");
    book.replace(
        &mistakes,
        "## Harmless",
        "## none: None\n\nYou did it.\n\n```diff\n-    n * 2\n+    2 * n\n```\n\n\
         ## text: Text\n\nYou wrote.\n\n```diff\n-    n * 2\n+    \"two\"\n```\n\n\
         ## gone: Gone\n\nYou changed.\n\n```diff\n-    n * 3\n+    n\n```\n\n\
         ## Harmless\n\nIt is not.\n\n```diff\n-    n * 2\n+    n\n```",
    );
    book.write(&format!("{exercises}/sum/hints.md"), "# Hints\n");
    let ran = book.run(&["prove", "1"]);
    ran.says(
        1,
        &[
            "✗ double: the file as it is passes a_negative_stays_negative, one_is_two, zero_stays",
            "✗ double: chapters/01-numbers/exercises/double/stub.rs is not the file that the reader edits",
            "✗ double: the stub's page book/01-numbers/tripling.md is not there",
            "✗ double: the stub says `Check: just check 1.7`, and its number is 1.1",
            "✗ double: chapters/01-numbers/exercises/double.rs:8: unused import: `std::fmt`",
            "✗ double: loses_sign does not fail what is recorded",
            "+ one_is_two: not recorded, and it fails: assertion",
            "~ a_negative_stays_negative: it says something else: assertion",
            "✗ double: none passes every check",
            "✗ double: text does not compile, on line 4 of it: mismatched types",
            "double/mistakes.md:45: these lines are not in the solution",
            "✗ double: harmless_1 fails a_negative_stays_negative",
            "✗ sum: hints.md has no hint",
            "✗ sum: chapters/01-numbers/exercises/sum/solution.rs:4: unneeded `return` statement (clippy::needless_return)",
            "✗ sum: starts_at_one gets a warning, on line 4 of it: variable does not need to be mutable",
            "problems",
        ],
    );
    let recorded = book.read(&format!("{exercises}/double/verdicts"));
    // Read the difference before you commit it.
    book.run(&["prove", "1", "--bless"])
        .says(1, &["wrote chapters/01-numbers/exercises/double/verdicts"]);
    let now = book.read(&format!("{exercises}/double/verdicts"));
    assert_ne!(now, recorded);
    assert!(
        now.contains("loses_sign: a_negative_stays_negative="),
        "{now}"
    );
}

#[test]
fn a_module_that_is_not_found_is_said_once() {
    let book = Fixture::new();
    let room = "chapters/01-numbers/exercises/double";
    // A reader's build finds it beside the room's `main.rs`; a proof is compiled elsewhere.
    book.write(&format!("{room}/given.rs"), "");
    let main = book.read(&format!("{room}/main.rs"));
    book.write(
        &format!("{room}/main.rs"),
        &format!("{main}pub mod given;\n"),
    );
    book.run(&["prove", "1.1"]).complains(
        1,
        &[
            "1.1 double: its candidates don't compile:",
            "file not found for module `given`",
        ],
    );
}
