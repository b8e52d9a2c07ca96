#![allow(clippy::unwrap_used)] // a check that can't go on should say so at once

use super::*;

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use testkit::{check, note};

#[track_caller]
fn names(path: &str, expected: &str) {
    let _note = note(|| format!("(the path was {path:?})"));
    let got = relative(path);
    // As text: paths are equal whether they end with a slash or not.
    let same = got.as_ref().is_some_and(|got| got.as_os_str() == expected);
    assert!(
        same,
        "relative({path:?})\n  expected  {expected:?}\n  got       {}",
        show(got.as_deref())
    );
}

#[track_caller]
fn refused(path: &str, why: &str) {
    let _note = note(|| format!("(the path was {path:?})"));
    let got = relative(path);
    assert!(
        got.is_none(),
        "relative({path:?})\n{why}\n  expected  None\n  got       {}",
        show(got.as_deref())
    );
}

fn show(path: Option<&Path>) -> String {
    match path {
        Some(path) => format!("{path:?}"),
        None => "None".to_owned(),
    }
}

/// A directory with these things in it:
///
/// ```text
/// srv/www/                          the root
///     index.html  a b.txt  plus+.txt  100%.txt
///     docs/one.txt
///     docs/up          -> ..
///     latest           -> docs
///     absolute         -> .../srv/www/docs/one.txt
///     out              -> ../secret
///     deep             -> docs/up/../secret
///     etc              -> .../srv/secret, by its absolute path
///     sibling          -> ../www-private/key
///     loop             -> loop
///     nowhere          -> missing
///     socket           a socket
/// srv/secret
/// srv/www-private/key
/// srv/link             -> www
/// ```
struct Files(tempfile::TempDir);

/// A check of files. They are made before its time begins, and once for all checks that
/// run at the same time: where a disk is busy, making them takes longer than all the rest.
fn check_files(body: fn(&Files)) {
    static SHARED: Mutex<Weak<Files>> = Mutex::new(Weak::new());
    let files = {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let files = Arc::new(Files::new());
            *shared = Arc::downgrade(&files);
            files
        })
    };
    check(move || body(&files));
}

impl Files {
    fn new() -> Files {
        let files = Files(tempfile::tempdir().unwrap());
        let srv = files.0.path().canonicalize().unwrap().join("srv");
        let www = srv.join("www");
        fs::create_dir_all(www.join("docs")).unwrap();
        fs::create_dir(srv.join("www-private")).unwrap();
        let all = [
            "index.html",
            "a b.txt",
            "plus+.txt",
            "100%.txt",
            "docs/one.txt",
        ];
        for file in all.map(|name| www.join(name)) {
            fs::write(file, "for all").unwrap();
        }
        fs::write(srv.join("secret"), "for nobody").unwrap();
        fs::write(srv.join("www-private/key"), "for nobody").unwrap();
        let link = |to: &Path, name: &str| symlink(to, www.join(name)).unwrap();
        link(Path::new(".."), "docs/up");
        link(Path::new("docs"), "latest");
        link(&www.join("docs/one.txt"), "absolute");
        link(Path::new("../secret"), "out");
        link(Path::new("docs/up/../secret"), "deep");
        link(&srv.join("secret"), "etc");
        link(Path::new("../www-private/key"), "sibling");
        link(Path::new("loop"), "loop");
        link(Path::new("missing"), "nowhere");
        drop(UnixListener::bind(www.join("socket")).unwrap());
        symlink("www", srv.join("link")).unwrap();
        files
    }

    fn srv(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap().join("srv")
    }

    /// A path as it is shown: the directory in which all is has no name.
    fn show(&self, path: Option<&Path>) -> String {
        match path {
            Some(path) => match path.strip_prefix(self.srv().parent().unwrap()) {
                Ok(path) => format!("\".../{}\"", path.display()),
                // How it goes from here depends on where here is.
                Err(_) if path.is_relative() => "a path that is relative".to_owned(),
                // That the system's directory for temporary files may be a link is no reason to show it.
                Err(_) => match path.strip_prefix(self.0.path()) {
                    Ok(path) => format!("\".../{}\", not canonical", path.display()),
                    Err(_) => format!("{path:?}"),
                },
            },
            None => "None".to_owned(),
        }
    }

    #[track_caller]
    fn expect(&self, root: &Path, path: &str, expected: Option<&str>, why: &str) {
        let _note = note(|| format!("(the path was {path:?})"));
        let got = inside(root, path);
        let expected = expected.map(|path| self.srv().join(path));
        let same = got.as_ref().map(|path| path.as_os_str())
            == expected.as_ref().map(|path| path.as_os_str());
        let why = match why {
            "" => String::new(),
            why => format!("\n{why}"),
        };
        assert!(
            same,
            "inside({}, {path:?}){why}\n  expected  {}\n  got       {}",
            self.show(Some(root)),
            self.show(expected.as_deref()),
            self.show(got.as_deref())
        );
    }

    /// `path` is this file or directory, below `srv`.
    #[track_caller]
    fn found(&self, path: &str, expected: &str) {
        self.expect(&self.srv().join("www"), path, Some(expected), "");
    }

