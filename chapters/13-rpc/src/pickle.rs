//! The part of Python's pickles that is only data.
//!
//! A pickle is a program for a machine with a stack. Most of its instructions push data
//! and put it together. A few look up a name and call it, and with those whoever writes
//! the pickle runs what it likes. Here the second kind does not exist.

use std::fmt;

/// What can be read and written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// A number that fits into 64 bits.
    Int(i64),
    /// A number with a point.
    Float(f64),
    /// A `str`.
    Text(String),
    /// A `bytes`.
    Bytes(Vec<u8>),
    /// A `list`.
    List(Vec<Value>),
    /// A `tuple`.
    Tuple(Vec<Value>),
    /// A `dict`, in its order.
    Map(Vec<(Value, Value)>),
}

/// Values inside each other.
pub const DEPTH: usize = 32;
/// Values that a pickle comes to, those that it names twice counted twice.
pub const VALUES: usize = 10_000;
/// Octets of text that it comes to, counted likewise.
pub const OCTETS: usize = 1024 * 1024;

/// Why a pickle is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It would run something, or is of a kind that isn't only data.
    #[error("{name} (octet {opcode:02x}) at {at} is not data")]
    NotData {
        /// The instruction's name in Python's `pickletools`.
        name: &'static str,
        /// Its octet.
        opcode: u8,
        /// Where it stands.
        at: usize,
    },
    /// It ends too early, or takes what isn't there.
    #[error("no pickle: {0}")]
    Malformed(&'static str),
    /// It comes to more than a limit.
    #[error("too large: {0}")]
    TooLarge(&'static str),
}

const SHORT: Error = Error::Malformed("it ends too early");
const EMPTY: Error = Error::Malformed("the stack is empty");

/// A value under construction. Parts are named by their number, as a list that is already
/// part of another may still grow.
enum Node {
    Leaf(Value),
    List(Vec<usize>),
    Tuple(Vec<usize>),
    Map(Vec<(usize, usize)>),
}

struct Machine<'a> {
    input: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    stack: Vec<usize>,
    marks: Vec<usize>,
    memo: Vec<Option<usize>>,
}

/// Reads a pickle of protocol 2 to 5.
///
/// # Errors
///
/// At the first instruction that isn't data. Nothing has been built then but data.
pub fn decode(pickle: &[u8]) -> Result<Value, Error> {
    let mut machine = Machine {
        input: pickle,
        at: 0,
        nodes: Vec::new(),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: Vec::new(),
    };
    while machine.step()? {}
    let root = machine.pop()?;
    if machine.at != pickle.len() {
        return Err(Error::Malformed("octets behind its end"));
    }
    let mut left = Left {
        values: VALUES,
        octets: OCTETS,
    };
    machine.value(root, DEPTH, &mut left)
}

/// What the value that comes out may still have.
struct Left {
    values: usize,
    octets: usize,
}

