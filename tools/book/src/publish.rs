//! What a book needs once it has an address: links that say which, a map for search
//! engines, a picture for those who pass it on; and the same book as one file.
//!
//! Both addresses are keys of `book.toml`, `site-url` and `git-repository-url`, which
//! the environment may set (`MDBOOK_OUTPUT__HTML__SITE_URL`). Without them nothing is said.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use mdbook_driver::config::Config;

use crate::files::{below, slashed};
use crate::page::{escaped, html_file};

/// What a page writes in the place of the repository's address.
const PLACEHOLDER: &str = "git clone REPOSITORY";
/// What a page says behind it, where the address is not known.
const UNKNOWN: &str = "  # REPOSITORY is where you have the book from";

/// What those see who are given a page's address: 1200 by 630 pixels.
const PICTURE: &[u8] = include_bytes!("../site/social.png");
/// The picture as a file of the built book.
const PICTURE_FILE: &str = "site/social.png";

/// What mdBook copies from the folder of pages, and no reader asks for.
const UNUSED: [&str; 4] = ["manuals.txt", "rfcs.toml", "search.toml", "theme"];

/// Where the book and its sources are, as far as that is known.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    site: Option<String>,
    repository: Option<String>,
    title: String,
}

impl Addresses {
    /// What `config` says, which then also says where a page is edited.
    ///
    /// # Errors
    ///
    /// When it takes no such key.
    pub(crate) fn of(config: &mut Config) -> anyhow::Result<Addresses> {
        let html = config.html_config().unwrap_or_default();
        let bare = |address: String| address.trim_end_matches('/').to_owned();
        let repository = html.git_repository_url.map(bare);
        if let (Some(address), None) = (&repository, &html.edit_url_template) {
            let edit = format!("{address}/edit/main/{{path}}");
            config.set("output.html.edit-url-template", edit)?;
        }
        // A path alone is enough for a page that is not found, and for nothing else.
        let site = html.site_url.filter(|address| address.contains("://"));
        Ok(Addresses {
            site: site.map(bare),
            repository,
            title: config.book.title.clone().unwrap_or_default(),
        })
    }

    /// The text of a page with the address to clone from.
    pub(crate) fn in_text(&self, text: &str) -> String {
        match &self.repository {
            Some(address) => text
                .replace(UNKNOWN, "")
                .replace(PLACEHOLDER, &format!("git clone {address}")),
            None => text.to_owned(),
        }
    }

    /// What the head of the page `name` says of its address.
    pub(crate) fn in_head(&self, name: &str) -> String {
        match &self.site {
            Some(site) if name != "404.html" => format!(
                "<link rel=\"canonical\" href=\"{0}\">\n\
                 <meta property=\"og:url\" content=\"{0}\">\n\
                 <meta property=\"og:site_name\" content=\"{1}\">\n\
                 <meta property=\"og:image\" content=\"{2}/{PICTURE_FILE}\">\n\
                 <meta name=\"twitter:card\" content=\"summary_large_image\">",
                escaped(&page_address(site, name)),
                escaped(&self.title),
                escaped(site),
            ),
            _ => String::new(),
        }
    }

    /// Writes what belongs to a site beside its pages, whose sources are `pages`, and
    /// removes what does not.
    ///
    /// # Errors
    ///
    /// When a file can't be written.
    pub(crate) fn write(&self, folder: &Path, pages: &[PathBuf]) -> anyhow::Result<()> {
        for name in UNUSED {
            let path = folder.join(name);
            // A book may have none of them.
            let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
        }
        let path = folder.join(PICTURE_FILE);
        fs::write(&path, PICTURE).with_context(|| format!("write {}", path.display()))?;
        if let Some(site) = &self.site {
            let names = pages.iter().map(|page| html_file(page));
            let path = folder.join("sitemap.xml");
            fs::write(&path, sitemap(site, names))
                .with_context(|| format!("write {}", path.display()))?;
        }
        Ok(())
    }
}

