//! Commands that count.

use super::commands::{Context, Done, NOT_AN_INTEGER, integer};
use super::resp::Command;
use super::storage::{old, store};

pub fn add_one(command: &Command, context: &mut Context<'_>) -> Done {
    let up = command.word(0).eq_ignore_ascii_case(b"INCR");
    change(command, context, if up { 1 } else { -1 })
}

pub fn add(command: &Command, context: &mut Context<'_>) -> Done {
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
    let (value, expires) = old(context.store, key);
    let number = match value {
        Some(value) => integer(&value).ok_or(NOT_AN_INTEGER)?,
        None => 0,
    };
    let overflow = "ERR increment or decrement would overflow";
    let number = number.checked_add(by).ok_or(overflow)?;
    store(context.store, key, number.to_string().as_bytes(), expires)?;
    context.output.integer(number);
    Ok(())
}
// ANCHOR_END: change
