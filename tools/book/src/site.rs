//! The book, built in process by mdBook's own library from the `book.toml` that
//! the released `mdbook` command reads, with what [`page`](crate::page) adds to it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};

use crate::page::{Pages, template};
use crate::publish::Addresses;

/// What a build gave besides the files.
#[derive(Debug)]
pub(crate) struct Built {
    /// The folder that the book was written to.
    pub(crate) folder: PathBuf,
    /// The pages: where each stands under the source folder, in the order of the map.
    pub(crate) pages: Vec<PathBuf>,
    /// What mdBook complained about; it goes on where this book can't.
    pub(crate) complaints: Vec<String>,
}

/// Builds the book at `root` into `folder`, or into the folder that `book.toml`
/// names.
///
/// # Errors
///
/// When mdBook gives up: the map or a page of it is missing, the configuration
/// is not valid, the folder can't be written.
pub(crate) fn build(root: &Path, folder: Option<&Path>) -> anyhow::Result<Built> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = Listener(Arc::clone(&heard));
    let (folder, pages) =
        tracing::subscriber::with_default(listener, || build_quietly(root, folder))?;
    let complaints = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Built {
        folder,
        pages,
        complaints,
    })
}

fn build_quietly(root: &Path, folder: Option<&Path>) -> anyhow::Result<(PathBuf, Vec<PathBuf>)> {
    let mut config = config(root)?;
    // A page that is missing is an error here, never written for the author.
    config.build.create_missing = false;
    match folder {
        Some(folder) => config.build.build_dir = folder.to_path_buf(),
        // What is published may be told its addresses, as with the released mdBook.
        None => config.update_from_env()?,
    }
    let addresses = Addresses::of(&mut config)?;
    let _theme = template::use_ours(root, &mut config)?;
    let mut book = MDBook::load_with_config(root, config)?;
    book.book
        .for_each_chapter_mut(|page| page.content = addresses.in_text(&page.content));
    let pages = Pages::prepare(root, &book.config, &mut book.book)?;
    book.build()?;
    let written = book.build_dir_for("html");
    pages.finish(&written, &addresses)?;
    template::write_files(&written)?;
    let names = book
        .book
        .chapters()
        .filter_map(|chapter| chapter.path.clone())
        .collect::<Vec<_>>();
    addresses.write(&written, &names)?;
    Ok((written, names))
}

/// What `book.toml` says.
///
/// # Errors
///
/// When it is missing or not valid.
pub(crate) fn config(root: &Path) -> anyhow::Result<Config> {
    let path = root.join("book.toml");
    Config::from_disk(&path).with_context(|| format!("read {}", path.display()))
}

/// An error and its causes on one line each.
pub(crate) fn plain(error: &anyhow::Error) -> String {
    let lines: Vec<String> = error
        .chain()
        .map(|cause| cause.to_string().trim().to_owned())
        .collect();
    lines.join(": ")
}

/// Hears what mdBook logs as a warning or an error, and keeps it.
struct Listener(Arc<Mutex<Vec<String>>>);

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(message.0);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Builds the book as the released mdBook does, without anything of ours.
    fn build_stock(root: &Path, folder: &Path) {
        let mut config = config(root).unwrap();
        config.build.build_dir = folder.to_path_buf();
        MDBook::load_with_config(root, config)
            .unwrap()
            .build()
            .unwrap();
    }

    /// The seconds that `build` keeps a processor busy; a machine has other things to do.
    fn seconds(build: impl FnOnce()) -> f64 {
        let busy = || {
            let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
            text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
        };
        let start = busy();
        build();
        busy() - start
    }

    #[test]
    #[cfg(target_os = "linux")]
    #[ignore = "measures: cargo test -p book -- --ignored --nocapture beside_stock"]
    fn build_time_beside_stock_mdbook() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = tempfile::tempdir().unwrap();
        let mut best = [f64::INFINITY; 2];
        for _ in 0..3 {
            let stock = seconds(|| build_stock(&root, &folder.path().join("stock")));
            let ours = || drop(build(&root, Some(&folder.path().join("ours"))).unwrap());
            best = [best[0].min(stock), best[1].min(seconds(ours))];
        }
        let [stock, ours] = best;
        println!(
            "stock {stock:.2} s, ours {ours:.2} s, ratio {:.2}",
            ours / stock
        );
        assert!(ours / stock <= 1.3);
    }
}
