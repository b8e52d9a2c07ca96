//! The server behind `ssh-server`.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use russh::keys::PublicKey;
use russh::server::{
    Auth, ChannelOpenHandle, Config, Handler, Msg, PublicKeyOffer, Session, VerifiedPublicKey,
    run_stream,
};
use russh::{Channel, ChannelId, MethodKind, MethodSet, Pty, Sig};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::commands::{Said, Then, run};
use crate::files::Files;
use crate::limited::Limited;
use crate::shell::Shell;
use crate::test_keys;

/// How many channels one client may have: OpenSSH's `MaxSessions`.
const CHANNELS: usize = 10;
/// How much is kept for a client that doesn't take it, on one channel, in octets.
const UNREAD: usize = 2 << 20;
/// What it costs to keep a message, beside what is in it.
const MESSAGE: usize = 64;
/// How long a client that has come in may say nothing.
const IDLE: Duration = Duration::from_secs(60);
/// Alice's password.
pub const PASSWORD: &str = "down-the-hole";

/// What a server is like, beside its address.
#[derive(Debug, Clone)]
pub struct House {
    /// Which test key proves who it is.
    pub host_key: String,
    /// The name for which it has a certificate.
    pub certificate: Option<String>,
    /// How long a client may take to come in.
    pub patience: Duration,
    /// After how many octets of files its disk fails.
    pub fails_at: Option<u64>,
}

/// The configuration of all sessions in this house.
///
/// # Errors
///
/// When it has no such key.
pub fn config(house: &House) -> anyhow::Result<Arc<Config>> {
    let name = house.certificate.as_deref();
    Ok(Arc::new(Config {
        keys: vec![test_keys::key(&house.host_key)?],
        certificates: name
            .map(test_keys::host_certificate)
            .into_iter()
            .collect::<Result<_, _>>()?,
        methods: methods(),
        max_auth_attempts: 6,
        auth_rejection_time: Duration::from_millis(100),
        auth_rejection_time_initial: Some(Duration::ZERO), // the question which methods there are
        inactivity_timeout: Some(IDLE),
        nodelay: true,
        ..Config::default()
    }))
}

/// How a client may prove who it is.
fn methods() -> MethodSet {
    MethodSet::from([MethodKind::PublicKey, MethodKind::Password].as_slice())
}

/// No, and every way is still open: russh's own no takes a wrong password's away.
fn refused() -> Auth {
    Auth::Reject {
        proceed_with_methods: Some(methods()),
        partial_success: false,
    }
}

/// Serves one client to its end.
///
/// # Errors
///
/// When it doesn't come in within the house's patience, or breaks the protocol.
// ANCHOR: talk
pub async fn talk(stream: TcpStream, config: Arc<Config>, house: House) -> anyhow::Result<()> {
    let (stream, inside) = Limited::new(stream, house.patience, "logged in");
    let visitor = Visitor {
        alice: test_keys::key("alice")?.public_key().clone(),
        user: String::new(),
        inside: Some(inside),
        places: HashMap::new(),
        unread: HashMap::new(),
        house,
    };
    let session = async { run_stream(config, stream, visitor).await?.await };
    // Clients leave as they like, many without a word.
    let ended: anyhow::Result<()> = session.await;
    ended.or_else(|error| if has_left(&error) { Ok(()) } else { Err(error) })
}
// ANCHOR_END: talk

/// Whether it only says that the client is gone.
fn has_left(error: &anyhow::Error) -> bool {
    match error.downcast_ref() {
        Some(russh::Error::Disconnect | russh::Error::HUP) => true,
        Some(russh::Error::IO(error)) => matches!(
            error.kind(),
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
        ),
        _ => false,
    }
}

/// A client, and its channels.
struct Visitor {
    alice: PublicKey,
    user: String,
    /// Told when the client has logged in.
    inside: Option<oneshot::Sender<()>>,
    places: HashMap<ChannelId, Place>,
    /// What was said on a channel since the client has last taken all of it, in octets.
    unread: HashMap<ChannelId, usize>,
    house: House,
}

