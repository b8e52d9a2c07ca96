//! The appendix *From Python to Rust* has a row for every name that a reader may know.

#[test]
fn every_public_name_of_six_modules_has_a_row() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python_names.py");
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../book/appendices/python-to-rust.md"
    );
    testkit::claims(script, &[page]);
}
