//! Connects anywhere and reports: version, suite, resumption, certificate, names,
//! chain, and whether anybody should believe it.

use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::bail;
use clap::Parser;
use program::{Connect, utc};
use tls::client_hello::Offer;
use tls::description::Description;
use tls::explain_rejection::explain;
use tls::options::Trust;
use tls::probe::{Found, probe};

/// Connect, say nothing, and report on the server
#[derive(Parser)]
#[command(about)]
struct Options {
    #[command(flatten)]
    connect: Connect,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    offer: Offer,
    /// Also dates, serial number and fingerprint, which no two certificates share
    #[arg(long)]
    details: bool,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let found = probe(&options.connect, &options.trust, &options.offer)?;
        connection(&found);
        certificate(&options, &found)?;
        chain(&found)?;
        verdict(&found)
    })
}

fn connection(found: &Found) {
    say("version", found.version);
    let bits = found.suite_bits.map(|bits| format!(", {bits} bits"));
    say(
        "suite",
        format!("{}{}", found.suite, bits.unwrap_or_default()),
    );
    say("key exchange", &found.key_exchange);
    say("ALPN", found.alpn.as_deref().unwrap_or("none"));
    say("resumption", if found.resumed { "yes" } else { "no" });
}

fn certificate(options: &Options, found: &Found) -> anyhow::Result<()> {
    let Some(own) = found.chain.first() else {
        bail!("the server sent no certificate");
    };
    let own = Description::read(own)?;
    let now: SystemTime = options.trust.clock.time();
    say("certificate", &own.subject);
    say("  issuer", &own.issuer);
    say("  good", own.good(now));
    say("  key", format!("{}, {} bits", own.key, own.key_bits));
    say("  signature", &own.signature);
    if options.details {
        say("  from", utc(own.from));
        say("  to", utc(own.to));
        say("  serial", &own.serial);
        say("  SHA-256", &own.fingerprint);
    }
    let names = match &own.names[..] {
        [] => "none".to_owned(),
        names => names.join(", "),
    };
    say("  names", names);
    let asked = options.trust.server_name(&options.connect.addr)?;
    let matches = if found.name_matches { "yes" } else { "no" };
    say("  matches", format!("{}: {matches}", asked.to_str()));
    Ok(())
}

fn chain(found: &Found) -> anyhow::Result<()> {
    let mut last = None;
    for (number, certificate) in found.chain.iter().enumerate() {
        let about = Description::read(certificate)?;
        let label = if number == 0 { "chain" } else { "" };
        say(
            label,
            format!("{number}  {} by {}", about.subject, about.issuer),
        );
        last = Some(about);
    }
    let trusted = last.is_some_and(|last| found.trusts(&last.issuer_der));
    say(
        "  root",
        if trusted {
            "trusted"
        } else {
            "not among those that are trusted"
        },
    );
    Ok(())
}

fn verdict(found: &Found) -> anyhow::Result<()> {
    let Err(error) = &found.verdict else {
        say("believed", "yes");
        return Ok(());
    };
    say("believed", "no");
    match explain(error, &found.chain) {
        Some(explanation) => bail!("{error} ({explanation})"),
        None => bail!("{error}"),
    }
}

fn say(label: &str, what: impl AsRef<str>) {
    println!("{label:13} {}", what.as_ref());
}
