//! A program for the tests of the player: it behaves, and misbehaves, as told.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;
use std::{env, fs, process, thread};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match act(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn act(arguments: &[&str]) -> Result<ExitCode> {
    match arguments {
        // Prints each text as a line.
        ["say", texts @ ..] => texts.iter().for_each(|text| println!("{text}")),
        // Prints each text as a line, then lives on.
        ["stay", texts @ ..] => {
            texts.iter().for_each(|text| println!("{text}"));
            hang();
        }
        ["hang"] => hang(),
        ["exit", code] => return Ok(ExitCode::from(code.parse::<u8>()?)),
        ["abort"] => process::abort(),
        // Prints octets given as hexadecimal digits.
        ["octets", digits] => {
            let octets: std::result::Result<Vec<u8>, _> = (0..digits.len())
                .step_by(2)
                .map(|i| u8::from_str_radix(&digits[i..i + 2], 16))
                .collect();
            io::stdout().write_all(&octets?)?;
        }
        // Prints each text by itself, as eprintln! prints its pieces.
        ["pieces", texts @ ..] => {
            for text in texts {
                io::stderr().write_all(text.as_bytes())?;
                thread::yield_now();
            }
            eprintln!();
            hang();
        }
        ["lines", count] => (1..=count.parse::<usize>()?).for_each(|n| println!("line {n}")),
        ["flood"] => loop {
            println!("flood");
        },
        ["flood-without-end-of-line"] => loop {
            print!("flood ");
        },
        ["both"] => {
            println!("out 1");
            eprintln!("err 1");
            println!("out 2");
            eprintln!("err 2");
        }
        // Leaves a child behind that keeps the output open.
        ["leave"] => {
            Command::new(env::current_exe()?).arg("hang").spawn()?;
            println!("left");
        }
        // Leaves one behind of which nobody hears but who listens at the socket.
        ["leave-quietly", path] => {
            let mut child = Command::new(env::current_exe()?)
                .args(["hold", path])
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()?;
            if let Some(stdout) = &mut child.stdout {
                BufReader::new(stdout).read_line(&mut String::new())?; // it is there
            }
            println!("left");
        }
        // Leaves one behind in a process group of its own.
        ["leave-group", path] => {
            println!("left");
            Command::new(env::current_exe()?)
                .args(["hold", path])
                .process_group(0)
                .spawn()?;
        }
        // Connects to a Unix socket, so that whoever listens there sees when this
        // ends, and can end it. A port may follow, for which it does nothing.
        ["hold", path, ..] => {
            let mut stream = UnixStream::connect(path)?;
            println!("holding");
            stream.read_to_end(&mut Vec::new())?;
        }
        ["prompt"] => {
            let mut lines = io::stdin().lines();
            loop {
                print!("Name: ");
                io::stdout().flush()?;
                match lines.next() {
                    Some(name) => println!("Hello, {}!", name?),
                    None => break println!("\nBye."),
                }
            }
        }
        ["cat"] => {
            for line in io::stdin().lines() {
                println!("{}", line?);
            }
        }
        ["open", number] => {
            let open = fs::metadata(format!("/dev/fd/{number}")).is_ok();
            println!("{}", if open { "open" } else { "closed" });
        }
        ["files"] => {
            println!("{}", env::current_dir()?.display());
            for entry in fs::read_dir(".")? {
                println!("{}", entry?.file_name().to_string_lossy());
            }
        }
        ["write", file] => fs::write(file, "x")?,
        ["show", file] => print!("{}", fs::read_to_string(file)?),
        // What is different each time.
        ["wild"] => {
            let nanos = Instant::now().elapsed().subsec_nanos();
            println!("pid {}", process::id());
            println!("took 0.{nanos:09} s");
            println!("stuck after {} bytes", process::id());
        }
        ["args", texts @ ..] => println!("{texts:?}"),
        // Fails once as if its port had been taken.
        ["taken-once", file, address] => {
            if fs::exists(file)? {
                println!("Listening at {address}");
            } else {
                fs::write(file, "")?;
                return Err(format!("bind {address}: address already in use").into());
            }
        }
        ["taken", address] => {
            return Err(format!("bind {address}: address already in use").into());
        }
        ["tcp-server", address] => {
            let listener = TcpListener::bind(address)?;
            println!("Listening at {}", listener.local_addr()?);
            loop {
                let (stream, peer) = listener.accept()?;
                let text = serve(&stream, &stream)?;
                println!("{peer} says {text:?}");
            }
        }
        ["tcp-client", address, text] => {
            let stream = TcpStream::connect(address)?;
            println!("I am {}", stream.local_addr()?);
            println!("The answer is {:?}", ask(&stream, &stream, text)?);
        }
        ["udp-server", address] => {
            let socket = UdpSocket::bind(address)?;
            println!("Listening at {}", socket.local_addr()?);
            let mut buffer = [0; 1500];
            loop {
                let (length, peer) = socket.recv_from(&mut buffer)?;
                let text = String::from_utf8_lossy(&buffer[..length]);
                socket.send_to(text.to_uppercase().as_bytes(), peer)?;
                println!("{peer} says {text:?}");
            }
        }
        ["udp-client", address, text] => {
            let socket = UdpSocket::bind(("127.0.0.1", 0))?;
            socket.send_to(text.as_bytes(), address)?;
            let mut buffer = [0; 1500];
            let (length, peer) = socket.recv_from(&mut buffer)?;
            let answer = String::from_utf8_lossy(&buffer[..length]);
            println!("{peer} answers {answer:?}");
        }
        ["unix-server", path] => {
            let listener = UnixListener::bind(path)?;
            println!("Listening at {path}");
            loop {
                let (stream, _) = listener.accept()?;
                println!("A client says {:?}", serve(&stream, &stream)?);
            }
        }
        ["unix-client", path, text] => {
            let stream = UnixStream::connect(path)?;
            println!("The answer is {:?}", ask(&stream, &stream, text)?);
        }
        _ => return Err(format!("no such act: {arguments:?}").into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn hang() -> ! {
    loop {
        thread::park();
    }
}

/// Reads a line and answers it in upper case.
fn serve(reader: impl Read, mut writer: impl Write) -> Result<String> {
    let mut line = String::new();
    BufReader::new(reader).read_line(&mut line)?;
    writer.write_all(line.to_uppercase().as_bytes())?;
    Ok(line.trim_end().to_owned())
}

/// Writes a line and reads the answer.
fn ask(reader: impl Read, mut writer: impl Write, text: &str) -> Result<String> {
    writer.write_all(format!("{text}\n").as_bytes())?;
    let mut line = String::new();
    BufReader::new(reader).read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}
