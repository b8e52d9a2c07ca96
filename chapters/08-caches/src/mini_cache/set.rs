//! SET, which has options.

use super::commands::{Context, Done, Refused, SYNTAX};
use super::expiry::{Unit, moment};
use super::resp::Command;
use super::storage::store;

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
