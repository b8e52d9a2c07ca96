use super::*;

use testkit::check;

/// Routes as a reader reads them: method, pattern, and what the handler is called.
type Table = &'static [(&'static str, &'static str, &'static str)];

const HELLO: Table = &[
    ("GET", "/", "start"),
    ("GET", "/hello", "hello"),
    ("POST", "/hello", "greet"),
    ("GET", "/users/{name}", "user"),
    ("DELETE", "/users/{name}", "remove"),
    ("GET", "/users/{name}/posts/{post}", "post"),
];

fn show(found: &Match<'_, &str>) -> String {
    match found {
        Match::Handler(handler, parameters) => {
            let parameters = parameters
                .iter()
                .map(|(name, value)| format!("{name} = {value:?}"));
            let all: Vec<String> = parameters.collect();
            match &all[..] {
                [] => format!("the handler {handler:?}, no parameters"),
                _ => format!("the handler {handler:?}, {}", all.join(", ")),
            }
        }
        Match::BadPath => "BadPath (400)".to_owned(),
        Match::NotFound => "NotFound (404)".to_owned(),
        Match::MethodNotAllowed(allow) => format!("MethodNotAllowed({allow:?}) (405)"),
    }
}

fn sorted(allow: &str) -> Vec<&str> {
    let mut methods: Vec<&str> = allow.split(", ").collect();
    methods.sort_unstable();
    methods
}

#[track_caller]
fn expect(table: Table, method: &str, path: &str, expected: Match<'_, &'static str>) {
    let mut router = Router::new();
    for (method, pattern, handler) in table {
        router.add(method, pattern, *handler);
    }
    let got = router.route(method, path);
    if got != expected {
        let show_got = match (&got, &expected) {
            // Which order it is depends on how somebody keeps them.
            (Match::MethodNotAllowed(got), Match::MethodNotAllowed(expected))
                if sorted(got) == sorted(expected) =>
            {
                "MethodNotAllowed with these methods in another order (405)".to_owned()
            }
            _ => show(&got),
        };
        let routes: Vec<String> = table
            .iter()
            .map(|(method, pattern, handler)| format!("\n  {method:6}  {pattern:26}  {handler:?}"))
            .collect();
        panic!(
            "{method} {path}\n  expected  {}\n  got       {}\nThe routes, in the order in which they were added:{}",
            show(&expected),
            show_got,
            routes.concat()
        );
    }
}

fn handler(name: &'static &'static str) -> Match<'static, &'static str> {
    Match::Handler(name, Vec::new())
}