    #[track_caller]
    fn nothing(&self, path: &str, why: &str) {
        self.expect(&self.srv().join("www"), path, None, why);
    }
}

#[test]
#[ignore = "exercise"]
fn a_name() {
    check(|| names("/index.html", "index.html"));
}

#[test]
#[ignore = "exercise"]
fn names_below_names() {
    check(|| names("/a/b/c.txt", "a/b/c.txt"));
}

#[test]
#[ignore = "exercise"]
fn the_root_itself() {
    check(|| names("/", ""));
}

#[test]
#[ignore = "exercise"]
fn a_slash_at_the_end_stays() {
    check(|| {
        names("/a/", "a/");
        names("/a/b/", "a/b/");
    });
}

#[test]
#[ignore = "exercise"]
fn names_are_decoded() {
    check(|| {
        names("/a%20b/%C3%BC.txt", "a b/\u{fc}.txt");
        names("/%61", "a");
    });
}

#[test]
#[ignore = "exercise"]
fn names_are_decoded_once() {
    check(|| {
        names("/a/%252e/b", "a/%2e/b");
        names(
            "/%252e%252e/%252e%252e/etc/passwd",
            "%2e%2e/%2e%2e/etc/passwd",
        );
        names("/a%252Fb", "a%2Fb");
        names("/100%25", "100%");
    });
}

#[test]
#[ignore = "exercise"]
fn a_plus_is_a_plus() {
    check(|| names("/a+b", "a+b"));
}

#[test]
#[ignore = "exercise"]
fn a_backslash_is_part_of_a_name() {
    check(|| names("/a%5Cb", "a\\b"));
}

#[test]
#[ignore = "exercise"]
fn a_line_end_is_part_of_a_name() {
    check(|| {
        names("/a%0Ab", "a\nb");
        names("/%09", "\t");
    });
}

#[test]
#[ignore = "exercise"]
fn dots_inside_a_name_are_part_of_it() {
    check(|| names("/a..b/d./e..", "a..b/d./e.."));
}

#[test]
#[ignore = "exercise"]
fn a_name_may_begin_with_a_dot() {
    check(|| names("/.well-known/a", ".well-known/a"));
}

#[test]
#[ignore = "exercise"]
fn three_dots_are_a_name() {
    check(|| {
        names("/...", "...");
        names("/..a", "..a");
    });
}

#[test]
#[ignore = "exercise"]
fn two_dots_are_refused() {
    check(|| {
        let why = ".. is no name, but the way up";
        refused("/..", why);
        refused("/../etc/passwd", why);
        refused("/a/../../etc/passwd", why);
        refused("/a/..", why);
        refused("/../", why);
    });
}

