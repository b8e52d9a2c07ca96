//! The hash is the standard library's
//!
//! `DefaultHasher::new()` has no random seed, so two of your rings agree. But which
//! function it is, its documentation leaves open from release to release, and a
//! client in another language has another one. A hash that leaves the process has to
//! be written down.
//!
//! fails: a_key_belongs_to_the_next_point,
//!    keys_with_no_point_between_them_belong_together,
//!    after_the_last_point_comes_the_first, a_server_stands_at_many_points,
//!    a_weight_multiplies_the_points, a_server_of_weight_0_has_no_keys,
//!    another_process_finds_the_same_servers, a_key_is_octets

use std::hash::{DefaultHasher, Hash, Hasher};

/// Where `octets` stand on the ring.
pub fn hash(octets: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    octets.hash(&mut hasher);
    hasher.finish()
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
        let (_, server) = self.points.get(next).or(self.points.first())?;
        Some(server)
    }
}
