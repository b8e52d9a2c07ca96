//! Commands about the server and the conversation.

use super::command::{Command, Context, Done};

pub fn ping(_: &Command, context: &mut Context<'_>) -> Done {
    context.output.simple("PONG");
    Ok(())
}

pub fn echo(command: &Command, context: &mut Context<'_>) -> Done {
    context.output.bulk(command.word(1));
    Ok(())
}

pub fn quit(_: &Command, context: &mut Context<'_>) -> Done {
    context.quit = true;
    context.output.simple("OK");
    Ok(())
}

// ANCHOR: http
/// No client of ours: a web browser that was talked into sending commands, in the
/// body of a request, to a port of its own machine. Redis hangs up, and so do we.
pub fn http(_: &Command, context: &mut Context<'_>) -> Done {
    context.quit = true;
    Ok(())
}
// ANCHOR_END: http

pub fn info(command: &Command, context: &mut Context<'_>) -> Done {
    let (store, counts) = (&context.store, context.store.counts());
    let figures = store.figures;
    let process = std::process::id();
    let sections = [
        (
            "Server",
            format!("server_name:mini-cache\r\nprocess_id:{process}\r\n"),
        ),
        (
            "Clients",
            format!("connected_clients:{}\r\n", figures.connected),
        ),
        (
            "Memory",
            format!(
                "used_memory:{}\r\nmaxmemory:{}\r\nmaxmemory_policy:allkeys-lru\r\n",
                store.used(),
                store.capacity()
            ),
        ),
        (
            "Stats",
            format!(
                "total_connections_received:{}\r\ntotal_commands_processed:{}\r\n\
                 rejected_connections:{}\r\nexpired_keys:{}\r\nevicted_keys:{}\r\n\
                 keyspace_hits:{}\r\nkeyspace_misses:{}\r\n",
                figures.connections,
                figures.commands,
                figures.refused,
                counts.expired,
                counts.evicted,
                counts.hits,
                counts.misses
            ),
        ),
    ];
    let wanted = |name: &str| {
        let named = |word: &[u8]| word.eq_ignore_ascii_case(name.as_bytes());
        command.len() == 1 || command.words(1).any(named)
    };
    let shown: Vec<String> = sections
        .iter()
        .filter(|(name, _)| wanted(name))
        .map(|(name, figures)| format!("# {name}\r\n{figures}"))
        .collect();
    context.output.bulk(shown.join("\r\n").as_bytes());
    Ok(())
}