#[test]
#[ignore = "exercise"]
fn two_dots_that_lead_nowhere_are_refused_too() {
    check(|| {
        refused(
            "/a/../b",
            ".. is refused also where it stays beneath the root",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn one_dot_is_refused() {
    check(|| {
        let why = ". is no name";
        refused("/.", why);
        refused("/./a", why);
        refused("/a/./b", why);
        refused("/a/.", why);
    });
}

#[test]
#[ignore = "exercise"]
fn encoded_dots_are_refused() {
    check(|| {
        let why = "decoded, a segment is . or ..";
        refused("/%2e%2e/etc/passwd", why);
        refused("/a/%2E%2E/%2E%2E/etc/passwd", why);
        refused("/.%2e/etc/passwd", why);
        refused("/%2e/a", why);
    });
}

#[test]
#[ignore = "exercise"]
fn an_encoded_slash_is_refused() {
    check(|| {
        let why = "decoded, a segment has a slash in it";
        refused("/a%2Fb", why);
        refused("/a%2fb", why);
        refused("/a%2F", why);
        refused("/a%2F.", why);
    });
}

#[test]
#[ignore = "exercise"]
fn an_encoded_slash_does_not_hide_dots() {
    check(|| {
        let why = "decoded, a segment has a slash in it, and dots before it";
        refused("/..%2Fetc%2Fpasswd", why);
        refused("/a/..%2F..%2Fetc", why);
    });
}

#[test]
#[ignore = "exercise"]
fn an_encoded_slash_does_not_begin_a_name() {
    check(|| {
        let why = "decoded, a segment begins with a slash: joined, it would replace all before it";
        refused("/%2Fetc/passwd", why);
        refused("/a/%2Fetc/passwd", why);
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_name_is_refused() {
    check(|| {
        let why = "there is no name between two slashes";
        refused("//", why);
        refused("//etc/passwd", why);
        refused("/a//b", why);
        refused("/a//", why);
    });
}

#[test]
#[ignore = "exercise"]
fn nul_is_refused() {
    check(|| {
        let why = "decoded, a segment has a NUL in it, where a name ends for the system";
        refused("/a%00.txt", why);
        refused("/%00", why);
    });
}

#[test]
#[ignore = "exercise"]
fn what_cannot_be_decoded_is_refused() {
    check(|| {
        let why = "a segment can't be decoded";
        refused("/a%", why);
        refused("/%zz", why);
        refused("/%FF", why);
        refused("/%C0%AE%C0%AE/etc", why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_path_begins_with_a_slash() {
    check(|| {
        let why = "this is no path of a request";
        refused("", why);
        refused("a", why);
        refused("*", why);
        refused("%2Fa", why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_file_is_found() {
    check_files(|files| {
        files.found("/index.html", "www/index.html");
        files.found("/docs/one.txt", "www/docs/one.txt");
    });
}

#[test]
#[ignore = "exercise"]
fn a_directory_is_found() {
    check_files(|files| {
        files.found("/docs", "www/docs");
        files.found("/docs/", "www/docs");
        files.found("/", "www");
    });
}

#[test]
#[ignore = "exercise"]
fn a_file_with_an_encoded_name_is_found() {
    check_files(|files| {
        files.found("/a%20b.txt", "www/a b.txt");
        files.found("/plus+.txt", "www/plus+.txt");
        files.found("/100%25.txt", "www/100%.txt");
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_not_there_is_nothing() {
    check_files(|files| {
        files.nothing("/missing.html", "nothing is there");
        files.nothing("/docs/missing.txt", "nothing is there");
        files.nothing("/index.html/more", "nothing is there");
    });
}

#[test]
#[ignore = "exercise"]
fn what_relative_refuses_is_nothing() {
    check_files(|files| {
        let why = "relative refuses this path";
        files.nothing("/../secret", why);
        files.nothing("/docs/../index.html", why);
        files.nothing("/%2e%2e/www/index.html", why);
        files.nothing("/docs%2Fone.txt", why);
        files.nothing("//docs/one.txt", why);
    });
}

#[test]
#[ignore = "exercise"]
fn an_absolute_path_does_not_replace_the_root() {
    check_files(|files| {
        let why = "a path of the whole system is none beneath the root";
        let secret = files.srv().join("secret");
        let _note = note(|| "(the path was \"/\" and the absolute path of secret)".to_owned());
        let found = inside(&files.srv().join("www"), &format!("/{}", secret.display()));
        assert!(
            found.is_none(),
            "inside(\".../srv/www\", \"//.../srv/secret\")\n{why}\n  expected  None\n  got       {}",
            files.show(found.as_deref())
        );
        files.nothing("//etc/passwd", why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_file_is_no_directory() {
    check_files(|files| {
        files.nothing(
            "/index.html/",
            "the path ends with a slash, and leads to a file",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn links_beneath_the_root_are_followed() {
    check_files(|files| {
        files.found("/latest/one.txt", "www/docs/one.txt");
        files.found("/latest", "www/docs");
        files.found("/absolute", "www/docs/one.txt");
        files.found("/docs/up/index.html", "www/index.html");
    });
}

#[test]
#[ignore = "exercise"]
fn a_link_to_the_root_is_beneath_it() {
    check_files(|files| files.found("/docs/up", "www"));
}

#[test]
#[ignore = "exercise"]
fn links_that_lead_out_are_nothing() {
    check_files(|files| {
        let why = "a link leads out of the root";
        files.nothing("/out", why);
        files.nothing("/etc", why);
        files.nothing("/deep", why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_directory_besides_is_not_beneath() {
    check_files(|files| {
        let why =
            "a link leads to .../srv/www-private, which is another directory than .../srv/www";
        files.nothing("/sibling", why);
    });
}

#[test]
#[ignore = "exercise"]
fn links_that_lead_nowhere_are_nothing() {
    check_files(|files| {
        files.nothing("/nowhere", "the link leads nowhere");
        files.nothing("/loop", "the link leads to itself");
    });
}

#[test]
#[ignore = "exercise"]
fn a_socket_is_no_file() {
    check_files(|files| files.nothing("/socket", "a socket is neither a file nor a directory"));
}

#[test]
#[ignore = "exercise"]
fn the_root_may_be_a_link() {
    check_files(|files| {
        let root = files.srv().join("link");
        files.expect(
            &root,
            "/index.html",
            Some("www/index.html"),
            "the root is a link to www",
        );
        files.expect(&root, "/out", None, "a link leads out of the root");
    });
}

#[test]
#[ignore = "exercise"]
fn the_root_may_have_dots() {
    check_files(|files| {
        let root = files.srv().join("www/docs/..");
        files.expect(&root, "/index.html", Some("www/index.html"), "");
    });
}

#[test]
#[ignore = "exercise"]
fn a_root_that_is_not_there_has_nothing() {
    check_files(|files| {
        let root = files.srv().join("missing");
        files.expect(&root, "/index.html", None, "there is no such root");
    });
}

#[test]
#[ignore = "exercise"]
fn the_root_may_be_relative() {
    check_files(|files| {
        let here = std::env::current_dir().unwrap().canonicalize().unwrap();
        let up: PathBuf = here.components().skip(1).map(|_| "..").collect();
        let www = files.srv().join("www");
        let root = up.join(www.strip_prefix("/").unwrap());
        let why = "from the current directory, the root is .../srv/www";
        files.expect(&root, "/docs/one.txt", Some("www/docs/one.txt"), why);
        files.expect(&root, "/out", None, "a link leads out of the root");
    });
}
