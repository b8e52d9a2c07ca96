//! Where mail for a domain goes: which hosts, in which order, at which addresses.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Parser;
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{Name, RData};

#[path = "../resolve.rs"]
mod resolve;
use program::tasks::block_on;
use resolve::{Whom, told};

/// Show where mail for a domain goes, in order
#[derive(Parser)]
#[command(about)]
struct Options {
    /// The part of a mail address behind its @
    domain: Name,
    #[command(flatten)]
    whom: Whom,
}

fn main() -> ExitCode {
    program::run(|| {
        let Options { domain, whom } = Options::parse();
        let mut name = domain.clone();
        name.set_fqdn(true); // complete as it is, without a search list
        block_on(route(&name, &whom)).with_context(|| format!("mail for {domain}"))
    })
}

// ANCHOR: route
async fn route(domain: &Name, whom: &Whom) -> anyhow::Result<()> {
    let resolver = whom.resolver()?;
    let mut hosts: Vec<(u16, Name)> = Vec::new();
    match resolver.mx_lookup(domain.clone()).await {
        Ok(found) => {
            for record in found.answers() {
                if let RData::MX(mx) = &record.data {
                    hosts.push((mx.preference, mx.exchange.clone()));
                }
            }
        }
        // The name exists and has no MX record: it is its own mail host, as all were
        // before there were MX records (RFC 5321, section 5.1).
        Err(error) if error.is_no_records_found() && !error.is_nx_domain() => {
            println!("no MX record: {domain} itself takes its mail");
            hosts.push((0, domain.clone()));
        }
        Err(error) => return Err(told(error)),
    }
    if let [(_, host)] = &hosts[..]
        && host.is_root()
    {
        bail!("it takes none, and says so (RFC 7505)");
    }
    hosts.sort_by_key(|(preference, _)| *preference); // the lowest is tried first
    for (preference, host) in hosts {
        let at = match addresses(&resolver, &host).await {
            Ok(addresses) => addresses.join(", "),
            Err(error) => program::one_line(&error), // the next host may do
        };
        println!("{preference:>5}  {:<21} {at}", host.to_string());
    }
    Ok(())
}
// ANCHOR_END: route

async fn addresses(resolver: &TokioResolver, host: &Name) -> anyhow::Result<Vec<String>> {
    let found = resolver.lookup_ip(host.clone()).await.map_err(told)?;
    Ok(found.iter().map(|address| address.to_string()).collect())
}
