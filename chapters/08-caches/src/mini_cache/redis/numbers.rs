//! Commands that count.

use super::command::{Command, Context, Done, NOT_AN_INTEGER, integer, not_stored};

pub fn incr(command: &Command, context: &mut Context<'_>) -> Done {
    change(command, context, 1)
}

/// INCRBY and DECRBY.
pub fn by(command: &Command, context: &mut Context<'_>) -> Done {
    let by = integer(command.word(2)).ok_or(NOT_AN_INTEGER)?;
    let up = command.word(0).eq_ignore_ascii_case(b"INCRBY");
    let negated = || by.checked_neg().ok_or("ERR decrement would overflow");
    let by = if up { by } else { negated()? };
    change(command, context, by)
}

// ANCHOR: change
/// Nothing can come between reading the number and writing it: there is one thread.
fn change(command: &Command, context: &mut Context<'_>, by: i64) -> Done {
    let key = command.word(1);
    let (number, expires) = match context.store.peek(key) {
        Some((item, expires)) => (integer(&item.data).ok_or(NOT_AN_INTEGER)?, expires),
        None => (0, None),
    };
    let overflow = "ERR increment or decrement would overflow";
    let number = number.checked_add(by).ok_or(overflow)?;
    let digits = number.to_string().into_bytes();
    let stored = context.store.set(key, digits.into(), 0, expires);
    stored.map_err(not_stored)?;
    context.output.integer(number);
    Ok(())
}
// ANCHOR_END: change
