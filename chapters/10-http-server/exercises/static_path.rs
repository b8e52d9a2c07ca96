//! A path inside the root, or nothing
//!
//! Difficulty: core
//! Page: 10-http-server/files.md
//! Check: just check 10.4
//!
//! A server of files turns the path of a request into a path of the file system. What a
//! client writes there is anything: `/../../etc/passwd` is as good a request as any other.
//! Write the two functions that let it name what is beneath one directory, the root, and
//! nothing else.
//!
//! `relative` looks at the text alone. It returns the path below the root, or `None`:
//!
//! - The path of a request begins with a slash, or is refused, and consists of segments.
//!   Each segment is decoded once, by `percent::decode_text`; what that can't decode is
//!   refused.
//! - Decoded, each segment has to be one name. Refused are `.` and `..`, also where they
//!   would lead nowhere else; a slash, which can only have come as `%2F`; NUL, where names
//!   end for the system; and no name at all, as in `//`.
//! - The last segment alone may be empty: the path ends with a slash, and so does what you
//!   return. `/` itself is the empty path.
//!
//! `inside` looks at the files:
//!
//! - It returns the path of the file or directory, absolute and with all symbolic links
//!   resolved, as `canonicalize` gives it.
//! - Links may lead to other places beneath the root. If one leads out of it, into a
//!   directory besides whose name begins like that of the root, for instance, it is `None`.
//!   The root itself may be given by way of a link, and be relative to the current
//!   directory.
//! - `None`, too, if nothing is there, or something that is neither a file nor a directory,
//!   or if a path that ends with a slash leads to a file.
//!
//! What this leaves open: between your look and the moment in which the server opens the
//! file, somebody who may write beneath the root can put a link in its place. Programs
//! whose files are not their own open each part of the path without following links, and
//! look at what they have opened.
//!
//! ```text
//! /a/b%20c.txt        relative: a/b c.txt
//! /a/                 relative: a/
//! /a/%2e%2e/b         relative: None
//! /a/%252e/b          relative: a/%2e/b
//! ```

use std::path::{Path, PathBuf};

use http_server::percent;

/// The path below any root that `path`, the path of a request, asks for. Looks at its
/// text alone. `None` if it asks for something else.
pub fn relative(path: &str) -> Option<PathBuf> {
    todo!()
}

/// The file or directory beneath `root` that `path` asks for, with all links followed.
/// `None` if there is none, or if it is not beneath `root`.
pub fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    todo!()
}
