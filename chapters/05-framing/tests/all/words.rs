//! How errors are worded: the index of error messages holds its words against these.

use std::io;

use testkit::peer;

#[test]
fn rust_words_an_error_as_the_system_does_and_adds_its_number() {
    for words in [
        "Operation not permitted (os error 1)",
        "Resource temporarily unavailable (os error 11)",
        "Permission denied (os error 13)",
        "Too many open files (os error 24)",
        "Broken pipe (os error 32)",
        "Message too long (os error 90)",
        "Address already in use (os error 98)",
        "Cannot assign requested address (os error 99)",
        "Network is unreachable (os error 101)",
        "Software caused connection abort (os error 103)",
        "Connection reset by peer (os error 104)",
        "Transport endpoint is not connected (os error 107)",
        "Connection timed out (os error 110)",
        "Connection refused (os error 111)",
        "No route to host (os error 113)",
    ] {
        let number = words.rsplit([' ', ')']).find_map(|word| word.parse().ok());
        let error = io::Error::from_raw_os_error(number.unwrap());
        assert_eq!(error.to_string(), words);
    }
}

#[test]
fn programs_word_errors_each_in_their_own_way() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python_words.py");
    let programs = [
        peer("curl"),
        peer("nc"),
        peer("openssl"),
        peer("redis-cli"),
        peer("ssh"),
        peer("telnet"),
    ];
    let names: Vec<&str> = programs.iter().flatten().map(|peer| peer.name()).collect();
    testkit::claims(script, &names);
}
