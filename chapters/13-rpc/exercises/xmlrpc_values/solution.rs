//! Values of XML-RPC, from XML and to XML (xmlrpc.com/spec.md).

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;

/// What can be passed.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing: an extension that Python calls `allow_none`.
    Nil,
    /// True or false.
    Boolean(bool),
    /// A number of 32 bits, which is all that XML-RPC itself has.
    Int(i32),
    /// A number of 64 bits: an extension that Python reads and never writes.
    Long(i64),
    /// A number with a point.
    Double(f64),
    /// Text.
    String(String),
    /// A date and a time of day, as it was written. XML-RPC doesn't say in which zone.
    DateTime(String),
    /// Octets.
    Base64(Vec<u8>),
    /// Several values, in order.
    Array(Vec<Value>),
    /// Values with names.
    Struct(BTreeMap<String, Value>),
}

/// What a document may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The octets of the document.
    pub octets: usize,
    /// The elements that are inside each other. An array in an array takes three more.
    pub depth: usize,
}

/// Why a document or an element can't be read, or a value can't be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The document has more octets than allowed.
    #[error("more than {0} octets")]
    TooLong(usize),
    /// More elements are inside each other than allowed.
    #[error("more than {0} elements inside each other")]
    TooDeep(usize),
    /// It is no XML.
    #[error("no XML: {0}")]
    Malformed(String),
    /// A document type: whoever sends one can define entities.
    #[error("a document type")]
    Doctype,
    /// A reference to something that is neither a character nor one of XML's own five.
    #[error("an unknown entity: &{0};")]
    Entity(String),
    /// A character that XML can't hold.
    #[error("a character that XML can't hold: {0:?}")]
    Character(char),
    /// An element where it has no place.
    #[error("an unexpected element in <{0}>")]
    Element(String),
    /// Text where only elements have a place.
    #[error("unexpected text in <{0}>")]
    Text(String),
    /// Text that is no value of its type.
    #[error("{text:?} is no {kind}")]
    Content {
        /// The name of the type's element.
        kind: String,
        /// What it holds.
        text: String,
    },
}

/// An element, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name, without the prefix of a namespace.
    pub name: String,
    /// All text that is in it, but for what is in its elements.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Element>,
}

impl Element {
    /// The elements in it, if it has the name `name` and no text but white space.
    pub fn elements(&self, name: &str) -> Result<&[Element], Error> {
        match self.name == name {
            false => Err(Error::Element(self.name.clone())),
            true if !self.text.trim_ascii().is_empty() => Err(Error::Text(self.name.clone())),
            true => Ok(&self.children),
        }
    }

    /// The one element in it, if it has the name `name` and nothing else in it.
    pub fn only(&self, name: &str) -> Result<&Element, Error> {
        match self.elements(name)? {
            [one] => Ok(one),
            _ => Err(Error::Element(self.name.clone())),
        }
    }

    /// The text in it, if it has no elements.
    pub fn leaf(&self) -> Result<&str, Error> {
        match self.children.is_empty() {
            true => Ok(&self.text),
            false => Err(Error::Element(self.name.clone())),
        }
    }

    /// That its text is no value of its type.
    pub fn refuse(&self) -> Error {
        Error::Content {
            kind: self.name.clone(),
            text: self.text.clone(),
        }
    }
}

/// Whether XML 1.0 can hold this character (section 2.2).
pub fn is_character(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}')
}

/// Reads a document, which is one element and what is in it.
pub fn parse(xml: &str, limits: Limits) -> Result<Element, Error> {
    if xml.len() > limits.octets {
        return Err(Error::TooLong(limits.octets));
    }
    let malformed = |what: &str| Error::Malformed(what.to_owned());
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    // What is open, and below it the document.
    let mut document = Element::default();
    let mut open: Vec<Element> = Vec::new();
    loop {
        let event = reader
            .read_event()
            .map_err(|error| malformed(&error.to_string()))?;
        let text = characters(&event)?;
        if let Some(odd) = text.chars().find(|c| !is_character(*c)) {
            return Err(Error::Character(odd));
        }
        open.last_mut().unwrap_or(&mut document).text += &text;
        match event {
            Event::Start(_) if open.len() == limits.depth => {
                return Err(Error::TooDeep(limits.depth));
            }
            Event::Start(tag) => open.push(Element {
                name: tag.local_name().into_inner().to_owned(),
                ..Element::default()
            }),
            Event::End(_) => {
                let done = open
                    .pop()
                    .ok_or_else(|| malformed("an end without a start"))?;
                open.last_mut().unwrap_or(&mut document).children.push(done);
            }
            Event::Eof if !open.is_empty() => return Err(malformed("the end is missing")),
            Event::Eof => break,
            _ => {}
        }
    }
    document
        .elements("")
        .map_err(|_| malformed("text outside the element"))?;
    match document.children.len() {
        1 => Ok(document.children.remove(0)),
        0 => Err(malformed("no element")),
        _ => Err(malformed("more than one element")),
    }
}

