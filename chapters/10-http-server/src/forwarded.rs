//! Who asked, where a proxy stands in between: `Forwarded` (RFC 7239), or the older
//! `X-Forwarded-For`.

use std::net::IpAddr;

use http::HeaderMap;

/// In which of the two fields our proxies write. The other one came from the client: a proxy
/// passes on what it doesn't know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Field {
    /// `X-Forwarded-For`
    #[default]
    XForwardedFor,
    /// `Forwarded`, of RFC 7239
    Forwarded,
}

/// The client's address, as far as it can be believed.
///
/// Each proxy adds the address of who came to it at the right end. So the list is read
/// from the right, as long as it was a proxy of ours that wrote: the first address that
/// is no proxy of ours is the client. What stands to the left of it, anybody could have
/// written.
// ANCHOR: client
pub fn client(peer: IpAddr, fields: &HeaderMap, field: Field, proxies: &[IpAddr]) -> IpAddr {
    let mut client = peer;
    for before in hops(fields, field).rev() {
        if !proxies.contains(&client) {
            break;
        }
        match before {
            Some(address) => client = address,
            // A name that hides an address, or no address at all: as far as we know, it
            // was the proxy.
            None => break,
        }
    }
    client
}
// ANCHOR_END: client

/// The addresses that the field names, all its lines from left to right.
fn hops(fields: &HeaderMap, field: Field) -> impl DoubleEndedIterator<Item = Option<IpAddr>> {
    let (name, read): (_, fn(&str) -> Option<IpAddr>) = match field {
        Field::XForwardedFor => ("x-forwarded-for", address),
        Field::Forwarded => ("forwarded", hop_for),
    };
    let values = fields.get_all(name).iter();
    let values: Vec<_> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    let hops: Vec<_> = values
        .iter()
        .flat_map(|value| value.split(','))
        .map(read)
        .collect();
    hops.into_iter()
}

/// `for=192.0.2.43;proto=http` (RFC 7239, section 4).
fn hop_for(hop: &str) -> Option<IpAddr> {
    let pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    address(named.next()?.1.trim().trim_matches('"'))
}

/// `192.0.2.43`, `192.0.2.43:47011`, `2001:db8::17` or `[2001:db8::17]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Some(inside) = text.strip_prefix('[') {
        return inside.split_once(']')?.0.parse().ok();
    }
    text.rsplit_once(':')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, fields: &[(&'static str, &str)]) -> String {
        read(peer, fields, Field::XForwardedFor)
    }

    fn read(peer: &str, fields: &[(&'static str, &str)], field: Field) -> String {
        let proxies = ["127.0.0.1", "10.0.0.1"].map(|address| address.parse().unwrap());
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(*name, value.parse().unwrap());
        }
        client(peer.parse().unwrap(), &map, field, &proxies).to_string()
    }

    #[test]
    fn what_a_proxy_of_ours_says_is_believed_and_nothing_else() {
        const XFF: &str = "x-forwarded-for";
        assert_eq!(of("192.0.2.1", &[(XFF, "203.0.113.9")]), "192.0.2.1");
        assert_eq!(of("127.0.0.1", &[(XFF, "203.0.113.9")]), "203.0.113.9");
        let lie = "198.51.100.1, 203.0.113.9";
        assert_eq!(of("127.0.0.1", &[(XFF, lie)]), "203.0.113.9");
        let two = [(XFF, "198.51.100.1"), (XFF, "203.0.113.9, 10.0.0.1")];
        assert_eq!(of("127.0.0.1", &two), "203.0.113.9");
        assert_eq!(of("127.0.0.1", &[(XFF, "somebody")]), "127.0.0.1");
        assert_eq!(of("127.0.0.1", &[(XFF, "")]), "127.0.0.1");
        assert_eq!(of("127.0.0.1", &[]), "127.0.0.1");
        // What our proxies don't write, the client has written.
        let both = [("forwarded", "for=6.6.6.6"), (XFF, "203.0.113.9")];
        assert_eq!(of("127.0.0.1", &both), "203.0.113.9");
        assert_eq!(of("127.0.0.1", &both[..1]), "127.0.0.1");
    }

    #[test]
    fn forwarded_is_read_as_its_rfc_writes_it() {
        for (value, client) in [
            ("for=192.0.2.43", "192.0.2.43"),
            ("For=\"192.0.2.43:47011\";proto=http", "192.0.2.43"),
            (
                "proto=http;for=\"[2001:db8:cafe::17]:4711\"",
                "2001:db8:cafe::17",
            ),
            ("for=198.51.100.1, for=192.0.2.43;by=10.0.0.1", "192.0.2.43"),
            ("for=192.0.2.43, for=unknown", "127.0.0.1"),
            ("for=_hidden", "127.0.0.1"),
        ] {
            let fields = [("forwarded", value), ("x-forwarded-for", "6.6.6.6")];
            let read = read("127.0.0.1", &fields, Field::Forwarded);
            assert_eq!(read, client, "{value}");
        }
    }
}