/// What happens on a channel.
enum Place {
    Open {
        channel: Channel<Msg>,
        terminal: bool,
    },
    Upper,
    Waits,
    Shell(Shell),
    /// It has said all, and ends with this status once that is taken.
    Full(u32),
}

impl Visitor {
    fn open_sessions(&self) -> usize {
        self.places.len()
    }

    /// Whether `channel` has asked for a terminal, if it isn't in use yet.
    fn begin(&mut self, channel: ChannelId) -> Option<bool> {
        match self.places.remove(&channel) {
            Some(Place::Open { terminal, .. }) => Some(terminal),
            Some(other) => {
                self.places.insert(channel, other);
                None
            }
            None => None,
        }
    }

    /// Counts what is about to be said. russh keeps it until the client takes it, however
    /// much it is.
    fn count(&mut self, id: ChannelId, said: &[Said]) -> anyhow::Result<()> {
        let unread = self.unread.entry(id).or_default();
        for Said::Out(octets) | Said::Err(octets) in said {
            *unread += octets.len() + MESSAGE;
        }
        ensure!(
            *unread <= UNREAD,
            "gave up: it doesn't take what it is told"
        );
        Ok(())
    }

    fn say(id: ChannelId, said: Vec<Said>, session: &mut Session) -> Result<(), russh::Error> {
        for said in said {
            match said {
                Said::Out(octets) => session.data(id, octets)?,
                Said::Err(octets) => session.extended_data(id, 1, octets)?, // RFC 4254, 5.2
            }
        }
        Ok(())
    }

    // ANCHOR: ends
    /// The end of a command: its status, the end of its output, the end of the channel.
    fn ends(&mut self, id: ChannelId, status: u32, session: &mut Session) -> anyhow::Result<()> {
        if session.has_pending_data(id) {
            self.places.insert(id, Place::Full(status)); // who can't write can't end
            return Ok(());
        }
        self.places.remove(&id);
        session.exit_status_request(id, status)?;
        session.eof(id)?;
        session.close(id)?;
        Ok(())
    }
    // ANCHOR_END: ends
}

impl Handler for Visitor {
    type Error = anyhow::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> anyhow::Result<Auth> {
        let right = ring::digest::digest(&ring::digest::SHA256, PASSWORD.as_bytes());
        let given = ring::digest::digest(&ring::digest::SHA256, password.as_bytes());
        Ok(match user == "alice" && right.as_ref() == given.as_ref() {
            true => Auth::Accept,
            false => refused(),
        })
    }

    async fn auth_publickey_offered(
        &mut self,
        user: &str,
        offer: PublicKeyOffer<'_>,
    ) -> anyhow::Result<Auth> {
        Ok(self.admits(user, offer.public_key))
    }

    async fn auth_publickey(
        &mut self,
        user: &str,
        key: VerifiedPublicKey<'_>,
    ) -> anyhow::Result<Auth> {
        Ok(self.admits(user, key.public_key))
    }

