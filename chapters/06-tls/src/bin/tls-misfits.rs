//! A client and a server whose settings don't fit: what each of them says.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use tls::meeting::meet;
use tls::misfits::misfits;
use tls::{Authority, Clock, config};

/// Let a client and a server meet whose settings don't fit, and tell what both say
#[derive(Parser)]
#[command(about)]
struct Options {
    #[command(flatten)]
    clock: Clock,
}

fn main() -> ExitCode {
    program::run(|| {
        let clock = Options::parse().clock;
        for (what, client, server, name) in misfits(clock)? {
            let met = meet(&Arc::new(client), &Arc::new(server), name.try_into()?)?;
            println!("{what}");
            for (who, ended) in [("client", met.client), ("server", met.server)] {
                let said = ended.map_or_else(|error| error.to_string(), |()| "content".to_owned());
                println!("    {who}: {said}");
            }
        }
        println!("the key is that of another certificate");
        let authority = Authority::new("Workbook", clock.time())?;
        let mut server = authority.server(&["echo.example"])?;
        server.key = authority.server(&["echo.example"])?.key;
        if let Err(error) = config::server(server, clock) {
            println!("    server, before anybody connects: {error:#}");
        }
        Ok(())
    })
}
