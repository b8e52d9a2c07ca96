//! Which numbers in a command, or in a line that is typed, are ports.

use std::ops::Range;

use super::{Action, Scene, Step, split};
use crate::scan;

impl Scene {
    /// The book's ports: those that are declared, and those in commands.
    pub(crate) fn ports(&self) -> Vec<u16> {
        let mut ports = self.directives.ports.clone();
        for step in &self.steps {
            ports.extend(self.ports_of(step));
        }
        ports
    }

    /// The book's ports in the command that the step starts, if it does.
    pub fn ports_of(&self, step: &Step) -> Vec<u16> {
        let Action::Run(command) = &step.action else {
            return Vec::new();
        };
        let words = split(command).unwrap_or_default();
        let named = words.iter().flat_map(|word| self.ports_in(word));
        named.map(|(_, port)| port).collect()
    }

    /// Where the ports are in `text`, a word of a command or a line that is typed.
    pub(crate) fn ports_in(&self, text: &str) -> Vec<(Range<usize>, u16)> {
        find(text, &self.directives.ports)
    }

    /// `text` with every port that it names replaced by the one that `actual` gives
    /// for it, if it does.
    pub(crate) fn with_ports(
        &self,
        text: &str,
        mut actual: impl FnMut(u16) -> Option<u16>,
    ) -> String {
        let mut new = String::with_capacity(text.len());
        let mut at = 0;
        for (range, port) in self.ports_in(text) {
            if let Some(actual) = actual(port) {
                new.push_str(&text[at..range.start]);
                new.push_str(&actual.to_string());
                at = range.end;
            }
        }
        new.push_str(&text[at..]);
        new
    }
}

/// Where the ports are in `text`: the digits behind a host (`127.0.0.1:`, `[::1]:`, `localhost:`, `*:`,
/// `www.example.com:`, `//www:`) and, standing alone, the numbers `declared`.
fn find(text: &str, declared: &[u16]) -> Vec<(Range<usize>, u16)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let digits = scan::digits(text, at);
        if digits == 0 {
            at += 1;
            continue;
        }
        let port = || text[at..at + digits].parse().ok().filter(|port| *port > 0);
        // `digits` bytes are a number only if nothing of a word is around them.
        if let Some((length, _)) = scan::whole_number(text, at)
            && let Some(port) = port()
            && (declared.contains(&port) || ends_with_host(&text[..at]))
        {
            found.push((at..at + length, port));
        }
        at += digits;
    }
    found
}

/// Whether the text ends with a host and a colon.
fn ends_with_host(ahead: &str) -> bool {
    if scan::ends_with_address(ahead) {
        return true;
    }
    let Some(host) = ahead.strip_suffix(':') else {
        return false;
    };
    let name = scan::last_name(host);
    let lead = &host[..host.len() - name.len()];
    let in_url = lead.ends_with("//") || lead.ends_with('@');
    let dotted = name
        .rsplit_once('.')
        .is_some_and(|(_, top)| top.contains(|c: char| c.is_ascii_alphabetic()));
    !name.is_empty() && (in_url || dotted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, declared: &[u16]) -> Vec<u16> {
        find(text, declared)
            .into_iter()
            .map(|(_, port)| port)
            .collect()
    }

    #[test]
    fn ports_stand_behind_hosts() {
        for (text, ports) in [
            ("127.0.0.1:1060", vec![1060]),
            ("[::1]:1060", vec![1060]),
            ("localhost:80", vec![80]),
            ("*:53", vec![53]),
            ("www.example.com:443", vec![443]),
            ("http://www:8080/a?b=1:2", vec![8080]),
            ("redis://user@cache:6379", vec![6379]),
            ("--listen=127.0.0.1:1060,127.0.0.1:1061", vec![1060, 1061]),
            ("www.example.com:443:127.0.0.1:1060", vec![443, 1060]),
            ("127.0.0.1:0", vec![]),
            ("127.0.0.1:65536", vec![]),
            ("127.0.0.1:106x", vec![]),
            ("127.0.0.1:1060.5", vec![]),
            ("12:30", vec![]),
            ("user:42", vec![]),
            ("1060", vec![]),
            ("::1", vec![]),
            ("fe80::1:1060", vec![]),
            ("ä:1", vec![]),
        ] {
            assert_eq!(found(text, &[]), ports, "{text}");
        }
    }

    #[test]
    fn declared_ports_stand_alone() {
        for (text, ports) in [
            ("5353", vec![5353]),
            ("--port=5353", vec![5353]),
            ("5353:127.0.0.1:53", vec![5353, 53]),
            ("53530", vec![]),
            ("15353", vec![]),
            ("-p5353", vec![]),
            ("5353.1", vec![]),
        ] {
            assert_eq!(found(text, &[5353]), ports, "{text}");
        }
    }

    #[test]
    fn ports_are_replaced() {
        let scene = Scene::parse("t", "# t\n$ x\n").unwrap();
        assert_eq!(
            scene.with_ports("a 127.0.0.1:1060 [::1]:1060 b:1060 127.0.0.1:53", |port| {
                (port == 1060).then_some(2341)
            }),
            "a 127.0.0.1:2341 [::1]:2341 b:1060 127.0.0.1:53"
        );
    }
}
