//! What the server tells about itself.

use super::admin::{LIKE_REDIS, unknown_part};
use super::commands::{Context, Done, wrong_number};
use super::keys::matches;
use super::resp::Command;

/// redis-benchmark asks how often the server saves to disk: never.
pub fn config(command: &Command, context: &mut Context<'_>) -> Done {
    if !command.word(1).eq_ignore_ascii_case(b"GET") {
        return Err(unknown_part(command));
    }
    if command.len() < 3 {
        return Err(wrong_number(b"config|get"));
    }
    let settings = [
        ("save", String::new()),
        ("appendonly", "no".to_owned()),
        ("databases", "1".to_owned()),
        ("maxmemory", context.store.capacity().to_string()),
        ("maxmemory-policy", "allkeys-lru".to_owned()),
    ];
    let asked_for = |name: &str| {
        let mut patterns = command.words(2);
        patterns.any(|pattern| matches(&pattern.to_ascii_lowercase(), name.as_bytes()))
    };
    let found: Vec<_> = settings
        .iter()
        .filter(|(name, _)| asked_for(name))
        .collect();
    context.output.array(2 * found.len());
    for (name, value) in found {
        context.output.bulk(name.as_bytes());
        context.output.bulk(value.as_bytes());
    }
    Ok(())
}

pub fn info(command: &Command, context: &mut Context<'_>) -> Done {
    let (store, counts) = (&context.store, context.store.counts());
    let figures = store.figures;
    let sections = [
        format!(
            "# Server\r\nserver_name:mini-cache\r\nredis_version:{LIKE_REDIS}\r\nprocess_id:{}\r\n",
            std::process::id()
        ),
        format!("# Clients\r\nconnected_clients:{}\r\n", figures.connected),
        format!(
            "# Memory\r\nused_memory:{}\r\nmaxmemory:{}\r\nmaxmemory_policy:allkeys-lru\r\n",
            store.used(),
            store.capacity()
        ),
        format!(
            "# Stats\r\ntotal_connections_received:{}\r\ntotal_commands_processed:{}\r\n\
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
        match store.is_empty() {
            true => "# Keyspace\r\n".to_owned(),
            false => format!("# Keyspace\r\ndb0:keys={}\r\n", store.len()),
        },
    ];
    let wanted = |section: &str| {
        let all = |word: &[u8]| [&b"all"[..], b"default", b"everything"].contains(&word);
        let name = section[2..].split('\r').next().unwrap_or_default();
        command.len() == 1
            || command.words(1).any(|word| {
                let word = word.to_ascii_lowercase();
                all(&word) || word == name.to_ascii_lowercase().as_bytes()
            })
    };
    let shown: Vec<&str> = sections
        .iter()
        .map(String::as_str)
        .filter(|s| wanted(s))
        .collect();
    context.output.bulk(shown.join("\r\n").as_bytes());
    Ok(())
}
