use super::*;

use std::collections::BTreeMap;

use rpc::xmlrpc_values::Value;
use testkit::{check, note};

/// A limit that nothing here passes, unless it is meant to.
const WIDE: usize = 100;

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn array(values: &[Value]) -> Value {
    Value::Array(values.to_vec())
}

fn members(members: &[(&str, Value)]) -> Value {
    let owned = |(name, value): &(&str, Value)| ((*name).to_owned(), value.clone());
    Value::Struct(members.iter().map(owned).collect())
}

fn one(name: &str, params: &[Value]) -> Value {
    members(&[("methodName", text(name)), ("params", array(params))])
}

fn fault(code: i32, says: &str) -> Value {
    members(&[("faultCode", Value::Int(code)), ("faultString", text(says))])
}

/// What the server of these checks does.
fn serve(name: &str, params: &[Value]) -> Result<Value, Fault> {
    match (name, params) {
        ("add", [Value::Int(one), Value::Int(other)]) => Ok(Value::Int(one + other)),
        ("div", [Value::Int(one), Value::Int(other)]) => match other {
            0 => Err(Fault::new(1, "division by zero")),
            other => Ok(Value::Int(one / other)),
        },
        ("list", []) => Ok(array(&[Value::Int(1), Value::Int(2)])),
        ("nothing", []) => Ok(Value::Nil),
        ("last_fault", []) => Ok(fault(9, "of yesterday")),
        // Not refused as others are: so it shows who has refused it.
        (MULTICALL, _) => Ok(text("called")),
        ("system.listMethods", []) => Ok(array(&[text("add")])),
        ("add" | "div", _) => Err(Fault::new(Fault::INVALID_PARAMS, "two numbers")),
        _ => Err(Fault::new(
            Fault::UNKNOWN_METHOD,
            "nothing here has this name",
        )),
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Nil => "nil".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(values) => format!(
            "[{}]",
            values.iter().map(show).collect::<Vec<_>>().join(", ")
        ),
        Value::Struct(members) => {
            let one = |(name, value): (&String, &Value)| format!("{name}: {}", show(value));
            format!(
                "{{{}}}",
                members.iter().map(one).collect::<Vec<_>>().join(", ")
            )
        }
        other => format!("{other:?}"),
    }
}

fn show_all(values: &[Value]) -> String {
    let shown: Vec<String> = values.iter().map(show).collect();
    format!("({})", shown.join(", "))
}

/// What the server of these checks says of its faults. Other texts are the reader's own.
const TEXTS: [&str; 4] = [
    "division by zero",
    "nothing here has this name",
    "two numbers",
    "of yesterday",
];

fn without_texts(value: &Value) -> Value {
    match value {
        Value::Array(values) => Value::Array(values.iter().map(without_texts).collect()),
        Value::Struct(all) if all.len() == 2 => {
            match (all.get("faultCode"), all.get("faultString")) {
                (Some(Value::Int(code)), Some(Value::String(text)))
                    if *code == Fault::INVALID_CALL || !TEXTS.contains(&text.as_str()) =>
                {
                    fault(*code, "...")
                }
                _ => value.clone(),
            }
        }
        _ => value.clone(),
    }
}

fn show_result(result: &Result<Value, Fault>) -> String {
    match result {
        Ok(value) => show(&without_texts(value)),
        Err(fault) => format!("a fault of the whole, with the code {}", fault.code),
    }
}

/// Calls it, and says what came of it, and which calls were made.
fn run(limit: usize, params: &[Value]) -> (Result<Value, Fault>, Vec<String>) {
    let mut made = Vec::new();
    let _note = note(|| format!("(multicall was called with {})", show_all(params)));
    let got = multicall(params, limit, |name, params| {
        made.push(format!("{name}{}", show_all(params)));
        serve(name, params)
    });
    (got, made)
}

fn show_calls(calls: &[String]) -> String {
    match calls {
        [] => "no calls".to_owned(),
        _ => calls.join(", "),
    }
}

