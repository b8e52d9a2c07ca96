//! What `prove` finds, on a workbook with two exercises.

mod fixture;

use fixture::{Fixture, RIGHT_DOUBLE};

#[test]
fn what_is_in_order_is_proven() {
    let book = Fixture::new();
    let ran = book.run(&["prove"]);
    ran.says(
        0,
        &[
            "1.1    double         3  fails all     passes all    2 of 2 as listed",
            "1.2    sum            2  fails all     passes all    2 of 2 as listed",
            "✓ 1 chapter, 2 exercises, 5 checks, 4 mistakes: proven",
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
    // A solution that clippy has something to say about, and a mistake that the
    // compiler has; clippy's taste in a mistake does not count.
    book.replace(
        &format!("{exercises}/sum/solution.rs"),
        "numbers.iter().sum()",
        "return numbers.iter().sum();",
    );
    book.replace(
        &format!("{exercises}/sum/mistakes/first_only.rs"),
        "numbers.first()",
        "return numbers.first()",
    );
    book.replace(
        &format!("{exercises}/sum/mistakes/starts_at_one.rs"),
        "numbers.iter()",
        "let mut unused_mut = 1; numbers.iter()",
    );
    // A list that is not right.
    book.replace(
        &format!("{exercises}/double/mistakes/loses_sign.rs"),
        "fails: a_negative_stays_negative",
        "fails: zero_stays",
    );
    book.write(
        &format!("{exercises}/sum/mistakes/forgotten.rs"),
        "//! Forgotten\n//!\n//! You forgot.\n//!\n//! fails: nothing_is_zero\n",
    );
    book.write(&format!("{exercises}/sum/hints.md"), "# Hints\n");
    let ran = book.run(&["prove", "1"]);
    ran.says(
        1,
        &[
            "✗ double: the file as it is passes a_negative_stays_negative, one_is_two, zero_stays",
            "✗ double: the stub's page book/01-numbers/tripling.md is not there",
            "✗ double: the stub says `Check: just check 1.7`, and its number is 1.1",
            "✗ double: chapters/01-numbers/exercises/double.rs:8: unused import: `std::fmt`",
            "✗ double: mistakes/loses_sign.rs does not fail what it lists",
            "- zero_stays: listed, and it passes",
            "+ a_negative_stays_negative: not listed, and it fails: assertion",
            "//! fails: a_negative_stays_negative\n",
            "✗ sum: mistakes/forgotten.rs is not in proof.rs",
            "✗ sum: hints.md has no hint",
            "✗ sum: chapters/01-numbers/exercises/sum/solution.rs:4: unneeded `return` statement (clippy::needless_return)",
            "sum/mistakes/starts_at_one.rs:7: unused variable: `unused_mut` (unused_variables)",
            "problems",
        ],
    );
    assert!(!ran.stdout.contains("first_only.rs:"), "{}", ran.stdout);
}