/// The one address of a page: a folder's first page is the folder.
fn page_address(site: &str, name: &str) -> String {
    let name = match name.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => name,
    };
    format!("{site}/{name}")
}

fn sitemap(site: &str, names: impl Iterator<Item = String>) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for name in names {
        let address = page_address(site, &name);
        out.push_str(&format!("<url><loc>{}</loc></url>\n", escaped(&address)));
    }
    out.push_str("</urlset>\n");
    out
}

/// Packs all files of `folder` into one, for reading without a network, and says where
/// it is: beside the folder, under its name.
///
/// # Errors
///
/// When a file can't be read, or the archive not be written.
pub(crate) fn zip(folder: &Path) -> anyhow::Result<PathBuf> {
    let parent = folder.parent().unwrap_or(Path::new(""));
    let files = below(folder).with_context(|| format!("read {}", folder.display()))?;
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for path in &files {
        let data = fs::read(path).with_context(|| format!("read {}", path.display()))?;
        let entry = Entry::new(&slashed(path, parent), &data)?;
        let offset = u32::try_from(out.len())?;
        directory.extend(entry.in_directory(offset));
        out.extend(entry.local);
        out.extend(entry.packed);
    }
    // APPNOTE.TXT, section 4.3.16
    let count = u16::try_from(files.len())?.to_le_bytes();
    let (start, size) = (u32::try_from(out.len())?, u32::try_from(directory.len())?);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
    out.extend([0, 0]);
    let path = folder.with_extension("zip");
    fs::write(&path, out).with_context(|| format!("write {}", path.display()))?;
    Ok(path)
}

/// Prints `page` to `file`; false where no Chromium is installed.
///
/// # Errors
///
/// When there is one that fails.
pub(crate) fn pdf(page: &Path, file: &Path) -> anyhow::Result<bool> {
    let profile = tempfile::tempdir()?;
    for program in ["chromium", "chromium-browser", "google-chrome"] {
        let output = Command::new(program)
            // Without a sandbox, since root has none: it reads our own page and no other.
            .args(["--headless", "--disable-gpu", "--no-sandbox"])
            .args(["--no-pdf-header-footer", "--generate-pdf-document-outline"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--print-to-pdf={}", file.display()))
            .arg(page)
            .output();
        match output {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("start {program}")),
            Ok(output) if output.status.success() && file.is_file() => return Ok(true),
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                anyhow::bail!("{program} doesn't print {}: {said}", page.display());
            }
        }
    }
    Ok(false)
}

/// A file in an archive.
struct Entry {
    name: Vec<u8>,
    /// What the local header and the directory say alike.
    common: Vec<u8>,
    local: Vec<u8>,
    packed: Vec<u8>,
}

impl Entry {
    /// APPNOTE.TXT, section 4.3.7.
    fn new(name: &str, data: &[u8]) -> anyhow::Result<Entry> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(data)?;
        let packed = encoder.finish()?;
        let mut common = Vec::new();
        // Version 2.0, names in UTF-8, deflated, on the first day that ZIP knows.
        for field in [20_u16, 1 << 11, 8, 0, 0x21] {
            common.extend(field.to_le_bytes());
        }
        let mut crc = Crc::new();
        crc.update(data);
        common.extend(crc.sum().to_le_bytes());
        for size in [packed.len(), data.len()] {
            common.extend(u32::try_from(size)?.to_le_bytes());
        }
        common.extend(u16::try_from(name.len())?.to_le_bytes());
        common.extend([0, 0]); // nothing extra
        let name = name.as_bytes().to_vec();
        let local = [&b"PK\x03\x04"[..], &common, &name].concat();
        Ok(Entry {
            name,
            common,
            local,
            packed,
        })
    }

    /// Section 4.3.12.
    fn in_directory(&self, offset: u32) -> Vec<u8> {
        let mut out = b"PK\x01\x02\x14\0".to_vec();
        out.extend(&self.common);
        out.extend([0; 10]); // no comment, one disk, no attributes
        out.extend(offset.to_le_bytes());
        out.extend(&self.name);
        out
    }
}
