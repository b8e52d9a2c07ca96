//! What the reader can ask for, a file a command.

pub mod bless;
pub mod chapter;
pub mod check;
pub mod doctor;
pub mod exercises;
pub mod hint;
pub mod measure;
pub mod programs;
pub mod prove;
pub mod reset;
pub mod shell;
pub mod solution;
pub mod watch;
pub mod wire;
