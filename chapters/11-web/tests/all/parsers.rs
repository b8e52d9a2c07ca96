//! What reads octets from strangers: given anything at all.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};
use bytes::BytesMut;
use proptest::prelude::*;
use testkit::every_split;
use url::Url;
use web::bank::{cookies, money, pages};
use web::chat::frames::{Error, Frame, decode, encode};
use web::{crawl, html};

const MOST: usize = 70_000;

fn frames() -> impl Strategy<Value = Frame> {
    let lengths = prop_oneof![0..130_usize, 65_500..65_600_usize];
    let payload = lengths.prop_flat_map(|length| proptest::collection::vec(any::<u8>(), length));
    (any::<bool>(), 0..16_u8, any::<Option<[u8; 4]>>(), payload).prop_map(
        |(last, opcode, mask, payload)| Frame {
            last,
            opcode,
            mask,
            payload,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_frame_is_read_as_it_was_written(frame in frames(), rest: [u8; 3]) {
        let mut octets = BytesMut::new();
        encode(&frame, &mut octets);
        for cut in [0, 1, 2, 5, octets.len() - 1] {
            if cut < octets.len() {
                let mut part = BytesMut::from(&octets[..cut]);
                prop_assert_eq!(decode(&mut part, MOST), Ok(None));
                prop_assert_eq!(part.len(), cut);
            }
        }
        octets.extend_from_slice(&rest);
        prop_assert_eq!(decode(&mut octets, MOST), Ok(Some(frame)));
        prop_assert_eq!(&octets[..], rest);
    }

    #[test]
    fn any_octets_are_frames_or_none(octets: Vec<u8>) {
        let mut octets = BytesMut::from(&octets[..]);
        while let Ok(Some(frame)) = decode(&mut octets, 64) {
            prop_assert!(frame.payload.len() <= 64);
        }
    }

    #[test]
    fn any_octets_are_cookies(field in proptest::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(field) = HeaderValue::from_bytes(&field) {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, field);
            if let Some(value) = cookies::find(&headers, "session") {
                prop_assert!(!value.contains(';'));
            }
        }
    }

    #[test]
    fn a_cookie_is_found_among_others(value in "[!#-+--:<-~]{0,20}", before in "[a-z =]{0,10}", after in "[a-z =]{0,10}") {
        let mut headers = HeaderMap::new();
        let field = format!("x{before};session={value};{after}; session=second");
        headers.insert(COOKIE, HeaderValue::from_str(&field).unwrap());
        prop_assert_eq!(cookies::find(&headers, "session"), Some(value.as_str()));
    }

    #[test]
    fn where_a_login_leads_is_this_site(next in r"[/\\]{0,3}(https?:|javascript:|//)?[\PC\t\r\n]{0,20}") {
        let path = pages::local(&next);
        prop_assert!(HeaderValue::from_str(&path).is_ok(), "{path}");
        for base in ["http://bank.example/login", "https://bank.example:8443/"] {
            let base = Url::parse(base).unwrap();
            prop_assert_eq!(base.join(&path).unwrap().origin(), base.origin(), "{}", path);
        }
    }

    #[test]
    fn money_is_read_as_it_is_shown(cents in 1..100_000_000_i64, text in "\\PC{0,12}") {
        prop_assert_eq!(money::parse(&money::show(cents)), Some(cents));
        if let Some(cents) = money::parse(&text) {
            prop_assert!(cents > 0);
        }
    }

    #[test]
    fn any_text_is_a_page(text in "([<>/=!\"' a-z&;-]|<a href=|<script|</script>|<!--|-->|\\PC){0,40}") {
        let url = Url::parse("http://host/").unwrap();
        let tags = html::tags(&text);
        prop_assert!(tags.len() <= text.matches('<').count());
        prop_assert!(crawl::links::links(&text, &url).len() <= tags.len());
    }
}

#[test]
fn a_frame_may_come_in_any_pieces() {
    let frame = Frame {
        last: true,
        opcode: 1,
        mask: Some([1, 2, 3, 4]),
        payload: b"Hello".to_vec(),
    };
    let mut octets = Vec::new();
    encode(&frame, &mut octets);
    encode(&frame, &mut octets);
    for split in every_split(&octets) {
        let (mut buffer, mut found) = (BytesMut::new(), Vec::new());
        for piece in split.iter() {
            buffer.extend_from_slice(piece);
            while let Some(frame) = decode(&mut buffer, MOST).unwrap() {
                found.push(frame);
            }
        }
        assert_eq!(found, [frame.clone(), frame.clone()]);
    }
}

#[test]
fn a_length_is_believed_no_further_than_the_limit() {
    for (octets, error) in [
        (
            &b"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"[..],
            Error::TooLong(u64::MAX),
        ),
        (b"\x81\x7f\x80\0\0\0\0\0\0\0", Error::TooLong(1 << 63)),
        (b"\x81\x7e\x00\x41", Error::TooLong(65)),
        (b"\xc1\x00", Error::Reserved),
    ] {
        let mut octets = BytesMut::from(octets);
        assert_eq!(decode(&mut octets, 64), Err(error));
    }
}

#[test]
fn a_login_leads_to_this_site_alone() {
    for (next, path) in [
        ("", "/"),
        ("/pay?to=bob#top", "/pay?to=bob#top"),
        ("payments", "/payments"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/.//evil.example", "/"),
        ("http://evil.example", "/"),
        ("http:evil", "/evil"),
        ("https://bank.invalid/", "/"),
        ("http://bank.invalid:81/", "/"),
        ("http://bank.invalid@evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("data:text/html,x", "/"),
        ("\0http://evil.example", "/"),
    ] {
        assert_eq!(pages::local(next), path, "{next:?}");
    }
}
