//! What turmoil says through `tracing`, as lines.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};

/// Listens to what turmoil says of datagrams, and keeps a line of each.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Heard>>);

#[derive(Debug, Default)]
struct Heard {
    names: BTreeMap<IpAddr, &'static str>,
    now: Duration,
    lines: Vec<String>,
}

impl Trace {
    /// Listens while `work` is done.
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        tracing::subscriber::with_default(self.clone(), work)
    }

    /// Who has an address.
    pub fn name(&self, address: IpAddr, name: &'static str) {
        self.heard().names.insert(address, name);
    }

    /// The time of the simulation.
    pub fn is(&self, now: Duration) {
        self.heard().now = now;
    }

    /// Adds a line.
    pub fn tell(&self, line: &str) {
        let mut heard = self.heard();
        let now = heard.now.as_millis();
        heard.lines.push(format!("{now:>6} ms  {line}"));
    }

    /// What was said.
    pub fn lines(&self) -> Vec<String> {
        self.heard().lines.clone()
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// ANCHOR: subscriber
impl Subscriber for Trace {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "turmoil"
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let does = match fields.message.as_str() {
            "Send" => "sends",
            "Drop" => "loses",
            "Delivered" => "gets",
            _ => return,
        };
        let name = |address: &str| {
            let address: Option<SocketAddr> = address.parse().ok();
            let name = address.and_then(|address| self.heard().names.get(&address.ip()).copied());
            name.unwrap_or("?")
        };
        let who = match does {
            "sends" => name(&fields.src),
            "gets" => name(&fields.dst),
            _ => "the network",
        };
        self.tell(&format!("{who} {does} {}", fields.octets()));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1) // nothing here asks which span an event is in
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
// ANCHOR_END: subscriber

/// The fields of an event that matter here.
#[derive(Default)]
struct Fields {
    message: String,
    src: String,
    dst: String,
    protocol: String,
}

impl Fields {
    /// Of `UDP [0x0, 0x1]` the octets, as everywhere in this book.
    fn octets(&self) -> String {
        let list = self
            .protocol
            .trim_start_matches("UDP [")
            .trim_end_matches(']');
        let octets = list.split(", ").map(|octet| {
            let octet = octet.trim_start_matches("0x");
            format!("{octet:0>2}").to_lowercase()
        });
        octets.collect::<Vec<_>>().join(" ")
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        match field.name() {
            "message" => self.message = text,
            "src" => self.src = text,
            "dst" => self.dst = text,
            "protocol" => self.protocol = text,
            _ => {}
        }
    }
}
