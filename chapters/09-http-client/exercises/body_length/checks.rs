use super::*;

use bytes::BytesMut;
use http_client::response_head::{Fields, Limits, ResponseHead, decode};
use testkit::{check, note};

/// The head of a response, as it comes from the wire.
fn response(minor: u8, status: u16, lines: &[&str]) -> ResponseHead {
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    let wire = format!("HTTP/1.{minor} {status:03} Something\r\n{lines}\r\n");
    match decode(&mut BytesMut::from(wire.as_bytes()), &Limits::default()) {
        Ok(Some(head)) => head,
        other => panic!("the check has a head that is none: {wire:?} is {other:?}"),
    }
}

fn show(result: &Result<Body, Error>) -> String {
    match result {
        Ok(body) => format!("{body:?}"),
        Err(error) => format!("Err({error:?})"),
    }
}

fn show_lines(lines: &[&str]) -> String {
    match lines {
        [] => "no fields".to_owned(),
        _ => lines.join(" | "),
    }
}

#[track_caller]
fn answer(method: &str, minor: u8, status: u16, lines: &[&str], expected: Result<Body, Error>) {
    let head = response(minor, status, lines);
    let asked = format!(
        "to {method}, HTTP/1.{minor} {status} with  {}",
        show_lines(lines)
    );
    let got = {
        let _note = note(|| format!("({asked})"));
        of_response(method, &head)
    };
    assert!(
        got == expected,
        "{asked}\n  expected  {}\n  got       {}",
        show(&expected),
        show(&got)
    );
}

/// What usually comes: to GET, HTTP/1.1 200.
#[track_caller]
fn usual(lines: &[&str], expected: Result<Body, Error>) {
    answer("GET", 1, 200, lines, expected);
}

#[track_caller]
fn request(minor: u8, lines: &[&str], expected: Result<Body, Error>) {
    let fields = response(minor, 200, lines).fields;
    let asked = format!("a request of HTTP/1.{minor} with  {}", show_lines(lines));
    let got = {
        let _note = note(|| format!("({asked})"));
        of_request(minor, &fields)
    };
    assert!(
        got == expected,
        "{asked}\n  expected  {}\n  got       {}",
        show(&expected),
        show(&got)
    );
}

const LENGTH: &str = "Content-Length: 5";
const CHUNKED: &str = "Transfer-Encoding: chunked";

