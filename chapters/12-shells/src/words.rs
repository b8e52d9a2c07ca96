//! A command line cut into words as `sh` cuts it, without all that `sh` does beyond.

use thiserror::Error;

/// Why a line is no command here.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// A quote was opened and not closed.
    #[error("a {0} is not closed")]
    Open(char),
    /// `sh` would do something with this, which the server doesn't.
    #[error("sh would not take this {} as it stands", .0.escape_debug())]
    Special(char),
    /// To `sh` this is no program's name.
    #[error("sh would take {0} for no name of a program")]
    NoName(String),
}

// ANCHOR: words
/// The words of `line`: what is quoted with `'`, `"` or `\` stays together, and blanks
/// divide the rest.
///
/// # Errors
///
/// When a quote is left open; and where `sh` would expand something, or begin another
/// command.
pub fn words(line: &str) -> Result<Vec<String>, Error> {
    let line = line.trim_end_matches('\n');
    let first = line.split_ascii_whitespace().next().unwrap_or_default();
    if is_no_name(first) {
        return Err(Error::NoName(first.to_owned()));
    }
    let mut words = Vec::new();
    let mut word: Option<String> = None; // an empty word is one, too: ''
    let mut signs = line.chars();
    while let Some(sign) = signs.next() {
        match sign {
            ' ' | '\t' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                quoted(&mut signs, sign, word)?;
            }
            '\\' => match signs.next().ok_or(Error::Open('\\'))? {
                '\n' => {} // a line that goes on
                sign => word.get_or_insert_default().push(sign),
            },
            '|' | '&' | ';' | '<' | '>' | '(' | ')' | '\n' | '\0' => {
                return Err(Error::Special(sign));
            }
            '$' | '`' | '*' | '?' | '[' | '#' | '~' => return Err(Error::Special(sign)),
            _ => word.get_or_insert_default().push(sign),
        }
    }
    words.extend(word);
    Ok(words)
}
// ANCHOR_END: words

/// Whether `sh` takes the first word of a line for one of its own, or for an assignment.
fn is_no_name(first: &str) -> bool {
    const OWN: [&str; 15] = [
        "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "then",
        "until", "while",
    ];
    let is_variable = |name: &str| {
        name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_')
            && name
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
    };
    OWN.contains(&first)
        || first
            .split_once('=')
            .is_some_and(|(name, _)| is_variable(name))
}

fn quoted(
    signs: &mut impl Iterator<Item = char>,
    quote: char,
    word: &mut String,
) -> Result<(), Error> {
    loop {
        match signs.next().ok_or(Error::Open(quote))? {
            sign if sign == quote => return Ok(()),
            '\\' if quote == '"' => match signs.next().ok_or(Error::Open(quote))? {
                sign @ ('$' | '`' | '"' | '\\') => word.push(sign),
                '\n' => {}
                sign => word.extend(['\\', sign]),
            },
            sign @ ('$' | '`') if quote == '"' => return Err(Error::Special(sign)),
            sign => word.push(sign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_sh() {
        for (line, expected) in [
            ("", &[] as &[&str]),
            ("  greet   you ", &["greet", "you"]),
            ("a 'b  c' d", &["a", "b  c", "d"]),
            ("a '' b", &["a", "", "b"]),
            (r#"a"b c"d"#, &["ab cd"]),
            (r"a\ b", &["a b"]),
            ("a\\\nb \"c\\\nd\" 'e\\\nf'\n", &["ab", "cd", "e\\\nf"]),
            ("greet A=b if", &["greet", "A=b", "if"]),
            ("'A=b' c", &["A=b", "c"]),
            ("i'f' =a 1=b", &["if", "=a", "1=b"]),
            (r#""\"\$\x""#, &[r#""$\x"#]),
            (r"'it'\''s'", &["it's"]),
            ("'a;b' '$HOME'", &["a;b", "$HOME"]),
        ] {
            assert_eq!(words(line).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn what_sh_would_expand_is_refused() {
        for (line, sign) in [
            ("a;b", ';'),
            ("a $HOME", '$'),
            ("\"$x\"", '$'),
            ("*", '*'),
            ("a\nb", '\n'),
            ("a\0b", '\0'),
        ] {
            assert_eq!(words(line), Err(Error::Special(sign)));
        }
        for line in ["A=b greet", "_1=", "if a", "! greet", "{ greet"] {
            let first = line.split(' ').next().unwrap().to_owned();
            assert_eq!(words(line), Err(Error::NoName(first)));
        }
        for (line, sign) in [("'a", '\''), ("\"a", '"'), ("a\\", '\\')] {
            assert_eq!(words(line), Err(Error::Open(sign)));
        }
    }
}
