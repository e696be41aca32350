//! What containers use: processor, memory, network, disks, processes.

use std::collections::BTreeMap;

use futures_util::{Stream, StreamExt};
use http::Method;
use serde::Deserialize;

use crate::names::ContainerId;

use super::body::JsonLines;
use super::client::{Call, Patience};
use super::container;
use super::error::Error;
use super::handle::Engine;
use super::query::Query;
use super::summary::nullable;

/// One look at a container, with the figures that `docker stats` shows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stats {
    /// Share of one processor since the last look, in percent; 200 is two processors.
    pub cpu_percent: f64,
    /// In bytes, without the part of the page cache that can be dropped.
    pub memory: u64,
    /// In bytes.
    pub memory_limit: u64,
    /// Bytes received since it was started.
    pub network_received: u64,
    /// Bytes sent since it was started.
    pub network_sent: u64,
    /// Bytes read from disks since it was started.
    pub block_read: u64,
    /// Bytes written to disks since it was started.
    pub block_written: u64,
    /// Processes and threads.
    pub processes: u64,
}

/// The processes of a container, as `ps` on the Engine's machine shows them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Processes {
    /// Headings of the columns.
    #[serde(rename = "Titles", default, deserialize_with = "nullable")]
    pub titles: Vec<String>,
    /// One row a process.
    #[serde(rename = "Processes", default, deserialize_with = "nullable")]
    pub rows: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    cpu_stats: Cpu,
    #[serde(default)]
    precpu_stats: Cpu,
    #[serde(default)]
    memory_stats: Memory,
    #[serde(default, deserialize_with = "nullable")]
    networks: BTreeMap<String, Network>,
    #[serde(default)]
    blkio_stats: BlockIo,
    #[serde(default)]
    pids_stats: Pids,
}

#[derive(Default, Deserialize)]
struct Cpu {
    #[serde(default, rename = "cpu_usage")]
    usage: CpuUsage,
    #[serde(default)]
    system_cpu_usage: u64,
    #[serde(default)]
    online_cpus: u32,
}

#[derive(Default, Deserialize)]
struct CpuUsage {
    #[serde(default)]
    total_usage: u64,
}

#[derive(Default, Deserialize)]
struct Memory {
    #[serde(default)]
    usage: u64,
    #[serde(default)]
    limit: u64,
    #[serde(default, deserialize_with = "nullable")]
    stats: BTreeMap<String, u64>,
}

#[derive(Default, Deserialize)]
struct Network {
    #[serde(default)]
    rx_bytes: u64,
    #[serde(default)]
    tx_bytes: u64,
}

#[derive(Default, Deserialize)]
struct BlockIo {
    #[serde(default, deserialize_with = "nullable")]
    io_service_bytes_recursive: Vec<BlockCount>,
}

#[derive(Deserialize)]
struct BlockCount {
    op: String,
    value: u64,
}

#[derive(Default, Deserialize)]
struct Pids {
    #[serde(default)]
    current: u64,
}

impl Engine {
    /// Looks at a container every second until it ends.
    pub async fn stats(
        &self,
        id: &ContainerId,
    ) -> Result<impl Stream<Item = Result<Stats, Error>> + Send + use<>, Error> {
        let query = Query::default().with("stream", "true");
        let call = Call::new(Method::GET, container::path(id, "/stats"), container::object(id))
            .query(query)
            .patience(Patience::Endless);
        let response = self.client.open(call).await?;
        let lines = JsonLines::<Answer>::new(response.into_body(), container::object(id));
        Ok(lines.into_stream().map(|answer| answer.map(Stats::from)))
    }

    /// The processes of a container. `arguments` are those of `ps`; `None`: `-ef`.
    pub async fn top(&self, id: &ContainerId, arguments: Option<&str>) -> Result<Processes, Error> {
        self.get(&container::path(id, "/top"), Query::default().maybe("ps_args", arguments), container::object(id))
            .await
    }
}

impl From<Answer> for Stats {
    fn from(answer: Answer) -> Self {
        let Answer { cpu_stats, precpu_stats, memory_stats, networks, blkio_stats, pids_stats } = answer;
        // Control groups v2 call the droppable page cache inactive_file, v1 total_inactive_file.
        let droppable = ["total_inactive_file", "inactive_file"].iter().find_map(|name| memory_stats.stats.get(*name));
        let block = |operation: &str| {
            let counts = blkio_stats.io_service_bytes_recursive.iter();
            counts.filter(|count| count.op.eq_ignore_ascii_case(operation)).map(|count| count.value).sum()
        };
        Self {
            cpu_percent: cpu_percent(&cpu_stats, &precpu_stats),
            memory: memory_stats.usage.saturating_sub(droppable.copied().unwrap_or(0)),
            memory_limit: memory_stats.limit,
            network_received: networks.values().map(|network| network.rx_bytes).sum(),
            network_sent: networks.values().map(|network| network.tx_bytes).sum(),
            block_read: block("read"),
            block_written: block("write"),
            processes: pids_stats.current,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a percentage for people needs no 53 bits")]
fn cpu_percent(now: &Cpu, before: &Cpu) -> f64 {
    let used = now.usage.total_usage.saturating_sub(before.usage.total_usage);
    let passed = now.system_cpu_usage.saturating_sub(before.system_cpu_usage);
    if before.system_cpu_usage == 0 || passed == 0 {
        return 0.0;
    }
    used as f64 / passed as f64 * f64::from(now.online_cpus.max(1)) * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_docker_stats() {
        let answer = serde_json::json!({
            "cpu_stats": {"cpu_usage": {"total_usage": 300}, "system_cpu_usage": 2000, "online_cpus": 2},
            "precpu_stats": {"cpu_usage": {"total_usage": 100}, "system_cpu_usage": 1000},
            "memory_stats": {"usage": 100, "limit": 1000, "stats": {"inactive_file": 30}},
            "networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2}, "eth1": {"rx_bytes": 10, "tx_bytes": 20}},
            "blkio_stats": {"io_service_bytes_recursive": [{"op": "Read", "value": 5}, {"op": "write", "value": 7}]},
            "pids_stats": {"current": 3},
        });
        let stats: Stats = serde_json::from_value::<Answer>(answer).expect("the answer has the right shape").into();
        assert!((stats.cpu_percent - 40.0).abs() < 1e-9);
        assert_eq!((stats.memory, stats.network_received, stats.network_sent), (70, 11, 22));
        assert_eq!((stats.block_read, stats.block_written, stats.processes), (5, 7, 3));
    }
}
