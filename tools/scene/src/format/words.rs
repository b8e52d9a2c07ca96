//! A command line, split into words as a shell would.
//!
//! A page's command must mean the same to a reader's shell as it means to the
//! player. So quoting agrees with sh, and whatever a shell (sh, bash or zsh, at a
//! prompt) would do beyond splitting is refused with a message that says how to
//! write it instead.

/// Splits `line` into words.
///
/// # Errors
///
/// What is wrong with it, for a person.
pub(crate) fn split(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    // `Some` while inside a word: an empty pair of quotes is a word too.
    let mut word: Option<String> = None;
    let mut chars = line.chars().peekable();

    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(c) => word.push(c),
                        None => return Err("a single quote is never closed".to_owned()),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => match chars.peek() {
                            // Between double quotes a backslash speaks of these alone.
                            Some('$' | '`' | '"' | '\\') => word.extend(chars.next()),
                            _ => word.push('\\'),
                        },
                        Some(c @ ('$' | '`' | '!')) => return Err(shell_would(c)),
                        Some(c) => word.push(c),
                        None => return Err("a double quote is never closed".to_owned()),
                    }
                }
            }
            '\\' => match chars.next() {
                Some(c) => word.get_or_insert_default().push(c),
                None => return Err("a backslash at the end escapes nothing".to_owned()),
            },
            '|' | '&' | ';' | '<' | '>' | '(' | ')' | '$' | '`' | '*' | '?' | '[' | ']' | '{'
            | '}' | '!' => return Err(shell_would(c)),
            '~' | '#' | '=' if word.is_none() => return Err(shell_would(c)),
            '=' if words.is_empty() => {
                return Err("a command may not begin with an assignment".to_owned());
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    match words.first() {
        None => Err("there is no command".to_owned()),
        Some(first) if first.is_empty() => Err("the command's name is empty".to_owned()),
        Some(_) => Ok(words),
    }
}

/// What a shell makes of the character, which a scene has no shell for.
fn shell_would(c: char) -> String {
    let meaning = match c {
        '|' => "a pipe",
        '&' => "a command in the background",
        ';' => "a second command",
        '<' | '>' => "a redirection",
        '(' | ')' => "a subshell",
        '$' => "a variable",
        '`' => "another command's output",
        '*' | '?' | '[' | ']' => "a file name pattern",
        '{' | '}' => "a list of words",
        '!' => "a command from its history",
        '~' => "a home directory",
        '#' => "a comment",
        _ => "a command's path",
    };
    format!("`{c}` is {meaning} to a shell, and a scene has no shell: put it in single quotes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_sh_splits_them() {
        for (line, words) in [
            ("a b", vec!["a", "b"]),
            ("  a \t b  ", vec!["a", "b"]),
            ("a 'b c'", vec!["a", "b c"]),
            (r#"a "b c""#, vec!["a", "b c"]),
            (r"a b\ c", vec!["a", "b c"]),
            (r#"a '' "" b"#, vec!["a", "", "", "b"]),
            (r#"a b"c d"'e f'g"#, vec!["a", "bc de fg"]),
            (r#"a "\$ \` \" \\ \n""#, vec!["a", r#"$ ` " \ \n"#]),
            (r#"a '\n "x"'"#, vec!["a", r#"\n "x""#]),
            (r"a \$HOME \'", vec!["a", "$HOME", "'"]),
            (
                "a --port=53 x#y x~ @b %c ^d e:f g,h",
                vec![
                    "a",
                    "--port=53",
                    "x#y",
                    "x~",
                    "@b",
                    "%c",
                    "^d",
                    "e:f",
                    "g,h",
                ],
            ),
            ("a '[::1]:53' 'hi!'", vec!["a", "[::1]:53", "hi!"]),
        ] {
            assert_eq!(
                split(line),
                Ok(words.into_iter().map(str::to_owned).collect()),
                "{line}"
            );
        }
    }

    /// The real shell is the judge, where there is one.
    #[test]
    fn sh_agrees() {
        let line =
            r#"printf %s\\n a 'b  c' "d \"e\" \\ \x 'f'" g\ h '' i"j"'k' l\\m --n='o p' q#r "#;
        let words = split(line).unwrap();
        let sh = std::process::Command::new("sh")
            .args(["-c", line])
            .output()
            .unwrap();
        let sh = String::from_utf8(sh.stdout).unwrap();
        assert_eq!(sh.lines().collect::<Vec<_>>(), words[2..]);
    }

    #[test]
    fn what_a_shell_would_act_upon_is_refused() {
        for line in [
            "a | b",
            "a > b",
            "a < b",
            "a & b",
            "a; b",
            "a $B",
            "a `b`",
            "a *",
            "a b?",
            "a [::1]:53",
            "a {b,c}",
            "a (b)",
            "a hi!",
            r#"a "hi!""#,
            r#"a "$B""#,
            r#"a "`b`""#,
            "a ~",
            "a ~/b",
            "a # b",
            "A=b c",
            "a =b",
            "a 'b",
            "a \"b",
            "a \\",
            "",
            "  ",
            "''",
        ] {
            assert!(split(line).is_err(), "{line}");
        }
        assert_eq!(
            split("a | b").unwrap_err(),
            "`|` is a pipe to a shell, and a scene has no shell: put it in single quotes"
        );
    }
}