impl Machine<'_> {
    // ANCHOR: step
    /// Follows one instruction; false at the last.
    fn step(&mut self) -> Result<bool, Error> {
        let at = self.at;
        let opcode = self.octets(1)?[0];
        match opcode {
            0x80 => match self.octets(1)?[0] {
                2..=5 => {}
                _ => return Err(Error::Malformed("an unknown protocol")),
            },
            0x95 => drop(self.octets(8)?), // a frame: a hint for who reads from a file
            b'N' => self.leaf(Value::None)?,
            0x88 => self.leaf(Value::Bool(true))?,
            0x89 => self.leaf(Value::Bool(false))?,
            b'J' => self.integer(4, true)?,
            b'K' => self.integer(1, false)?,
            b'M' => self.integer(2, false)?,
            0x8a => {
                let length = self.number(1)?;
                self.integer(length, true)?;
            }
            b'G' => {
                let octets = self.octets(8)?.try_into().map_err(|_| SHORT)?;
                self.leaf(Value::Float(f64::from_be_bytes(octets)))?;
            }
            0x8c => self.text(1)?,
            b'X' => self.text(4)?,
            0x8d => self.text(8)?,
            b'C' => self.bytes(1)?,
            b'B' => self.bytes(4)?,
            0x8e => self.bytes(8)?,
            b']' => self.push(Node::List(Vec::new()))?,
            b'}' => self.push(Node::Map(Vec::new()))?,
            b')' => self.push(Node::Tuple(Vec::new()))?,
            0x85..=0x87 => {
                let length = usize::from(opcode - 0x84);
                let from = self.stack.len().checked_sub(length).ok_or(EMPTY)?;
                let parts = self.take(from)?;
                self.push(Node::Tuple(parts))?;
            }
            b'(' => self.marks.push(self.stack.len()),
            b't' => {
                let parts = self.marked()?;
                self.push(Node::Tuple(parts))?;
            }
            b'a' => {
                let part = self.pop()?;
                self.extend(vec![part])?;
            }
            b'e' => {
                let parts = self.marked()?;
                self.extend(parts)?;
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set(vec![key, value])?;
            }
            b'u' => {
                let parts = self.marked()?;
                self.set(parts)?;
            }
            0x94 => self.remember(self.memo.len())?,
            b'q' => {
                let name = self.number(1)?;
                self.remember(name)?;
            }
            b'r' => {
                let name = self.number(4)?;
                self.remember(name)?;
            }
            b'h' => self.recall(1)?,
            b'j' => self.recall(4)?,
            b'.' => return Ok(false),
            _ => {
                return Err(Error::NotData {
                    name: name(opcode),
                    opcode,
                    at,
                });
            }
        }
        Ok(true)
    }
    // ANCHOR_END: step

    fn octets(&mut self, count: usize) -> Result<&[u8], Error> {
        let end = self.at.checked_add(count).ok_or(SHORT)?;
        let octets = self.input.get(self.at..end).ok_or(SHORT)?;
        self.at = end;
        Ok(octets)
    }

    /// A number of so many octets, the least first.
    fn number(&mut self, octets: usize) -> Result<usize, Error> {
        let octets = self.octets(octets)?.iter().rev();
        let number = octets.fold(0_u64, |sum, octet| sum << 8 | u64::from(*octet));
        usize::try_from(number).map_err(|_| SHORT)
    }

    fn integer(&mut self, octets: usize, signed: bool) -> Result<(), Error> {
        if octets > 8 {
            return Err(Error::TooLarge("an integer of more than 64 bits"));
        }
        let octets = self.octets(octets)?;
        let negative = signed && octets.last().is_some_and(|last| last & 0x80 != 0);
        let mut all = [if negative { 0xff } else { 0 }; 8];
        all[..octets.len()].copy_from_slice(octets);
        self.leaf(Value::Int(i64::from_le_bytes(all)))
    }

    fn text(&mut self, octets: usize) -> Result<(), Error> {
        let length = self.number(octets)?;
        let text = String::from_utf8(self.octets(length)?.to_vec());
        self.leaf(Value::Text(
            text.map_err(|_| Error::Malformed("text that is not UTF-8"))?,
        ))
    }

    fn bytes(&mut self, octets: usize) -> Result<(), Error> {
        let length = self.number(octets)?;
        let bytes = self.octets(length)?.to_vec();
        self.leaf(Value::Bytes(bytes))
    }

    fn leaf(&mut self, value: Value) -> Result<(), Error> {
        self.push(Node::Leaf(value))
    }

    fn push(&mut self, node: Node) -> Result<(), Error> {
        if self.nodes.len() == VALUES {
            return Err(Error::TooLarge("more than 10,000 values"));
        }
        self.stack.push(self.nodes.len());
        self.nodes.push(node);
        Ok(())
    }

    fn pop(&mut self) -> Result<usize, Error> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn take(&mut self, from: usize) -> Result<Vec<usize>, Error> {
        match self.marks.last() {
            Some(mark) if *mark > from => Err(EMPTY),
            _ => Ok(self.stack.split_off(from)),
        }
    }

    fn marked(&mut self) -> Result<Vec<usize>, Error> {
        let mark = self.marks.pop().ok_or(Error::Malformed("no mark"))?;
        self.take(mark)
    }

    /// The top of the stack, of what lies above the last mark.
    fn top(&self) -> Result<usize, Error> {
        match self.marks.last() {
            Some(mark) if *mark >= self.stack.len() => Err(EMPTY),
            _ => self.stack.last().copied().ok_or(EMPTY),
        }
    }

    fn extend(&mut self, parts: Vec<usize>) -> Result<(), Error> {
        let top = self.top()?;
        match &mut self.nodes[top] {
            Node::List(list) => list.extend(parts),
            _ => return Err(Error::Malformed("no list to append to")),
        }
        Ok(())
    }

    fn set(&mut self, parts: Vec<usize>) -> Result<(), Error> {
        let top = self.top()?;
        let Node::Map(map) = &mut self.nodes[top] else {
            return Err(Error::Malformed("no map to set in"));
        };
        let (pairs, odd) = parts.as_chunks::<2>();
        if !odd.is_empty() {
            return Err(Error::Malformed("a key without a value"));
        }
        map.extend(pairs.iter().map(|[key, value]| (*key, *value)));
        Ok(())
    }

    fn remember(&mut self, name: usize) -> Result<(), Error> {
        let top = self.top()?;
        if name > VALUES {
            return Err(Error::TooLarge("a name above 10,000 in the memo"));
        }
        if self.memo.len() <= name {
            self.memo.resize(name + 1, None);
        }
        self.memo[name] = Some(top);
        Ok(())
    }

    fn recall(&mut self, octets: usize) -> Result<(), Error> {
        let name = self.number(octets)?;
        let node = self.memo.get(name).copied().flatten();
        self.stack
            .push(node.ok_or(Error::Malformed("nothing of that name in the memo"))?);
        Ok(())
    }

    // ANCHOR: value
    /// The value that `node` has become. A list may be in itself, and a hundred octets can
    /// name 2¹⁰⁰ values: so depth and number are counted here, where values multiply.
    fn value(&self, node: usize, depth: usize, left: &mut Left) -> Result<Value, Error> {
        let deeper = depth.checked_sub(1).ok_or(Error::TooLarge("too deep"))?;
        left.values = left
            .values
            .checked_sub(1)
            .ok_or(Error::TooLarge("more than 10,000 values"))?;
        let mut all = |parts: &[usize]| -> Result<Vec<Value>, Error> {
            parts
                .iter()
                .map(|part| self.value(*part, deeper, left))
                .collect()
        };
        Ok(match &self.nodes[node] {
            Node::List(parts) => Value::List(all(parts)?),
            Node::Tuple(parts) => Value::Tuple(all(parts)?),
            Node::Map(pairs) => {
                let parts: Vec<usize> = pairs.iter().flat_map(|(k, v)| [*k, *v]).collect();
                let mut values = all(&parts)?.into_iter();
                let pair = || Some((values.next()?, values.next()?));
                Value::Map(std::iter::from_fn(pair).collect())
            }
            Node::Leaf(value) => {
                let octets = match value {
                    Value::Text(text) => text.len(),
                    Value::Bytes(bytes) => bytes.len(),
                    _ => 0,
                };
                let rest = left.octets.checked_sub(octets);
                left.octets = rest.ok_or(Error::TooLarge("more than a megabyte"))?;
                value.clone()
            }
        })
    }
    // ANCHOR_END: value
}

