//! How long the loader needs: a project of 500 services in 20 included files (at most 50 ms), and a small one.
#![allow(missing_docs)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};

use ado::manifest::{Files, Request, load};
use criterion::{Criterion, criterion_group, criterion_main};

/// Files in memory: the loader is measured, not the disk.
struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn exists(&self, path: &Path) -> bool {
        self.0.contains_key(path)
    }
    fn is_directory(&self, _: &Path) -> bool {
        false
    }
}

/// `files` included files with `services` services each, as teams write them.
fn project(files: usize, services: usize) -> Memory {
    let mut all = BTreeMap::new();
    let mut main = String::from("include:\n");
    for file in 0..files {
        let mut text = String::from("services:\n");
        for service in 0..services {
            let port = 10_000 + file * 100 + service;
            let before = if service > 0 { format!("s{file}-{}", service - 1) } else { String::new() };
            write!(
                text,
                "  s{file}-{service}:
    image: \"registry.example.com/team/app-{file}:${{TAG:-latest}}\"
    command: [\"serve\", \"--port\", \"8080\"]
    environment:
      A: \"1\"
      B: ${{B:-b}}
    ports: [\"{port}:80\", \"9000\"]
    volumes: [\"./data:/data\", \"v{file}:/var/lib\"]
    networks: [front, back]
    healthcheck: {{test: [\"CMD\", \"true\"], interval: 5s, retries: 3}}
    labels: [\"a=b\", \"c=d\"]
    depends_on: [{before}]
"
            )
            .expect("a string");
        }
        write!(text, "volumes:\n  v{file}:\nnetworks:\n  front:\n  back:\n").expect("a string");
        all.insert(PathBuf::from(format!("/project/part{file}.yaml")), text.into_bytes());
        writeln!(main, "  - part{file}.yaml").expect("a string");
    }
    main.push_str("services:\n  main: {image: main}\n");
    all.insert(PathBuf::from("/project/compose.yaml"), main.into_bytes());
    Memory(all)
}

fn loading(criterion: &mut Criterion) {
    let request = Request { working_directory: "/project".into(), ..Request::default() };
    let large = project(20, 25);
    criterion.bench_function("500 services in 20 included files", |bencher| {
        bencher.iter(|| load(black_box(&request), black_box(&large)).expect("a manifest"));
    });
    let small = project(1, 4);
    criterion.bench_function("5 services in 2 files", |bencher| {
        bencher.iter(|| load(black_box(&request), black_box(&small)).expect("a manifest"));
    });
}

criterion_group!(benches, loading);
criterion_main!(benches);
