//! One Markdown page: what it consists of, and the rules for its fences.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::Problems;

/// A page, read.
#[derive(Debug)]
pub(crate) struct Page {
    /// Where it stands under the book's source folder, with `/`.
    pub(crate) path: String,
    /// Where it stands under the workspace, for reports.
    pub(crate) file: String,
    /// Its Markdown.
    pub(crate) text: String,
    /// Its code blocks.
    pub(crate) blocks: Vec<Block>,
    /// Its code spans: line and text.
    pub(crate) spans: Vec<(usize, String)>,
    /// Its links.
    pub(crate) links: Vec<Link>,
    /// Its headings: line and text.
    pub(crate) headings: Vec<(usize, String)>,
    /// Its prose, piece by piece, without code: line and text.
    pub(crate) prose: Vec<(usize, String)>,
    /// Its prose once more, each paragraph, item, cell and heading in one piece.
    pub(crate) passages: Vec<Passage>,
    /// The HTML that stands in it: line and text.
    pub(crate) html: Vec<(usize, String)>,
    /// What is set in bold within a sentence, and so is a term: line and text.
    pub(crate) terms: Vec<(usize, String)>,
}

/// A code block of a page.
#[derive(Debug)]
pub(crate) struct Block {
    /// The line of its fence.
    pub(crate) line: usize,
    /// Its language, or nothing.
    pub(crate) language: String,
    /// Whether it stands between fences rather than being indented.
    pub(crate) fenced: bool,
    /// What is in it.
    pub(crate) body: String,
}

/// A link of a page.
#[derive(Debug)]
pub(crate) struct Link {
    /// The line it begins on.
    pub(crate) line: usize,
    /// Where it leads.
    pub(crate) target: String,
}

/// A paragraph, an item, a cell or a heading: its text without markup.
#[derive(Debug, Default)]
pub(crate) struct Passage {
    /// The text; a line's end in the source is a space.
    pub(crate) text: String,
    /// Where in the text another line begins, and which.
    lines: Vec<(usize, usize)>,
}

impl Passage {
    /// Adds `text`, which stands on `line`.
    pub(crate) fn push(&mut self, line: usize, text: &str) {
        self.lines.push((self.text.len(), line));
        self.text.push_str(text);
    }

    /// The line of what is at offset `at`.
    pub(crate) fn line(&self, at: usize) -> usize {
        let after = self.lines.partition_point(|(start, _)| *start <= at);
        after.checked_sub(1).map_or(1, |last| self.lines[last].1)
    }

    /// Its sentences, each with its offset.
    pub(crate) fn sentences(&self) -> Vec<(usize, &str)> {
        let mut sentences = Vec::new();
        let mut begin = 0;
        for (at, _) in self.text.match_indices(['.', '?', '!']) {
            let rest = self.text[at + 1..].trim_start_matches([')', '"', '”', '†']);
            let end = self.text.len() - rest.len();
            let next = rest.strip_prefix(' ').map(str::trim_start);
            if end > begin && next.is_some_and(|next| !next.starts_with(char::is_lowercase)) {
                sentences.push((begin, &self.text[begin..end]));
                begin = end;
            }
        }
        sentences.push((begin, &self.text[begin..]));
        sentences
    }
}

impl Page {
    /// Reads the Markdown `text` of the page at `path`.
    pub(crate) fn read(path: String, file: String, text: String) -> Page {
        let mut page = Page {
            path,
            file,
            text,
            blocks: Vec::new(),
            spans: Vec::new(),
            links: Vec::new(),
            headings: Vec::new(),
            prose: Vec::new(),
            passages: Vec::new(),
            html: Vec::new(),
            terms: Vec::new(),
        };
        let mut passage = Passage::default();
        let text = page.text.clone();
        let lines = Lines::of(&text);
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_DEFINITION_LIST
            | Options::ENABLE_GFM;
        let mut in_block = false;
        let mut in_heading = false;
        let mut bold_from = 0;
        for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
            let line = lines.number(range.start);
            match &event {
                Event::Text(text) | Event::Code(text) if !in_block => passage.push(line, text),
                Event::SoftBreak | Event::HardBreak => passage.push(line, " "),
                Event::Html(html) => passage.push(line, &without_tags(html)),
                Event::InlineHtml(_) => {}
                Event::Start(tag) if is_inline(tag.to_end()) => {}
                Event::End(tag) if is_inline(*tag) => {}
                _ if passage.text.trim().is_empty() => passage = Passage::default(),
                _ => page.passages.push(std::mem::take(&mut passage)),
            }
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    in_block = true;
                    let (fenced, language) = match &kind {
                        CodeBlockKind::Fenced(info) => (true, language(info)),
                        CodeBlockKind::Indented => (false, String::new()),
                    };
                    page.blocks.push(Block {
                        line,
                        language,
                        fenced,
                        body: String::new(),
                    });
                }
                Event::End(TagEnd::CodeBlock) => in_block = false,
                Event::Start(Tag::Strong) => bold_from = passage.text.len(),
                Event::End(TagEnd::Strong) => {
                    let (before, bold) = passage.text.split_at(bold_from);
                    let ends = bold.ends_with(['.', ':', '?', '!']);
                    if !ends && !before.trim().is_empty() {
                        page.terms.push((line, bold.to_owned()));
                    }
                }
                Event::Start(Tag::Heading { .. }) => {
                    in_heading = true;
                    page.headings.push((line, String::new()));
                }
                Event::End(TagEnd::Heading(_)) => in_heading = false,
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(Link {
                        line,
                        target: dest_url.into_string(),
                    });
                }
                Event::Text(text) if in_block => {
                    if let Some(block) = page.blocks.last_mut() {
                        block.body.push_str(&text);
                    }
                }
                Event::Text(text) => {
                    if in_heading && let Some((_, heading)) = page.headings.last_mut() {
                        heading.push_str(&text);
                    }
                    page.prose.push((line, text.into_string()));
                }
                Event::Code(code) => {
                    if in_heading && let Some((_, heading)) = page.headings.last_mut() {
                        heading.push_str(&code);
                    }
                    page.spans.push((line, code.into_string()));
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    page.html.push((line, html.into_string()));
                }
                _ => {}
            }
        }
        page.passages.push(passage);
        page
    }

    /// The page's name: the last part of its path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder that it stands in, under the source folder; empty at the top.
    pub(crate) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// Whether a tag stands within a line of text, and so ends no passage.
