//! The few lines of a chapter's `Cargo.toml` that the tools need. (A parser of all
//! of TOML would be most of what a newcomer compiles.)

/// The value of `key = "..."` in the first table `[package]`.
pub(crate) fn package_value(manifest: &str, key: &str) -> Option<String> {
    values(manifest, "[package]", key).next()
}

/// The packages whose programs this one starts.
pub(crate) fn used(manifest: &str) -> Vec<String> {
    let programs = values(manifest, "[package.metadata.workbook]", "programs");
    let packages = programs.map(|list| list.split_whitespace().map(str::to_owned).collect());
    packages.collect::<Vec<Vec<String>>>().concat()
}

/// The exercises: those `[[test]]` targets whose path is `exercises/NAME/main.rs`,
/// in order.
pub(crate) fn exercises(manifest: &str) -> Vec<String> {
    values(manifest, "[[test]]", "path")
        .filter_map(|path| {
            let name = path
                .strip_prefix("exercises/")?
                .strip_suffix("/main.rs")?
                .to_owned();
            (!name.contains('/')).then_some(name)
        })
        .collect()
}

/// The values of `key = "..."` in the tables under `heading`.
fn values<'a>(manifest: &'a str, heading: &'a str, key: &'a str) -> impl Iterator<Item = String> {
    let mut inside = false;
    manifest.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with('[') {
            inside = line == heading;
            return None;
        }
        let (name, value) = line.split_once('=')?;
        let value = value.trim().strip_prefix('"')?;
        (inside && name.trim() == key)
            .then(|| value.split('"').next().unwrap_or_default().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[workspace]\nname = \"no\"\n[package]\nname = \"framing\" # yes\n\
        [[test]]\nname = \"b\"\npath = \"exercises/b/main.rs\"\n\
        [[test]]\nname = \"all\"\npath = \"tests/all/main.rs\"\n\
        [[test]]\nname = \"a\"\npath = \"exercises/a/main.rs\"\n";

    #[test]
    fn a_value_is_read_from_the_package_table_alone() {
        assert_eq!(package_value(MANIFEST, "name").as_deref(), Some("framing"));
        assert_eq!(package_value(MANIFEST, "description"), None);
    }

    #[test]
    fn programs_of_others_are_named_by_their_packages() {
        assert_eq!(used(MANIFEST), [""; 0]);
        let manifest = "[package.metadata.workbook]\nprograms = \"udp tcp\"\n";
        assert_eq!(used(manifest), ["udp", "tcp"]);
    }

    #[test]
    fn exercises_are_targets_in_their_order() {
        assert_eq!(exercises(MANIFEST), ["b", "a"]);
    }
}
