//! What shows that a sentence is so: a test, a claim of a script in Python, a scene.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regex_lite::Regex;

use super::workspace::Workspace;
use crate::files::below;

/// The begin of the names of the scripts whose functions are claims.
const CLAIMS: &str = "from_python";
/// The test that runs all claims of such a script, and shows none by its name.
const ALL_CLAIMS: &str = "python_does_what_the_pages_say";

/// All that shows something, by name.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// What each test, in Rust or in Python, consists of.
    tests: BTreeMap<String, String>,
    /// What each scene prints.
    scenes: BTreeMap<String, String>,
}

impl Shown {
    /// Reads the chapters below `root`.
    pub(crate) fn read(root: &Path, workspace: &Workspace) -> Shown {
        let mut shown = Shown::default();
        let test = r"#\[(?:tokio::)?test\b[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*(?:async )?fn (\w+)";
        let (Ok(files), Ok(test), Ok(claim)) = (
            below(&root.join("chapters")),
            Regex::new(test),
            Regex::new(r"(?m)^def ([a-z]\w*)\("),
        ) else {
            return shown;
        };
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let pattern = match name.rsplit_once('.') {
                Some((_, "rs")) => &test,
                Some((name, "py")) if name.starts_with(CLAIMS) => &claim,
                _ => continue,
            };
            let text = fs::read_to_string(&file).unwrap_or_default();
            let found: Vec<_> = pattern.captures_iter(&text).collect();
            let ends = found
                .iter()
                .skip(1)
                .filter_map(|next| Some(next.get(0)?.start()));
            for (it, end) in found.iter().zip(ends.chain([text.len()])) {
                let begin = it.get(0).map_or(0, |it| it.end());
                let of_that_name = shown.tests.entry(it[1].to_owned()).or_default();
                of_that_name.push_str(&text[begin..end]);
            }
        }
        shown.tests.remove(ALL_CLAIMS);
        for chapter in workspace.chapters.values() {
            for scene in &chapter.scenes {
                let file = format!("chapters/{}/scenes/{scene}.console", chapter.name);
                let text = fs::read_to_string(root.join(file)).unwrap_or_default();
                let printed = text.lines().filter(|line| !is_ours(line));
                let printed = printed.flat_map(|line| [line, "\n"]).collect();
                shown.scenes.insert(scene.clone(), printed);
            }
        }
        shown
    }

    /// Whether there is a test of this name.
    pub(crate) fn has_test(&self, name: &str) -> bool {
        self.tests.contains_key(name)
    }

    /// What the test or scene of this name has in it; none where there is none.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let text = self.tests.get(name).or_else(|| self.scenes.get(name));
        text.map(String::as_str)
    }
}

/// Whether a line of a scene is its author's, and no program's.
fn is_ours(line: &str) -> bool {
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    line.starts_with('#') || line.split_once("$ ").is_some_and(|(name, _)| is_name(name))
}
