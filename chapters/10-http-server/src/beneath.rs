//! Opens what is beneath a directory, and nothing else, whatever happens to the files
//! meanwhile.
//!
//! A path that was checked is a text. Between the check and the opening, a name in it may
//! have become a link to somewhere else. So it is the system that has to stop at the root,
//! while it opens; and what a program asks about is what it has opened, not what has the
//! name.

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path};

use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;

/// For reading; and a pipe without a writer, which is refused later, holds up nobody.
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::CLOEXEC)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY);

/// A directory, which stays the same one when it gets another name.
#[derive(Debug)]
pub struct Root(OwnedFd);

impl Root {
    /// Opens the directory at `path`.
    ///
    /// # Errors
    ///
    /// When it is none, or can't be opened.
    pub fn open(path: &Path) -> io::Result<Root> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Root(rustix::fs::open(path, flags, Mode::empty())?))
    }

    /// Opens the file or directory at `path` beneath it.
    ///
    /// # Errors
    ///
    /// When there is none, when it is neither file nor directory, or when a link leads
    /// out of the root.
    // ANCHOR: get
    pub fn get(&self, path: &Path) -> io::Result<(File, Metadata)> {
        let file = File::from(beneath(self.0.as_fd(), path)?);
        // What has been opened is asked, and no name any more.
        let about = file.metadata()?;
        match about.is_file() || about.is_dir() {
            true => Ok((file, about)),
            false => Err(io::Error::other("neither a file nor a directory")),
        }
    }
    // ANCHOR_END: get
}

/// Links are followed as long as they stay beneath `root` (openat2(2)).
// ANCHOR: beneath
#[cfg(target_os = "linux")]
fn beneath(root: impl AsFd, path: &Path) -> Result<OwnedFd, Errno> {
    use rustix::fs::{ResolveFlags, openat2};

    let stay = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    for _ in 0..10 {
        match openat2(&root, path, READ, Mode::empty(), stay) {
            // Something above was renamed meanwhile, and the system can't be sure.
            Err(Errno::AGAIN) => continue,
            // Before Linux 5.6, and in some sandboxes.
            Err(Errno::NOSYS | Errno::PERM) => return step_by_step(root, path),
            opened => return opened,
        }
    }
    Err(Errno::AGAIN)
}
// ANCHOR_END: beneath

#[cfg(not(target_os = "linux"))]
fn beneath(root: impl AsFd, path: &Path) -> Result<OwnedFd, Errno> {
    step_by_step(root, path)
}

/// Any Unix can do that much: one name after the other, each in the directory that was
/// opened before it, and none of them a link.
// ANCHOR: step_by_step
fn step_by_step(root: impl AsFd, path: &Path) -> Result<OwnedFd, Errno> {
    let to_directory = READ | OFlags::DIRECTORY | OFlags::NOFOLLOW;
    let mut here = openat(root, ".", to_directory, Mode::empty())?;
    // `a/` has to be a directory, and `a` need not be one.
    let ends_with_slash = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    let mut names = path.components().peekable();
    while let Some(name) = names.next() {
        let Component::Normal(name) = name else {
            match name {
                Component::CurDir => continue,
                _ => return Err(Errno::XDEV), // as openat2 says it
            }
        };
        let last = names.peek().is_none() && !ends_with_slash;
        let flags = if last {
            READ | OFlags::NOFOLLOW
        } else {
            to_directory
        };
        here = openat(&here, name, flags, Mode::empty())?;
    }
    Ok(here)
}
// ANCHOR_END: step_by_step

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    type Way = fn(&Root, &Path) -> Result<OwnedFd, Errno>;
    const WAYS: [Way; 2] = [
        |root, path| beneath(&root.0, path),
        |root, path| step_by_step(&root.0, path),
    ];

    fn tree() -> (tempfile::TempDir, Root) {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::create_dir_all(at("root/a/b")).unwrap();
        fs::write(at("root/a/file"), "inside").unwrap();
        fs::write(at("secret"), "outside").unwrap();
        symlink("../../secret", at("root/a/up")).unwrap();
        symlink(at("secret"), at("root/absolute")).unwrap();
        symlink("../..", at("root/a/out")).unwrap();
        symlink("b", at("root/a/link")).unwrap();
        let root = Root::open(&at("root")).unwrap();
        (directory, root)
    }

    #[test]
    fn both_ways_stay_beneath_the_root() {
        let (_directory, root) = tree();
        for way in WAYS {
            for inside in ["", ".", "a", "a/", "a/b", "a/file"] {
                way(&root, Path::new(inside)).unwrap();
            }
            for outside in [
                "..",
                "a/../..",
                "/",
                "/etc/passwd",
                "a/up",
                "absolute",
                "a/out/secret",
                "a/file/",
                "none",
            ] {
                let opened = way(&root, Path::new(outside));
                assert!(opened.is_err(), "{outside}");
            }
        }
        // A link that stays inside is followed where the system can see that it does.
        assert_eq!(
            step_by_step(&root.0, Path::new("a/link")).unwrap_err(),
            Errno::LOOP
        );
        #[cfg(target_os = "linux")]
        beneath(&root.0, Path::new("a/link")).unwrap();
    }

    /// The race that a check of paths loses: a name is a directory when it is looked at,
    /// and a link when it is opened.
    #[test]
    fn a_name_that_becomes_a_link_leads_nowhere() {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use std::sync::atomic::{AtomicBool, Ordering};

        let (directory, root) = tree();
        let at = |name: &str| directory.path().join(name);
        fs::write(at("root/a/b/secret"), "inside").unwrap();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    // `b` and `out` change places.
                    let (b, out) = (at("root/a/b"), at("root/a/out"));
                    let _ = renameat_with(CWD, &b, CWD, &out, RenameFlags::EXCHANGE);
                }
            });
            for _ in 0..2_000 {
                for way in WAYS {
                    if let Ok(opened) = way(&root, Path::new("a/b/secret")) {
                        let text = io::read_to_string(File::from(opened)).unwrap();
                        assert_eq!(text, "inside");
                    }
                }
            }
            done.store(true, Ordering::Relaxed);
        });
    }

    #[test]
    fn a_pipe_is_refused_and_holds_up_nobody() {
        let (directory, root) = tree();
        let pipe = directory.path().join("root/pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            Mode::RUSR,
            0,
        )
        .unwrap();
        let error = root.get(Path::new("pipe")).unwrap_err();
        assert_eq!(error.to_string(), "neither a file nor a directory");
    }
}
