//! Who asked, where a proxy stands in between: `Forwarded` (RFC 7239), or the older
//! `X-Forwarded-For`.

use std::net::IpAddr;

use http::HeaderMap;

/// The client's address, as far as it can be believed.
///
/// Each proxy adds the address of who came to it at the right end. So the list is read
/// from the right, as long as it was a proxy of ours that wrote: the first address that
/// is no proxy of ours is the client. What stands to the left of it, anybody could have
/// written.
// ANCHOR: client
pub fn client(peer: IpAddr, fields: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let mut client = peer;
    for before in hops(fields).rev() {
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

/// The addresses that the fields name, from left to right. `Forwarded` alone counts where
/// there is one: both together could not be put in order.
fn hops(fields: &HeaderMap) -> std::vec::IntoIter<Option<IpAddr>> {
    let list = |name: &str| -> Vec<String> {
        let values = fields.get_all(name).iter();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
        let hops = values.flat_map(|value| value.split(',').map(str::to_owned).collect::<Vec<_>>());
        hops.collect()
    };
    let forwarded = list("forwarded");
    let hops: Vec<_> = match forwarded.is_empty() {
        true => list("x-forwarded-for")
            .iter()
            .map(|hop| address(hop))
            .collect(),
        false => forwarded.iter().map(|hop| hop_for(hop)).collect(),
    };
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
        let proxies = ["127.0.0.1", "10.0.0.1"].map(|address| address.parse().unwrap());
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(*name, value.parse().unwrap());
        }
        client(peer.parse().unwrap(), &map, &proxies).to_string()
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
            assert_eq!(of("127.0.0.1", &fields), client, "{value}");
        }
    }
}
