use super::*;

use serde_json::{Value, json};
use testkit::{check, note};

/// A limit that no batch here passes, unless it is meant to.
const WIDE: usize = 100;

/// What the server of these checks does.
fn serve(method: &str, params: &Value) -> Result<Value, Error> {
    match method {
        "subtract" => {
            let (from, take) = match params {
                Value::Array(both) => (both.first(), both.get(1)),
                named => (named.get("minuend"), named.get("subtrahend")),
            };
            match (from.and_then(Value::as_i64), take.and_then(Value::as_i64)) {
                (Some(from), Some(take)) => Ok(json!(from - take)),
                _ => Err(Error::invalid_params()),
            }
        }
        "sum" => {
            let numbers = params.as_array().into_iter().flatten();
            Ok(json!(numbers.filter_map(Value::as_i64).sum::<i64>()))
        }
        "get_data" => Ok(json!(["hello", 5])),
        "nothing" | "update" | "notify_hello" | "notify_sum" => Ok(Value::Null),
        "locked" => Err(Error {
            code: 7,
            message: "locked".to_owned(),
            data: Some(json!({"by": "alice"})),
        }),
        _ => Err(Error::method_not_found()),
    }
}

fn short(text: String) -> String {
    const SHOWN: usize = 160;
    match text.chars().count() {
        all if all > SHOWN => {
            let first: String = text.chars().take(SHOWN).collect();
            format!("{first} ... ({all} characters)")
        }
        _ => text,
    }
}

fn show(answer: Option<&Value>) -> String {
    answer.map_or("no answer".to_owned(), |answer| short(answer.to_string()))
}

fn show_calls(calls: &[String]) -> String {
    match calls {
        [] => "no calls".to_owned(),
        _ => short(calls.join(", ")),
    }
}

/// The text is answered so, and makes these calls.
#[track_caller]
fn expect_within(limit: usize, text: &str, answer: Option<&Value>, calls: &[&str]) {
    let mut made = Vec::new();
    let got = {
        let _note = note(|| format!("(the text was {})", short(text.to_owned())));
        respond(text.as_bytes(), limit, |method, params| {
            made.push(format!("{method}{params}"));
            serve(method, params)
        })
    };
    let limit = match limit {
        WIDE => String::new(),
        limit => format!("\n  the limit {limit}"),
    };
    let told = format!("the text was {}{limit}", short(text.to_owned()));
    assert!(
        got.as_ref() == answer,
        "{told}\n  expected  {}\n  got       {}",
        show(answer),
        show(got.as_ref())
    );
    assert!(
        made == calls,
        "{told}\n  expected  {}\n  got       {}",
        show_calls(
            &calls
                .iter()
                .map(|&call| call.to_owned())
                .collect::<Vec<_>>()
        ),
        show_calls(&made)
    );
}

#[track_caller]
fn expect(text: &str, answer: &Value, calls: &[&str]) {
    expect_within(WIDE, text, Some(answer), calls);
}

#[track_caller]
fn expect_silence(text: &str, calls: &[&str]) {
    expect_within(WIDE, text, None, calls);
}

fn result(result: Value, id: Value) -> Value {
    json!({"jsonrpc": "2.0", "result": result, "id": id})
}

fn error(code: i64, message: &str, id: Value) -> Value {
    json!({"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": id})
}

fn invalid(id: Value) -> Value {
    error(-32600, "Invalid Request", id)
}