fn is_inline(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

/// HTML without its tags.
fn without_tags(html: &str) -> String {
    let pieces = html.split('<').enumerate();
    let texts = pieces.map(|(at, piece)| match piece.split_once('>') {
        Some((_, text)) if at > 0 => text,
        _ if at > 0 => "",
        _ => piece,
    });
    texts.collect::<String>().replace('\n', " ")
}

/// The language of a fence: the first word of what stands behind it.
fn language(info: &str) -> String {
    info.split([',', ' ', '\t'])
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Where the lines of a text begin.
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    /// The lines of `text`.
    pub(crate) fn of(text: &str) -> Lines {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        Lines(std::iter::once(0).chain(starts).collect())
    }

    /// The number of the line, from 1, that holds the byte at `offset`.
    pub(crate) fn number(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset)
    }
}

/// The languages whose fences hold nothing but includes, and the ending of the
/// files that they include.
const INCLUDED: [(&str, &str); 4] = [
    ("rust", ".rs"),
    ("console", ".console"),
    ("python", ".py"),
    ("wire", ".wire"),
];

/// Other names of these languages; a page uses one name for one thing.
const ALIASES: [(&str, &str); 8] = [
    ("rs", "rust"),
    ("shell", "console"),
    ("shell-session", "console"),
    ("terminal", "console"),
    ("py", "python"),
    ("python3", "python"),
    ("pycon", "python"),
    ("bash", "sh"),
];

/// Checks the page's code blocks.
///
/// What a machine could have produced is included. The two fences that may be
/// written by hand are `sh`, for commands that a reader types, without output,
/// and `text`, for octets; a `figure` is drawn when the book is built, or says why not.
pub(crate) fn check(page: &Page, problems: &mut Problems) {
    for block in &page.blocks {
        if !block.fenced {
            problems.add(
                &page.file,
                block.line,
                "an indented code block: use a fence that names its language",
            );
            continue;
        }
        if block.language.is_empty() {
            problems.add(
                &page.file,
                block.line,
                "a fence without a language: say which it is, or `text`",
            );
        }
        if let Some((_, name)) = ALIASES.iter().find(|(alias, _)| *alias == block.language) {
            problems.add(
                &page.file,
                block.line,
                format!("a `{}` fence: here it is called `{name}`", block.language),
            );
        }
        if let Some((language, ending)) = INCLUDED.iter().find(|(name, _)| *name == block.language)
        {
            check_included(page, block, language, ending, problems);
        } else {
            check_written(page, block, problems);
        }
    }
}

/// A fence of code that a machine can check: includes, and nothing else.
fn check_included(
    page: &Page,
    block: &Block,
    language: &str,
    ending: &str,
    problems: &mut Problems,
) {
    let mut includes = 0;
    for (number, line) in block.body.lines().enumerate() {
        let line = line.trim();
        let at = block.line + 1 + number;
        if line.is_empty() {
            continue;
        }
        let Some(path) = included_path(line) else {
            problems.add(
                &page.file,
                at,
                format!("literal `{language}`: include it from chapters/ instead"),
            );
            return;
        };
        includes += 1;
        if !path.ends_with(ending) {
            problems.add(
                &page.file,
                at,
                format!("a `{language}` fence includes {path}, which is no `*{ending}` file"),
            );
        }
    }
    if includes == 0 {
        problems.add(
            &page.file,
            block.line,
            format!("an empty `{language}` fence"),
        );
    }
}

/// The path of a line that is exactly one include.
fn included_path(line: &str) -> Option<&str> {
    let inner = line.strip_prefix("{{#include ")?.strip_suffix("}}")?.trim();
    if inner.contains(['{', '}', ' ']) {
        return None;
    }
    inner.split(':').next()
}

/// A fence that was written by hand: no transcript in disguise.
fn check_written(page: &Page, block: &Block, problems: &mut Problems) {
    for (number, line) in block.body.lines().enumerate() {
        let at = block.line + 1 + number;
        if block.language == "sh" && (line.starts_with("$ ") || line.starts_with("> ")) {
            problems.add(
                &page.file,
                at,
                "a prompt in an `sh` fence, which holds commands alone, without prompt or output",
            );
            return;
        }
        if is_prompt(line) {
            problems.add(
                &page.file,
                at,
                "a transcript written by hand: make it a scene and include it",
            );
            return;
        }
    }
}

/// Whether a line is what a scene begins a command with: `server$ ...`, `$ ...`.
fn is_prompt(line: &str) -> bool {
    line.split_once("$ ").is_some_and(|(name, _)| {
        name.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    })
}
