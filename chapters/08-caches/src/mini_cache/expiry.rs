//! Commands about time.

use super::commands::{Context, Done, NOT_AN_INTEGER, Refused, integer};
use super::resp::Command;

/// How a time is given.
#[derive(Clone, Copy)]
pub enum Unit {
    /// Seconds from now.
    Seconds,
    /// Milliseconds from now.
    Milliseconds,
    /// Seconds after 1970.
    UnixSeconds,
    /// Milliseconds after 1970.
    UnixMilliseconds,
}

impl Unit {
    /// The unit that an option of SET names.
    pub fn of(option: &[u8]) -> Option<Unit> {
        Some(match option {
            b"EX" => Unit::Seconds,
            b"PX" => Unit::Milliseconds,
            b"EXAT" => Unit::UnixSeconds,
            b"PXAT" => Unit::UnixMilliseconds,
            _ => return None,
        })
    }
}

/// The moment that `time` means, in milliseconds, which may be past.
fn resolve(time: i64, unit: Unit, now: u64) -> Option<i64> {
    let milliseconds = match unit {
        Unit::Seconds | Unit::UnixSeconds => time.checked_mul(1000)?,
        Unit::Milliseconds | Unit::UnixMilliseconds => time,
    };
    match unit {
        Unit::Seconds | Unit::Milliseconds => milliseconds.checked_add(i64::try_from(now).ok()?),
        Unit::UnixSeconds | Unit::UnixMilliseconds => Some(milliseconds),
    }
}

fn invalid(name: &str) -> Refused {
    format!("ERR invalid expire time in '{name}' command").into()
}

/// The moment at which what `name` stores expires.
pub fn moment(time: &[u8], unit: Unit, now: u64, name: &str) -> Result<u64, Refused> {
    let time = integer(time).ok_or(NOT_AN_INTEGER)?;
    let at = (time > 0).then(|| resolve(time, unit, now)).flatten();
    at.and_then(|at| u64::try_from(at).ok())
        .ok_or_else(|| invalid(name))
}

// ANCHOR: expire
pub fn expire(command: &Command, context: &mut Context<'_>) -> Done {
    let (unit, name) = match command.word(0).to_ascii_uppercase().as_slice() {
        b"EXPIRE" => (Unit::Seconds, "expire"),
        b"PEXPIRE" => (Unit::Milliseconds, "pexpire"),
        b"EXPIREAT" => (Unit::UnixSeconds, "expireat"),
        _ => (Unit::UnixMilliseconds, "pexpireat"),
    };
    if command.len() > 3 {
        let option = String::from_utf8_lossy(command.word(3));
        return Err(format!("ERR Unsupported option {option}").into());
    }
    let time = integer(command.word(2)).ok_or(NOT_AN_INTEGER)?;
    let at = resolve(time, unit, context.store.now()).ok_or_else(|| invalid(name))?;
    // A time that is past is no error: the key is gone at once.
    let at = u64::try_from(at).unwrap_or(0);
    let there = context.store.set_expiry(command.word(1), Some(at));
    context.output.integer(there.into());
    Ok(())
}

pub fn ttl(command: &Command, context: &mut Context<'_>) -> Done {
    let now = context.store.now();
    let left = match context.store.peek(command.word(1)) {
        None => -2,
        Some((_, None)) => -1,
        Some((_, Some(at))) => {
            let left = at.saturating_sub(now) as i64;
            let milliseconds = command.word(0).len() == 4;
            // As Redis does, to the nearest second.
            if milliseconds {
                left
            } else {
                (left + 500) / 1000
            }
        }
    };
    context.output.integer(left);
    Ok(())
}
// ANCHOR_END: expire

pub fn persist(command: &Command, context: &mut Context<'_>) -> Done {
    let key = command.word(1);
    let expires = context.store.peek(key).and_then(|(_, expires)| expires);
    if expires.is_some() {
        context.store.set_expiry(key, None);
    }
    context.output.integer(expires.is_some().into());
    Ok(())
}
