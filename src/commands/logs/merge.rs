//! Lines of several logs in the order in which they were written.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a line that was just written waits for an earlier one of another container.
const PATIENCE: Duration = Duration::from_millis(40);
/// How long the others wait for a log that was just opened and has not given anything yet: its first lines may be old.
const FIRST_PATIENCE: Duration = Duration::from_millis(300);
/// Lines of one container that wait; when there are more, the oldest goes without waiting.
const WAITING: usize = 512;

/// Something that was written at a known time.
pub trait Timed {
    /// Orders by time, for example an RFC 3339 text of fixed width or nanoseconds.
    type Time: Ord;
    /// When.
    fn time(&self) -> Self::Time;
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item<L> {
    /// A line of the log with this key.
    Line(usize, L),
    /// The log with this key has ended.
    End(usize),
}

struct Source<S, L> {
    key: usize,
    stream: Pin<Box<S>>,
    waiting: VecDeque<(L, Instant)>,
    open: bool,
    opened: Instant,
    silent: bool,
}

/// Merges logs; each has a key that tells its lines apart.
pub struct Merge<S, L> {
    sources: Vec<Source<S, L>>,
    follow: bool,
    timer: Pin<Box<Sleep>>,
}

impl<S, L, E> Merge<S, L>
where
    S: Stream<Item = Result<L, E>>,
    L: Timed,
{
    /// Under `follow` a quiet log does not hold up the others.
    pub fn new(follow: bool) -> Self {
        Self { sources: Vec::new(), follow, timer: Box::pin(sleep_until(Instant::now())) }
    }

    /// Adds a log, also while others are read.
    pub fn add(&mut self, key: usize, stream: S) {
        self.sources.push(Source {
            key,
            stream: Box::pin(stream),
            waiting: VecDeque::new(),
            open: true,
            opened: Instant::now(),
            silent: true,
        });
    }

    /// Whether no log is left.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Whether the log with this key has not ended.
    pub fn has(&self, key: usize) -> bool {
        self.sources.iter().any(|source| source.key == key)
    }

    /// The next line, or the end of a log; `None` when no log is left.
    pub async fn next(&mut self) -> Option<Result<Item<L>, E>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Item<L>, E>>> {
        for source in &mut self.sources {
            if let Err(error) = source.fill(context, if self.follow { WAITING } else { 1 }) {
                return Poll::Ready(Some(Err(error)));
            }
        }
        if let Some(ended) = self.sources.iter().position(|source| !source.open && source.waiting.is_empty()) {
            return Poll::Ready(Some(Ok(Item::End(self.sources.remove(ended).key))));
        }
        let heads =
            self.sources.iter().enumerate().filter_map(|(index, source)| Some((index, source.waiting.front()?)));
        let Some((earliest, _)) = heads.clone().min_by_key(|(_, (line, _))| line.time()) else {
            return if self.sources.is_empty() { Poll::Ready(None) } else { Poll::Pending };
        };
        let complete = self.sources.iter().all(|source| !source.waiting.is_empty());
        let full = self.sources.iter().any(|source| source.waiting.len() >= WAITING);
        if !complete && !full {
            let Some(oldest) = heads.map(|(_, (_, arrived))| *arrived).min().filter(|_| self.follow) else {
                return Poll::Pending;
            };
            let silent =
                self.sources.iter().filter(|source| source.silent).map(|source| source.opened + FIRST_PATIENCE);
            let due = silent.max().unwrap_or(oldest).max(oldest + PATIENCE);
            if due > Instant::now() {
                self.timer.as_mut().reset(due);
                std::task::ready!(self.timer.as_mut().poll(context));
            }
        }
        let source = &mut self.sources[earliest];
        Poll::Ready(source.waiting.pop_front().map(|(line, _)| Ok(Item::Line(source.key, line))))
    }
}

impl<S, L, E> Source<S, L>
where
    S: Stream<Item = Result<L, E>>,
{
    /// Takes what is there, up to so many lines.
    fn fill(&mut self, context: &mut Context<'_>, most: usize) -> Result<(), E> {
        while self.open && self.waiting.len() < most {
            match self.stream.as_mut().poll_next(context) {
                Poll::Ready(Some(line)) => {
                    self.silent = false;
                    self.waiting.push_back((line?, Instant::now()));
                }
                Poll::Ready(None) => self.open = false,
                Poll::Pending => break,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::StreamExt;
    use futures_util::stream::{self, BoxStream};

    use super::*;

    impl Timed for u32 {
        type Time = u32;
        fn time(&self) -> u32 {
            *self
        }
    }

    type Log = BoxStream<'static, Result<u32, Infallible>>;

    fn log(times: &[u32]) -> Log {
        stream::iter(times.to_vec()).map(Ok).boxed()
    }

    async fn collect(mut merge: Merge<Log, u32>) -> Vec<(usize, u32)> {
        let mut lines = Vec::new();
        while let Some(Ok(item)) = merge.next().await {
            if let Item::Line(key, time) = item {
                lines.push((key, time));
            }
        }
        lines
    }

    #[tokio::test]
    async fn lines_come_in_the_order_of_their_times() {
        let mut merge = Merge::new(false);
        merge.add(0, log(&[1, 4, 6]));
        merge.add(1, log(&[2, 3, 5]));
        assert_eq!(collect(merge).await, [(0, 1), (1, 2), (1, 3), (0, 4), (1, 5), (0, 6)]);
    }

    #[tokio::test]
    async fn a_quiet_log_does_not_hold_up_a_busy_one_while_following() {
        let mut merge = Merge::new(true);
        merge.add(0, stream::pending().boxed());
        merge.add(1, log(&(0..2000).collect::<Vec<_>>()));
        for expected in 0..2000 {
            assert_eq!(merge.next().await, Some(Ok(Item::Line(1, expected))));
        }
    }

    #[tokio::test]
    async fn a_line_waits_for_an_earlier_one_of_another_log() {
        let mut merge = Merge::new(true);
        merge.add(0, log(&[2]));
        let late = stream::once(async {
            tokio::time::sleep(PATIENCE / 4).await;
            Ok(1)
        });
        merge.add(1, late.boxed());
        assert_eq!(collect(merge).await, [(1, 1), (0, 2)]);
    }
}
