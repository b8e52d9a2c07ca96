//! The patterns of KEYS.

// ANCHOR: glob
/// Whether `text` is as the pattern says: `*`, `?`, `[a-z]`, `[^a]`, `\*`.
///
/// When it goes wrong after a `*`, that star takes one octet more, and no star before
/// it needs to be tried again. A function that calls itself for every star would take
/// for ever with `a*a*a*a*a*b`.
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    let mut star: Option<(&[u8], &[u8])> = None;
    loop {
        if let [b'*', after @ ..] = pattern {
            pattern = after;
            star = Some((after, text));
            continue;
        }
        match (text.split_first(), pattern.is_empty()) {
            (None, true) => return true,
            (Some((&octet, rest)), false) => {
                if let Some(after) = one(pattern, octet) {
                    (pattern, text) = (after, rest);
                    continue;
                }
            }
            _ => {}
        }
        match star {
            Some((after, [_, rest @ ..])) => {
                (pattern, text) = (after, rest);
                star = Some((after, rest));
            }
            _ => return false,
        }
    }
}
// ANCHOR_END: glob

/// What follows in the pattern if its front allows `octet`.
fn one(pattern: &[u8], octet: u8) -> Option<&[u8]> {
    match pattern {
        [b'?', after @ ..] => Some(after),
        [b'[', after @ ..] => class(after, octet),
        [b'\\', wanted, after @ ..] | [wanted, after @ ..] => (*wanted == octet).then_some(after),
        [] => None,
    }
}

fn class(pattern: &[u8], octet: u8) -> Option<&[u8]> {
    let (negated, mut rest) = match pattern {
        [b'^', after @ ..] => (true, after),
        _ => (false, pattern),
    };
    let mut found = false;
    loop {
        rest = match rest {
            // As in Redis, a class may end with the pattern.
            [] | [b']', ..] => break,
            [b'\\', wanted, after @ ..] => {
                found |= *wanted == octet;
                after
            }
            [from, b'-', to, after @ ..] => {
                found |= (*from.min(to)..=*from.max(to)).contains(&octet);
                after
            }
            [wanted, after @ ..] => {
                found |= *wanted == octet;
                after
            }
        };
    }
    (found != negated).then_some(rest.get(1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_they_do_in_redis() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a", "", false),
            ("h?llo", "hello", true),
            ("h*llo", "hllo", true),
            ("h*llo", "heeeello", true),
            ("h*llo", "heeeell", false),
            ("h[ae]llo", "hallo", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hallo", true),
            ("h[^e]llo", "hello", false),
            ("h[a-c]llo", "hbllo", true),
            ("h[c-a]llo", "hbllo", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("*b*c", "abbc", true),
            ("*ab", "aab", true),
            ("[ab", "a", true),
            ("a\\", "a\\", true),
        ] {
            let found = matches(pattern.as_bytes(), text.as_bytes());
            assert_eq!(found, expected, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_long_time() {
        let pattern = "a*".repeat(1000) + "b";
        assert!(!matches(pattern.as_bytes(), &[b'a'; 10_000]));
    }
}
