//! Scenes: what a reader types into one or more terminals and what must come
//! back, as one plain text file that is both shown on a page and played as a test.
//!
//! ```text
//! # One datagram out, one datagram back.
//! server$ udp-echo server 127.0.0.1:1060
//! Listening at 127.0.0.1:1060
//! client$ udp-echo client 127.0.0.1:1060 "hello"
//! The server at 127.0.0.1:1060 replied "hello"
//! server^C
//! Stopped.
//! ```
//!
//! [`Scene`] is such a file, parsed. A [`Stage`] plays it: it starts the
//! programs, gives them ports of their own, and hands every [`Event`] to whoever
//! listens: a console, a test, a browser.
//!
//! # The format
//!
//! The first line is the title. Lines that begin with `#:` follow, if any:
//!
//! | directive | says |
//! |---|---|
//! | `#: port 5353` | this number, standing alone in a command, is a port, too |
//! | `#: only linux` | the systems that the scene is for (`linux`, `macos`) |
//! | `#: needs redis-server` | programs without which the scene is skipped (a failure if `PEERS=required`); or what a system may lack: `descriptors`, 4,096 of them; `icmp`, a socket for it; `ipv6`, a loopback address; `netns`, a network of one's own; `network`, an address beyond loopback |
//! | `#: deadline 20s` | how long the whole scene may take; 10 s if it does not say |
//!
//! Then come the steps, each with the output that it brings about below it:
//!
//! | step | does |
//! |---|---|
//! | `NAME$ command` | starts a command in the terminal NAME |
//! | `NAME>` | waits for more output there |
//! | `NAME< text` | types a line |
//! | `NAME^C` | interrupts |
//! | `NAME^D` | ends the input |
//!
//! A scene with a single terminal may leave out its name. The last step that speaks
//! of a command is the one in which the command ends; `[exit 1]` or `[signal 2]`
//! stands below its output where it does not succeed.
//!
//! - Commands are split into words as a shell does it, but there is no shell: `|`,
//!   `>`, `$`, `*` and the like must be quoted, and so must `[::1]:1060`.
//! - Output and errors are one stream. A line that would be read as something else
//!   has a `\` before it. Control characters are shown as `␍`, `␛`..., octets that
//!   are no UTF-8 as `\xff`.
//! - The last line of a step may be a prompt: a line whose end has not come.
//! - `#~ stuck after * bytes` above a line lets it have another number for each `*`.
//!
//! # What is the same in every run
//!
//! Each play has an empty working directory (with the chapter's `python/` in it, if
//! there is one), a few environment variables of its own, and free ports. A port of
//! the book's is a number behind a host (`127.0.0.1:1060`, `[::1]:1060`,
//! `localhost:1060`, `*:1060`, `www.example.com:1060`, `//www:1060`) or one declared
//! with `#: port`. The port that stands for it has as many digits where that can be,
//! and is shown as the book's wherever it comes back.
//!
//! Output is then compared byte for byte, after this:
//!
//! | what | is shown as |
//! |---|---|
//! | ephemeral ports: `127.0.0.1:40312`, `('::1', 40312`, `port 40312` | `50001`, `50002` ... as they appear, and a command may use them |
//! | `pid 4711`, `pid=4711`, `process 4711` | `1001`, `1002` ... as they appear |
//! | dates and times of day: HTTP, ISO 8601, ctime, logs | Wednesday, 2030-01-02 03:04:05 |
//! | measured durations: a number with a decimal point and `ns`, `µs`, `us`, `ms` or `s` | `1.2 ms`, with as many digits behind the point |
//! | the working directory | `/tmp/scene` |

mod bless;
mod canon;
mod diff;
mod event;
mod guard;
mod pattern;
mod play;
mod ports;
mod process;
mod report;
mod scene;
pub mod testing;
mod words;

pub use bless::{BlessError, bless};
pub use event::{Event, Verdict};
pub use guard::kill_all;
pub use play::{Stage, is_ability};
pub use report::{DiffLine, Elsewhere, Report};
pub use scene::{Action, Directives, Exit, Line, LoadError, ParseError, Scene, Step, scenes};
