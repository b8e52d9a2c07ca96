//! Playing, blessing and measuring scenes, on a workbook with two of them.

use crate::fixture::Fixture;

const ASKED: &str = "chapters/01-numbers/scenes/asked.console";

#[test]
fn a_chapter_is_played_and_says_what_else_there_is() {
    let book = Fixture::with_scenes();
    book.run(&["chapter"]).says(
        0,
        &[" 1  Small numbers", "2 programs, 2 scenes, 2 exercises"],
    );
    let ran = book.run(&["chapter", "1"]);
    ran.says(
        0,
        &[
            "Chapter 1  Small numbers",
            "  asked  1 of 2\n  A number goes out, and comes back twice as large.\n\n",
            "  server │ $ twice server 127.0.0.1:1060\n  server │ Listening at 127.0.0.1:1060\n",
            "  client │ $ twice client 127.0.0.1:1060 21\n  client │ answer: 42\n  server │ asked: 21\n",
            "\n  ✓ as the book says\n",
            "  │ no answer\n  │ [exit 1]\n",
            "2 scenes, all as the book says",
            "count  Counts its arguments\n",
            "twice  Gives a number back, twice as large\n",
            "Read      book/01-numbers/index.md",
            "1.1    double  warm-up",
            "Next  cargo workbook check 1.1",
        ],
    );
    assert!(!ran.stdout.contains('\x1b'));
}

#[test]
fn one_scene_is_played_and_a_wrong_name_gets_the_right_ones() {
    let book = Fixture::with_scenes();
    let ran = book.run(&["chapter", "numbers", "refused"]);
    ran.says(0, &["Nobody is there.", "The scene is as the book says"]);
    assert!(!ran.stdout.contains("answer: 42"), "{}", ran.stdout);
    book.run(&["chapter", "1", "asekd"])
        .complains(2, &["no scene asekd", "asked refused"]);
    book.run(&["chapter", "3"])
        .complains(2, &["no chapter 3", "Small numbers"]);
}

#[test]
fn a_scene_that_differs_is_a_failure_with_a_diff() {
    let book = Fixture::with_scenes();
    book.replace(ASKED, "answer: 42", "answer: 43");
    book.write("chapters/01-numbers/scenes/broken.console", "no title\n");
    let ran = book.run(&["chapter", "1"]);
    ran.says(
        1,
        &[
            "✗ not as the book says",
            "- answer: 43",
            "+ answer: 42",
            "scenes/broken.console: ",
            "2 of 3 scenes differ from the book",
        ],
    );
}

#[test]
fn a_blessed_scene_is_rewritten_and_the_change_is_shown() {
    let book = Fixture::with_scenes();
    let right = book.read(ASKED);
    book.replace(ASKED, "answer: 42", "answer: 43");
    book.run(&["bless", "refused"])
        .says(0, &["1 scene, none changed"]);
    book.run(&["bless", "1"]).says(
        0,
        &[
            ASKED,
            "  - answer: 43",
            "  + answer: 42",
            "2 scenes, 1 changed",
        ],
    );
    assert_eq!(book.read(ASKED), right);
    book.run(&["bless", "nothing-like-it"])
        .complains(2, &["no scene matches", "01-numbers/asked"]);
}

#[test]
fn a_plan_becomes_a_table() {
    let book = Fixture::with_scenes();
    book.write(
        "chapters/01-numbers/measured/size.plan",
        "# How large an answer is\n#: runs 3\n#: warm-up 0\n#: number of the answer\n== small\n\
         server$ twice server 127.0.0.1:1060\nListening at 127.0.0.1:1060\n\
         client$ twice client 127.0.0.1:1060 21\n#~ answer: *\nanswer: 1\n\
         server>\nasked: 21\nserver^C\n[signal 2]\n== large\n\
         server$ twice server 127.0.0.1:1060\nListening at 127.0.0.1:1060\n\
         client$ twice client 127.0.0.1:1060 84\n#~ answer: *\nanswer: 1\n\
         server>\nasked: 84\nserver^C\n[signal 2]\n",
    );
    let ran = book.run(&["measure", "1", "size"]);
    ran.says(
        0,
        &[
            "How large an answer is",
            "`just measure 1 size`",
            "Machine: ",
            "Date: 20",
        ],
    );
    let table = book.read("chapters/01-numbers/measured/size.md");
    let squeezed: Vec<String> = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for row in [
        "of the answer:",
        "| `small` | 42 | 42 to 42 | 1.00 | 0 |",
        "| `large` | 168 | 168 to 168 | 4.00 | 0 |",
        "| `small` again | 42 | 42 to 42 | 1.00 | 0 |",
    ] {
        assert!(squeezed.contains(&row.to_owned()), "no {row:?} in\n{table}");
    }
    assert!(ran.stdout.starts_with(&table), "{}", ran.stdout);
    book.run(&["measure", "1", "weight"])
        .complains(2, &["by that name", "size"]);
    book.run(&["measure", "1"])
        .complains(2, &["something is missing"]);
}
