//! The ring does not close
//!
//! You look for the first point at or after the key, and after the last point there
//! is none. A ring goes on there with its first point. Every key beyond the last
//! point belongs to nobody.
//!
//! fails: one_server_has_every_key, after_the_last_point_comes_the_first,
//!    a_weight_multiplies_the_points, a_server_of_weight_0_has_no_keys,
//!    a_key_is_octets

/// Where `octets` stand on the ring: FNV-1a with 64 bits, and then the last step
/// of MurmurHash3, which lets every bit of the input move every bit of the result.
///
/// It is written down, so every program in every language and every release
/// computes the same. The hash of a language's own tables is not.
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
    /// The points of a server of weight 1.
    points_each: u32,
    /// In order around the ring. The name breaks a tie, so that the order in which
    /// servers came does not matter.
    points: Vec<(u64, String)>,
}

impl Ring {
    /// An empty ring, on which a server gets `points_each` points for each unit of
    /// its weight: the more, the more even are the shares.
    pub fn new(points_each: u32) -> Ring {
        Ring {
            points_each,
            points: Vec::new(),
        }
    }

    /// Puts `server` on the ring, or gives it another weight. Its points are where
    /// the texts `server#0`, `server#1` ... have their hash. With weight 0 it has
    /// none.
    pub fn add(&mut self, server: &str, weight: u32) {
        self.remove(server);
        for number in 0..self.points_each.saturating_mul(weight) {
            let place = hash(format!("{server}#{number}").as_bytes());
            self.points.push((place, server.to_owned()));
        }
        self.points.sort();
    }

    /// Takes `server` off the ring. The others stay where they are.
    pub fn remove(&mut self, server: &str) {
        self.points.retain(|(_, name)| name != server);
    }

    /// The server that `key` belongs to: whose point is at the place of the key or
    /// is the next after it. After the last point comes the first. `None` if there
    /// are no points.
    pub fn server_of(&self, key: &[u8]) -> Option<&str> {
        let place = hash(key);
        let next = self.points.partition_point(|(point, _)| *point < place);
        let (_, server) = self.points.get(next)?;
        Some(server)
    }
}
