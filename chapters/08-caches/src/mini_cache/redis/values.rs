//! Commands that read and write values.

use super::command::{Command, Context, Done, Refused, SYNTAX, not_stored, wrong_number};
use super::expiry::moment;
use crate::mini_cache::store::Store;

pub fn get(command: &Command, context: &mut Context<'_>) -> Done {
    let item = context.store.get(command.word(1));
    context.output.bulk_or_nil(item.map(|item| &*item.data));
    Ok(())
}

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
    stored.map_err(not_stored)
}

/// The options of SET.
#[derive(Default)]
struct Options {
    only_new: bool,
    expires: Option<u64>,
}

fn options(command: &Command, now: u64) -> Result<Options, Refused> {
    let (mut options, mut time) = (Options::default(), None);
    let mut words = command.words(3);
    while let Some(word) = words.next() {
        match &word.to_ascii_uppercase()[..] {
            b"NX" => options.only_new = true,
            unit @ (b"EX" | b"PX") if time.is_none() => {
                time = Some((words.next().ok_or(SYNTAX)?, unit == b"EX"));
            }
            _ => return Err(SYNTAX),
        }
    }
    if let Some((time, in_seconds)) = time {
        options.expires = Some(moment(time, in_seconds, now)?);
    }
    Ok(options)
}

pub fn set(command: &Command, context: &mut Context<'_>) -> Done {
    let (key, value) = (command.word(1), command.word(2));
    let options = options(command, context.store.now())?;
    if options.only_new && context.store.peek(key).is_some() {
        context.output.bulk_or_nil(None);
        return Ok(());
    }
    store(context.store, key, value, options.expires)?;
    context.output.simple("OK");
    Ok(())
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

pub fn strlen(command: &Command, context: &mut Context<'_>) -> Done {
    let item = context.store.get(command.word(1));
    let len = item.map_or(0, |item| item.data.len());
    context.output.integer(len as i64);
    Ok(())
}

pub fn append(command: &Command, context: &mut Context<'_>) -> Done {
    let (key, more) = (command.word(1), command.word(2));
    let (old, expires) = match context.store.peek(key) {
        Some((item, expires)) => (&*item.data, expires),
        None => (&b""[..], None),
    };
    let value = [old, more].concat();
    store(context.store, key, &value, expires)?;
    context.output.integer(value.len() as i64);
    Ok(())
}
