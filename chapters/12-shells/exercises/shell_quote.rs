//! Any argument, unharmed
//!
//! Difficulty: warm-up
//! Page: 12-shells/quoting.md
//! Check: just check 12.4
//!
//! Over SSH a command travels as one line of text, and a shell at the other end cuts it into
//! words again. Write the line so that the program gets exactly the arguments that you have,
//! whatever stands in them. The shell is `sh`, as POSIX describes it (Shell Command Language,
//! sections 2.2.1 to 2.2.3: backslash, single quotes, double quotes).
//!
//! `quote` makes a word of one argument. `command_line` makes the line that runs a program:
//! `words[0]` is its name, the others are its arguments, and a space is between two of them.
//!
//! - Every argument arrives as it is, octet by octet: blanks, quotes, dollar signs, line ends,
//!   octets that are no UTF-8, or nothing at all.
//! - That holds for the name of the program too, and names may look like something else to a
//!   shell.
//! - What a leading dash means is the program's matter. It arrives as it is.
//! - An octet 0 is `Err(Nul)`: a program can't be given one.
//! - No words are an empty line.
//!
//! How you quote is yours to choose: the checks hand your line to `sh` and look what arrives.
//!
//! ```text
//! command_line(&["ls", "my files"])        ls "my files"     would do
//!                                          'ls' 'my files'   as well
//! ```

/// No program can be given this argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an argument can't hold an octet 0, which is where arguments end")]
pub struct Nul;

/// `argument` as a word of a command line.
pub fn quote(argument: &[u8]) -> Result<Vec<u8>, Nul> {
    todo!()
}

/// The command line that runs the program `words[0]` with the other words as its arguments.
pub fn command_line<T: AsRef<[u8]>>(words: &[T]) -> Result<Vec<u8>, Nul> {
    todo!()
}
