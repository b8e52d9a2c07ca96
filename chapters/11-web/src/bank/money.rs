//! Money, in cents: no fraction of a cent can be lost.

/// Reads an amount as people write it: `12`, `12.3` or `12.34`, up to a million.
pub fn parse(text: &str) -> Option<i64> {
    let (whole, cents) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    if !digits(whole) || !digits(cents) || whole.len() > 7 || cents.len() > 2 {
        return None;
    }
    let tens = if cents.len() == 1 { 10 } else { 1 };
    let amount = whole.parse::<i64>().ok()? * 100 + cents.parse::<i64>().ok()? * tens;
    (1..=100_000_000).contains(&amount).then_some(amount)
}

/// An amount as people read it.
pub fn show(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_what_a_person_means() {
        for (text, cents) in [("12", 1200), ("12.3", 1230), ("12.34", 1234), (" 0.01 ", 1)] {
            assert_eq!(parse(text), Some(cents), "{text}");
        }
        for text in [
            "",
            "0",
            "-1",
            "+1",
            "1,5",
            "1.",
            ".5",
            "1.234",
            "1e3",
            "nan",
            "1000000.01",
            "99999999999999999999",
            "١",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(show(1205), "12.05");
    }
}
