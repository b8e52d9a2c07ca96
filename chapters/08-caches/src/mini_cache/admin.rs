//! Commands about the server and the conversation: what clients ask before they
//! ask for anything.

use super::commands::{Context, Done, Refused, integer, wrong_number};
use super::resp::Command;

/// The Redis that these commands are like, for clients that want to know.
pub const LIKE_REDIS: &str = "7.0.0";

const BAD_NAME: Refused =
    Refused::Borrowed("ERR Client names cannot contain spaces, newlines or special characters.");

pub fn ping(command: &Command, context: &mut Context<'_>) -> Done {
    match command.len() {
        1 => context.output.simple("PONG"),
        2 => context.output.bulk(command.word(1)),
        _ => return Err(wrong_number(b"ping")),
    }
    Ok(())
}

pub fn echo(command: &Command, context: &mut Context<'_>) -> Done {
    context.output.bulk(command.word(1));
    Ok(())
}

pub fn quit(_: &Command, context: &mut Context<'_>) -> Done {
    context.session.quit = true;
    context.output.simple("OK");
    Ok(())
}

// ANCHOR: http
/// No client of ours: a web browser that was talked into sending commands, in the
/// body of a request, to a port of its own machine. Redis hangs up, and so do we.
pub fn http(_: &Command, context: &mut Context<'_>) -> Done {
    context.session.quit = true;
    Ok(())
}
// ANCHOR_END: http

pub fn select(command: &Command, context: &mut Context<'_>) -> Done {
    match integer(command.word(1)) {
        Some(0) => context.output.simple("OK"),
        Some(_) => return Err("ERR DB index is out of range".into()),
        None => return Err("ERR value is not an integer or out of range".into()),
    }
    Ok(())
}

pub fn auth(_: &Command, _: &mut Context<'_>) -> Done {
    Err(
        "ERR AUTH <password> called without any password configured for the default user. \
         Are you sure your configuration is correct?"
            .into(),
    )
}

// ANCHOR: hello
/// A client asks for version 3 of the protocol with HELLO 3, and stays with version
/// 2 when it is refused.
pub fn hello(command: &Command, context: &mut Context<'_>) -> Done {
    if command.len() > 1 {
        match integer(command.word(1)) {
            Some(2) => {}
            Some(_) => return Err("NOPROTO unsupported protocol version".into()),
            None => {
                return Err("ERR Protocol version is not an integer or out of range".into());
            }
        }
    }
    let mut number = 2;
    while number < command.len() {
        if !command.word(number).eq_ignore_ascii_case(b"SETNAME") || number + 1 == command.len() {
            let option = String::from_utf8_lossy(command.word(number));
            return Err(format!("ERR Syntax error in HELLO option '{option}'").into());
        }
        context.session.name = command.word(number + 1).to_vec();
        number += 2;
    }
    let output = &mut *context.output;
    output.array(14);
    let pairs = [("server", "mini-cache"), ("version", LIKE_REDIS)];
    for (name, value) in pairs {
        output.bulk(name.as_bytes());
        output.bulk(value.as_bytes());
    }
    for (name, number) in [("proto", 2), ("id", context.session.id as i64)] {
        output.bulk(name.as_bytes());
        output.integer(number);
    }
    for word in ["mode", "standalone", "role", "master", "modules"] {
        output.bulk(word.as_bytes());
    }
    output.array(0);
    Ok(())
}
// ANCHOR_END: hello

pub fn unknown_part(command: &Command) -> Refused {
    let name = String::from_utf8_lossy(command.word(0)).to_uppercase();
    let part = String::from_utf8_lossy(command.word(1));
    format!("ERR unknown subcommand '{part}'. Try {name} HELP.").into()
}

pub fn client(command: &Command, context: &mut Context<'_>) -> Done {
    let part = command.word(1).to_ascii_uppercase();
    match (&part[..], command.len()) {
        (b"SETNAME", 3) => {
            let name = command.word(2);
            if !name.iter().all(u8::is_ascii_graphic) {
                return Err(BAD_NAME);
            }
            context.session.name = name.to_vec();
            context.output.simple("OK");
        }
        (b"GETNAME", 2) => {
            let name = &context.session.name;
            let name = (!name.is_empty()).then_some(&name[..]);
            context.output.bulk_or_nil(name);
        }
        (b"ID", 2) => context.output.integer(context.session.id as i64),
        // What a client's library is called: newer clients say so unasked.
        (b"SETINFO", 4) => context.output.simple("OK"),
        (b"SETNAME" | b"GETNAME" | b"ID" | b"SETINFO", _) => {
            return Err(wrong_number(&[&b"client|"[..], &part].concat()));
        }
        _ => return Err(unknown_part(command)),
    }
    Ok(())
}

/// redis-cli asks for help texts, and goes without.
pub fn command(command: &Command, context: &mut Context<'_>) -> Done {
    match command.word(1).eq_ignore_ascii_case(b"COUNT") {
        true => context.output.integer(0),
        false => context.output.array(0),
    }
    Ok(())
}
