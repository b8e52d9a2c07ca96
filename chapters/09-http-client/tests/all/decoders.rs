//! What holds for every decoder of the chapter, whatever comes: the same however the
//! octets are cut, no panic, no loop, no memory beyond the limits; and that whatever is
//! accepted is read in one way only.

use bytes::{Bytes, BytesMut};
use http_client::body_length::{self, Body, of_request, of_response};
use http_client::chunk_encoder::{chunk, last_chunk};
use http_client::chunked_decoder::{self, ChunkedDecoder, Part};
use http_client::redirect_policy::{Error, Hop, Redirects};
use http_client::response_head::{self, Fields, Limits, ResponseHead, decode};
use proptest::prelude::*;
use testkit::heap;
use url::Url;

/// Small, so that what is generated often reaches them.
const HEAD: Limits = Limits {
    octets: 96,
    lines: 5,
};
const CHUNKED: chunked_decoder::Limits = chunked_decoder::Limits {
    body: 24,
    extensions: 16,
    trailers: Limits {
        octets: 32,
        lines: 2,
    },
};

/// What a decoder made of its input: what came out, what was left, how it ended.
type Outcome<T, E> = (T, Bytes, Result<bool, E>);

fn head<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome<Option<ResponseHead>, response_head::Error> {
    let mut input = BytesMut::new();
    let mut pieces = pieces.into_iter();
    let (head, end) = loop {
        match decode(&mut input, &HEAD) {
            Ok(None) => {}
            Ok(head) => break (head, Ok(true)),
            Err(error) => break (None, Err(error)),
        }
        match pieces.next() {
            Some(piece) => input.extend_from_slice(piece),
            None => break (None, Ok(false)),
        }
    };
    let left = left(&mut input, pieces, &end);
    (head, left, end)
}

fn chunked<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome<(Vec<u8>, Fields), chunked_decoder::Error> {
    let mut decoder = ChunkedDecoder::new(CHUNKED);
    let mut input = BytesMut::new();
    let mut pieces = pieces.into_iter();
    let mut data = Vec::new();
    let mut trailers = Fields::default();
    let end = loop {
        let before = input.len();
        match decoder.decode(&mut input) {
            Ok(None) => match pieces.next() {
                Some(piece) => input.extend_from_slice(piece),
                None => break Ok(false),
            },
            Ok(Some(Part::Data(octets))) => {
                assert!(!octets.is_empty() && input.len() < before);
                data.extend_from_slice(&octets);
            }
            Ok(Some(Part::End(fields))) => {
                trailers = fields;
                break Ok(true);
            }
            Err(error) => break Err(error),
        }
    };
    let left = left(&mut input, pieces, &end);
    ((data, trailers), left, end)
}

/// What nobody has taken, where there was an end: behind an error, who knows.
fn left<'a, E>(
    input: &mut BytesMut,
    pieces: impl Iterator<Item = &'a [u8]>,
    end: &Result<bool, E>,
) -> Bytes {
    if !matches!(end, Ok(true)) {
        return Bytes::new();
    }
    pieces.for_each(|piece| input.extend_from_slice(piece));
    input.split().freeze()
}

/// Words of which heads and chunks consist, and what is almost one.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        6 => Just(b"\r\n".to_vec()),
        4 => prop::sample::select(vec![
            &b"HTTP/1.1 200 OK\r\n"[..], b"HTTP/1.0 404", b"A: b\r\n", b"Cookie:c=d\r\n", b"5\r\nhello\r\n",
            b"0\r\n\r\n", b"0\r\n", b";a=b", b"A:", b" ", b"\t", b":", b"\n", b"\r", b"+", b"0", b"f", b"\0",
            b"\xff", b"x", b"Content-Length", b"Transfer-Encoding: chunked\r\n",
        ]).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(word, 0..16).prop_map(|words| words.concat())
}

