//! Words for `sh` (POSIX, Shell Command Language, section 2.2.2), so that it gives them
//! on unchanged.

/// No program can be given this argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an argument can't hold an octet 0, which is where arguments end")]
pub struct Nul;

// ANCHOR: quote
/// `argument` as a word of a command line.
///
/// # Errors
///
/// When it holds an octet 0.
pub fn quote(argument: &[u8]) -> Result<Vec<u8>, Nul> {
    if argument.contains(&0) {
        return Err(Nul);
    }
    // Between single quotes nothing has a meaning, but for the next single quote.
    let pieces: Vec<&[u8]> = argument.split(|&octet| octet == b'\'').collect();
    Ok([b"'", &pieces.join(&br"'\''"[..])[..], b"'"].concat())
}

/// The command line that runs the program `words[0]` with the other words as its arguments.
///
/// # Errors
///
/// When one of them holds an octet 0.
pub fn command_line<T: AsRef<[u8]>>(words: &[T]) -> Result<Vec<u8>, Nul> {
    let words: Result<Vec<_>, Nul> = words.iter().map(|word| quote(word.as_ref())).collect();
    Ok(words?.join(&b' '))
}
// ANCHOR_END: quote
