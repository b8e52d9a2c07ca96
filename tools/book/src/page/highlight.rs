//! Colours for listings: what is code, what is said about it, what is text. A file is
//! read once and whole, so that a piece of it has the colours that it has there.

use std::collections::HashMap;
use std::ops::Range;

use tree_sitter::{Language, Parser, Query, QueryCursor, StreamingIterator as _};

use super::html::escaped;

/// What is coloured in Rust. The names are classes: keyword, string, number, title, and
/// comment.
const RUST: &str = r#"
[(line_comment) (block_comment) (attribute_item) (inner_attribute_item)] @c
[(string_literal) (raw_string_literal) (char_literal)] @s
[(integer_literal) (float_literal) (boolean_literal)] @n
(function_item name: (identifier) @t)
(function_signature_item name: (identifier) @t)
(struct_item name: (type_identifier) @t)
(enum_item name: (type_identifier) @t)
(trait_item name: (type_identifier) @t)
(impl_item type: (type_identifier) @t)
(mod_item name: (identifier) @t)
(const_item name: (identifier) @t)
(static_item name: (identifier) @t)
[(crate) (self) (super) (mutable_specifier)] @k
["as" "async" "await" "break" "const" "continue" "dyn" "else" "enum" "extern" "fn" "for" "if"
 "impl" "in" "let" "loop" "match" "mod" "move" "pub" "ref" "return" "static" "struct" "trait"
 "type" "unsafe" "use" "where" "while"] @k
"#;

/// What is coloured in Python.
const PYTHON: &str = r#"
(comment) @c
(string) @s
[(integer) (float) (true) (false) (none)] @n
(function_definition name: (identifier) @t)
(class_definition name: (identifier) @t)
["and" "as" "assert" "async" "await" "break" "class" "continue" "def" "del" "elif" "else"
 "except" "finally" "for" "from" "global" "if" "import" "in" "is" "lambda" "nonlocal" "not" "or"
 "pass" "raise" "return" "try" "while" "with" "yield"] @k
"#;

/// Where in a file something has a colour, and the class that gives it.
type Span = (Range<usize>, String);

/// Reads files for their colours.
#[derive(Default)]
pub(crate) struct Highlighter {
    grammars: HashMap<&'static str, Option<Grammar>>,
    files: HashMap<String, Vec<Span>>,
}

struct Grammar {
    parser: Parser,
    query: Query,
}

impl Grammar {
    fn of(language: &str) -> Option<Grammar> {
        let (grammar, query): (Language, &str) = match language {
            "rust" => (tree_sitter_rust::LANGUAGE.into(), RUST),
            "python" => (tree_sitter_python::LANGUAGE.into(), PYTHON),
            _ => return None,
        };
        let mut parser = Parser::new();
        parser.set_language(&grammar).ok()?;
        let query = Query::new(&grammar, query).ok()?;
        Some(Grammar { parser, query })
    }

    fn spans(&mut self, text: &str) -> Vec<Span> {
        let Some(tree) = self.parser.parse(text, None) else {
            return Vec::new();
        };
        let names = self.query.capture_names();
        let mut cursor = QueryCursor::new();
        let mut found = cursor.captures(&self.query, tree.root_node(), text.as_bytes());
        let mut spans: Vec<Span> = Vec::new();
        while let Some((matched, at)) = found.next() {
            let capture = matched.captures()[*at];
            let range = capture.node.byte_range();
            // What is within a string or a comment is that alone.
            if spans.last().is_none_or(|(last, _)| last.end <= range.start) {
                spans.push((range, names[capture.index as usize].to_owned()));
            }
        }
        spans
    }
}

impl Highlighter {
    /// The HTML of the lines `numbers`, from 1, of `file`, which holds `all`; each
    /// without its first `indent` octets.
    pub(crate) fn lines(
        &mut self,
        language: &str,
        (file, all): (&str, &str),
        numbers: &[usize],
        indent: usize,
    ) -> String {
        if !self.files.contains_key(file) {
            let name = ["rust", "python"]
                .into_iter()
                .find(|name| *name == language);
            let grammar = name.and_then(|name| {
                let grammar = self.grammars.entry(name);
                grammar.or_insert_with(|| Grammar::of(name)).as_mut()
            });
            let spans = grammar.map_or_else(Vec::new, |grammar| grammar.spans(all));
            self.files.insert(file.to_owned(), spans);
        }
        let spans = &self.files[file];
        let mut html = String::new();
        let mut start = 0;
        for (at, line) in all.split_inclusive('\n').enumerate() {
            if numbers.binary_search(&(at + 1)).is_ok() {
                let text = line.trim_end_matches(['\r', '\n']);
                let from = start + indent.min(text.len());
                coloured(all, from..start + text.len(), spans, &mut html);
                html.push('\n');
            }
            start += line.len();
        }
        html
    }
}

/// Rust as HTML with its colours.
pub(crate) fn code(text: &str) -> String {
    let numbers: Vec<usize> = (1..=text.lines().count()).collect();
    Highlighter::default().lines("rust", ("", text), &numbers, 0)
}

/// The part `line` of `all`, with its colours. No span leaves its line.
fn coloured(all: &str, line: Range<usize>, spans: &[Span], html: &mut String) {
    let first = spans.partition_point(|(span, _)| span.end <= line.start);
    let mut done = line.start;
    for (span, class) in &spans[first..] {
        let (start, end) = (span.start.max(done), span.end.min(line.end));
        if start >= end {
            break;
        }
        html.push_str(&escaped(&all[done..start]));
        html.push_str(&format!("<span class=\"{class}\">"));
        html.push_str(&escaped(&all[start..end]));
        html.push_str("</span>");
        done = end;
    }
    html.push_str(&escaped(&all[done..line.end]));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(language: &str, text: &str) -> String {
        let numbers: Vec<usize> = (1..=text.lines().count()).collect();
        Highlighter::default().lines(language, ("f", text), &numbers, 0)
    }

    #[test]
    fn queries_fit_their_grammars() {
        for language in ["rust", "python"] {
            assert!(Grammar::of(language).is_some(), "{language}");
        }
    }

    #[test]
    fn a_listing_has_few_colours() {
        assert_eq!(
            all("rust", "pub fn a(x: u8) -> u8 { 7 } // \"s\"\n"),
            "<span class=\"k\">pub</span> <span class=\"k\">fn</span> <span class=\"t\">a</span>\
             (x: u8) -&gt; u8 { <span class=\"n\">7</span> } <span class=\"c\">// &quot;s&quot;</span>\n"
        );
        assert_eq!(
            all("python", "x = f'{y}' # z\n"),
            "x = <span class=\"s\">f'{y}'</span> <span class=\"c\"># z</span>\n"
        );
        assert_eq!(all("html", "<p>\n"), "&lt;p&gt;\n");
    }

    #[test]
    fn a_span_of_several_lines_is_one_a_line() {
        assert_eq!(
            all("rust", "/* a\n   b */\nfn c() {}\n"),
            "<span class=\"c\">/* a</span>\n<span class=\"c\">   b */</span>\n\
             <span class=\"k\">fn</span> <span class=\"t\">c</span>() {}\n"
        );
    }

    #[test]
    fn a_piece_has_the_colours_of_its_file_and_not_its_indent() {
        let text = "fn a() {\n    /* b\n    let */ c();\n}\n";
        let html = Highlighter::default().lines("rust", ("f", text), &[3], 4);
        assert_eq!(html, "<span class=\"c\">let */</span> c();\n");
    }
}