/// A head that is almost always one.
fn likely_head() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        8 => "[A-Za-z!#$%&'*+.^_`|~-]{1,6}:[ \t]{0,2}[ -~\t]{0,8}".prop_map(String::into_bytes),
        1 => ("[a-z]{1,3}", prop::collection::vec(any::<u8>(), 0..5))
            .prop_map(|(name, value)| [name.as_bytes(), b":", &value].concat()),
        1 => hostile(),
    ];
    let first = prop_oneof![
        Just("HTTP/1.1 200 OK"),
        Just("HTTP/1.0 404 "),
        Just("HTTP/1.1 099")
    ];
    (first, prop::collection::vec(line, 0..4)).prop_map(|(first, lines)| {
        let mut wire = format!("{first}\r\n").into_bytes();
        for line in lines {
            wire.extend_from_slice(&line);
            wire.extend_from_slice(b"\r\n");
        }
        wire.extend_from_slice(b"\r\nbody");
        wire
    })
}

/// `octets` in pieces of these lengths, again and again.
fn cut<'a>(octets: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = octets;
    let mut pieces = Vec::new();
    for &cut in cuts.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, behind) = rest.split_at(cut.min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

fn fields(lines: &[(&str, String)]) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in lines {
        fields.push(name, value.clone()).unwrap();
    }
    fields
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_head_is_the_same_however_it_is_cut(
        octets in prop_oneof![hostile(), likely_head()],
        cuts in prop::collection::vec(1usize..9, 1..9),
    ) {
        // An error may come a piece earlier than all of the octets, but it is the same one:
        // unless the limit on octets is met, which depends on what came along.
        let whole = head([&octets[..]]);
        let parts = head(cut(&octets, &cuts));
        let limit = |outcome: &Outcome<_, _>| matches!(outcome.2, Err(response_head::Error::TooLong { .. }));
        if !limit(&whole) && !limit(&parts) {
            prop_assert_eq!(whole, parts);
        } else {
            prop_assert!(whole.2.is_err() && parts.2.is_err());
        }
    }

    #[test]
    fn a_head_that_is_accepted_is_read_so_by_another_parser(wire in likely_head()) {
        let mut input = BytesMut::from(&wire[..]);
        if let Ok(Some(ours)) = decode(&mut input, &Limits::default()) {
            let mut lines = [httparse::EMPTY_HEADER; 100];
            let mut theirs = httparse::Response::new(&mut lines);
            let length = theirs.parse(&wire);
            prop_assert_eq!(length, Ok(httparse::Status::Complete(wire.len() - input.len())));
            prop_assert_eq!((theirs.version, theirs.code), (Some(ours.minor), Some(ours.status)));
            let theirs: Vec<_> = theirs.headers.iter().map(|line| (line.name, line.value)).collect();
            prop_assert_eq!(ours.fields.iter().collect::<Vec<_>>(), theirs);
        }
    }

    #[test]
    fn a_body_in_chunks_is_the_same_however_it_is_cut(
        octets in hostile(),
        cuts in prop::collection::vec(1usize..9, 1..9),
    ) {
        let whole = chunked([&octets[..]]);
        let parts = chunked(cut(&octets, &cuts));
        prop_assert_eq!(whole.2.is_err(), parts.2.is_err());
        prop_assert_eq!(&whole.0.0, &parts.0.0);
        if whole.2.is_ok() {
            prop_assert_eq!(whole, parts);
        }
    }

    #[test]
    fn what_is_chunked_comes_out_of_its_chunks(
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..6),
        cuts in prop::collection::vec(1usize..99, 1..9),
        trailer in prop::option::of("[a-z]{0,9}"),
        next in prop::collection::vec(any::<u8>(), 0..9),
    ) {
        let mut wire = BytesMut::new();
        pieces.iter().for_each(|piece| chunk(piece, &mut wire));
        last_chunk(trailer.iter().map(|value| ("Trailer", value.as_str())), &mut wire);
        wire.extend_from_slice(&next);
        let mut decoder = ChunkedDecoder::new(chunked_decoder::Limits::default());
        let mut input = BytesMut::new();
        let mut data = Vec::new();
        let mut end = None;
        for piece in cut(&wire, &cuts) {
            input.extend_from_slice(piece);
            while end.is_none() {
                match decoder.decode(&mut input).unwrap() {
                    Some(Part::Data(octets)) => data.extend_from_slice(&octets),
                    Some(Part::End(trailers)) => end = Some(trailers),
                    None => break,
                }
            }
        }
        let trailers = end.unwrap();
        prop_assert_eq!(data, pieces.concat());
        prop_assert_eq!(trailers.first("trailer"), trailer.as_ref().map(String::as_bytes));
        prop_assert_eq!(&input[..], &next[..]);
    }

    #[test]
    fn a_body_has_one_end_or_none(
        minor in 0u8..3,
        status in 0u16..1000,
        method in prop::sample::select(vec!["GET", "HEAD", "POST", "CONNECT"]),
        lengths in prop::collection::vec("[0-9,+ x-]{0,4}|5|18446744073709551616", 0..3),
        codings in prop::collection::vec("(gzip|Chunked|chunked|;|,| |x){0,4}", 0..3),
    ) {
        let mut lines: Vec<_> = lengths.into_iter().map(|value| ("content-length", value)).collect();
        lines.extend(codings.into_iter().map(|value| ("Transfer-Encoding", value)));
        let reversed: Vec<_> = lines.iter().rev().cloned().collect();
        let head = |lines: &[(&str, String)]| ResponseHead {
            minor,
            status,
            reason: Bytes::new(),
            fields: fields(lines),
        };
        let response = of_response(method, &head(&lines));
        let request = of_request(minor, &fields(&lines));
        // A length is one number or none: in which order its lines come is no matter.
        if !lines.iter().any(|(name, _)| *name == "Transfer-Encoding") {
            prop_assert_eq!(response, of_response(method, &head(&reversed)));
            prop_assert_eq!(request, of_request(minor, &fields(&reversed)));
        }
        // What a server accepts as a request, a client would not end elsewhere.
        if let Ok(Body::Length(_) | Body::Chunked) = request {
            let usual = ResponseHead { status: 200, ..head(&lines) };
            prop_assert_eq!(of_response("GET", &usual), request);
        }
        prop_assert!(!matches!(request, Ok(Body::UntilClose | Body::Tunnel)));
        prop_assert!(!matches!(
            response,
            Err(body_length::Error::NotChunked | body_length::Error::TwoEnds)
        ));
    }

    #[test]
    fn what_may_be_pushed_is_one_line(name in "[ -~\r\n\0]{0,8}", value: Vec<u8>) {
        let mut fields = Fields::default();
        if fields.push(&name, value).is_ok() {
            let (name, value) = fields.iter().next().unwrap();
            let wire = [b"HTTP/1.1 200 OK\r\n", name.as_bytes(), b":", value, b"\r\n\r\n"].concat();
            let head = decode(&mut BytesMut::from(&wire[..]), &Limits::default()).unwrap().unwrap();
            prop_assert_eq!(head.fields.len(), 1);
            prop_assert_eq!(head.fields.all(name), [value.trim_ascii()]);
        }
    }

    #[test]
    fn credentials_stay_at_home_wherever_a_server_sends(
        answers in prop::collection::vec((300u16..310, "(https?://)?(a|b|a:81)?/?[a-c]?|[ -~]{0,9}"), 0..12),
    ) {
        const LIMIT: usize = 5;
        let home = Url::parse("https://a/").unwrap();
        let mut redirects = Redirects::new(LIMIT);
        let mut hop = Hop {
            method: "POST".to_owned(),
            url: home.clone(),
            fields: fields(&[("Cookie", "secret".to_owned())]),
            body: true,
        };
        let mut left_home = false;
        let mut followed = 0;
        for (status, location) in answers {
            let response = ResponseHead {
                minor: 1,
                status,
                reason: Bytes::new(),
                fields: fields(&[("Location", location)]),
            };
            match redirects.next(&hop, &response) {
                Ok(Some(next)) => hop = next,
                Ok(None) => continue,
                Err(Error::TooMany(limit)) => {
                    prop_assert_eq!((limit, followed), (LIMIT, LIMIT));
                    break;
                }
                Err(_) => break,
            }
            followed += 1;
            left_home |= hop.url.origin() != home.origin();
            prop_assert_eq!(hop.fields.is_empty(), left_home);
            prop_assert_eq!(hop.url.scheme(), "https");
            prop_assert_eq!(hop.body, hop.method == "POST");
        }
        prop_assert!(followed <= LIMIT);
    }
}

