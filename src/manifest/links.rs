//! The variables that links brought in 2014: `DB_1_PORT_5432_TCP_ADDR` and its relatives.

use std::collections::BTreeMap;

/// A port that the linked container offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedPort {
    /// In the container.
    pub number: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
}

/// The variables for one replica under one alias, as the Engine set them for links on its first network: under the alias
/// itself (`DB_PORT`) and under the alias with the number (`DB_1_PORT`). `address` is the replica's, an IP address or a
/// name that resolves to it.
pub fn link_variables(alias: &str, number: u32, address: &str, ports: &[LinkedPort]) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for prefix in [variable(alias), variable(&format!("{alias}_{number}"))] {
        if let Some(first) = ports.first() {
            let url = format!("{}://{address}:{}", first.protocol, first.number);
            variables.insert(format!("{prefix}_PORT"), url);
        }
        for LinkedPort { number, protocol } in ports {
            let port = format!("{prefix}_PORT_{number}_{}", protocol.to_uppercase());
            variables.insert(port.clone(), format!("{protocol}://{address}:{number}"));
            variables.insert(format!("{port}_ADDR"), address.to_owned());
            variables.insert(format!("{port}_PORT"), number.to_string());
            variables.insert(format!("{port}_PROTO"), protocol.clone());
        }
    }
    variables
}

/// A name as a variable has it: capital letters, and `_` for everything else.
fn variable(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_a_link() {
        let ports = [LinkedPort { number: 5432, protocol: "tcp".into() }];
        let variables = link_variables("my-db", 1, "172.17.0.5", &ports);
        assert_eq!(variables["MY_DB_1_PORT"], "tcp://172.17.0.5:5432");
        assert_eq!(variables["MY_DB_PORT_5432_TCP_ADDR"], "172.17.0.5");
        assert_eq!(variables["MY_DB_1_PORT_5432_TCP_PROTO"], "tcp");
        assert_eq!(variables.len(), 10);
    }
}
