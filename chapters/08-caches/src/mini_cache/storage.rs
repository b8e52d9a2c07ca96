//! Commands that read and write values.

use super::commands::{Context, Done, not_stored, wrong_number};
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

/// Stores a value that came by Redis's protocol.
pub fn store(store: &mut Store, key: &[u8], value: &[u8], expires: Option<u64>) -> Done {
    let stored = store.set(key, value.into(), 0, expires);
    stored.map_err(not_stored)
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
pub fn old(store: &mut Store, key: &[u8]) -> (Option<Box<[u8]>>, Option<u64>) {
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
