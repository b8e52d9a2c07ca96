//! What the pages say of Python, run in Python.

#[test]
fn python_does_what_the_pages_say() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python.py");
    testkit::claims(script, &[]);
}
