//! Writes a message, field by field.

use super::{Edns, EncodeError, MAX_MESSAGE, Message, Status};
use crate::Name;
use crate::dns_name::Written;
use crate::record::{Data, Record, Type};

impl Message {
    /// All of it, or without what there is no room for.
    pub(super) fn write(&self, records: bool, additionals: bool) -> Result<Vec<u8>, EncodeError> {
        let part = |part: &'static str, there: bool| match part {
            "answers" if there => &self.answers[..],
            "authorities" if there => &self.authorities[..],
            "additionals" if there => &self.additionals[..],
            _ => &[],
        };
        let answers = part("answers", records);
        let authorities = part("authorities", records);
        let additionals = part("additionals", additionals);
        let edns = usize::from(self.edns.is_some());

        let mut writer = Writer::default();
        writer.u16(self.id);
        writer.u16(self.flags.to_bits() | self.status.0 & 0xf);
        for count in [
            self.questions.len(),
            answers.len(),
            authorities.len(),
            additionals.len() + edns,
        ] {
            writer.u16(short("a section", count)?);
        }
        for question in &self.questions {
            writer.name(&question.name);
            writer.u16(question.kind.0);
            writer.u16(question.class.0);
        }
        for record in answers.iter().chain(authorities).chain(additionals) {
            writer.record(record)?;
        }
        if let Some(edns) = &self.edns {
            writer.opt(edns, self.status)?;
        }
        Ok(writer.octets)
    }
}

/// A length or count of 16 bits.
fn short(what: &'static str, octets: usize) -> Result<u16, EncodeError> {
    u16::try_from(octets).map_err(|_| EncodeError::TooLong {
        what,
        octets,
        limit: MAX_MESSAGE,
    })
}

/// Writes a message from its first octet to its last.
#[derive(Default)]
struct Writer {
    octets: Vec<u8>,
    written: Written,
}

impl Writer {
    fn u16(&mut self, number: u16) {
        self.octets.extend(number.to_be_bytes());
    }

    fn u32(&mut self, number: u32) {
        self.octets.extend(number.to_be_bytes());
    }

    fn name(&mut self, name: &Name) {
        // A Name has only labels that can be written.
        let _ = self.written.encode(&name.to_labels(), &mut self.octets);
    }

    /// Without compression: who does not know a record's type could not
    /// find the name in it (RFC 3597, section 4).
    fn plain_name(&mut self, name: &Name) {
        let _ = Written::new().encode(&name.to_labels(), &mut self.octets);
    }

    fn record(&mut self, record: &Record) -> Result<(), EncodeError> {
        self.name(&record.name);
        self.u16(record.data.kind().0);
        self.u16(record.class.0);
        self.u32(record.ttl);
        self.behind_length("a record's data", |writer| writer.data(&record.data))
    }

    /// What `write` writes, behind its length.
    fn behind_length(
        &mut self,
        what: &'static str,
        write: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let place = self.octets.len();
        self.u16(0); // until it is known
        write(self)?;
        let length = short(what, self.octets.len() - place - 2)?;
        self.octets[place..place + 2].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }

    fn data(&mut self, data: &Data) -> Result<(), EncodeError> {
        match data {
            Data::A(address) => self.octets.extend(address.octets()),
            Data::Aaaa(address) => self.octets.extend(address.octets()),
            Data::Cname(name) | Data::Ns(name) | Data::Ptr(name) => self.name(name),
            Data::Mx {
                preference,
                exchange,
            } => {
                self.u16(*preference);
                self.name(exchange);
            }
            Data::Soa(soa) => {
                self.name(&soa.primary);
                self.name(&soa.mailbox);
                for number in [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum] {
                    self.u32(number);
                }
            }
            Data::Srv {
                priority,
                weight,
                port,
                target,
            } => {
                for number in [priority, weight, port] {
                    self.u16(*number);
                }
                self.plain_name(target); // RFC 2782
            }
            Data::Txt(texts) => {
                for text in texts {
                    let octets = text.len();
                    let length = u8::try_from(octets).map_err(|_| EncodeError::TooLong {
                        what: "a text",
                        octets,
                        limit: 255,
                    })?;
                    self.octets.push(length);
                    self.octets.extend(text);
                }
            }
            Data::Other { octets, .. } => self.octets.extend(octets),
        }
        Ok(())
    }

    fn opt(&mut self, edns: &Edns, status: Status) -> Result<(), EncodeError> {
        self.octets.push(0); // the root
        self.u16(Type::OPT.0);
        self.u16(edns.udp_size);
        self.octets.push((status.0 >> 4) as u8);
        self.octets.push(edns.version);
        self.u16(if edns.dnssec { 0x8000 } else { 0 });
        self.behind_length("the options", |writer| {
            writer.octets.extend(&edns.options);
            Ok(())
        })
    }
}
