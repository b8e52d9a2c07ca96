//! How TCP makes a stream of packets, how that stream ends, and how it stalls:
//! what the programs of chapter 3 share.
//!
//! | module | what it is | page | exercise | scene |
//! |---|---|---|---|---|
//! | [`write_all`] | All octets into a sink that takes a few at a time | exercises | 3.1 | |
//! | [`read_exact`] | As many octets as wanted, or an error which says how many came | connect | 3.2 | tcp-sixteen |
//! | [`echo_without_deadlock`] | Sends and receives at the same time, so that no full buffer stops both ends | stalls | 3.3 | tcp-deadlock |
//! | [`socket_table`] | The kernel's table of TCP sockets, as Linux shows it in `/proc/net/tcp` and `/proc/net/tcp6` | looking | 3.4 | sockets |
//! | [`reassembler`] | Segments into a stream | exercises | 3.5 | |
//! | [`kernel`] | What the kernel knows of the sockets of this machine, asked and not assumed | looking | | sockets |
//! | [`lines`] | Lines from a peer that nobody trusts | serving | | hello-threads |
//! | [`pair`] | Both ends of a connection in one program, for those that look at what one end does when the other closes | ends | | half-close |
//! | [`tell`] | What a call on a connection gave, in a few words | ends | | half-close |
//! | [`wait`] | Waiting for a socket, for as long as a program has patience | calls | | time-wait-client |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`. The pages are
//! those of `book/03-tcp`.

#[path = "../exercises/echo_without_deadlock/solution.rs"]
pub mod echo_without_deadlock;
#[path = "../exercises/read_exact/solution.rs"]
pub mod read_exact;
#[path = "../exercises/reassembler/solution.rs"]
pub mod reassembler;
#[path = "../exercises/socket_table/solution.rs"]
pub mod socket_table;
#[path = "../exercises/write_all/solution.rs"]
pub mod write_all;

pub mod kernel;
pub mod lines;
pub mod pair;
pub mod tell;
pub mod wait;
