//! A ring on which each key has its server
//!
//! Difficulty: core
//! Page: 08-caches/sharding.md
//! Check: just check 8.3
//!
//! The keys of a cache are spread over several servers, and every client works out
//! by itself which server has a key. With *hash modulo number of servers* nearly
//! every key has another server as soon as one is added. On a ring only those move
//! that the new server takes over (consistent hashing: Karger and others, 1997).
//! Write the ring.
//!
//! - The ring has 2⁶⁴ places. `hash` says where octets stand; it is given. A hash
//!   that another process, release or language computes differently would send it to
//!   another server for the same key.
//! - A server has `points_each × weight` points. They are where the texts `server#0`,
//!   `server#1` ... have their hash, each with the server's name in front.
//! - A key belongs to the server whose point is at the place of the key, or else is
//!   the next one after it. After the last point of the ring comes the first. On a
//!   ring without points it belongs to nobody. A key is any octets, text or not.
//! - `add` puts a server on the ring, or gives one that is there another weight. With
//!   weight 0 it has no points. `remove` takes it and all its points off; to remove
//!   one that isn't there changes nothing. In which order servers were added and
//!   removed makes no difference.
//! - Servers that stay keep their keys: when one joins, keys move to it and to no
//!   other; when one leaves, only its keys move.
//!
//! A server with k points among n servers of equal weight has a share of the keys
//! with a standard deviation of about √((n − 1) / nk) of 1/n. For 128 points and 5
//! servers that is 8 %; the checks allow three times as much, a quarter of the share.
//!
//! With `points_each` 1 and the servers `a`, `b` and `c`, of weight 1:
//!
//! ```text
//! place                point   key
//! 0x1d08f3cbebddf3a9   a#0
//! 0x2b7397f353411a79           key:5   belongs to b
//! 0x49a020d376ca9779   b#0
//! 0x4ff2ec70d4f843ed           key:0   belongs to c
//! 0x6df2ecb4f36603d0   c#0
//! 0xc566a9e6dcc7dfbc           key:3   belongs to a
//! ```

/// Where `octets` stand on the ring: FNV-1a with 64 bits, and then the last step
/// of MurmurHash3, which lets every bit of the input move every bit of the result.
pub fn hash(octets: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for octet in octets {
        hash ^= u64::from(*octet);
        hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// Servers on a ring of 2^64 places, each at many of them.
#[derive(Clone, Debug)]
pub struct Ring {
    points_each: u32,
    // Add what you need to remember.
}

impl Ring {
    /// An empty ring, on which a server gets `points_each` points for each unit of
    /// its weight: the more, the more even are the shares.
    pub fn new(points_each: u32) -> Ring {
        Ring { points_each }
    }

    /// Puts `server` on the ring, or gives it another weight.
    pub fn add(&mut self, server: &str, weight: u32) {
        todo!()
    }

    /// Takes `server` off the ring. The others stay where they are.
    pub fn remove(&mut self, server: &str) {
        todo!()
    }

    /// The server that `key` belongs to. `None` if there are no points.
    pub fn server_of(&self, key: &[u8]) -> Option<&str> {
        todo!()
    }
}
