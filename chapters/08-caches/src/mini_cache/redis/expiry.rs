//! Commands about time.

use super::command::{Command, Context, Done, NOT_AN_INTEGER, Refused, integer};

/// `time` from now, in milliseconds after 1970.
fn resolve(time: i64, in_seconds: bool, now: u64) -> Option<i64> {
    let milliseconds = match in_seconds {
        true => time.checked_mul(1000)?,
        false => time,
    };
    milliseconds.checked_add(i64::try_from(now).ok()?)
}

fn invalid(name: &str) -> Refused {
    format!("ERR invalid expire time in '{name}' command").into()
}

/// When what SET stores for so long expires.
pub fn moment(time: &[u8], in_seconds: bool, now: u64) -> Result<u64, Refused> {
    let time = integer(time).ok_or(NOT_AN_INTEGER)?;
    let at = (time > 0).then(|| resolve(time, in_seconds, now)).flatten();
    at.and_then(|at| u64::try_from(at).ok())
        .ok_or_else(|| invalid("set"))
}

pub fn expire(command: &Command, context: &mut Context<'_>) -> Done {
    let time = integer(command.word(2)).ok_or(NOT_AN_INTEGER)?;
    let at = resolve(time, true, context.store.now()).ok_or_else(|| invalid("expire"))?;
    // A time that is past is no error: the key is gone at once.
    let at = u64::try_from(at).unwrap_or(0);
    let there = context.store.set_expiry(command.word(1), Some(at));
    context.output.integer(there.into());
    Ok(())
}

/// TTL and PTTL.
pub fn ttl(command: &Command, context: &mut Context<'_>) -> Done {
    let now = context.store.now();
    let left = match context.store.peek(command.word(1)) {
        None => -2,
        Some((_, None)) => -1,
        Some((_, Some(at))) => {
            let left = at.saturating_sub(now) as i64;
            match command.word(0).eq_ignore_ascii_case(b"PTTL") {
                true => left,
                false => (left + 500) / 1000, // as Redis does, to the nearest second
            }
        }
    };
    context.output.integer(left);
    Ok(())
}