#[track_caller]
fn compare_within(limit: usize, params: &[Value], expected: &Result<Value, i32>, calls: &[&str]) {
    let (got, made) = run(limit, params);
    let limit = match limit {
        WIDE => String::new(),
        limit => format!(", limit {limit}"),
    };
    let told = format!("multicall was called with {}{limit}", show_all(params));
    let coded = match &got {
        Ok(value) => Ok(without_texts(value)),
        Err(fault) => Err(fault.code),
    };
    let expected_shown = match expected {
        Ok(value) => show(value),
        Err(code) => format!("a fault of the whole, with the code {code}"),
    };
    assert!(
        coded == *expected,
        "{told}\n  expected  {expected_shown}\n  got       {}",
        show_result(&got)
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

/// These calls have these results, and these of them are made.
#[track_caller]
fn expect(calls: &[Value], results: &[Value], made: &[&str]) {
    compare_within(WIDE, &[array(calls)], &Ok(array(results)), made);
}

#[test]
#[ignore = "exercise"]
fn one_call() {
    check(|| {
        let three = array(&[Value::Int(3)]);
        expect(
            &[one("add", &[Value::Int(1), Value::Int(2)])],
            &[three],
            &["add(1, 2)"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_calls() {
    check(|| expect(&[], &[], &[]));
}

#[test]
#[ignore = "exercise"]
fn results_are_in_the_order_of_the_calls() {
    check(|| {
        expect(
            &[
                one("add", &[Value::Int(1), Value::Int(2)]),
                one("div", &[Value::Int(9), Value::Int(3)]),
                one("add", &[Value::Int(0), Value::Int(1)]),
            ],
            &[
                array(&[Value::Int(3)]),
                array(&[Value::Int(3)]),
                array(&[Value::Int(1)]),
            ],
            &["add(1, 2)", "div(9, 3)", "add(0, 1)"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn every_result_is_in_an_array() {
    check(|| {
        expect(
            &[one("list", &[]), one("nothing", &[])],
            &[
                array(&[array(&[Value::Int(1), Value::Int(2)])]),
                array(&[Value::Nil]),
            ],
            &["list()", "nothing()"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_fault_is_at_its_place() {
    check(|| {
        expect(
            &[
                one("add", &[Value::Int(1), Value::Int(2)]),
                one("div", &[Value::Int(1), Value::Int(0)]),
            ],
            &[array(&[Value::Int(3)]), fault(1, "division by zero")],
            &["add(1, 2)", "div(1, 0)"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_fault_stops_no_other_call() {
    check(|| {
        expect(
            &[
                one("unknown", &[]),
                one("div", &[Value::Int(1), Value::Int(0)]),
                one("add", &[Value::Int(1), Value::Int(2)]),
            ],
            &[
                fault(Fault::UNKNOWN_METHOD, "nothing here has this name"),
                fault(1, "division by zero"),
                array(&[Value::Int(3)]),
            ],
            &["unknown()", "div(1, 0)", "add(1, 2)"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_multicall_in_a_multicall_is_refused() {
    check(|| {
        let inner = array(&[one("add", &[Value::Int(1), Value::Int(2)])]);
        expect(
            &[one(MULTICALL, &[inner]), one("nothing", &[])],
            &[fault(Fault::INVALID_CALL, "..."), array(&[Value::Nil])],
            &["nothing()"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn other_methods_of_the_system_are_called() {
    check(|| {
        expect(
            &[one("system.listMethods", &[])],
            &[array(&[array(&[text("add")])])],
            &["system.listMethods()"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_no_struct_is_no_call() {
    check(|| {
        let named = array(&[text("nothing"), array(&[])]);
        expect(
            &[Value::Int(7), text("nothing"), named, one("nothing", &[])],
            &[
                fault(Fault::INVALID_CALL, "..."),
                fault(Fault::INVALID_CALL, "..."),
                fault(Fault::INVALID_CALL, "..."),
                array(&[Value::Nil]),
            ],
            &["nothing()"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_call_has_a_name() {
    check(|| {
        expect(
            &[
                members(&[("params", array(&[]))]),
                members(&[("methodName", Value::Int(7)), ("params", array(&[]))]),
                members(&[("method", text("nothing")), ("params", array(&[]))]),
                one("nothing", &[]),
            ],
            &[
                fault(Fault::INVALID_CALL, "..."),
                fault(Fault::INVALID_CALL, "..."),
                fault(Fault::INVALID_CALL, "..."),
                array(&[Value::Nil]),
            ],
            &["nothing()"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_call_has_parameters() {
    check(|| {
        expect(
            &[
                members(&[("methodName", text("nothing"))]),
                one("nothing", &[]),
            ],
            &[fault(Fault::INVALID_CALL, "..."), array(&[Value::Nil])],
            &["nothing()"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn parameters_are_an_array() {
    check(|| {
        expect(
            &[
                members(&[("methodName", text("nothing")), ("params", Value::Nil)]),
                members(&[("methodName", text("add")), ("params", Value::Int(1))]),
                one("nothing", &[]),
            ],
            &[
                fault(Fault::INVALID_CALL, "..."),
                fault(Fault::INVALID_CALL, "..."),
                array(&[Value::Nil]),
            ],
            &["nothing()"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn other_members_mean_nothing() {
    check(|| {
        let call = members(&[
            ("methodName", text("nothing")),
            ("params", array(&[])),
            ("id", Value::Int(1)),
        ]);
        expect(&[call], &[array(&[Value::Nil])], &["nothing()"]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_parameter_is_one_array() {
    check(|| {
        let refused = Err(Fault::INVALID_PARAMS);
        let call = one("nothing", &[]);
        compare_within(WIDE, &[], &refused, &[]);
        compare_within(WIDE, std::slice::from_ref(&call), &refused, &[]);
        compare_within(WIDE, &[text("nothing")], &refused, &[]);
        compare_within(
            WIDE,
            &[
                array(std::slice::from_ref(&call)),
                array(std::slice::from_ref(&call)),
            ],
            &refused,
            &[],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn as_many_calls_as_the_limit() {
    check(|| {
        let (call, result) = (one("nothing", &[]), array(&[Value::Nil]));
        compare_within(
            2,
            &[array(&[call.clone(), call])],
            &Ok(array(&[result.clone(), result])),
            &["nothing()", "nothing()"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn more_calls_than_the_limit() {
    check(|| {
        let call = one("nothing", &[]);
        let calls = array(&[call.clone(), call.clone(), call]);
        compare_within(2, &[calls], &Err(Fault::INVALID_PARAMS), &[]);
        // Those count as well that would not be made.
        let calls = array(&[Value::Int(1), Value::Int(2)]);
        compare_within(1, &[calls], &Err(Fault::INVALID_PARAMS), &[]);
    });
}

#[track_caller]
fn expect_results(calls: usize, answer: &Value, expected: Option<Vec<Result<Value, Fault>>>) {
    let got = {
        let _note = note(|| {
            format!(
                "(to_results was called with {}, {calls} calls)",
                show(answer)
            )
        });
        to_results(answer, calls)
    };
    let show_one = |one: &Result<Value, Fault>| match one {
        Ok(value) => format!("Ok({})", show(value)),
        Err(fault) => format!("Err(fault {}, {:?})", fault.code, fault.text),
    };
    let show_results = |results: &Option<Vec<Result<Value, Fault>>>| match results {
        None => "None".to_owned(),
        Some(results) => format!(
            "Some[{}]",
            results.iter().map(show_one).collect::<Vec<_>>().join(", ")
        ),
    };
    assert!(
        got == expected,
        "to_results was called with {}, {calls} calls\n  expected  {}\n  got       {}",
        show(answer),
        show_results(&expected),
        show_results(&got)
    );
}

#[test]
#[ignore = "exercise"]
fn the_client_writes_calls() {
    check(|| {
        let calls = [
            ("add", vec![Value::Int(1), Value::Int(2)]),
            ("list", vec![]),
        ];
        let expected = array(&[one("add", &calls[0].1), one("list", &[])]);
        let got = {
            let _note = note(|| "(to_params was called with add(1, 2) and list())".to_owned());
            to_params(&calls)
        };
        assert!(
            got == expected,
            "to_params was called with add(1, 2) and list()\n  expected  {}\n  got       {}",
            show(&expected),
            show(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_client_reads_results_and_faults() {
    check(|| {
        let answer = array(&[
            array(&[Value::Int(3)]),
            fault(1, "division by zero"),
            array(&[array(&[Value::Int(1), Value::Int(2)])]),
        ]);
        expect_results(
            3,
            &answer,
            Some(vec![
                Ok(Value::Int(3)),
                Err(Fault::new(1, "division by zero")),
                Ok(array(&[Value::Int(1), Value::Int(2)])),
            ]),
        );
        expect_results(0, &array(&[]), Some(vec![]));
    });
}

#[test]
#[ignore = "exercise"]
fn a_result_that_looks_like_a_fault_is_none() {
    check(|| {
        let looks = fault(9, "of yesterday");
        expect_results(
            1,
            &array(&[array(std::slice::from_ref(&looks))]),
            Some(vec![Ok(looks.clone())]),
        );
        // The server doesn't mistake it either.
        expect(
            &[one("last_fault", &[])],
            &[array(&[looks])],
            &["last_fault()"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn another_number_of_results_is_no_answer() {
    check(|| {
        let one = array(&[Value::Int(3)]);
        expect_results(2, &array(std::slice::from_ref(&one)), None);
        expect_results(1, &array(&[one.clone(), one]), None);
        expect_results(1, &array(&[]), None);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_neither_result_nor_fault_is_no_answer() {
    check(|| {
        let three = array(&[Value::Int(3)]);
        expect_results(1, &array(&[Value::Int(3)]), None);
        expect_results(1, &array(&[array(&[])]), None);
        expect_results(1, &array(&[array(&[Value::Int(1), Value::Int(2)])]), None);
        let half = members(&[("faultCode", Value::Int(1))]);
        expect_results(2, &array(&[three, half]), None);
        expect_results(1, &fault(1, "all of it"), None);
        expect_results(1, &Value::Nil, None);
    });
}

#[test]
#[ignore = "exercise"]
fn server_and_client_understand_each_other() {
    check(|| {
        let calls = [
            ("add", vec![Value::Int(20), Value::Int(22)]),
            ("div", vec![Value::Int(1), Value::Int(0)]),
            (MULTICALL, vec![]),
        ];
        let params = [to_params(&calls)];
        let (got, _) = run(WIDE, &params);
        let answer = got.unwrap_or_else(|fault| {
            panic!(
                "the server refuses what the client has written: {}",
                fault.code
            )
        });
        let results = to_results(&answer, calls.len());
        let codes = results.map(|results| {
            let code = |one: Result<Value, Fault>| one.map_err(|fault| fault.code);
            results.into_iter().map(code).collect::<Vec<_>>()
        });
        let expected = vec![Ok(Value::Int(42)), Err(1), Err(Fault::INVALID_CALL)];
        assert!(
            codes.as_ref() == Some(&expected),
            "a client's add(20, 22), div(1, 0) and {MULTICALL}() went to the server and came back\n  \
             expected  {expected:?}\n  got       {codes:?}"
        );
    });
}
