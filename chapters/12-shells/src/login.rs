//! How a client gets in: the server's key is checked first, then the client proves who it is.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use program::tasks;
use russh::client::{AuthResult, Config, Handle, connect_stream};
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::{HashAlg, PrivateKeyWithHashAlg, load_secret_key};
use russh::{Disconnect, Preferred};
use tokio::net::TcpStream;

use crate::host_check::{HostCheck, Trust};
use crate::limited::Limited;
use crate::target::Target;

/// A connection on which somebody is logged in.
pub type Client = Handle<HostCheck>;

type Stream = Limited<TcpStream>;

/// The command line of a client: its keys, what it trusts, and its patience.
#[derive(Debug, Clone, clap::Args)]
pub struct Login {
    /// The folder with known_hosts and id_ed25519, like ~/.ssh
    #[arg(long, value_name = "FOLDER", default_value = "keys")]
    pub keys: PathBuf,
    /// Another key than id_ed25519 of that folder
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// The file whose first line opens that key
    #[arg(long, value_name = "FILE")]
    pub passphrase: Option<PathBuf>,
    /// Show the password in the first line of this file, and no key
    #[arg(long, value_name = "FILE", conflicts_with_all = ["identity", "agent"])]
    pub password: Option<PathBuf>,
    /// Have the agent at SSH_AUTH_SOCK sign
    #[arg(long, conflicts_with = "identity")]
    pub agent: bool,
    /// Trust a server that is not known yet if its key has this fingerprint
    #[arg(long, value_name = "SHA256:...")]
    pub fingerprint: Option<String>,
    /// Trust whoever answers. They may read all, and be anybody
    #[arg(long, conflicts_with = "fingerprint")]
    pub dangerous_accept_any_key: bool,
    /// How long the server may take to let us in
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = program::seconds)]
    pub timeout: Duration,
}

impl Login {
    /// Connects to `target`, checks who it is, and logs in.
    ///
    /// # Errors
    ///
    /// When it can't be reached, isn't who it should be, doesn't let us in, or takes longer
    /// than the time-out for all of that.
    // ANCHOR: log_in
    pub async fn log_in(&self, target: &Target) -> anyhow::Result<Client> {
        let connected = TcpStream::connect((target.host.as_str(), target.port));
        let stream = tasks::in_time(self.timeout, connected).await;
        let stream = stream.with_context(|| format!("connect {target}"))?;
        let (stream, inside) = Limited::new(stream, self.timeout, "logged in");
        let mut client = self.meet(target, stream).await?;
        let logged_in = match self.authenticate(&mut client, target).await {
            // To who waits for an answer, the end of the connection looks like a refusal.
            Err(refused) if client.is_closed() => (&mut client).await.and(Err(refused)),
            answered => answered,
        };
        logged_in.with_context(|| format!("log in at {target} as {}", target.user))?;
        inside.send(()).ok().context("the connection ended")?;
        Ok(client)
    }
    // ANCHOR_END: log_in

    // ANCHOR: meet
    async fn meet(&self, target: &Target, stream: Stream) -> anyhow::Result<Client> {
        let trust = match (&self.fingerprint, self.dangerous_accept_any_key) {
            (Some(fingerprint), _) => Trust::Fingerprint(fingerprint.clone()),
            (None, true) => Trust::AnyKey,
            (None, false) => Trust::Known,
        };
        let check = HostCheck::new(target, self.keys.join("known_hosts"), trust)?;
        let all = Preferred::DEFAULT.key;
        let config = Config {
            preferred: Preferred {
                host_key_certificates: match check.has_authorities() {
                    true => all.clone(),
                    false => Cow::Borrowed(&[]),
                },
                key: check.algorithms(&all).into(),
                ..Preferred::DEFAULT
            },
            nodelay: true,
            ..Config::default()
        };
        let met = connect_stream(Arc::new(config), stream, check).await;
        // What the check says has the address already, and what to do.
        met.map_err(|error| match error.is::<russh::Error>() {
            true => error.context(format!("meet {target}")),
            false => error,
        })
    }
    // ANCHOR_END: meet

    // ANCHOR: authenticate
    async fn authenticate(&self, client: &mut Client, target: &Target) -> anyhow::Result<()> {
        let user = target.user.as_str();
        let answer = if let Some(file) = &self.password {
            client
                .authenticate_password(user, first_line(file)?)
                .await?
        } else if self.agent {
            return self.by_agent(client, user).await;
        } else {
            let default = self.keys.join("id_ed25519");
            let file = self.identity.as_ref().unwrap_or(&default);
            let passphrase = self.passphrase.as_deref().map(first_line).transpose()?;
            let key = load_secret_key(file, passphrase.as_deref());
            let key = key.with_context(|| format!("key {}", file.display()))?;
            let hash = strongest(client).await?;
            let key = PrivateKeyWithHashAlg::new(Arc::new(key), hash);
            client.authenticate_publickey(user, key).await?
        };
        accepted(&answer)
    }

    async fn by_agent(&self, client: &mut Client, user: &str) -> anyhow::Result<()> {
        let mut agent = AgentClient::connect_env().await.context("agent")?;
        for identity in agent.request_identities().await.context("agent")? {
            let AgentIdentity::PublicKey { key, .. } = identity else {
                continue;
            };
            let hash = strongest(client).await?;
            let signed = client.authenticate_publickey_with(user, key, hash, &mut agent);
            if signed.await.context("agent")?.success() {
                return Ok(());
            }
        }
        bail!("the server takes none of the agent's keys")
    }
    // ANCHOR_END: authenticate
}

/// What an RSA key should sign with, as far as the server knows it (RFC 8332).
async fn strongest(client: &Client) -> anyhow::Result<Option<HashAlg>> {
    Ok(client.best_supported_rsa_hash().await?.flatten())
}

fn accepted(answer: &AuthResult) -> anyhow::Result<()> {
    match answer {
        AuthResult::Success => Ok(()),
        AuthResult::Failure {
            remaining_methods, ..
        } => {
            let methods: Vec<&str> = remaining_methods.iter().map(Into::into).collect();
            bail!("refused; the server takes: {}", methods.join(", "))
        }
    }
}

fn first_line(file: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Says that we are leaving, so that the server needn't find out, and waits until it is said.
pub async fn leave(client: Client) {
    // That it can't be told is no matter: we are leaving.
    let _ = client.disconnect(Disconnect::ByApplication, "", "").await;
    let _ = client.await;
}
