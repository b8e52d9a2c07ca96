//! A path inside the root, or nothing.

use std::path::{Component, Path, PathBuf};

use http_server::percent;

// ANCHOR: relative
/// The path below any root that `path`, the path of a request, asks for. Looks at its
/// text alone. `None` if it asks for something else.
pub fn relative(path: &str) -> Option<PathBuf> {
    let mut segments = path.strip_prefix('/')?.split('/').peekable();
    let mut below = PathBuf::new();
    while let Some(segment) = segments.next() {
        if segment.is_empty() && segments.peek().is_none() {
            // A directory ends with a slash, and opening it as a file has to fail.
            below.push("");
            break;
        }
        let name = percent::decode_text(segment)?;
        // To the system, too, this has to be one name: no dots, no root, no encoded slash.
        let alone = [Component::Normal(name.as_ref())];
        if !Path::new(&name).components().eq(alone) || name.contains('\0') {
            return None;
        }
        below.push(name);
    }
    Some(below)
}
// ANCHOR_END: relative

// ANCHOR: inside
/// The file or directory beneath `root` that `path` asks for, with all links followed.
/// `None` if there is none, or if it is not beneath `root`.
pub fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    let root = root.canonicalize().ok()?;
    let found = root.join(relative(path)?).canonicalize().ok()?;
    // Whole names are compared: /srv/www-old does not start with /srv/www.
    let beneath = found.starts_with(root) && (found.is_file() || found.is_dir());
    beneath.then_some(found)
}
// ANCHOR_END: inside
