//! What ends the commands and removes the folder if this process can't.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};

use rustix::process::Pid;

/// Reads `+ GROUP` and `- GROUP`; at the end kills the groups that are left and
/// removes the folder. It ignores what a terminal sends to everybody.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM PIPE
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="${groups%% $group *} ${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done
rm -rf -- "$1" || rm -rf -- "$1"
"#;

/// A small shell that waits for the end of its input, which the system brings about
/// whichever way this process ends.
#[derive(Debug)]
pub(super) struct Guard {
    input: ChildStdin,
}

impl Guard {
    /// Starts one that will remove `folder`.
    pub(super) fn start(folder: &Path) -> Option<Guard> {
        let shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "guard"])
            .arg(folder)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let input = shell.ok()?.stdin?;
        Some(Guard { input })
    }

    /// Tells it of a group of processes that runs now,
    pub(super) fn add(&mut self, group: Pid) {
        self.tell('+', group);
    }

    /// and of one that does no longer.
    pub(super) fn remove(&mut self, group: Pid) {
        self.tell('-', group);
    }

    fn tell(&mut self, sign: char, group: Pid) {
        // Without a guard they are still dropped and killed as they should be.
        let _ = writeln!(self.input, "{sign} {}", group.as_raw_nonzero());
    }
}
