//! Commands that read and write values.

use super::commands::{Context, Done, NOT_AN_INTEGER, OUT_OF_MEMORY, Refused, SYNTAX};
use super::commands::{integer, wrong_number};
use super::expiry::{Unit, moment};
use super::resp::Command;
use super::store::Store;

// ANCHOR: get
pub fn get(command: &Command, context: &mut Context<'_>) -> Done {
    let item = context.store.get(command.word(1));
    context.output.bulk_or_nil(item.map(|item| &*item.data));
    Ok(())
}
// ANCHOR_END: get

pub fn mget(command: &Command, context: &mut Context<'_>) -> Done {
    context.output.array(command.len() - 1);
    for key in command.words(1) {
        let item = context.store.get(key);
        context.output.bulk_or_nil(item.map(|item| &*item.data));
    }
    Ok(())
}

fn store(store: &mut Store, key: &[u8], value: &[u8], expires: Option<u64>) -> Done {
    let stored = store.set(key, value.into(), 0, expires);
    stored.map_err(|_| OUT_OF_MEMORY)
}

pub fn mset(command: &Command, context: &mut Context<'_>) -> Done {
    if command.len().is_multiple_of(2) {
        return Err(wrong_number(b"mset"));
    }
    for number in (1..command.len()).step_by(2) {
        let (key, value) = (command.word(number), command.word(number + 1));
        store(context.store, key, value, None)?;
    }
    context.output.simple("OK");
    Ok(())
}

// ANCHOR: set
/// The options of SET.
#[derive(Default)]
struct Options {
    only_new: bool,
    only_there: bool,
    keep_expiry: bool,
    return_old: bool,
    expires: Option<u64>,
}

fn options(command: &Command, now: u64) -> Result<Options, Refused> {
    let mut options = Options::default();
    let mut expiry = None;
    let mut number = 3;
    while number < command.len() {
        let option = command.word(number).to_ascii_uppercase();
        match (&option[..], Unit::of(&option)) {
            (b"NX", _) if !options.only_there => options.only_new = true,
            (b"XX", _) if !options.only_new => options.only_there = true,
            (b"GET", _) => options.return_old = true,
            (b"KEEPTTL", _) if expiry.is_none() => options.keep_expiry = true,
            (_, Some(unit))
                if expiry.is_none() && !options.keep_expiry && number + 1 < command.len() =>
            {
                number += 1;
                expiry = Some((command.word(number), unit));
            }
            _ => return Err(SYNTAX),
        }
        number += 1;
    }
    if let Some((time, unit)) = expiry {
        options.expires = Some(moment(time, unit, now, "set")?);
    }
    Ok(options)
}

pub fn set(command: &Command, context: &mut Context<'_>) -> Done {
    let (key, value) = (command.word(1), command.word(2));
    if command.len() == 3 {
        store(context.store, key, value, None)?;
        context.output.simple("OK");
        return Ok(());
    }
    let mut options = options(command, context.store.now())?;
    let old = context.store.peek(key);
    let old = old.map(|(item, expires)| (item.data.clone(), expires));
    if let (Some((_, expires)), true) = (&old, options.keep_expiry) {
        options.expires = *expires;
    }
    let allowed = match old {
        Some(_) => !options.only_new,
        None => !options.only_there,
    };
    if allowed {
        store(context.store, key, value, options.expires)?;
    }
    match (options.return_old, allowed) {
        (true, _) => {
            let old = old.as_ref().map(|(data, _)| &**data);
            context.output.bulk_or_nil(old);
        }
        (false, true) => context.output.simple("OK"),
        (false, false) => context.output.bulk_or_nil(None),
    }
    Ok(())
}
// ANCHOR_END: set

pub fn setex(command: &Command, context: &mut Context<'_>) -> Done {
    let (unit, name) = match command.word(0).len() {
        5 => (Unit::Seconds, "setex"),
        _ => (Unit::Milliseconds, "psetex"),
    };
    let expires = moment(command.word(2), unit, context.store.now(), name)?;
    let (key, value) = (command.word(1), command.word(3));
    store(context.store, key, value, Some(expires))?;
    context.output.simple("OK");
    Ok(())
}

pub fn setnx(command: &Command, context: &mut Context<'_>) -> Done {
    let is_new = !context.store.has(command.word(1));
    if is_new {
        store(context.store, command.word(1), command.word(2), None)?;
    }
    context.output.integer(is_new.into());
    Ok(())
}

pub fn getset(command: &Command, context: &mut Context<'_>) -> Done {
    let (value, _) = old(context.store, command.word(1));
    store(context.store, command.word(1), command.word(2), None)?;
    context.output.bulk_or_nil(value.as_deref());
    Ok(())
}

pub fn getdel(command: &Command, context: &mut Context<'_>) -> Done {
    get(command, context)?;
    context.store.remove(command.word(1));
    Ok(())
}

pub fn strlen(command: &Command, context: &mut Context<'_>) -> Done {
    let item = context.store.get(command.word(1));
    let len = item.map_or(0, |item| item.data.len());
    context.output.integer(len as i64);
    Ok(())
}

/// The value under `key`, empty if there is none, and when it expires.
fn old(store: &mut Store, key: &[u8]) -> (Option<Box<[u8]>>, Option<u64>) {
    match store.peek(key) {
        Some((item, expires)) => (Some(item.data.clone()), expires),
        None => (None, None),
    }
}

pub fn append(command: &Command, context: &mut Context<'_>) -> Done {
    let (key, more) = (command.word(1), command.word(2));
    let (value, expires) = old(context.store, key);
    let value = [&value.unwrap_or_default(), more].concat();
    store(context.store, key, &value, expires)?;
    context.output.integer(value.len() as i64);
    Ok(())
}

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