fn with(
    name: &'static &'static str,
    parameters: &[(&'static str, &str)],
) -> Match<'static, &'static str> {
    let owned = parameters
        .iter()
        .map(|(name, value)| (*name, value.to_string()));
    Match::Handler(name, owned.collect())
}

fn not_allowed(allow: &str) -> Match<'static, &'static str> {
    Match::MethodNotAllowed(allow.to_owned())
}

#[test]
#[ignore = "exercise"]
fn a_path_has_its_handler() {
    check(|| {
        expect(
            &[("GET", "/hello", "hello")],
            "GET",
            "/hello",
            handler(&"hello"),
        )
    });
}

#[test]
#[ignore = "exercise"]
fn the_method_chooses_among_the_handlers_of_a_path() {
    check(|| {
        expect(HELLO, "POST", "/hello", handler(&"greet"));
        expect(HELLO, "GET", "/hello", handler(&"hello"));
        expect(HELLO, "GET", "/", handler(&"start"));
    });
}

#[test]
#[ignore = "exercise"]
fn a_handler_takes_the_place_of_the_one_before() {
    check(|| {
        const TABLE: Table = &[
            ("GET", "/hello", "old"),
            ("POST", "/hello", "greet"),
            ("GET", "/hello", "new"),
        ];
        expect(TABLE, "GET", "/hello", handler(&"new"));
        expect(TABLE, "POST", "/hello", handler(&"greet"));
        expect(TABLE, "PUT", "/hello", not_allowed("GET, HEAD, POST"));
    });
}

#[test]
#[ignore = "exercise"]
fn a_path_that_no_pattern_fits_is_not_found() {
    check(|| expect(HELLO, "GET", "/goodbye", Match::NotFound));
}

#[test]
#[ignore = "exercise"]
fn without_routes_nothing_is_found() {
    check(|| expect(&[], "GET", "/", Match::NotFound));
}

#[test]
#[ignore = "exercise"]
fn not_found_is_said_whatever_the_method() {
    check(|| expect(HELLO, "BREW", "/goodbye", Match::NotFound));
}

#[test]
#[ignore = "exercise"]
fn a_method_without_a_handler_is_not_allowed() {
    check(|| {
        const TABLE: Table = &[("POST", "/orders", "order"), ("PUT", "/orders", "replace")];
        expect(TABLE, "DELETE", "/orders", not_allowed("POST, PUT"));
    });
}

#[test]
#[ignore = "exercise"]
fn allow_is_in_alphabetical_order() {
    check(|| {
        const TABLE: Table = &[
            ("PUT", "/orders", "replace"),
            ("POST", "/orders", "order"),
            ("DELETE", "/orders", "cancel"),
        ];
        expect(TABLE, "PATCH", "/orders", not_allowed("DELETE, POST, PUT"));
    });
}

#[test]
#[ignore = "exercise"]
fn allow_lists_the_methods_of_one_pattern_alone() {
    check(|| {
        const TABLE: Table = &[
            ("POST", "/orders", "order"),
            ("PUT", "/prices", "price"),
            ("DELETE", "/{what}", "remove"),
        ];
        expect(TABLE, "PATCH", "/orders", not_allowed("POST"));
    });
}

#[test]
#[ignore = "exercise"]
fn where_get_is_allowed_head_is() {
    check(|| {
        const TABLE: Table = &[("POST", "/orders", "order"), ("GET", "/orders", "list")];
        expect(TABLE, "PUT", "/orders", not_allowed("GET, HEAD, POST"));
    });
}

#[test]
#[ignore = "exercise"]
fn allow_names_head_once() {
    check(|| {
        const TABLE: Table = &[("HEAD", "/orders", "look"), ("GET", "/orders", "list")];
        expect(TABLE, "PUT", "/orders", not_allowed("GET, HEAD"));
    });
}

#[test]
#[ignore = "exercise"]
fn head_is_answered_by_the_handler_for_get() {
    check(|| {
        expect(HELLO, "HEAD", "/hello", handler(&"hello"));
        expect(
            HELLO,
            "HEAD",
            "/users/ann",
            with(&"user", &[("name", "ann")]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn head_may_have_a_handler_of_its_own() {
    check(|| {
        const TABLE: Table = &[("GET", "/orders", "list"), ("HEAD", "/orders", "look")];
        expect(TABLE, "HEAD", "/orders", handler(&"look"));
        expect(TABLE, "GET", "/orders", handler(&"list"));
    });
}

#[test]
#[ignore = "exercise"]
fn without_get_head_is_not_allowed_either() {
    check(|| {
        const TABLE: Table = &[("POST", "/orders", "order")];
        expect(TABLE, "HEAD", "/orders", not_allowed("POST"));
    });
}

#[test]
#[ignore = "exercise"]
fn methods_are_told_apart_by_case() {
    check(|| expect(HELLO, "get", "/hello", not_allowed("GET, HEAD, POST")));
}

#[test]
#[ignore = "exercise"]
fn paths_are_told_apart_by_case() {
    check(|| expect(HELLO, "GET", "/Hello", Match::NotFound));
}

#[test]
#[ignore = "exercise"]
fn a_parameter_is_handed_to_the_handler() {
    check(|| {
        expect(
            HELLO,
            "GET",
            "/users/ann",
            with(&"user", &[("name", "ann")]),
        );
        expect(
            HELLO,
            "DELETE",
            "/users/bob",
            with(&"remove", &[("name", "bob")]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn parameters_come_in_the_order_of_the_pattern() {
    check(|| {
        let parameters = [("name", "ann"), ("post", "7")];
        expect(
            HELLO,
            "GET",
            "/users/ann/posts/7",
            with(&"post", &parameters),
        );
        const TABLE: Table = &[("GET", "/{z}/{a}/{m}", "three")];
        let parameters = [("z", "1"), ("a", "2"), ("m", "3")];
        expect(TABLE, "GET", "/1/2/3", with(&"three", &parameters));
    });
}

#[test]
#[ignore = "exercise"]
fn a_path_that_goes_on_does_not_fit() {
    check(|| {
        expect(HELLO, "GET", "/hello/world", Match::NotFound);
        expect(HELLO, "GET", "/users/ann/posts", Match::NotFound);
    });
}

#[test]
#[ignore = "exercise"]
fn a_path_that_ends_early_does_not_fit() {
    check(|| expect(HELLO, "GET", "/users", Match::NotFound));
}

#[test]
#[ignore = "exercise"]
fn a_segment_fits_as_a_whole() {
    check(|| {
        expect(HELLO, "GET", "/hello-world", Match::NotFound);
        expect(HELLO, "GET", "/hell", Match::NotFound);
    });
}

#[test]
#[ignore = "exercise"]
fn a_slash_at_the_end_makes_another_path() {
    check(|| {
        expect(HELLO, "GET", "/hello/", Match::NotFound);
        const TABLE: Table = &[("GET", "/files/", "directory"), ("GET", "/files", "file")];
        expect(TABLE, "GET", "/files/", handler(&"directory"));
        expect(TABLE, "GET", "/files", handler(&"file"));
    });
}

#[test]
#[ignore = "exercise"]
fn empty_segments_count() {
    check(|| {
        expect(HELLO, "GET", "//hello", Match::NotFound);
        expect(HELLO, "GET", "/users//posts/7", Match::NotFound);
    });
}

#[test]
#[ignore = "exercise"]
fn a_parameter_fits_no_empty_segment() {
    check(|| expect(HELLO, "GET", "/users/", Match::NotFound));
}

#[test]
#[ignore = "exercise"]
fn what_is_not_a_path_fits_nothing() {
    check(|| {
        expect(HELLO, "OPTIONS", "*", Match::NotFound);
        expect(HELLO, "GET", "hello", Match::NotFound);
    });
}

#[test]
#[ignore = "exercise"]
fn parameters_are_decoded() {
    check(|| {
        let expected = with(&"user", &[("name", "J\u{fc}rgen M.")]);
        expect(HELLO, "GET", "/users/J%C3%BCrgen%20M%2e", expected);
    });
}

#[test]
#[ignore = "exercise"]
fn a_decoded_segment_fits_the_text_of_a_pattern() {
    check(|| expect(HELLO, "GET", "/%68ello", handler(&"hello")));
}

#[test]
#[ignore = "exercise"]
fn the_text_of_a_pattern_is_not_decoded() {
    check(|| {
        const TABLE: Table = &[("GET", "/a%20b", "escaped")];
        expect(TABLE, "GET", "/a%20b", Match::NotFound);
        expect(TABLE, "GET", "/a%2520b", handler(&"escaped"));
    });
}

#[test]
#[ignore = "exercise"]
fn an_encoded_slash_divides_nothing() {
    check(|| {
        let expected = with(&"user", &[("name", "a/b")]);
        expect(HELLO, "GET", "/users/a%2Fb", expected);
        expect(HELLO, "GET", "%2Fhello", Match::NotFound);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_decoded_is_not_decoded_again() {
    check(|| {
        let expected = with(&"user", &[("name", "100%25")]);
        expect(HELLO, "GET", "/users/100%2525", expected);
        // Decoded twice, this one couldn't be decoded at all.
        expect(
            HELLO,
            "GET",
            "/users/100%25",
            with(&"user", &[("name", "100%")]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_plus_is_a_plus() {
    check(|| {
        expect(
            HELLO,
            "GET",
            "/users/a+b",
            with(&"user", &[("name", "a+b")]),
        )
    });
}

#[test]
#[ignore = "exercise"]
fn what_cannot_be_decoded_is_a_bad_path() {
    check(|| {
        expect(HELLO, "GET", "/users/100%", Match::BadPath);
        expect(HELLO, "GET", "/users/%zz", Match::BadPath);
        expect(HELLO, "GET", "/users/%FF", Match::BadPath);
        expect(HELLO, "GET", "/nowhere/%+1", Match::BadPath);
    });
}

#[test]
#[ignore = "exercise"]
fn braces_in_a_path_are_text() {
    check(|| {
        let expected = with(&"user", &[("name", "{name}")]);
        expect(HELLO, "GET", "/users/{name}", expected);
        expect(HELLO, "GET", "/{name}", Match::NotFound);
    });
}

#[test]
#[ignore = "exercise"]
fn one_brace_makes_no_parameter() {
    check(|| {
        for pattern in ["/{name", "/name}", "/v{name}"] {
            let mut router = Router::new();
            router.add("GET", pattern, "text");
            assert!(
                router.route("GET", "/ann") == Match::NotFound,
                "the only pattern is {pattern}, which is text, and GET /ann has found it"
            );
            assert!(
                router.route("GET", pattern) == handler(&"text"),
                "the only pattern is {pattern}, which is text, and GET {pattern} has not found it"
            );
        }
    });
}

const ME: Table = &[
    ("GET", "/users/{name}", "user"),
    ("GET", "/users/me", "me"),
    ("DELETE", "/users/{name}", "remove"),
];

#[test]
#[ignore = "exercise"]
fn text_goes_before_a_parameter() {
    check(|| {
        expect(ME, "GET", "/users/me", handler(&"me"));
        expect(ME, "GET", "/users/mel", with(&"user", &[("name", "mel")]));
        // The other way round it was added.
        const TABLE: Table = &[("GET", "/me", "me"), ("GET", "/{name}", "user")];
        expect(TABLE, "GET", "/me", handler(&"me"));
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_segment_that_differs_decides() {
    check(|| {
        const TABLE: Table = &[
            ("GET", "/{kind}/new/form", "form"),
            ("GET", "/users/{name}/{what}", "detail"),
        ];
        let expected = with(&"detail", &[("name", "new"), ("what", "form")]);
        expect(TABLE, "GET", "/users/new/form", expected);
    });
}

#[test]
#[ignore = "exercise"]
fn with_as_many_parameters_the_first_decides_too() {
    check(|| {
        const TABLE: Table = &[
            ("GET", "/users/{name}", "user"),
            ("GET", "/{kind}/new", "form"),
        ];
        expect(
            TABLE,
            "GET",
            "/users/new",
            with(&"user", &[("name", "new")]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_pattern_counts_only_if_it_fits_to_the_end() {
    check(|| {
        const TABLE: Table = &[
            ("GET", "/users/me/posts", "mine"),
            ("GET", "/users/{name}/likes", "likes"),
        ];
        let expected = with(&"likes", &[("name", "me")]);
        expect(TABLE, "GET", "/users/me/likes", expected);
    });
}

#[test]
#[ignore = "exercise"]
fn the_path_decides_before_the_method() {
    check(|| expect(ME, "DELETE", "/users/me", not_allowed("GET, HEAD")));
}
