//! Whose key is it?
//!
//! Difficulty: stretch
//! Page: 12-shells/host-keys.md
//! Check: just check 12.3
//!
//! An SSH server proves that it owns a key. Whether that is the key of the host which you meant,
//! only you can know. OpenSSH keeps a file for it, `known_hosts`. Write what reads it, as
//! sshd(8) describes the format and `ssh` treats it.
//!
//! A line has fields with blanks (spaces, tabs) between them: perhaps a marker, then hosts, the
//! algorithm, the key, and whatever else.
//!
//! ```text
//! # our own
//! a.example,10.0.0.1 ssh-ed25519 AAAAC3Nza...
//! |1|c2FsdCBvZi...=|0QIk3mdI...= ssh-rsa AAAAB3Nza...
//! *.b.example,!old.b.example ssh-ed25519 AAAAC3Nza...
//! [c.example]:2222 ssh-ed25519 AAAAC3Nza...
//! @revoked * ssh-rsa AAAAB3Nza...
//! @cert-authority *.d.example ssh-ed25519 AAAAC3Nza...
//! ```
//!
//! - Lines without a field, and those that begin with `#`, say nothing. A line that can't be read
//!   (another marker, a field missing, no key of that algorithm) is passed over. All are counted,
//!   from 1.
//! - The name of a host is `host`, or `[host]:port` if the port isn't 22. Neither its case nor
//!   that of a pattern matters: write the name in small letters, and compare.
//! - Hosts that begin with `|` are one name, hashed. Otherwise they are patterns with commas
//!   between them. In a pattern `?` is any character and `*` any number of them, a dot too. The
//!   line speaks of the host if a pattern matches the whole name, and no pattern behind a `!` does.
//!   Take no time that grows with each star.
//!
//! `check` gives the first of these, of all lines that speak of the host:
//!
//! - `Revoked`, if the key shown, or the authority's, is that of an `@revoked` line: the first.
//! - `Known`, if a line without marker has the key shown, or an `@cert-authority` line has the
//!   authority's key. One such line is enough.
//! - `Changed`, with the numbers of all lines without marker, if there are any. Their
//!   algorithm doesn't matter.
//! - `Unknown`.
//!
//! On another port than 22, `Unknown` may become `Known`: if it is that for the host's name without
//! the port. Nothing else may come of such lines.
//!
//! `algorithms` gives those of the lines without marker that speak of the host, in order, each
//! once. A client asks the server for a key of one of them.
//!
//! Given: `is_hash_of(hosts, name)` and `public_key(algorithm, base64)`, see `src/host_line.rs`.

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

impl<'a> KnownHosts<'a> {
    /// The file with this text.
    pub fn new(text: &'a str) -> KnownHosts<'a> {
        KnownHosts { text }
    }

    /// Whether `shown` is what the server on `port` of `host` should show.
    pub fn check(&self, host: &str, port: u16, shown: &Shown) -> Verdict {
        todo!()
    }

    /// The algorithms of the keys that are known for the host, in the order of their lines,
    /// each once. Ask the server for one of them, or its key will seem to have changed.
    pub fn algorithms(&self, host: &str, port: u16) -> Vec<&'a str> {
        todo!()
    }
}
