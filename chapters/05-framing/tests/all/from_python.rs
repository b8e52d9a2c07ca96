//! What the pages say of Python, run in Python; and of Rust beside it.

use bytes::Buf;

#[test]
fn python_does_what_the_pages_say() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python.py");
    testkit::claims(script, &[]);
}

#[test]
fn rust_turns_octets_as_htonl_does() {
    let turned = 0x0102_u32.to_be();
    assert_eq!(turned.to_ne_bytes(), 0x0102_u32.to_be_bytes());
    assert_eq!(u32::from_be(turned), 0x0102);
    assert_eq!(u16::from_be(1_u16.to_be()), 1);
}

#[test]
fn sizes_in_rust_have_no_padding_between_them() {
    assert_eq!(size_of::<i8>() + size_of::<i32>(), 5);
}

#[test]
fn numbers_are_taken_off_the_front_if_they_are_whole() {
    let mut octets: &[u8] = &[0, 0, 0, 7, 9];
    assert_eq!(octets.try_get_u32(), Ok(7));
    assert!(octets.try_get_u32().is_err());
    assert_eq!(octets, [9]);
}
