//! Whom to log in as, and where.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// SSH's own port.
const PORT: u16 = 22;

/// A user on a host: `alice@127.0.0.1:1060`, `alice@echo.example`, `alice@[::1]:1060`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Whom to log in as.
    pub user: String,
    /// The host's name or address, as it stands in `known_hosts`.
    pub host: String,
    /// Its port, 22 where none is given.
    pub port: u16,
}

/// What is no target.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not USER@HOST or USER@HOST:PORT")]
pub struct NoTarget;

impl FromStr for Target {
    type Err = NoTarget;

    fn from_str(text: &str) -> Result<Target, NoTarget> {
        let (user, place) = text.rsplit_once('@').ok_or(NoTarget)?;
        let bracketed = place
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'));
        let (host, port) = match (bracketed, place.split_once(':')) {
            (Some((host, "")), _) => (host, None),
            (Some((host, rest)), _) => (host, Some(rest.strip_prefix(':').ok_or(NoTarget)?)),
            (None, _) if place.starts_with('[') => return Err(NoTarget),
            (None, Some((host, port))) => (host, Some(port)),
            (None, None) => (place, None),
        };
        let port = port.map_or(Ok(PORT), str::parse).map_err(|_| NoTarget)?;
        if user.is_empty() || host.is_empty() {
            return Err(NoTarget);
        }
        Ok(Target {
            user: user.to_owned(),
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_a_user_a_host_and_a_port() {
        for (text, user, host, port) in [
            ("alice@echo.example", "alice", "echo.example", 22),
            ("alice@127.0.0.1:1060", "alice", "127.0.0.1", 1060),
            ("alice@[::1]", "alice", "::1", 22),
            ("alice@[::1]:1060", "alice", "::1", 1060),
            ("a@b@c:1", "a@b", "c", 1),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!(
                (&*target.user, &*target.host, target.port),
                (user, host, port)
            );
        }
        for text in [
            "echo.example",
            "@b",
            "a@",
            "a@b:",
            "a@b:70000",
            "a@::1",
            "a@[b",
            "a@[b]c",
        ] {
            assert_eq!(text.parse::<Target>(), Err(NoTarget), "{text}");
        }
    }
}
