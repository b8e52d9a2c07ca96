//! A zone: what a server knows about a name and all names below it, read from a
//! zone file (RFC 1035, section 5), and the answers in it (RFC 1034, section 4.3.2).

use std::collections::{BTreeMap, HashMap};

use crate::Name;
use crate::message::{Message, Question, Status};
use crate::record::{Class, Data, Record, Soa, Type};

mod file;

pub use file::Error;

/// The other names that are followed in one answer.
const MAX_ALIASES: usize = 8;

/// The records of one name.
#[derive(Debug, Default)]
struct Node {
    sets: BTreeMap<Type, Set>,
}

/// The records of one name and one type. They live equally long (RFC 2181,
/// section 5.2).
#[derive(Debug)]
struct Set {
    ttl: u32,
    data: Vec<Data>,
}

impl Set {
    fn records(&self, name: &Name) -> impl Iterator<Item = Record> {
        self.data.iter().map(|data| Record {
            name: name.clone(),
            class: Class::IN,
            ttl: self.ttl,
            data: data.clone(),
        })
    }
}

/// A zone.
#[derive(Debug)]
pub struct Zone {
    origin: Name,
    soa: Soa,
    /// Every name that exists: also one that has no records of its own and stands
    /// between the origin and a name that has.
    nodes: HashMap<Name, Node>,
}

/// Where a name stands in a zone.
enum Found<'a> {
    /// It is there; or it is not, and a wildcard stands for it.
    Node(&'a Node),
    /// It is in a part of the zone that other servers know.
    Elsewhere(Name, &'a Set),
    /// It is not there.
    Nothing,
}

impl Zone {
    /// Reads a zone file.
    ///
    /// # Errors
    ///
    /// When the file breaks a rule, with the number of the line.
    pub fn parse(text: &str) -> Result<Zone, Error> {
        file::parse(text)
    }

    /// The name that the zone is about.
    pub fn origin(&self) -> &Name {
        &self.origin
    }

    /// Puts into `response` what the zone has to say about `question`.
    pub fn answer(&self, question: &Question, response: &mut Message) {
        if question.class != Class::IN || !question.name.is_within(&self.origin) {
            response.status = Status::REFUSED;
            return;
        }
        response.flags.authoritative = true;
        let mut name = question.name.clone();
        for _ in 0..=MAX_ALIASES {
            match self.find(&name) {
                Found::Node(node) => {
                    let alias = node.sets.get(&Type::CNAME);
                    match (node.asked_for(question.kind), alias) {
                        (Some(set), _) => {
                            response.answers.extend(set.records(&name));
                            self.add_addresses(set, response);
                            return;
                        }
                        // Another name: the answer goes on with that one, as long
                        // as it is in this zone.
                        (None, Some(set)) => {
                            // Or until the names lead back to one of them.
                            if response.answers.iter().any(|record| record.name == name) {
                                return;
                            }
                            response.answers.extend(set.records(&name));
                            match &set.data[..] {
                                [Data::Cname(target)] if target.is_within(&self.origin) => {
                                    name = target.clone();
                                }
                                _ => return,
                            }
                        }
                        // The name exists, and has no such record.
                        (None, None) => return self.say_no(response),
                    }
                }
                Found::Elsewhere(cut, servers) => {
                    // What is below the cut is not ours to say.
                    response.flags.authoritative = !response.answers.is_empty();
                    response.authorities.extend(servers.records(&cut));
                    self.add_addresses(servers, response);
                    return;
                }
                Found::Nothing => {
                    // Of the last name in a chain: RFC 6604, section 3.
                    response.status = Status::NO_NAME;
                    return self.say_no(response);
                }
            }
        }
    }

    // ANCHOR: find
    fn find(&self, name: &Name) -> Found<'_> {
        let mut way: Vec<Name> = name.ancestors().collect();
        // From the origin down, which is in the zone itself.
        way.truncate(way.len() - self.origin.labels().count());
        way.reverse();
        let mut encloser = self.origin.clone(); // the closest name that exists
        for step in way {
            match self.nodes.get(&step) {
                Some(node) => match node.sets.get(&Type::NS) {
                    Some(servers) if step != self.origin => {
                        return Found::Elsewhere(step, servers);
                    }
                    _ => encloser = step,
                },
                None => {
                    // A wildcard stands for what does not exist below its parent,
                    // at any depth, and for nothing below a name that exists:
                    // RFC 4592, section 3.3.1.
                    let wildcard = encloser.child(b"*").ok();
                    let node = wildcard.and_then(|name| self.nodes.get(&name));
                    return node.map_or(Found::Nothing, Found::Node);
                }
            }
        }
        self.nodes
            .get(&encloser)
            .map_or(Found::Nothing, Found::Node)
    }
    // ANCHOR_END: find

    /// There is no such name, or no such record: the SOA record says so, and how
    /// long that stays true (RFC 2308, section 3).
    fn say_no(&self, response: &mut Message) {
        let soa = &self.nodes[&self.origin].sets[&Type::SOA];
        response.authorities.extend(soa.records(&self.origin));
        for record in &mut response.authorities {
            record.ttl = record.ttl.min(self.soa.minimum);
        }
    }

    /// The addresses of the hosts that a set names will be asked for next.
    fn add_addresses(&self, set: &Set, response: &mut Message) {
        for data in &set.data {
            let (Data::Ns(host) | Data::Mx { exchange: host, .. } | Data::Srv { target: host, .. }) =
                data
            else {
                continue;
            };
            let Some(node) = self.nodes.get(host) else {
                continue;
            };
            for kind in [Type::A, Type::AAAA] {
                let addresses = node.sets.get(&kind).into_iter();
                let addresses = addresses.flat_map(|set| set.records(host));
                response.additionals.extend(addresses);
            }
        }
    }
}

impl Node {
    /// The records that answer a question for `kind`. "Any" is answered with one
    /// type of those there are, which is enough (RFC 8482, section 4.1).
    fn asked_for(&self, kind: Type) -> Option<&Set> {
        match kind {
            Type::ANY => self.sets.values().next(),
            _ => self.sets.get(&kind),
        }
    }
}
