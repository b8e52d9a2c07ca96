//! What the pages say of Python, run in Python.

use crate::support::Certificates;

#[test]
fn python_does_what_the_pages_say() {
    let certificates = Certificates::new();
    testkit::claims(env!("CARGO_MANIFEST_DIR"), &[&certificates.path("")]);
}