impl Value {
    /// The value as a pickle of protocol 4, which Python reads since 3.4.
    pub fn encode(&self) -> Vec<u8> {
        let mut pickle = vec![0x80, 4];
        self.write(&mut pickle);
        pickle.push(b'.');
        pickle
    }

    fn write(&self, pickle: &mut Vec<u8>) {
        match self {
            Value::None => pickle.push(b'N'),
            Value::Bool(true) => pickle.push(0x88),
            Value::Bool(false) => pickle.push(0x89),
            Value::Int(number) => match i32::try_from(*number) {
                Ok(number) => with(pickle, b'J', &number.to_le_bytes()),
                Err(_) => {
                    pickle.extend([0x8a, 8]);
                    pickle.extend(number.to_le_bytes());
                }
            },
            Value::Float(number) => with(pickle, b'G', &number.to_be_bytes()),
            Value::Text(text) => with_length(pickle, [0x8c, 0x8d], text.as_bytes()),
            Value::Bytes(bytes) => with_length(pickle, [b'C', 0x8e], bytes),
            Value::List(values) => {
                pickle.extend(b"](");
                values.iter().for_each(|value| value.write(pickle));
                pickle.push(b'e');
            }
            Value::Tuple(values) => {
                pickle.push(b'(');
                values.iter().for_each(|value| value.write(pickle));
                pickle.push(b't');
            }
            Value::Map(pairs) => {
                pickle.extend(b"}(");
                for (key, value) in pairs {
                    key.write(pickle);
                    value.write(pickle);
                }
                pickle.push(b'u');
            }
        }
    }
}