#[test]
#[ignore = "exercise"]
fn a_length_ends_a_body() {
    check(|| {
        usual(&[LENGTH], Ok(Body::Length(5)));
        usual(&["content-length: 0"], Ok(Body::Length(0)));
        answer("GET", 0, 200, &[LENGTH], Ok(Body::Length(5)));
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_chunk_ends_a_body() {
    check(|| {
        usual(&[CHUNKED], Ok(Body::Chunked));
        usual(&["transfer-encoding: Chunked"], Ok(Body::Chunked));
        usual(&["TRANSFER-ENCODING: CHUNKED"], Ok(Body::Chunked));
    });
}

#[test]
#[ignore = "exercise"]
fn without_a_length_the_connection_ends_a_body() {
    check(|| {
        for method in ["GET", "POST", "OPTIONS"] {
            answer(method, 1, 200, &[], Ok(Body::UntilClose));
        }
        answer("GET", 0, 404, &["Server: x"], Ok(Body::UntilClose));
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_to_head_has_no_body() {
    check(|| {
        for lines in [&[LENGTH][..], &[CHUNKED], &[]] {
            answer("HEAD", 1, 200, lines, Ok(Body::Empty));
        }
        answer("HEAD", 0, 404, &[LENGTH], Ok(Body::Empty));
    });
}

#[test]
#[ignore = "exercise"]
fn a_method_in_small_letters_is_another() {
    check(|| {
        answer("head", 1, 200, &[LENGTH], Ok(Body::Length(5)));
        answer("connect", 1, 200, &[LENGTH], Ok(Body::Length(5)));
    });
}

#[test]
#[ignore = "exercise"]
fn no_content_has_no_body() {
    check(|| {
        for lines in [&[][..], &[LENGTH], &[CHUNKED]] {
            answer("DELETE", 1, 204, lines, Ok(Body::Empty));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn not_modified_has_no_body() {
    check(|| {
        for lines in [&[][..], &[LENGTH], &[CHUNKED]] {
            answer("GET", 1, 304, lines, Ok(Body::Empty));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_interim_response_has_no_body() {
    check(|| {
        for status in [100, 101, 103, 199] {
            answer("GET", 1, status, &[], Ok(Body::Empty));
        }
        answer("GET", 1, 103, &[LENGTH], Ok(Body::Empty));
    });
}

#[test]
#[ignore = "exercise"]
fn other_statuses_have_a_body() {
    check(|| {
        for status in [200, 203, 205, 206, 300, 303, 305, 404, 500, 999] {
            answer("GET", 1, status, &[LENGTH], Ok(Body::Length(5)));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn where_there_is_no_body_the_fields_do_not_matter() {
    check(|| {
        for line in ["Content-Length: five", "Transfer-Encoding: "] {
            answer("HEAD", 1, 200, &[line], Ok(Body::Empty));
            answer("GET", 1, 304, &[line], Ok(Body::Empty));
            answer("CONNECT", 1, 200, &[line], Ok(Body::Tunnel));
        }
        answer("HEAD", 0, 200, &[CHUNKED], Ok(Body::Empty));
    });
}

#[test]
#[ignore = "exercise"]
fn connect_makes_a_tunnel() {
    check(|| {
        for lines in [&[][..], &[LENGTH], &[CHUNKED]] {
            answer("CONNECT", 1, 200, lines, Ok(Body::Tunnel));
        }
        answer("CONNECT", 1, 299, &[], Ok(Body::Tunnel));
    });
}

#[test]
#[ignore = "exercise"]
fn a_refused_connect_has_a_body() {
    check(|| {
        answer("CONNECT", 1, 407, &[LENGTH], Ok(Body::Length(5)));
        answer("CONNECT", 1, 300, &[], Ok(Body::UntilClose));
    });
}

#[test]
#[ignore = "exercise"]
fn chunked_goes_before_a_length() {
    check(|| {
        usual(&[LENGTH, CHUNKED], Ok(Body::Chunked));
        usual(&[CHUNKED, LENGTH], Ok(Body::Chunked));
        usual(&["Content-Length: five", CHUNKED], Ok(Body::Chunked));
    });
}

#[test]
#[ignore = "exercise"]
fn another_coding_goes_before_a_length() {
    check(|| {
        usual(&[LENGTH, "Transfer-Encoding: gzip"], Ok(Body::UntilClose));
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_coding_counts() {
    check(|| {
        for (lines, expected) in [
            (&["Transfer-Encoding: gzip, chunked"][..], Body::Chunked),
            (
                &["Transfer-Encoding: gzip;level=9,chunked ,"],
                Body::Chunked,
            ),
            (&["Transfer-Encoding: chunked, gzip"], Body::UntilClose),
            (&["Transfer-Encoding: gzip", CHUNKED], Body::Chunked),
            (&[CHUNKED, "Transfer-Encoding: gzip"], Body::UntilClose),
        ] {
            usual(lines, Ok(expected));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_only_looks_like_chunked_is_another_coding() {
    check(|| {
        for coding in ["xchunked", "chunkedx", "gzip chunked", "x;a=chunked"] {
            let line = format!("Transfer-Encoding: {coding}");
            usual(&[&line], Ok(Body::UntilClose));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn chunked_has_no_parameters() {
    check(|| {
        for coding in ["chunked;a=b", "Chunked ; a", "gzip, chunked;"] {
            let line = format!("Transfer-Encoding: {coding}");
            usual(&[&line], Err(Error::TransferEncoding));
            request(1, &[&line], Err(Error::TransferEncoding));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_transfer_encoding_names_a_coding() {
    check(|| {
        for line in ["Transfer-Encoding:", "Transfer-Encoding: , ,"] {
            usual(&[line], Err(Error::TransferEncoding));
            usual(&[line, LENGTH], Err(Error::TransferEncoding));
            request(1, &[line], Err(Error::TransferEncoding));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn http_1_0_knows_no_codings() {
    check(|| {
        answer("GET", 0, 200, &[CHUNKED], Err(Error::TransferEncoding));
        answer(
            "GET",
            0,
            200,
            &[CHUNKED, LENGTH],
            Err(Error::TransferEncoding),
        );
        request(0, &[CHUNKED], Err(Error::TransferEncoding));
        answer("GET", 2, 200, &[CHUNKED], Ok(Body::Chunked));
    });
}

#[test]
#[ignore = "exercise"]
fn a_length_is_digits() {
    check(|| {
        for value in [
            "+5", "-5", "0x5", "5.0", "5 5", "5_0", "five", "5;5", "\"5\"", "٥",
        ] {
            let line = format!("Content-Length: {value}");
            usual(&[&line], Err(Error::ContentLength));
            request(1, &[&line], Err(Error::ContentLength));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_length_may_not_be_missing_from_its_field() {
    check(|| {
        for line in ["Content-Length:", "Content-Length: ,"] {
            usual(&[line], Err(Error::ContentLength));
            request(1, &[line], Err(Error::ContentLength));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_length_has_up_to_64_bits() {
    check(|| {
        for length in [1 << 32, u64::MAX] {
            usual(
                &[&format!("Content-Length: {length}")],
                Ok(Body::Length(length)),
            );
        }
        usual(
            &["Content-Length: 18446744073709551616"],
            Err(Error::ContentLength),
        );
        usual(
            &["Content-Length: 99999999999999999999999999"],
            Err(Error::ContentLength),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_same_length_twice_is_one() {
    check(|| {
        for lines in [&[LENGTH, LENGTH][..], &["Content-Length: 5, 5 ,5"]] {
            usual(lines, Ok(Body::Length(5)));
            request(1, lines, Ok(Body::Length(5)));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn two_lengths_are_refused() {
    check(|| {
        for lines in [
            &[LENGTH, "Content-Length: 6"][..],
            &["Content-Length: 6, 5"],
            &["Content-Length: 5, 5, 6"],
            &[LENGTH, "Content-Length: six"],
            &["Content-Length: six", LENGTH],
        ] {
            usual(lines, Err(Error::ContentLength));
            request(1, lines, Err(Error::ContentLength));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_request_ends_by_length_or_chunks() {
    check(|| {
        request(1, &[LENGTH], Ok(Body::Length(5)));
        request(1, &["Transfer-Encoding: gzip, Chunked"], Ok(Body::Chunked));
    });
}

#[test]
#[ignore = "exercise"]
fn a_request_without_both_has_no_body() {
    check(|| {
        request(1, &[], Ok(Body::Empty));
        request(0, &["Content-Type: text/plain"], Ok(Body::Empty));
    });
}

#[test]
#[ignore = "exercise"]
fn a_request_with_both_is_refused() {
    check(|| {
        request(1, &[LENGTH, CHUNKED], Err(Error::TwoEnds));
        request(1, &[CHUNKED, "Content-Length: 0"], Err(Error::TwoEnds));
    });
}

#[test]
#[ignore = "exercise"]
fn a_request_that_is_not_chunked_in_the_end_is_refused() {
    check(|| {
        for line in [
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: chunked, gzip",
        ] {
            request(1, &[line], Err(Error::NotChunked));
        }
    });
}
