//! Whose key is it? OpenSSH's `known_hosts` (sshd(8), *SSH_KNOWN_HOSTS FILE FORMAT*).

use shells::host_line::{is_hash_of, public_key};

/// What a server has shown, and proved to own.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Its public key, as it goes over the wire (RFC 4253, section 6.6).
    pub key: &'a [u8],
    /// Where it has a certificate that is good for this host, now: the public key of the
    /// authority that signed it.
    pub authority: Option<&'a [u8]>,
}

/// What the file says of it. Lines are counted from 1, and all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the host's key. Go on.
    Known,
    /// Nothing is known of this host.
    Unknown,
    /// The host is known, and these lines have other keys for it.
    Changed(Vec<usize>),
    /// The key, or its authority's, must not be trusted any more: this line says so.
    Revoked(usize),
}

/// A file of hosts and their keys.
#[derive(Clone, Copy, Debug)]
pub struct KnownHosts<'a> {
    text: &'a str,
}

// ANCHOR: known-hosts
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    None,
    Authority,
    Revoked,
}

/// A line that speaks of the host in question.
struct Line<'a> {
    number: usize,
    marker: Marker,
    algorithm: &'a str,
    key: Vec<u8>,
}

impl<'a> KnownHosts<'a> {
    /// The file with this text.
    pub fn new(text: &'a str) -> KnownHosts<'a> {
        KnownHosts { text }
    }

    /// Whether `shown` is what the server on `port` of `host` should show.
    pub fn check(&self, host: &str, port: u16, shown: &Shown) -> Verdict {
        let host = host.to_ascii_lowercase();
        let verdict = self.look_up(&name(&host, port), shown);
        // A line without a port speaks of the whole host, but only to its advantage.
        if verdict == Verdict::Unknown && self.look_up(&host, shown) == Verdict::Known {
            return Verdict::Known;
        }
        verdict
    }

    fn look_up(&self, name: &str, shown: &Shown) -> Verdict {
        let lines: Vec<Line> = self.lines_of(name).collect();
        let is_shown = |line: &&Line| match line.marker {
            Marker::None => line.key == shown.key,
            Marker::Authority => Some(&line.key[..]) == shown.authority,
            Marker::Revoked => [Some(shown.key), shown.authority].contains(&Some(&line.key)),
        };
        let fits = lines.iter().filter(is_shown);
        if let Some(line) = fits.clone().find(|line| line.marker == Marker::Revoked) {
            return Verdict::Revoked(line.number);
        }
        if fits.count() > 0 {
            return Verdict::Known;
        }
        let keys = lines.iter().filter(|line| line.marker == Marker::None);
        match keys.map(|line| line.number).collect::<Vec<_>>() {
            none if none.is_empty() => Verdict::Unknown,
            others => Verdict::Changed(others),
        }
    }

    /// The algorithms of the keys that are known for the host, in the order of their lines,
    /// each once. Ask the server for one of them, or its key will seem to have changed.
    pub fn algorithms(&self, host: &str, port: u16) -> Vec<&'a str> {
        let mut algorithms = Vec::new();
        for line in self.lines_of(&name(&host.to_ascii_lowercase(), port)) {
            if line.marker == Marker::None && !algorithms.contains(&line.algorithm) {
                algorithms.push(line.algorithm);
            }
        }
        algorithms
    }

    /// The lines that speak of `name`. What can't be read is passed over.
    fn lines_of(&self, name: &str) -> impl Iterator<Item = Line<'a>> {
        (1..)
            .zip(self.text.lines())
            .filter_map(move |(number, line)| {
                let mut fields = line.split_ascii_whitespace();
                let mut hosts = fields.next()?;
                let marker = match hosts {
                    "@cert-authority" => Marker::Authority,
                    "@revoked" => Marker::Revoked,
                    _ if hosts.starts_with(['@', '#']) => return None,
                    _ => Marker::None,
                };
                if marker != Marker::None {
                    hosts = fields.next()?;
                }
                let algorithm = fields.next()?;
                let key = public_key(algorithm, fields.next()?)?;
                hosts_match(hosts, name).then_some(Line {
                    number,
                    marker,
                    algorithm,
                    key,
                })
            })
    }
}

/// The name under which the host is written: with its port, if that is not SSH's own.
fn name(host: &str, port: u16) -> String {
    match port {
        22 => host.to_owned(),
        _ => format!("[{host}]:{port}"),
    }
}

/// Whether a list of patterns speaks of `name`. One that is negated has the last word.
fn hosts_match(hosts: &str, name: &str) -> bool {
    if hosts.starts_with('|') {
        return is_hash_of(hosts, name);
    }
    let matches =
        |pattern: &str| wildcard(pattern.to_ascii_lowercase().as_bytes(), name.as_bytes());
    let (no, yes): (Vec<&str>, Vec<&str>) = hosts.split(',').partition(|one| one.starts_with('!'));
    yes.into_iter().any(matches) && !no.into_iter().any(|pattern| matches(&pattern[1..]))
}

/// Whether `pattern` is all of `name`: `?` is any octet, `*` any number of them. Of many
/// stars only the last one met may still have to take more, so this is never slow.
fn wildcard(mut pattern: &[u8], mut name: &[u8]) -> bool {
    let mut star = None;
    loop {
        match (pattern, name) {
            ([b'*', rest @ ..], _) => {
                star = Some((rest, name));
                pattern = rest;
            }
            ([], []) => return true,
            ([first, rest @ ..], [octet, after @ ..]) if *first == b'?' || first == octet => {
                (pattern, name) = (rest, after);
            }
            _ => match star {
                Some((rest, [_, after @ ..])) => {
                    star = Some((rest, after));
                    (pattern, name) = (rest, after);
                }
                _ => return false,
            },
        }
    }
}
// ANCHOR_END: known-hosts
