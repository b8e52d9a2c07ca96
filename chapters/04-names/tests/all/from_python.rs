//! What the pages say of Python, run in Python; and of Rust beside it, compiled.

use std::io::Read;
use std::net::{Ipv4Addr, Ipv6Addr, TcpStream, UdpSocket};
use std::os::fd::{BorrowedFd, IntoRawFd};
use std::process::Command;
use std::time::Duration;

use socket2::{Domain, RecvFlags, Socket, TcpKeepalive, Type};
use testkit::Server;

#[test]
fn python_does_what_the_pages_say() {
    let mut tiny_dns = Command::new(env!("CARGO_BIN_EXE_tiny-dns"));
    tiny_dns.args(["server", "127.0.0.1:0"]);
    let tiny_dns = Server::start(tiny_dns);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python.py");
    testkit::claims(script, &[&tiny_dns.address.to_string()]);
}

#[test]
fn rust_writes_the_last_four_octets_as_the_others() {
    let octets = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
    assert_eq!(Ipv6Addr::from(octets).to_string(), "::102:304");
}

#[test]
fn private_is_what_rfc_1918_says() {
    for (address, private) in [
        ("10.0.0.1", true),
        ("127.0.0.1", false),
        ("192.0.2.1", false),
    ] {
        let address: Ipv4Addr = address.parse().unwrap();
        assert_eq!(address.is_private(), private);
    }
}

/// Methods that the page *From Python to Rust* names, and no program here calls.
#[expect(dead_code, reason = "it has to compile, and no more")]
fn rust_has() {
    let _ = (
        Socket::set_keepalive,
        Socket::set_linger,
        Socket::take_error,
    );
    let _ = (Socket::set_out_of_band_inline, Socket::is_listener);
    let _ = (Socket::send_out_of_band, Socket::recv_out_of_band);
    let _ = (Socket::recv_with_flags, Socket::send_with_flags);
    let _ = (Socket::domain, Socket::r#type, Socket::protocol);
    let _ = (Socket::set_tos_v4, Socket::set_recv_tos_v4);
    let _ = (Socket::set_tclass_v6, Socket::set_recv_tclass_v6);
    let _ = (Socket::set_unicast_hops_v6, Socket::set_recv_hoplimit_v6);
    let _ = Socket::set_header_included_v4;
    let _ = (Socket::set_multicast_hops_v6, Socket::set_multicast_if_v6);
    let _ = (Socket::join_ssm_v4, Socket::leave_ssm_v4);
    let _ = (Socket::tcp_mss, Socket::set_tcp_keepalive);
    let keepalive = TcpKeepalive::new().with_time(Duration::from_secs(60));
    let _ = keepalive
        .with_interval(Duration::from_secs(1))
        .with_retries(3);
    let _ = RecvFlags::is_truncated;
    let _ = (Domain::IPV4, Domain::IPV6, Domain::UNIX);
    let _ = (Type::RAW, Type::SEQPACKET, libc::SOCK_RDM);
    let _ = (UdpSocket::join_multicast_v6, UdpSocket::leave_multicast_v6);
    let _ = (
        UdpSocket::set_multicast_loop_v4,
        UdpSocket::set_multicast_loop_v6,
    );
    let _ = (UdpSocket::leave_multicast_v4, UdpSocket::peek_from);
    let _ = (TcpStream::set_ttl, TcpStream::peek, TcpStream::take_error);
    let _ = (TcpStream::read_timeout, TcpStream::write_timeout);
    let _ = <TcpStream as Read>::read_vectored;
    let _ = (
        <TcpStream as IntoRawFd>::into_raw_fd,
        BorrowedFd::try_clone_to_owned,
    );
    let _ = dns_lookup::lookup_addr;
    let _ = |error: dns_lookup::LookupError| dns_lookup::LookupErrorKind::new(error.error_num());
    let _ = dns_lookup::AddrInfoHints::default();
    let _ = (
        libc::NI_NUMERICHOST,
        libc::AI_PASSIVE,
        libc::EBADF,
        libc::IPPROTO_SCTP,
    );
    let _ = (libc::IPV6_PKTINFO, libc::IP_PKTINFO, libc::SO_RCVLOWAT);
    let _ = (libc::sethostname, libc::if_nameindex);
    let _ = hickory_resolver::lookup::Lookup::valid_until;
}

#[cfg(target_os = "linux")]
#[expect(dead_code, reason = "it has to compile, and no more")]
fn rust_has_on_linux() {
    use rustix::event::{epoll, poll, select};
    use rustix::net::{AddressFamily, RecvFlags, ReturnFlags, SendFlags, netdevice, sockopt};
    use rustix::net::{RecvAncillaryMessage, sendmsg};

    let _ = (
        libc::AF_ALG,
        Type::nonblocking,
        Type::cloexec,
        Domain::PACKET,
        Domain::VSOCK,
    );
    let _ = (
        Socket::nonblocking,
        Socket::bind_device,
        Socket::bind_device_by_index_v4,
    );
    let _ = (
        Socket::set_priority,
        Socket::set_mark,
        Socket::set_cpu_affinity,
    );
    let _ = (
        Socket::original_dst_v4,
        Socket::set_passcred,
        Socket::set_ip_transparent_v4,
    );
    let _ = (
        Socket::set_tcp_cork,
        Socket::set_tcp_quickack,
        Socket::tcp_congestion,
    );
    let _ = (Socket::set_tcp_user_timeout, Socket::set_tcp_notsent_lowat);
    let _ = (socket2::SockAddr::vsock, Socket::set_reuse_port);
    let _ = (AddressFamily::NETLINK, AddressFamily::TIPC);
    let _ = (
        AddressFamily::KEY,
        AddressFamily::UNSPEC,
        AddressFamily::BLUETOOTH,
    );
    let _ = (Socket::set_freebind_v4, libc::setsockopt);
    let _ = (SendFlags::MORE, SendFlags::EOR, SendFlags::DONTWAIT);
    let _ = (
        RecvFlags::DONTWAIT,
        RecvFlags::CMSG_CLOEXEC,
        RecvFlags::ERRQUEUE,
    );
    let _ = (RecvFlags::TRUNC, ReturnFlags::CTRUNC, sendmsg::<&Socket>);
    let _ = |message| matches!(message, RecvAncillaryMessage::ScmCredentials(_));
    let _ = netdevice::name_to_index::<&Socket>;
    let _ = netdevice::index_to_name::<&Socket>;
    let _ = sockopt::socket_peercred::<&Socket>;
    let _ = (poll, select, epoll::create);
    let _ = (
        libc::TCP_INFO,
        libc::TCP_FASTOPEN,
        libc::SO_PEERSEC,
        libc::IP_RECVERR,
    );
    let _ = (libc::IP_BIND_ADDRESS_NO_PORT, libc::IP_BLOCK_SOURCE);
}