/// The most that is held for what never ends, handed in an octet at a time.
fn held(octets: &[u8], mut fails: impl FnMut(&mut BytesMut) -> bool) -> usize {
    let ((), usage) = heap::measure(|| {
        let mut input = BytesMut::new();
        for &octet in octets.iter().cycle().take(1 << 16) {
            input.extend_from_slice(&[octet]);
            if fails(&mut input) {
                return;
            }
        }
        panic!(
            "65536 octets of {:?} and no error",
            octets.escape_ascii().to_string()
        );
    });
    usage.peak
}

#[test]
fn what_never_ends_is_given_up_within_the_limits() {
    const MOST: usize = 4 * 1024;
    for octets in [&b"x"[..], b"A: b\r\n", b"\r", b"HTTP/1.1 200 OK\r\n"] {
        let peak = held(octets, |input| decode(input, &HEAD).is_err());
        assert!(peak < MOST, "{peak} octets held of a head");
    }
    // A body may be endless. What isn't body may not.
    let endless = chunked_decoder::Limits {
        body: u64::MAX,
        ..CHUNKED
    };
    for (octets, limits) in [
        (&b"0"[..], endless),
        (b"5", endless),
        (b"5;", endless),
        (b"5 ", endless),
        (b"g", endless),
        (b"1;a\r\nx\r\n", endless),
        (b"1\r\nx\r\n", CHUNKED),
    ] {
        let mut decoder = ChunkedDecoder::new(limits);
        let peak = held(octets, |input| {
            while let Some(part) = match decoder.decode(input) {
                Ok(part) => part,
                Err(_) => return true,
            } {
                assert!(matches!(part, Part::Data(_)));
            }
            false
        });
        assert!(peak < MOST, "{peak} octets held of a body");
    }
    let mut decoder = ChunkedDecoder::new(CHUNKED);
    assert_eq!(decoder.decode(&mut BytesMut::from(&b"0\r\n"[..])), Ok(None));
    let peak = held(b"A: b\r\n", |input| decoder.decode(input).is_err());
    assert!(peak < MOST, "{peak} octets held of trailers");
}

/// `take_lines` reads from the front: it is asked again when another line has ended.
#[test]
fn no_octet_of_a_trailer_is_looked_at_for_each_octet_behind_it() {
    let mut decoder = ChunkedDecoder::new(chunked_decoder::Limits::default());
    let (mut input, value) = (BytesMut::from(&b"0\r\nA: "[..]), [b'v'; 1000]);
    assert_eq!(decoder.decode(&mut input), Ok(None));
    for octet in value {
        input.extend_from_slice(&[octet]);
        assert_eq!(decoder.decode(&mut input), Ok(None));
        // Whoever comes back finds an end of a line, and of the trailers.
        let last = input.len() - 1;
        input[last..].copy_from_slice(b"\n");
    }
    input[3..].copy_from_slice(&value); // as it came
    input.extend_from_slice(b"\r\n\r\n");
    let Ok(Some(Part::End(trailers))) = decoder.decode(&mut input) else {
        panic!("the trailer is whole");
    };
    assert_eq!(trailers.first("A"), Some(&value[..]));
}
