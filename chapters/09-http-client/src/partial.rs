//! A file of which a part has come: what of it is here, and whose it is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use ring::digest::{Context, SHA256};

use crate::content::hex;
use crate::response_head::Fields;

/// A file that is being downloaded to `FILE.part`. The tag of its version is beside it, in
/// `FILE.part.tag`: octets that nobody can tell the version of are worth nothing.
pub struct Partial {
    path: PathBuf,
    part: File,
    tag: Option<String>,
    length: u64,
    digest: Context,
}

/// What an answer brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of the file.
    Whole,
    /// What is missing.
    Rest,
}

impl Partial {
    /// What there is of the file at `path`.
    ///
    /// # Errors
    ///
    /// When it can't be read, or can't be written.
    pub fn open(path: &Path) -> anyhow::Result<Partial> {
        let name = beside(path, ".part");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let part = options
            .open(&name)
            .with_context(|| format!("open {}", name.display()))?;
        let mut partial = Partial {
            path: path.to_owned(),
            part,
            tag: fs::read_to_string(beside(path, ".part.tag")).ok(),
            length: 0,
            digest: Context::new(&SHA256),
        };
        // What is here is part of the proof, too.
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match partial.part.read(&mut buffer)? {
                0 => return Ok(partial),
                read => {
                    partial.digest.update(&buffer[..read]);
                    partial.length += read as u64;
                }
            }
        }
    }

    /// The values of `Range` and `If-Range` that ask for what is missing, where something is
    /// here whose version is known. Says so.
    pub fn missing(&self) -> Option<(String, &str)> {
        let tag = self.tag.as_deref().filter(|_| self.length > 0)?;
        println!("{} octets are here already", self.length);
        Some((format!("bytes={}-", self.length), tag))
    }

    /// How many octets are here.
    pub fn length(&self) -> u64 {
        self.length
    }

    // ANCHOR: judge
    /// What the answer with this status and these fields brings.
    ///
    /// # Errors
    ///
    /// When it brings nothing that fits.
    pub fn judge(&self, status: u16, fields: &Fields) -> anyhow::Result<Part> {
        match status {
            200 => Ok(Part::Whole),
            206 => {
                // Of nothing that is here, nobody has asked for the rest.
                let asked = self.length > 0 && self.tag.is_some();
                ensure!(asked, "a part that nobody has asked for");
                let range = field(fields, "Content-Range").and_then(range);
                let (first, whole) = range.context("a part that doesn't say which")?;
                ensure!(whole.is_some(), "a part that doesn't say of how much");
                ensure!(
                    first == self.length,
                    "a part from {first} on, and not from {}",
                    self.length
                );
                let tag = field(fields, "ETag");
                ensure!(tag == self.tag.as_deref(), "a part of another version");
                Ok(Part::Rest)
            }
            // Nothing is behind what is here: it was all, or it is too much.
            416 => bail!("what is here is no beginning of it; remove the .part file"),
            status => bail!("the answer is a {status}"),
        }
    }
    // ANCHOR_END: judge

    /// How many octets the whole file has, if the answer says so.
    pub fn expected(&self, status: u16, fields: &Fields) -> Option<u64> {
        match status {
            206 => field(fields, "Content-Range").and_then(range)?.1,
            _ => field(fields, "Content-Length")?.parse().ok(),
        }
    }

    // ANCHOR: restart
    /// Begins anew, with the version that the answer has.
    ///
    /// # Errors
    ///
    /// When the file can't be written.
    pub fn restart(&mut self, fields: &Fields) -> anyhow::Result<()> {
        let name = beside(&self.path, ".part.tag");
        let _ = fs::remove_file(&name); // first, so that it never stands by other octets
        self.part.set_len(0)?;
        self.part.seek(SeekFrom::Start(0))?;
        (self.length, self.digest) = (0, Context::new(&SHA256));
        // A weak tag says that two versions mean the same, not that they have the same
        // octets (RFC 9110, section 13.1.5).
        let tag = field(fields, "ETag").filter(|tag| !tag.starts_with("W/"));
        self.tag = tag.map(str::to_owned);
        if let Some(tag) = &self.tag {
            fs::write(&name, tag).with_context(|| format!("write {}", name.display()))?;
        }
        Ok(())
    }
    // ANCHOR_END: restart

    /// Adds what came.
    ///
    /// # Errors
    ///
    /// When the file can't be written.
    pub fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        self.part.write_all(octets)?;
        self.digest.update(octets);
        self.length += octets.len() as u64;
        Ok(())
    }

    // ANCHOR: finish
    /// Gives the file its name, if it is all there and has this digest. Its length and its
    /// digest.
    ///
    /// # Errors
    ///
    /// When it isn't what it should be.
    pub fn finish(
        self,
        status: u16,
        fields: &Fields,
        sha256: Option<&str>,
    ) -> anyhow::Result<(u64, String)> {
        let expected = self.expected(status, fields).unwrap_or(self.length);
        ensure!(
            self.length == expected,
            "{} of {expected} octets",
            self.length
        );
        self.part.sync_all()?;
        let digest = hex(self.digest);
        let part = beside(&self.path, ".part");
        if sha256.is_some_and(|sha256| !sha256.eq_ignore_ascii_case(&digest)) {
            // Nothing can be added that would make it right.
            let _ = fs::remove_file(beside(&self.path, ".part.tag"));
            bail!("SHA-256 is {digest}: this is not the file that you want");
        }
        let rename = fs::rename(&part, &self.path);
        rename.with_context(|| format!("write {}", self.path.display()))?;
        let _ = fs::remove_file(beside(&self.path, ".part.tag"));
        Ok((self.length, digest))
    }
    // ANCHOR_END: finish
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    std::str::from_utf8(fields.first(name)?).ok()
}

/// The first octet of a part, and the octets of the whole where that is known, of a field
/// as `bytes 3-9/10` (RFC 9110, section 14.4).
fn range(value: &str) -> Option<(u64, Option<u64>)> {
    let (part, whole) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = part.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    let whole = match whole {
        "*" => None,
        whole => Some(number(whole).filter(|whole| last < *whole)?),
    };
    (first <= last).then_some((first, whole))
}

/// Digits and nothing else: `parse` alone would take a sign.
fn number(digits: &str) -> Option<u64> {
    let only = digits.bytes().all(|octet| octet.is_ascii_digit());
    only.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_where_it_begins() {
        for (value, expected) in [
            ("bytes 3-9/10", Some((3, Some(10)))),
            ("bytes 3-9/*", Some((3, None))),
            ("bytes 3-9/9", None),
            ("bytes 9-3/10", None),
            ("bytes */10", None),
            ("lines 3-9/10", None),
            ("bytes 3-9", None),
            ("bytes +3-9/10", None),
            ("bytes 3-9/+10", None),
            ("bytes 3-99999999999999999999/*", None),
        ] {
            assert_eq!(range(value), expected, "{value}");
        }
    }
}
