//! What the pages say of Python, run in Python.

use crate::support::MiniCache;

#[test]
fn python_does_what_the_pages_say() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python.py");
    let cache = MiniCache::start(&[]);
    let addresses = [cache.redis(), cache.memcached].map(|address| address.to_string());
    testkit::claims(script, &[&addresses[0], &addresses[1]]);
}
