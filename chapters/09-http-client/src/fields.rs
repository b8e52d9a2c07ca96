//! More of what a list of fields can do.

use crate::response_head::Fields;

impl Fields {
    /// Takes all lines with this name out.
    pub fn remove(&mut self, name: &str) {
        self.lines
            .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    // ANCHOR: members
    /// The members of a list that the lines with this name make up together (RFC 9110,
    /// section 5.6.1), without the blanks around them. Empty ones don't count, and a comma
    /// between quotes is no end.
    pub fn members(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.all(name).into_iter().flat_map(members)
    }

    /// Whether the list has this member, in capitals or not.
    pub fn has_member(&self, name: &str, member: &str) -> bool {
        self.members(name)
            .any(|other| other.eq_ignore_ascii_case(member.as_bytes()))
    }
    // ANCHOR_END: members
}

fn members(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    value
        .split(move |&octet| {
            let literal = escaped;
            escaped = quoted && !literal && octet == b'\\';
            if octet == b'"' && !literal {
                quoted = !quoted;
            }
            octet == b',' && !quoted
        })
        .map(<[u8]>::trim_ascii)
        .filter(|member| !member.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(values: &[&'static str]) -> Vec<String> {
        let mut fields = Fields::default();
        for value in values {
            fields.push("List", value.as_bytes()).unwrap();
        }
        let members = fields.members("list");
        members
            .map(|member| String::from_utf8_lossy(member).into_owned())
            .collect()
    }

    #[test]
    fn a_name_is_removed_with_all_its_lines() {
        let mut fields = Fields::default();
        for name in ["Cookie", "Accept", "cookie"] {
            fields.push(name, name.to_owned()).unwrap();
        }
        fields.remove("COOKIE");
        assert_eq!(
            fields.iter().collect::<Vec<_>>(),
            [("Accept", &b"Accept"[..])]
        );
        assert_eq!((fields.len(), fields.is_empty()), (1, false));
        fields.remove("Accept");
        assert_eq!((fields.len(), fields.is_empty()), (0, true));
    }

    #[test]
    fn several_lines_are_one_list() {
        assert_eq!(list(&["a, b ,c", "", "d"]), ["a", "b", "c", "d"]);
    }

    #[test]
    fn empty_members_do_not_count() {
        assert_eq!(list(&[",a, ,\tb,,"]), ["a", "b"]);
        assert!(list(&["", ", ,"]).is_empty());
    }

    #[test]
    fn a_comma_between_quotes_is_no_end() {
        assert_eq!(
            list(&[r#"a="x, y", b="\", z", c"#]),
            [r#"a="x, y""#, r#"b="\", z""#, "c"]
        );
    }

    #[test]
    fn a_member_is_found_in_capitals_or_not() {
        let mut fields = Fields::default();
        fields
            .push("Connection", &b"Keep-Alive, Upgrade"[..])
            .unwrap();
        assert!(fields.has_member("connection", "upgrade"));
        assert!(!fields.has_member("connection", "keep"));
    }
}
