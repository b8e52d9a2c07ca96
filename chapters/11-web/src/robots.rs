//! `robots.txt`: what a site asks of crawlers (RFC 9309).

use url::Url;

/// A file is read so far, and no further (RFC 9309, section 2.5, asks for this at least).
pub const MOST_OCTETS: usize = 500 * 1024;

/// One `allow` or `disallow` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whether pages that match may be visited.
    pub allow: bool,
    /// The beginning of their path and query, in the spelling of [`spell`]. `*` stands
    /// for any octets, `$` at the end for the end.
    pattern: String,
}

impl Rule {
    /// A rule for paths that match `pattern`.
    pub fn new(allow: bool, pattern: &str) -> Rule {
        let pattern = spell(pattern);
        Rule { allow, pattern }
    }

    /// The octets of the rule's pattern, if it matches the path and query of `url`. Of
    /// several rules that match, the one with most octets counts (section 2.2.2).
    pub fn matches(&self, url: &Url) -> Option<usize> {
        let path = spell(&url[url::Position::BeforePath..url::Position::AfterQuery]);
        let (pattern, to_the_end) = match self.pattern.strip_suffix('$') {
            Some(pattern) => (pattern, true),
            None => (self.pattern.as_str(), false),
        };
        let matches = matches(pattern.as_bytes(), to_the_end, path.as_bytes());
        matches.then_some(self.pattern.len())
    }
}

/// Whether a path begins with this pattern, or is this pattern. The first place where
/// the text between two stars fits is as good as any other, but for the last text of all.
fn matches(pattern: &[u8], to_the_end: bool, path: &[u8]) -> bool {
    let mut texts = pattern.split(|&octet| octet == b'*');
    let first = texts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let mut last: Option<&[u8]> = None;
    for text in texts {
        if let Some(text) = last.replace(text) {
            match find(rest, text) {
                Some(at) => rest = &rest[at + text.len()..],
                None => return false,
            }
        }
    }
    match last {
        None => !to_the_end || rest.is_empty(),
        Some(text) if to_the_end => rest.ends_with(text),
        Some(text) => find(rest, text).is_some(),
    }
}

fn find(octets: &[u8], text: &[u8]) -> Option<usize> {
    (0..=octets.len().checked_sub(text.len())?).find(|&at| octets[at..].starts_with(text))
}

/// One spelling for each path: unreserved characters as they are, all others that were
/// percent-encoded with capital digits, and what is not ASCII percent-encoded.
fn spell(path: &str) -> String {
    let mut spelled = String::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [octet, after @ ..] = rest {
        rest = after;
        let digits = after.first_chunk().and_then(|&[high, low]| {
            let value = |digit: u8| (digit as char).to_digit(16);
            u8::try_from(value(high)? << 4 | value(low)?).ok()
        });
        match (octet, digits) {
            (b'%', Some(octet)) => {
                rest = &after[2..];
                if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
                    spelled.push(octet as char);
                } else {
                    spelled.push_str(&format!("%{octet:02X}"));
                }
            }
            (octet, _) if octet.is_ascii() => spelled.push(*octet as char),
            (octet, _) => spelled.push_str(&format!("%{octet:02X}")),
        }
    }
    spelled
}

/// The rules of `text` for the crawler whose product token is `agent`: those of all groups
/// that name it, in any case of its letters; if there are none, those of the groups for
/// `*` (section 2.2.1). What is no line of these is passed over.
pub fn parse(text: &[u8], agent: &str) -> Vec<Rule> {
    // A rule of which the end is cut off would be another one: it goes as a whole.
    let text = match text.get(..MOST_OCTETS) {
        Some(begin) if text.len() > MOST_OCTETS => {
            let end = |octet: &u8| matches!(octet, b'\r' | b'\n');
            &begin[..begin.iter().rposition(end).unwrap_or(0)]
        }
        _ => text,
    };
    let text = String::from_utf8_lossy(text);
    let (mut ours, mut anybodys) = (Vec::new(), Vec::new());
    let (mut named, mut for_us, mut for_all) = (false, false, false);
    let mut groups_for_us = false;
    for line in text.trim_start_matches('\u{feff}').split(['\r', '\n']) {
        let line = line.split('#').next().unwrap_or_default();
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        match key.as_str() {
            "user-agent" => {
                // Lines that follow each other name one group.
                if !named {
                    (for_us, for_all) = (false, false);
                }
                named = true;
                // `name/1.0` is no product token, and means one.
                let value = value.split([' ', '\t', '/']).next().unwrap_or_default();
                for_us |= value.eq_ignore_ascii_case(agent);
                for_all |= value == "*";
                groups_for_us |= for_us;
            }
            "allow" | "disallow" => {
                named = false;
                // An empty pattern matches nothing.
                if value.is_empty() {
                    continue;
                }
                let rule = Rule::new(key == "allow", value);
                if for_all {
                    anybodys.push(rule.clone());
                }
                if for_us {
                    ours.push(rule);
                }
            }
            _ => {}
        }
    }
    if groups_for_us { ours } else { anybodys }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<Rule> {
        parse(text.as_bytes(), "bot")
    }

    #[test]
    fn a_group_is_for_the_product_whatever_stands_behind_its_name() {
        let here = [Rule::new(false, "/x")];
        for agent in [
            "bot",
            "Bot/1.0",
            "bot 1.0",
            "bot\tsince 2000",
            "* # all",
            "* all",
        ] {
            assert_eq!(
                rules(&format!("User-agent: {agent}\nDisallow: /x\n")),
                here,
                "{agent}"
            );
        }
        for other in ["bots", "a bot", "abot/1.0", "/bot", "bot*", ""] {
            assert_eq!(
                rules(&format!("User-agent: {other}\nDisallow: /x\n")),
                [],
                "{other}"
            );
        }
    }

    #[test]
    fn a_rule_that_is_cut_off_is_none() {
        let head = "User-agent: *\nDisallow: /x\n";
        let fill = format!("{head}#{}\n", "x".repeat(MOST_OCTETS - head.len() - 13));
        assert_eq!(fill.len(), MOST_OCTETS - 11);
        assert_eq!(rules(&format!("{fill}Disallow: /y")).len(), 1);
        assert_eq!(
            rules(&format!("{fill}Disallow: /")),
            [Rule::new(false, "/x"), Rule::new(false, "/")]
        );
    }
}
