//! Ports and volumes as they are written on the command line.

use std::path::Path;

use indexmap::IndexMap;

use crate::commands::Error;
use crate::commands::malformed::Malformed;
use crate::diagnostic::{SourceId, Span};
use crate::names::VolumeName;
use crate::project::{Mount, MountKind, PortMapping, Volume};

/// What is mounted, with the volume where the source is the name of one.
pub(super) type GivenVolume = (Mount, Option<(VolumeName, Volume)>);

/// `[[ADDRESS:]PORT:]PORT[/PROTOCOL]`.
pub(super) fn port(text: &str, span: Span) -> Result<PortMapping, Malformed> {
    let wrong = || Malformed::Publish { text: text.to_owned() };
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let (rest, target) = ports.rsplit_once(':').map_or((None, ports), |(rest, target)| (Some(rest), target));
    let (host_ip, published) =
        match rest.map(|rest| rest.rsplit_once(':').map_or((None, rest), |(ip, port)| (Some(ip), port))) {
            Some((ip, port)) => (ip, Some(port)),
            None => (None, None),
        };
    let number = |text: &str| text.parse::<u16>().map_err(|_| wrong());
    let published = match published.filter(|port| !port.is_empty()) {
        Some(port) => {
            let (first, last) = port.split_once('-').unwrap_or((port, port));
            Some((number(first)?, number(last)?))
        }
        None => None,
    };
    Ok(PortMapping {
        target: number(target)?,
        published,
        host_ip: host_ip.map(|ip| ip.trim_matches(['[', ']']).to_owned()),
        protocol: protocol.to_owned(),
        mode: "ingress".to_owned(),
        app_protocol: None,
        span,
    })
}

/// `[SOURCE:]TARGET[:OPTIONS]`, with the volume where the source is the name of one. Relative sources start in
/// `directory`.
pub(super) fn volume(text: &str, directory: &Path) -> Result<GivenVolume, Error> {
    let nowhere = Span { source: SourceId(u32::MAX), line: 0, column: 0, length: 0 };
    let parts: Vec<&str> = text.split(':').collect();
    let (source, target, options) = match parts.as_slice() {
        [target] => (None, *target, ""),
        [source, target] => (Some(*source), *target, ""),
        [source, target, options] => (Some(*source), *target, *options),
        _ => return Err(Malformed::VolumeForm { text: text.to_owned() }.into()),
    };
    if !target.starts_with('/') {
        return Err(Malformed::VolumeForm { text: text.to_owned() }.into());
    }
    let mut named = None;
    let kind = match source {
        None => MountKind::Anonymous { no_copy: false },
        Some(path) if path.starts_with(['/', '.', '~']) => MountKind::Bind {
            source: directory.join(path).to_string_lossy().into_owned(),
            create_host_path: true,
            propagation: None,
            selinux: options.split(',').find(|option| matches!(*option, "z" | "Z")).map(str::to_owned),
            recursive: None,
        },
        Some(name) => {
            let key = VolumeName::new(name)?;
            named = Some((key.clone(), unknown_volume(&key)));
            MountKind::Volume { source: key, no_copy: false, subpath: None, labels: IndexMap::new() }
        }
    };
    let read_only = options.split(',').any(|option| option == "ro");
    Ok((Mount { target: target.to_owned(), read_only, consistency: None, kind, span: nowhere }, named))
}

/// A volume that the manifest does not define has the name that was given.
fn unknown_volume(name: &VolumeName) -> Volume {
    Volume {
        name: name.clone(),
        external: false,
        driver: None,
        driver_opts: IndexMap::new(),
        labels: IndexMap::new(),
        span: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: Span = Span { source: SourceId(0), line: 1, column: 1, length: 0 };

    #[test]
    fn ports_are_read_from_the_right() {
        let read = |text| port(text, NOWHERE).map(|port| (port.host_ip, port.published, port.target, port.protocol));
        assert_eq!(read("80").ok(), Some((None, None, 80, "tcp".to_owned())));
        assert_eq!(read("8080:80/udp").ok(), Some((None, Some((8080, 8080)), 80, "udp".to_owned())));
        assert_eq!(
            read("127.0.0.1:8080:80").ok(),
            Some((Some("127.0.0.1".to_owned()), Some((8080, 8080)), 80, "tcp".to_owned()))
        );
        assert!(read("a:80").is_err());
    }

    #[test]
    fn a_source_with_a_slash_is_a_path_and_one_without_a_volume() {
        let read = |text: &str| volume(text, Path::new("/project")).expect("valid").0.kind;
        assert!(matches!(read("./a:/b"), MountKind::Bind { source, .. } if source == "/project/./a"));
        assert!(matches!(read("data:/b:ro"), MountKind::Volume { source, .. } if source.as_str() == "data"));
        assert!(matches!(read("/b"), MountKind::Anonymous { .. }));
        assert!(volume("a:b", Path::new("/")).is_err());
    }
}
