//! Values, from XML and to XML
//!
//! Difficulty: stretch
//! Page: 13-rpc/values.md
//! Check: just check 13.1
//!
//! XML-RPC writes each value as an element `value`, with an element for its type inside. `parse`
//! is given: it makes a tree of a document, and refuses one that is too long, too deep, or no
//! XML. Write the three parts that are missing: the text of an element, the value that it stands
//! for, and the way back.
//!
//! `characters` says what an event of quick-xml adds to the text of the element in which it
//! stands. `parse` puts the pieces together: `a&amp;b` comes in three events.
//!
//! - `Text` and `CData` add their characters, with line ends as XML 1.0 has them
//!   (`xml10_content()`, a `Cow<str>`).
//! - A reference, `GeneralRef`, adds its character, if it is one of XML's own five
//!   (`resolve_xml_entity`), or the number of a character (its `resolve_char_ref()`). Otherwise
//!   it is `Error::Entity`, with the name that it has. Nobody's entities are expanded.
//! - A document type is `Error::Doctype`. Other events add nothing.
//!
//! `Value::from_element` makes the value.
//!
//! - A `value` without elements is a string: its text as it is, even if there is none.
//! - Otherwise it holds one of the elements of the table, and no other text than white space.
//! - Around the text in these, white space, that of ASCII, means nothing, but for `string` and
//!   `name`, where it belongs to the text.
//! - Text that is no value of its type is `refuse()` of the element. So is a number that has no
//!   room in its type.
//! - Elements that aren't in the table are an error; so are others than these in their places,
//!   text between elements, and elements in the place of text. Which error is up to you.
//!
//! | element | value | what it holds |
//! |---|---|---|
//! | `nil` | `Nil` | nothing |
//! | `boolean` | `Boolean` | `0` or `1` |
//! | `int`, `i4` | `Int` | a number of 32 bits |
//! | `i8` | `Long` | a number of 64 bits |
//! | `double` | `Double` | what Rust reads as `f64` |
//! | `string` | `String` | text |
//! | `dateTime.iso8601` | `DateTime` | text, which is not looked at |
//! | `base64` | `Base64` | base64 with its padding (RFC 4648, section 4), in lines or not |
//! | `array` | `Array` | one `data`, which holds values |
//! | `struct` | `Struct` | any number of `member`, each of which holds a `name` and a `value`, in this order. Of two with one name the last counts |
//!
//! `Value::write` appends the value, in the form of these examples:
//!
//! ```text
//! <value><nil/></value>                    <value><boolean>1</boolean></value>
//! <value><int>-7</int></value>             <value><i8>4294967296</i8></value>
//! <value><double>1.5</double></value>      <value><string>a&amp;b</string></value>
//! <value><base64>AP8=</base64></value>     <value><array><data>VALUES</data></array></value>
//! <value><dateTime.iso8601>19980717T14:08:55</dateTime.iso8601></value>
//! <value><struct><member><name>a</name>VALUE</member></struct></value>
//! ```
//!
//! - A double has no exponent: XML-RPC doesn't know any.
//! - In every text `&`, `<`, `>` and the character 13 are written as `&amp;`, `&lt;`, `&gt;` and
//!   `&#13;`. A character for which `is_character` is false is `Error::Character`.

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

/// What `event` adds to the text of the element in which it stands.
pub fn characters(event: &Event) -> Result<String, Error> {
    todo!()
}

impl Value {
    /// The value that an element `value` holds.
    pub fn from_element(element: &Element) -> Result<Value, Error> {
        todo!()
    }
}

impl Value {
    /// Appends the value to `xml`, as an element `value`.
    pub fn write(&self, xml: &mut String) -> Result<(), Error> {
        todo!()
    }
}
