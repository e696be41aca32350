//! Who listens on this machine, out of `/proc` (proc(5), `/proc/net/tcp`).

use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

/// State `0A` of `/proc/net/tcp`.
const TCP_LISTEN: &str = "0A";
/// State `07` of `/proc/net/udp`: bound, not connected.
const UDP_BOUND: &str = "07";

/// A process that holds a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its name, as the kernel knows it.
    pub name: String,
    /// Its process id.
    pub pid: u32,
}

/// A socket that is bound to a port.
#[derive(Debug, Clone)]
struct Socket {
    /// The address, where it is one of IPv4; `None` stands for all addresses and for those of IPv6.
    address: Option<Ipv4Addr>,
    inode: u64,
}

/// A snapshot of the ports that are taken on this machine.
#[derive(Debug, Clone, Default)]
pub struct Listening {
    /// By protocol and port.
    sockets: BTreeMap<(&'static str, u16), Vec<Socket>>,
}

impl Listening {
    /// Reads the kernel's tables; what cannot be read counts as free, because the Engine has the last word.
    pub fn read(proc: &Path) -> Self {
        let mut sockets = BTreeMap::new();
        for (file, protocol, state) in [
            ("tcp", "tcp", TCP_LISTEN),
            ("tcp6", "tcp", TCP_LISTEN),
            ("udp", "udp", UDP_BOUND),
            ("udp6", "udp", UDP_BOUND),
        ] {
            let table = fs::read_to_string(proc.join("net").join(file)).unwrap_or_default();
            for (port, socket) in table.lines().skip(1).filter_map(|line| entry(line, state)) {
                sockets.entry((protocol, port)).or_insert_with(Vec::new).push(socket);
            }
        }
        Self { sockets }
    }

    /// Whether somebody listens there; `address` is where it would be needed, `None` everywhere.
    pub fn is_taken(&self, protocol: &str, port: u16, address: Option<&str>) -> bool {
        let wanted: Option<Ipv4Addr> =
            address.and_then(|text| text.parse().ok()).filter(|ip: &Ipv4Addr| !ip.is_unspecified());
        let mut sockets = self.sockets(protocol, port).iter();
        sockets.any(|socket| socket.address.is_none() || wanted.is_none() || socket.address == wanted)
    }

    /// The first port from `port` on that nobody holds.
    pub fn nearest_free(&self, protocol: &str, port: u16) -> Option<u16> {
        (port..=u16::MAX).find(|port| !self.is_taken(protocol, *port, None))
    }

    /// The process that holds a port, where its descriptors may be read.
    pub fn holder(&self, proc: &Path, protocol: &str, port: u16) -> Option<Listener> {
        let sockets = self.sockets(protocol, port).iter();
        let wanted: Vec<PathBuf> = sockets.map(|socket| format!("socket:[{}]", socket.inode).into()).collect();
        let processes = fs::read_dir(proc).ok()?.filter_map(Result::ok);
        let mut numbered =
            processes.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())));
        numbered.find_map(|(pid, folder): (u32, _)| {
            let descriptors = fs::read_dir(folder.join("fd")).ok()?.filter_map(Result::ok);
            let mut targets = descriptors.filter_map(|descriptor| fs::read_link(descriptor.path()).ok());
            targets.any(|target| wanted.contains(&target)).then(|| {
                let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
                Listener { name: name.trim().to_owned(), pid }
            })
        })
    }

    fn sockets(&self, protocol: &str, port: u16) -> &[Socket] {
        let protocol = if protocol == "udp" { "udp" } else { "tcp" };
        self.sockets.get(&(protocol, port)).map_or(&[], Vec::as_slice)
    }
}

/// Port and socket of a line whose socket is in this state.
fn entry(line: &str, state: &str) -> Option<(u16, Socket)> {
    let mut fields = line.split_ascii_whitespace();
    let (address, port) = fields.nth(1)?.rsplit_once(':')?;
    let found = fields.nth(1)?;
    let inode = fields.nth(5)?.parse().ok()?;
    (found == state).then_some(())?;
    // IPv4 stands there in the byte order of the machine, which is little-endian wherever an Engine runs.
    let ip = (address.len() == 8).then(|| u32::from_str_radix(address, 16).ok()).flatten();
    let address = ip.map(|ip| Ipv4Addr::from(ip.to_le_bytes())).filter(|ip| !ip.is_unspecified());
    Some((u16::from_str_radix(port, 16).ok()?, Socket { address, inode }))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, UdpSocket};

    use super::*;

    #[test]
    fn a_port_of_this_very_process_is_found_with_its_holder() {
        let proc = Path::new("/proc");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let listening = Listening::read(proc);
        assert!(listening.is_taken("tcp", port, None));
        assert!(listening.is_taken("tcp", port, Some("127.0.0.1")));
        assert!(!listening.is_taken("tcp", port, Some("192.0.2.1")));
        assert_eq!(listening.holder(proc, "tcp", port).map(|holder| holder.pid), Some(std::process::id()));
        assert!(listening.nearest_free("tcp", port).is_some_and(|free| free > port));
    }

    #[test]
    fn udp_has_ports_of_its_own() {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let port = socket.local_addr().expect("an address").port();
        assert!(Listening::read(Path::new("/proc")).is_taken("udp", port, None));
    }
}
