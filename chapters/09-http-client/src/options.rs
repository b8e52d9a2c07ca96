//! The command lines of the chapter's clients.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use clap::Args;
use program::seconds;
use url::Url;

use crate::request::Request;
use crate::wire::{Connector, Patience};

/// For all of a file: whoever sends an octet now and then ends no silence's patience. What
/// has come by then is kept, and the next run asks for the rest.
pub const A_FILE: Duration = Duration::from_secs(60 * 60);

/// Whom to trust, and how long to wait.
#[derive(Clone, Debug, Args)]
pub struct Trust {
    /// Trust the root certificates in FILE for https, and no others
    #[arg(long, global = true, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// How long a connection may take
    #[arg(long, global = true, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    connect_timeout: Duration,
    /// How long the server may be silent
    #[arg(long, global = true, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    silence: Duration,
    /// How long all of an exchange may take [default: 60; for a download, 3600]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

impl Trust {
    /// What connects by these rules.
    pub fn connector(&self) -> Connector {
        Connector::new(self.patience(), self.ca.as_deref())
    }

    /// The same for a file.
    pub fn connector_for_a_file(&self) -> Connector {
        Connector::new(self.patience_for_a_file(), self.ca.as_deref())
    }

    /// How long to wait.
    pub fn patience(&self) -> Patience {
        Patience {
            connect: self.connect_timeout,
            silence: self.silence,
            total: self.timeout.unwrap_or(Patience::default().total),
        }
    }

    /// How long to wait for a file, of whose length nobody knows anything beforehand.
    pub fn patience_for_a_file(&self) -> Patience {
        Patience {
            total: self.timeout.unwrap_or(A_FILE),
            ..self.patience()
        }
    }

    /// Whose certificates are trusted.
    pub fn ca(&self) -> Option<&Path> {
        self.ca.as_deref()
    }
}

/// What to ask for.
#[derive(Clone, Debug, Args)]
pub struct Ask {
    /// The method, GET unless it says so, or POST with data
    #[arg(short = 'X', long)]
    method: Option<String>,
    /// Ask for the head alone
    #[arg(short = 'I', long)]
    head: bool,
    /// A field more, as in 'Accept: text/plain'
    #[arg(short = 'H', long = "field", value_name = "FIELD")]
    fields: Vec<String>,
    /// Send this text
    #[arg(short, long)]
    data: Option<String>,
    /// Say who asks, as in alice:secret
    #[arg(short, long, value_name = "NAME:PASSWORD")]
    user: Option<String>,
    /// Say that gzip will do, and decompress it
    #[arg(long)]
    pub compressed: bool,
    /// How large a body may be
    #[arg(long, value_name = "OCTETS", default_value_t = 4 << 20)]
    pub limit: usize,
}

impl Ask {
    /// The request for what is at `url`.
    ///
    /// # Errors
    ///
    /// When something can't stand in a request.
    pub fn request(&self, url: &Url) -> anyhow::Result<Request> {
        let method = match (&self.method, self.head, &self.data) {
            (Some(method), ..) => method,
            (None, true, _) => "HEAD",
            (None, false, Some(_)) => "POST",
            (None, false, None) => "GET",
        };
        let mut request = Request::new(method, url.clone());
        request.fields.push("User-Agent", &b"on-the-wire"[..])?;
        request.fields.push("Accept", &b"*/*"[..])?;
        if let Some(user) = &self.user {
            let (name, password) = user.split_once(':').context("as in --user alice:secret")?;
            request
                .fields
                .push("Authorization", crate::basic(name, password))?;
        }
        for field in &self.fields {
            let (name, value) = field
                .split_once(':')
                .context("as in -H 'Accept: text/plain'")?;
            // In place of ours, as curl does it.
            if ["user-agent", "accept"].contains(&name.to_ascii_lowercase().as_str()) {
                request.fields.remove(name);
            }
            let value = Bytes::copy_from_slice(value.trim().as_bytes());
            request
                .fields
                .push(name, value)
                .with_context(|| format!("{field:?}"))?;
        }
        if self.compressed {
            request.fields.push("Accept-Encoding", &b"gzip"[..])?;
        }
        request.body = self.data.clone().unwrap_or_default().into();
        Ok(request)
    }
}
