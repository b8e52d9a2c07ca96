//! Commands about keys.

use super::command::{Command, Context, Done};
use super::glob::matches;

pub fn del(command: &Command, context: &mut Context<'_>) -> Done {
    let removed = command
        .words(1)
        .filter(|key| context.store.remove(key))
        .count();
    context.output.integer(removed as i64);
    Ok(())
}

pub fn exists(command: &Command, context: &mut Context<'_>) -> Done {
    // A key that is named twice counts twice.
    let there = command
        .words(1)
        .filter(|key| context.store.get(key).is_some())
        .count();
    context.output.integer(there as i64);
    Ok(())
}

pub fn keys(command: &Command, context: &mut Context<'_>) -> Done {
    let keys: Vec<&[u8]> = context
        .store
        .keys()
        .filter(|key| matches(command.word(1), key))
        .collect();
    context.output.array(keys.len());
    for key in keys {
        context.output.bulk(key);
    }
    Ok(())
}

pub fn dbsize(_: &Command, context: &mut Context<'_>) -> Done {
    context.output.integer(context.store.len() as i64);
    Ok(())
}

pub fn flush(_: &Command, context: &mut Context<'_>) -> Done {
    context.store.flush();
    context.output.simple("OK");
    Ok(())
}