// ANCHOR: characters
/// What `event` adds to the text of the element in which it stands.
pub fn characters(event: &Event) -> Result<String, Error> {
    Ok(match event {
        Event::Text(text) => text.xml10_content().into_owned(),
        Event::CData(text) => text.xml10_content().into_owned(),
        Event::GeneralRef(name) => match (resolve_xml_entity(name), name.resolve_char_ref()) {
            (Some(text), _) => text.to_owned(),
            (None, Ok(Some(character))) => character.to_string(),
            _ => return Err(Error::Entity(name.to_string())),
        },
        Event::DocType(_) => return Err(Error::Doctype),
        // Tags and comments are no text, and don't end one.
        _ => String::new(),
    })
}
// ANCHOR_END: characters

// ANCHOR: read
impl Value {
    /// The value that an element `value` holds.
    pub fn from_element(element: &Element) -> Result<Value, Error> {
        if element.name == "value" && element.children.is_empty() {
            return Ok(Value::String(element.text.clone()));
        }
        let typed = element.only("value")?;
        let text = typed.text.trim_ascii();
        let value = match typed.name.as_str() {
            "array" => {
                let values = typed.only("array")?.elements("data")?.iter();
                return values
                    .map(Value::from_element)
                    .collect::<Result<_, _>>()
                    .map(Value::Array);
            }
            "struct" => {
                let members = typed.elements("struct")?.iter();
                return members
                    .map(member)
                    .collect::<Result<_, _>>()
                    .map(Value::Struct);
            }
            _ if !typed.children.is_empty() => return Err(Error::Element(typed.name.clone())),
            "string" => Some(Value::String(typed.text.clone())),
            "nil" => text.is_empty().then_some(Value::Nil),
            "boolean" => ["0", "1"]
                .iter()
                .position(|one| *one == text)
                .map(|one| Value::Boolean(one == 1)),
            "int" | "i4" => text.parse().ok().map(Value::Int),
            "i8" => text.parse().ok().map(Value::Long),
            "double" => text.parse().ok().map(Value::Double),
            "dateTime.iso8601" => Some(Value::DateTime(text.to_owned())),
            "base64" => octets(text).map(Value::Base64),
            _ => return Err(Error::Element(element.name.clone())),
        };
        value.ok_or_else(|| typed.refuse())
    }
}

/// The name and the value of a member of a struct.
fn member(element: &Element) -> Result<(String, Value), Error> {
    match element.elements("member")? {
        [name, value] if name.name == "name" => {
            Ok((name.leaf()?.to_owned(), Value::from_element(value)?))
        }
        _ => Err(Error::Element(element.name.clone())),
    }
}

/// What base64 says, which may be broken into lines.
fn octets(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(digits).ok()
}
// ANCHOR_END: read

// ANCHOR: write
impl Value {
    /// Appends the value to `xml`, as an element `value`.
    pub fn write(&self, xml: &mut String) -> Result<(), Error> {
        let (name, text) = match self {
            Value::Nil => {
                *xml += "<value><nil/></value>";
                return Ok(());
            }
            Value::Boolean(yes) => ("boolean", u8::from(*yes).to_string()),
            Value::Int(number) => ("int", number.to_string()),
            Value::Long(number) => ("i8", number.to_string()),
            Value::Double(number) => ("double", number.to_string()),
            Value::String(text) => ("string", escape(text)?),
            Value::DateTime(text) => ("dateTime.iso8601", escape(text)?),
            Value::Base64(octets) => ("base64", BASE64_STANDARD.encode(octets)),
            Value::Array(values) => {
                let mut data = "<data>".to_owned();
                for value in values {
                    value.write(&mut data)?;
                }
                ("array", data + "</data>")
            }
            Value::Struct(members) => {
                let mut all = String::new();
                for (name, value) in members {
                    all += &format!("<member><name>{}</name>", escape(name)?);
                    value.write(&mut all)?;
                    all += "</member>";
                }
                ("struct", all)
            }
        };
        *xml += &format!("<value><{name}>{text}</{name}></value>");
        Ok(())
    }
}

/// `text` as XML holds it: a reader gets back each of its characters, CR too.
pub fn escape(text: &str) -> Result<String, Error> {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '\r' => escaped += "&#13;",
            c if is_character(c) => escaped.push(c),
            c => return Err(Error::Character(c)),
        }
    }
    Ok(escaped)
}
// ANCHOR_END: write
