//! What the pages say of Python, run in Python; and of Rust beside it, compiled.

use crate::support::MiniCache;

#[test]
fn python_does_what_the_pages_say() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python.py");
    let cache = MiniCache::start(&[]);
    let addresses = [cache.redis(), cache.memcached].map(|address| address.to_string());
    testkit::claims(script, &[&addresses[0], &addresses[1]]);
}

/// Methods that the page *From Python to Rust* names, and no program here calls.
#[expect(dead_code, reason = "it has to compile, and no more")]
fn rust_has() {
    let _ = async |delivery: &lapin::message::Delivery| {
        delivery.nack(Default::default()).await?;
        delivery.reject(Default::default()).await
    };
}
