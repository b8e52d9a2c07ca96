//! What a command inherits: the same for everybody.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Sees to it that `command` inherits nothing but what it should.
pub(super) fn prepare(command: &mut Command) {
    // SAFETY: between fork and exec only what is async-signal-safe may be called;
    // signal(2) and fcntl(2) are, and getrlimit and setrlimit are bare system calls.
    unsafe {
        command.pre_exec(heed_signals).pre_exec(inherit_nothing);
        command.pre_exec(limit_descriptors);
    }
}

/// Makes the signals of a terminal mean what they mean there. Whoever started this
/// process may have ignored them, as a shell does for a command with `&` and nohup
/// does, and what is ignored stays so in every child.
fn heed_signals() -> io::Result<()> {
    for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM] {
        // SAFETY: to restore the default is sound in any process.
        if unsafe { libc::signal(signal, libc::SIG_DFL) } == libc::SIG_ERR {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Lets the program have its input, its output and its errors, and no descriptor
/// beyond. A terminal or a make may leave others open for all that they start, and
/// the number of a program's own first descriptor would not be 3 then.
fn inherit_nothing() -> io::Result<()> {
    for descriptor in 3..256 {
        // SAFETY: a number that is no descriptor is refused and does no harm; one
        // that is will be closed by exec, after which nobody here can use it.
        unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    Ok(())
}

/// How many descriptors a command may have open until it asks for more. Systems
/// differ by a factor of thousands, and a server shows how many it has.
const DESCRIPTORS: u64 = 1024;

/// How many it may ask for at least, where a scene needs many.
const MANY_DESCRIPTORS: u64 = 4096;

fn limit_descriptors() -> io::Result<()> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let limit = Rlimit {
        current: Some(DESCRIPTORS.min(maximum.unwrap_or(u64::MAX))),
        maximum,
    };
    Ok(setrlimit(Resource::Nofile, limit)?)
}

/// Whether a command may ask for many descriptors.
pub(crate) fn may_have_many_descriptors() -> bool {
    let most = getrlimit(Resource::Nofile).maximum; // none is no limit
    most.is_none_or(|most| most >= MANY_DESCRIPTORS)
}
