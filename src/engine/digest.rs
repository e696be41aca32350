//! SHA-256 in the form in which Docker names things by it.

use sha2::{Digest, Sha256};

use crate::project::hash;

/// The digest in 64 hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    hash::hexadecimal(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_digest_of_nothing_is_the_known_one() {
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(super::hexadecimal(b""), expected);
    }
}
