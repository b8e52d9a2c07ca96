//! SFTP servers that list without end, name what is none, and send more than they said.

use std::path::Path;

use russh_sftp::client::{RawSftpSession, SftpSession};
use russh_sftp::protocol::{
    Data, File, FileAttributes, FileMode, Handle, Name, OpenFlags, Status, StatusCode,
};
use russh_sftp::server::{Handler, StatusReply, run};
use shells::mirror::{Wanted, fetch, list};
use tokio::io::{DuplexStream, duplex};

/// A server that tells, for each READDIR, what `tells` makes of the number of those before,
/// and for each READ as many octets as `octets`.
struct Wicked<F> {
    tells: F,
    read: usize,
    octets: usize,
}

impl<F: FnMut(usize) -> Result<Vec<File>, StatusReply> + Send> Handler for Wicked<F> {
    type Error = StatusReply;

    fn unimplemented(&self) -> StatusReply {
        StatusCode::OpUnsupported.into()
    }

    async fn opendir(&mut self, id: u32, handle: String) -> Result<Handle, StatusReply> {
        Ok(Handle { id, handle })
    }

    async fn readdir(&mut self, id: u32, _: String) -> Result<Name, StatusReply> {
        self.read += 1;
        let files = (self.tells)(self.read - 1)?;
        Ok(Name { id, files })
    }

    async fn open(
        &mut self,
        id: u32,
        handle: String,
        _: OpenFlags,
        _: FileAttributes,
    ) -> Result<Handle, StatusReply> {
        Ok(Handle { id, handle })
    }

    async fn read(&mut self, id: u32, _: String, _: u64, _: u32) -> Result<Data, StatusReply> {
        let data = vec![b'x'; self.octets];
        Ok(Data { id, data })
    }

    async fn close(&mut self, _: u32, _: String) -> Result<Status, StatusReply> {
        Err(StatusCode::Ok.into())
    }
}

fn wicked(
    octets: usize,
    tells: impl FnMut(usize) -> Result<Vec<File>, StatusReply> + Send + 'static,
) -> DuplexStream {
    let (near, far) = duplex(64 * 1024);
    let read = 0;
    tokio::spawn(run(
        far,
        Wicked {
            tells,
            read,
            octets,
        },
    ));
    near
}

fn named(name: impl Into<String>, mode: FileMode, length: u64) -> File {
    let attributes = FileAttributes {
        size: Some(length),
        permissions: Some(mode.bits() | 0o755),
        ..FileAttributes::default()
    };
    File::new(name, attributes)
}

fn file(name: impl Into<String>, length: u64) -> File {
    named(name, FileMode::REG, length)
}

/// What `list` says of a server that tells this.
async fn listed(
    tells: impl FnMut(usize) -> Result<Vec<File>, StatusReply> + Send + 'static,
) -> Result<Vec<Wanted>, String> {
    let sftp = RawSftpSession::new(wicked(0, tells));
    sftp.init().await.unwrap();
    let listed = list(&sftp, "top", Path::new("here"), 1000).await;
    listed.map_err(|error| program::one_line(&error))
}

#[tokio::test]
async fn a_folder_without_end_is_left() {
    let many = "top: more than 100000 files and folders";
    let got = listed(|read| Ok((0..1000).map(|n| file(format!("{read}-{n}"), 0)).collect())).await;
    assert_eq!(got.unwrap_err(), many);
    // Names that are no names count, too.
    let got = listed(|_| Ok(vec![file(".", 0); 1000])).await;
    assert_eq!(got.unwrap_err(), many);
    let got = listed(|_| Ok(Vec::new())).await;
    assert_eq!(got.unwrap_err(), "top: it goes on, and tells no name");
}

#[tokio::test]
async fn folders_without_end_are_left() {
    // One in each folder, and so on.
    let got = listed(|read| match read % 2 {
        0 => Ok(vec![named("d", FileMode::DIR, 0)]),
        _ => Err(StatusCode::Eof.into()),
    });
    let got = got.await.unwrap_err();
    assert_eq!(
        got,
        format!("top{}: folders more than 32 deep", "/d".repeat(33))
    );
    let got = listed(|read| match read % 2 {
        0 => Ok(vec![named("d".repeat(500), FileMode::DIR, 0)]),
        _ => Err(StatusCode::Eof.into()),
    });
    let got = got.await.unwrap_err();
    assert!(got.ends_with("d: too long a path"), "{got}");
}

fn once(files: Vec<File>) -> impl FnMut(usize) -> Result<Vec<File>, StatusReply> + Send {
    let mut files = Some(files);
    move |_| files.take().ok_or(StatusCode::Eof.into())
}

#[tokio::test]
async fn more_than_is_wanted_is_not_begun() {
    let got = listed(once(vec![file("a", 600), file("b", 400)])).await;
    assert_eq!(got.unwrap().len(), 2);
    for lengths in [[600, 401], [u64::MAX, 1], [1, u64::MAX]] {
        let files = ["a", "b"].into_iter().zip(lengths);
        let got = listed(once(
            files.map(|(name, length)| file(name, length)).collect(),
        ))
        .await;
        let got = got.unwrap_err();
        assert!(got.ends_with(": more than 1000 octets in all"), "{got}");
    }
}

#[tokio::test]
async fn no_two_files_have_one_place() {
    for (one, other) in [
        ("a", "a"),
        ("a", "a.part"),
        ("a.from", "a"),
        ("a.part.from", "a.part"),
    ] {
        let got = listed(once(vec![file(one, 1), file(other, 1)])).await;
        let got = got.unwrap_err();
        assert!(got.ends_with(": its place is another file's"), "{got}");
    }
    let got = listed(once(vec![
        file("a", 1),
        file("a.parts", 1),
        file("b.from", 1),
    ]))
    .await;
    assert_eq!(got.unwrap().len(), 3);
}

#[tokio::test]
async fn what_a_server_says_of_itself_is_told() {
    let got = listed(|_| Err(StatusCode::Failure.with_message("a disk \u{1b}[2J is full"))).await;
    assert_eq!(got.unwrap_err(), "top: Failure: a disk \u{1b}[2J is full");
}

#[tokio::test]
async fn a_file_ends_where_it_was_to_end() {
    let home = tempfile::tempdir().unwrap();
    for (octets, expected) in [
        (100, Ok(1000)),
        (0, Err("it ended after 0 of 1000 octets")),
        (300, Err("it grew beyond 1000 octets")),
        (200_000, Err("it grew beyond 1000 octets")),
    ] {
        let sftp = SftpSession::new(wicked(octets, once(Vec::new())))
            .await
            .unwrap();
        let wanted = Wanted {
            remote: "a".to_owned(),
            local: home.path().join(octets.to_string()),
            length: 1000,
            written: 0,
        };
        let fetched = fetch(&sftp, &wanted, |_| ()).await;
        let fetched = fetched.map_err(|error| program::one_line(&error));
        let length = std::fs::metadata(&wanted.local).map(|here| here.len());
        match expected {
            Ok(length_expected) => assert_eq!(length.unwrap(), length_expected),
            Err(why) => assert_eq!(
                (fetched.unwrap_err().as_str(), length.is_ok()),
                (why, false)
            ),
        }
    }
}
