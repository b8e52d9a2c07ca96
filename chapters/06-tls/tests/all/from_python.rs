//! What the pages say of Python, run in Python.

use crate::support::Certificates;

#[test]
fn python_does_what_the_pages_say() {
    let certificates = Certificates::new();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python.py");
    testkit::claims(script, &[certificates.path("").to_str().unwrap()]);
}
