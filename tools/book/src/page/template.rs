//! The page template and what it loads: ours, beside what mdBook brings. They are part
//! of this program, so that a book needs no more than its `book.toml`.

use std::fs;
use std::path::Path;

use anyhow::Context;
use mdbook_driver::config::Config;
use tempfile::TempDir;

const TEMPLATE: &str = include_str!("../../site/index.hbs");

/// What each page loads from `site/`, each behaviour from a file of its own.
const FILES: [(&str, &str); 7] = [
    ("site.css", include_str!("../../site/site.css")),
    ("frame.js", include_str!("../../site/frame.js")),
    ("search.js", include_str!("../../site/search.js")),
    ("copy.js", include_str!("../../site/copy.js")),
    ("step.js", include_str!("../../site/step.js")),
    ("predict.js", include_str!("../../site/predict.js")),
    ("term.js", include_str!("../../site/term.js")),
];

/// What mdBook writes and no page of ours loads: how the names begin, before the digest
/// that mdBook puts into them.
const UNUSED: [&str; 5] = [
    "ayu-highlight",
    "book",
    "clipboard",
    "highlight",
    "tomorrow-night",
];

/// Makes mdBook use our template beside the files of the book's own theme; the folder
/// that it reads them from is there until the result is dropped.
///
/// # Errors
///
/// When the theme can't be read or the folder not be written.
pub(crate) fn use_ours(root: &Path, config: &mut Config) -> anyhow::Result<TempDir> {
    let html = config.html_config().unwrap_or_default();
    let theme = tempfile::Builder::new().prefix("book-theme-").tempdir()?;
    if let Some(own) = &html.theme {
        let own = root.join(own);
        copy(&own, theme.path()).with_context(|| format!("copy the theme {}", own.display()))?;
    }
    fs::write(theme.path().join("index.hbs"), TEMPLATE)?;
    config.set("output.html.theme", theme.path())?;
    // It makes in the browser what we make here.
    config.set("output.html.additional-js", Vec::<String>::new())?;
    // Our index and our script take the place of its own.
    config.set("output.html.search.enable", false)?;
    Ok(theme)
}

/// Writes what the template loads to the built book, and removes what it doesn't.
///
/// # Errors
///
/// When a file can't be written.
pub(crate) fn write_files(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder.join("site"))?;
    for (name, text) in FILES {
        fs::write(folder.join("site").join(name), text)?;
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_unused = |begin: &&str| {
            let rest = name.strip_prefix(*begin);
            rest.is_some_and(|rest| rest.starts_with(['-', '.']))
        };
        if entry.file_type()?.is_file() && UNUSED.iter().any(is_unused) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