fn with(pickle: &mut Vec<u8>, opcode: u8, octets: &[u8]) {
    pickle.push(opcode);
    pickle.extend(octets);
}

/// Behind one octet that says how many they are, or behind eight.
fn with_length(pickle: &mut Vec<u8>, [short, long]: [u8; 2], octets: &[u8]) {
    match u8::try_from(octets.len()) {
        Ok(length) => pickle.extend([short, length]),
        Err(_) => with(pickle, long, &(octets.len() as u64).to_le_bytes()),
    }
    pickle.extend(octets);
}

impl fmt::Display for Value {
    /// As Python's `repr` would, but for some signs in texts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, values: &[Value]| {
            for (number, value) in values.iter().enumerate() {
                write!(f, "{}{value}", if number == 0 { "" } else { ", " })?;
            }
            Ok(())
        };
        match self {
            Value::None => f.write_str("None"),
            Value::Bool(true) => f.write_str("True"),
            Value::Bool(false) => f.write_str("False"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Float(number) => write!(f, "{number:?}"),
            Value::Text(text) => {
                f.write_str("'")?;
                for c in text.chars() {
                    match c {
                        '"' => f.write_str("\"")?,
                        c => write!(f, "{}", c.escape_debug())?,
                    }
                }
                f.write_str("'")
            }
            Value::Bytes(bytes) => write!(f, "b'{}'", bytes.escape_ascii()),
            Value::List(values) => {
                f.write_str("[")?;
                list(f, values)?;
                f.write_str("]")
            }
            Value::Tuple(values) => {
                f.write_str("(")?;
                list(f, values)?;
                f.write_str(if values.len() == 1 { ",)" } else { ")" })
            }
            Value::Map(pairs) => {
                f.write_str("{")?;
                for (number, (key, value)) in pairs.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if number == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

// ANCHOR: names
/// What `pickletools` calls the instructions that aren't for us.
fn name(opcode: u8) -> &'static str {
    match opcode {
        b'c' => "GLOBAL",
        0x93 => "STACK_GLOBAL",
        b'R' => "REDUCE",
        b'b' => "BUILD",
        b'i' => "INST",
        b'o' => "OBJ",
        0x81 => "NEWOBJ",
        0x92 => "NEWOBJ_EX",
        0x82 => "EXT1",
        0x83 => "EXT2",
        0x84 => "EXT4",
        b'P' => "PERSID",
        b'Q' => "BINPERSID",
        // ANCHOR_END: names
        0x8f => "EMPTY_SET",
        0x90 => "ADDITEMS",
        0x91 => "FROZENSET",
        0x96 => "BYTEARRAY8",
        0x97 => "NEXT_BUFFER",
        0x98 => "READONLY_BUFFER",
        0x8b => "LONG4",
        b'I' => "INT",
        b'L' => "LONG",
        b'F' => "FLOAT",
        b'S' => "STRING",
        b'T' => "BINSTRING",
        b'U' => "SHORT_BINSTRING",
        b'V' => "UNICODE",
        b'0' => "POP",
        b'1' => "POP_MARK",
        b'2' => "DUP",
        b'g' => "GET",
        b'p' => "PUT",
        b'l' => "LIST",
        b'd' => "DICT",
        _ => "an unknown instruction",
    }
}

/// A value as JSON writes it: the form of a command line.
impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::None,
            serde_json::Value::Bool(truth) => Value::Bool(truth),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(number) => Value::Int(number),
                None => Value::Float(number.as_f64().unwrap_or(f64::INFINITY)),
            },
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(values) => {
                Value::List(values.into_iter().map(Value::from).collect())
            }
            serde_json::Value::Object(members) => {
                let pair = |(name, value)| (Value::Text(name), Value::from(value));
                Value::Map(members.into_iter().map(pair).collect())
            }
        }
    }
}