    async fn auth_succeeded(&mut self, _: &mut Session) -> anyhow::Result<()> {
        "alice".clone_into(&mut self.user); // nobody else is let in
        if let Some(inside) = self.inside.take() {
            let _ = inside.send(()); // who waited for it may have given up
        }
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> anyhow::Result<()> {
        if self.open_sessions() < CHANNELS {
            let terminal = false;
            self.places
                .insert(channel.id(), Place::Open { channel, terminal });
            reply.accept().await;
        }
        Ok(()) // who isn't accepted is refused
    }

    async fn pty_request(
        &mut self,
        id: ChannelId,
        _term: &str,
        _columns: u32,
        _rows: u32,
        _width: u32,
        _height: u32,
        _modes: &[(Pty, u32)],
        session: &mut Session,
    ) -> anyhow::Result<()> {
        match self.places.get_mut(&id) {
            Some(Place::Open { terminal, .. }) => {
                *terminal = true;
                session.channel_success(id)?;
            }
            _ => session.channel_failure(id)?,
        }
        Ok(())
    }

    // ANCHOR: exec
    async fn exec_request(
        &mut self,
        id: ChannelId,
        line: &[u8],
        session: &mut Session,
    ) -> anyhow::Result<()> {
        let Some(terminal) = self.begin(id) else {
            session.channel_failure(id)?;
            return Ok(());
        };
        session.channel_success(id)?;
        let (said, then) = run(&self.user, &String::from_utf8_lossy(line));
        let shell = Shell::new(&self.user, terminal);
        let said = said.into_iter().map(|said| shell.through_terminal(said));
        Self::say(id, said.collect(), session)?;
        match then {
            Then::Exit(status) => self.ends(id, status, session)?,
            Then::Killed => {
                session.exit_signal_request(id, Sig::KILL, false, "", "")?;
                session.close(id)?;
            }
            Then::Upper => drop(self.places.insert(id, Place::Upper)),
            Then::Waits => drop(self.places.insert(id, Place::Waits)),
        }
        Ok(())
    }
    // ANCHOR_END: exec

    async fn shell_request(&mut self, id: ChannelId, session: &mut Session) -> anyhow::Result<()> {
        let Some(terminal) = self.begin(id) else {
            session.channel_failure(id)?;
            return Ok(());
        };
        session.channel_success(id)?;
        let shell = Shell::new(&self.user, terminal);
        Self::say(id, shell.prompt(), session)?;
        self.places.insert(id, Place::Shell(shell));
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> anyhow::Result<()> {
        match self.places.remove(&id) {
            Some(Place::Open { channel, .. }) if name == "sftp" => {
                session.channel_success(id)?;
                self.places.insert(id, Place::Waits);
                let files = Files::new(self.house.fails_at);
                russh_sftp::server::run(channel.into_stream(), files).await;
            }
            other => {
                self.places.extend(other.map(|place| (id, place)));
                session.channel_failure(id)?;
            }
        }
        Ok(())
    }

    async fn data(
        &mut self,
        id: ChannelId,
        octets: &[u8],
        session: &mut Session,
    ) -> anyhow::Result<()> {
        if !session.has_pending_data(id) {
            self.unread.remove(&id);
        }
        // Line by line, as each may have much for an answer.
        for typed in octets.split_inclusive(|octet| matches!(octet, b'\r' | b'\n')) {
            let (said, ended) = match self.places.get_mut(&id) {
                Some(Place::Upper) => (vec![Said::Out(typed.to_ascii_uppercase())], None),
                Some(Place::Shell(shell)) => {
                    let (said, ended) = shell.typed(typed);
                    let said = said.into_iter().map(|said| shell.through_terminal(said));
                    (said.collect(), ended)
                }
                Some(Place::Open { .. } | Place::Waits | Place::Full(_)) | None => return Ok(()),
            };
            self.count(id, &said)?;
            Self::say(id, said, session)?;
            if let Some(status) = ended {
                self.ends(id, status, session)?;
            }
        }
        Ok(())
    }

    async fn channel_eof(&mut self, id: ChannelId, session: &mut Session) -> anyhow::Result<()> {
        match self.places.get_mut(&id) {
            Some(Place::Upper) => self.ends(id, 0, session),
            Some(Place::Shell(shell)) => {
                let status = shell.status();
                self.ends(id, status, session)
            }
            Some(Place::Open { .. } | Place::Waits | Place::Full(_)) | None => Ok(()),
        }
    }

    async fn window_adjusted(
        &mut self,
        id: ChannelId,
        _: u32,
        session: &mut Session,
    ) -> anyhow::Result<()> {
        match self.places.get(&id) {
            Some(&Place::Full(status)) => self.ends(id, status, session),
            _ => Ok(()),
        }
    }

    async fn channel_close(&mut self, id: ChannelId, _: &mut Session) -> anyhow::Result<()> {
        self.places.remove(&id);
        self.unread.remove(&id);
        Ok(())
    }
}

impl Visitor {
    fn admits(&self, user: &str, key: &PublicKey) -> Auth {
        match user == "alice" && key.key_data() == self.alice.key_data() {
            true => Auth::Accept,
            false => refused(),
        }
    }
}
