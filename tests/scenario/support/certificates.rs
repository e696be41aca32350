//! Certificates, made with the `openssl` program.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// An authority that signs certificates for one scenario.
pub struct Authority {
    folder: TempDir,
}

impl Authority {
    /// A new authority, which nobody trusts yet.
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a folder for certificates");
        let authority = Self { folder };
        authority.openssl("ca", "/CN=scenario authority", &["-addext", "keyUsage=critical,keyCertSign"]);
        authority
    }

    /// The authority's own certificate.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A certificate and its key for a server on this machine.
    pub fn server(&self) -> (PathBuf, PathBuf) {
        self.sign("server", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    }

    /// A folder as `DOCKER_CERT_PATH` names it, with a client's certificate that `signer` vouches for.
    pub fn client(&self, signer: &Authority) -> PathBuf {
        let (certificate, key) = signer.sign("client", "extendedKeyUsage=clientAuth");
        let folder = self.folder.path().join("client");
        std::fs::create_dir_all(&folder).expect("a folder for the client");
        for (from, to) in [(self.certificate(), "ca.pem"), (certificate, "cert.pem"), (key, "key.pem")] {
            std::fs::copy(from, folder.join(to)).expect("a file for the client");
        }
        folder
    }

    fn sign(&self, name: &str, extension: &str) -> (PathBuf, PathBuf) {
        let (ca, key) = (self.certificate(), self.folder.path().join("ca-key.pem"));
        let text = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
        let constraints = "basicConstraints=critical,CA:FALSE";
        let signed = ["-CA", &text(&ca), "-CAkey", &text(&key), "-addext", constraints, "-addext", extension];
        self.openssl(name, "/CN=scenario", &signed);
        (self.folder.path().join(format!("{name}.pem")), self.folder.path().join(format!("{name}-key.pem")))
    }

    fn openssl(&self, name: &str, subject: &str, further: &[&str]) {
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
            .args(["-subj", subject, "-keyout", &format!("{name}-key.pem"), "-out", &format!("{name}.pem")])
            .args(further)
            .current_dir(self.folder.path())
            .output()
            .expect("openssl runs");
        assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
    }
}