#[test]
#[ignore = "exercise"]
fn a_request() {
    check(|| {
        expect(
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#,
            &result(json!(19), json!(1)),
            &["subtract[42,23]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn parameters_with_names() {
    check(|| {
        expect(
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}"#,
            &result(json!(19), json!(3)),
            &[r#"subtract{"minuend":42,"subtrahend":23}"#],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn parameters_may_be_missing() {
    check(|| {
        expect(
            r#"{"jsonrpc": "2.0", "method": "get_data", "id": "9"}"#,
            &result(json!(["hello", 5]), json!("9")),
            &["get_data[]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn other_parameters_are_no_request() {
    check(|| {
        for params in ["7", r#""bar""#, "true"] {
            expect(
                &format!(r#"{{"jsonrpc": "2.0", "method": "sum", "params": {params}, "id": 4}}"#),
                &invalid(json!(4)),
                &[],
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn null_parameters_are_not_missing() {
    check(|| {
        expect(
            r#"{"jsonrpc": "2.0", "method": "get_data", "params": null, "id": 4}"#,
            &invalid(json!(4)),
            &[],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn other_members_mean_nothing() {
    check(|| {
        expect(
            r#"{"id": 5, "trace": {"on": true}, "method": "sum", "params": [1, 2], "result": 9, "jsonrpc": "2.0"}"#,
            &result(json!(3), json!(5)),
            &["sum[1,2]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn null_is_a_result() {
    check(|| {
        expect(
            r#"{"jsonrpc": "2.0", "method": "nothing", "id": 6}"#,
            &result(Value::Null, json!(6)),
            &["nothing[]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_error_of_the_call() {
    check(|| {
        expect(
            r#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#,
            &error(-32601, "Method not found", json!("1")),
            &["foobar[]"],
        );
        expect(
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": ["a"], "id": 2}"#,
            &error(-32602, "Invalid params", json!(2)),
            &[r#"subtract["a"]"#],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_error_with_data() {
    check(|| {
        expect(
            r#"{"jsonrpc": "2.0", "method": "locked", "id": 2}"#,
            &json!({
                "jsonrpc": "2.0",
                "error": {"code": 7, "message": "locked", "data": {"by": "alice"}},
                "id": 2,
            }),
            &["locked[]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_id_comes_back_as_it_was() {
    check(|| {
        for id in [
            r#""""#,
            r#""1""#,
            "0",
            "-1",
            "18446744073709551615",
            "1.5",
            r#""a\"b""#,
        ] {
            let value: Value = serde_json::from_str(id).expect("an id");
            expect(
                &format!(r#"{{"jsonrpc": "2.0", "method": "sum", "params": [1], "id": {id}}}"#),
                &result(json!(1), value),
                &["sum[1]"],
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn null_is_an_id() {
    check(|| {
        expect(
            r#"{"jsonrpc": "2.0", "method": "sum", "params": [1], "id": null}"#,
            &result(json!(1), Value::Null),
            &["sum[1]"],
        );
        expect(
            r#"{"jsonrpc": "2.0", "method": "foobar", "id": null}"#,
            &error(-32601, "Method not found", Value::Null),
            &["foobar[]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_else_is_an_id() {
    check(|| {
        for id in ["true", "[1]", r#"{"a": 1}"#] {
            expect(
                &format!(r#"{{"jsonrpc": "2.0", "method": "sum", "params": [1], "id": {id}}}"#),
                &invalid(Value::Null),
                &[],
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_notification_is_called_and_not_answered() {
    check(|| {
        expect_silence(
            r#"{"jsonrpc": "2.0", "method": "update", "params": [1, 2, 3]}"#,
            &["update[1,2,3]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_notification_that_fails_is_not_answered() {
    check(|| {
        expect_silence(r#"{"jsonrpc": "2.0", "method": "foobar"}"#, &["foobar[]"]);
        expect_silence(r#"{"jsonrpc": "2.0", "method": "locked"}"#, &["locked[]"]);
    });
}

#[test]
#[ignore = "exercise"]
fn no_json() {
    check(|| {
        for text in [
            r#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#,
            "",
            "{} {}",
            r#"[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"]"#,
        ] {
            expect(text, &error(-32700, "Parse error", Value::Null), &[]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_utf_8() {
    check(|| {
        let text = b"{\"jsonrpc\": \"2.0\", \"method\": \"sum\xFF\", \"id\": 1}";
        let got = respond(text, WIDE, serve);
        let expected = error(-32700, "Parse error", Value::Null);
        assert!(
            got.as_ref() == Some(&expected),
            "the text was a request with an octet FF, which is in no UTF-8\n  expected  {}\n  got       {}",
            show(Some(&expected)),
            show(got.as_ref())
        );
    });
}

#[test]
#[ignore = "exercise"]
fn json_that_is_no_request() {
    check(|| {
        for text in [
            "1",
            r#""sum""#,
            "null",
            "true",
            "{}",
            r#"{"jsonrpc": "2.0"}"#,
        ] {
            expect(text, &invalid(Value::Null), &[]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_method_is_a_string() {
    check(|| {
        expect(
            r#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#,
            &invalid(Value::Null),
            &[],
        );
        expect(
            r#"{"jsonrpc": "2.0", "method": ["sum"], "params": [1]}"#,
            &invalid(Value::Null),
            &[],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_version_is_two() {
    check(|| {
        for version in [
            r#""jsonrpc": "1.0", "#,
            r#""jsonrpc": 2.0, "#,
            r#""version": "1.1", "#,
            "",
        ] {
            expect(
                &format!(r#"{{{version}"method": "sum", "params": [1]}}"#),
                &invalid(Value::Null),
                &[],
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_id_of_what_is_no_request() {
    check(|| {
        expect(
            r#"{"jsonrpc": "2.0", "method": 1, "id": "a"}"#,
            &invalid(json!("a")),
            &[],
        );
        expect(r#"{"method": "sum", "id": 12}"#, &invalid(json!(12)), &[]);
        expect(
            r#"{"jsonrpc": "2.0", "method": 1, "id": [1]}"#,
            &invalid(Value::Null),
            &[],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_batch() {
    check(|| {
        expect(
            r#"[{"jsonrpc": "2.0", "method": "sum", "params": [1, 2, 4], "id": "1"},
                {"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": "2"}]"#,
            &json!([result(json!(7), json!("1")), result(json!(19), json!("2"))]),
            &["sum[1,2,4]", "subtract[42,23]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_batch_of_one_is_a_batch() {
    check(|| {
        expect(
            r#"[{"jsonrpc": "2.0", "method": "sum", "params": [1], "id": 1}]"#,
            &json!([result(json!(1), json!(1))]),
            &["sum[1]"],
        );
        expect("[1]", &json!([invalid(Value::Null)]), &[]);
    });
}

#[test]
#[ignore = "exercise"]
fn notifications_leave_no_gap() {
    check(|| {
        expect(
            r#"[{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
                {"jsonrpc": "2.0", "method": "get_data", "id": "9"},
                {"jsonrpc": "2.0", "method": "foobar"}]"#,
            &json!([result(json!(["hello", 5]), json!("9"))]),
            &["notify_hello[7]", "get_data[]", "foobar[]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_batch_of_notifications_is_not_answered() {
    check(|| {
        expect_silence(
            r#"[{"jsonrpc": "2.0", "method": "notify_sum", "params": [1, 2, 4]},
                {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}]"#,
            &["notify_sum[1,2,4]", "notify_hello[7]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_no_request_stops_no_other() {
    check(|| {
        expect(
            "[1, 2, 3]",
            &json!([
                invalid(Value::Null),
                invalid(Value::Null),
                invalid(Value::Null)
            ]),
            &[],
        );
        expect(
            r#"[{"foo": "boo"}, {"jsonrpc": "2.0", "method": "sum", "params": [2], "id": 1}]"#,
            &json!([invalid(Value::Null), result(json!(2), json!(1))]),
            &["sum[2]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_error_stops_no_other() {
    check(|| {
        expect(
            r#"[{"jsonrpc": "2.0", "method": "foobar", "id": "5"},
                {"jsonrpc": "2.0", "method": "get_data", "id": "9"}]"#,
            &json!([
                error(-32601, "Method not found", json!("5")),
                result(json!(["hello", 5]), json!("9"))
            ]),
            &["foobar[]", "get_data[]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_batch_is_no_request() {
    check(|| expect("[]", &invalid(Value::Null), &[]));
}

#[test]
#[ignore = "exercise"]
fn a_batch_in_a_batch_is_no_request() {
    check(|| {
        expect(
            r#"[[{"jsonrpc": "2.0", "method": "sum", "params": [1], "id": 1}]]"#,
            &json!([invalid(Value::Null)]),
            &[],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_batch_of_just_the_limit() {
    check(|| {
        let one = r#"{"jsonrpc": "2.0", "method": "sum", "params": [1], "id": 1}"#;
        let answer = result(json!(1), json!(1));
        expect_within(
            2,
            &format!("[{one}, {one}]"),
            Some(&json!([answer, answer])),
            &["sum[1]", "sum[1]"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_batch_over_the_limit_is_no_request() {
    check(|| {
        let one = r#"{"jsonrpc": "2.0", "method": "sum", "params": [1], "id": 1}"#;
        expect_within(
            2,
            &format!("[{one}, {one}, {one}]"),
            Some(&invalid(Value::Null)),
            &[],
        );
        // Notifications count as well.
        let one = r#"{"jsonrpc": "2.0", "method": "update"}"#;
        expect_within(
            1,
            &format!("[{one}, {one}]"),
            Some(&invalid(Value::Null)),
            &[],
        );
    });
}
