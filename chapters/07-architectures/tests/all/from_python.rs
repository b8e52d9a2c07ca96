//! What the pages say of Python, run in Python.

#[test]
fn python_does_what_the_pages_say() {
    testkit::claims(env!("CARGO_MANIFEST_DIR"), &[]);
}
