//! A command line cut into words as `sh` cuts it, without all that `sh` does beyond.

use thiserror::Error;

/// Why a line is no command here.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// A quote was opened and not closed.
    #[error("a {0} is not closed")]
    Open(char),
    /// `sh` would do something with this, which the server doesn't.
    #[error("sh would not take this {0} as it stands")]
    Special(char),
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
    let mut words = Vec::new();
    let mut word: Option<String> = None; // an empty word is one, too: ''
    let mut signs = line.chars();
    while let Some(sign) = signs.next() {
        match sign {
            ' ' | '\t' | '\n' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                quoted(&mut signs, sign, word)?;
            }
            '\\' => word
                .get_or_insert_default()
                .push(signs.next().ok_or(Error::Open('\\'))?),
            '|' | '&' | ';' | '<' | '>' | '(' | ')' | '$' | '`' | '*' | '?' | '[' | '#' | '~' => {
                return Err(Error::Special(sign));
            }
            _ => word.get_or_insert_default().push(sign),
        }
    }
    words.extend(word);
    Ok(words)
}
// ANCHOR_END: words

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
            (r#""\"\$\x""#, &[r#""$\x"#]),
            (r"'it'\''s'", &["it's"]),
            ("'a;b' '$HOME'", &["a;b", "$HOME"]),
        ] {
            assert_eq!(words(line).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn what_sh_would_expand_is_refused() {
        for (line, sign) in [("a;b", ';'), ("a $HOME", '$'), ("\"$x\"", '$'), ("*", '*')] {
            assert_eq!(words(line), Err(Error::Special(sign)));
        }
        for (line, sign) in [("'a", '\''), ("\"a", '"'), ("a\\", '\\')] {
            assert_eq!(words(line), Err(Error::Open(sign)));
        }
    }
}
