//! The orders that `assumptions` sends, what its server makes of whatever it
//! takes for one, and how the two are shown side by side.

// ANCHOR: orders
/// An order is a name, an amount, and the newline that ends it.
pub const ORDERS: [&str; 3] = ["bob 100\n", "ann 5\n", "cat 7\n"];
// ANCHOR_END: orders

// ANCHOR: pay
/// What one reader has paid.
#[derive(Debug, Default)]
pub struct Ledger {
    paid: Vec<String>,
}

impl Ledger {
    /// Pays each of `messages` that reads as a name and an amount, whatever
    /// follows them, and says so.
    pub fn pay(&mut self, messages: &[impl AsRef<[u8]>]) -> String {
        let orders: Vec<String> = messages.iter().filter_map(order).collect();
        if messages.is_empty() {
            "waits for more".to_owned()
        } else if orders.is_empty() {
            "does not understand".to_owned()
        } else {
            self.paid.extend_from_slice(&orders);
            format!("pays {}", orders.join(", "))
        }
    }

    /// All that was paid so far.
    pub fn total(&self) -> String {
        self.paid.join(", ")
    }
}

fn order(message: impl AsRef<[u8]>) -> Option<String> {
    let text = std::str::from_utf8(message.as_ref()).ok()?;
    let mut words = text.split_whitespace();
    let (name, amount) = (words.next()?, words.next()?.parse::<u32>().ok()?);
    Some(format!("{name} {amount}"))
}
// ANCHOR_END: pay

/// The heads of the second and third column.
pub const READERS: &str = "\tone read is one message\tone line is one message";

/// A line that the server sent, three cells with a tab between them, in columns.
pub fn columns(first: &str, line: &str) -> String {
    let mut cells = line.splitn(3, '\t');
    let mut next = || cells.next().unwrap_or_default();
    let first = format!("{first}{}", next());
    format!("{first:<37}{:<26}{}", next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_paid_as_far_as_it_reads_as_an_order() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.pay(&["bob 100"]), "pays bob 100");
        assert_eq!(ledger.pay(&["ann 5\ncat 7\n"]), "pays ann 5");
        assert_eq!(ledger.pay(&["00\nan"]), "does not understand");
        assert_eq!(ledger.pay(&[b"\xff 5"]), "does not understand");
        assert_eq!(ledger.pay(&["bob 99999999999"]), "does not understand");
        assert_eq!(ledger.pay(&[] as &[&str]), "waits for more");
        assert_eq!(ledger.total(), "bob 100, ann 5");
    }
}
