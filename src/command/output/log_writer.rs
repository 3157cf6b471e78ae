//! Lines of the log on their way to standard error or the journal, through a thread of
//! its own: whoever logs never waits for whoever reads the log.
//!
//! A reader that stops (Ctrl-S on a terminal, a log driver that hangs) fills the
//! pipe, and a write to it waits for good. So lines wait in a bounded queue; while
//! it is full they are dropped and counted, and the count is logged once there is
//! room again.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

/// Lines that may wait: some megabytes.
const MAX_LINES: usize = 8_192;

/// How long the end of the program waits for the last lines to be written.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Hands lines to the writing thread.
#[derive(Clone, Debug)]
pub(super) struct LogWriter {
    lines: SyncSender<Vec<u8>>,
    n_dropped: Arc<AtomicU64>,
}

/// Waits for the last lines when it is dropped, though not for good.
#[derive(Debug)]
pub struct LastLines {
    done: Mutex<Receiver<()>>,
    lines: SyncSender<Vec<u8>>,
}

impl LogWriter {
    /// Starts the thread that writes to `out`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(out: impl Write + Send + 'static) -> io::Result<(Self, LastLines)> {
        let (lines, to_write) = sync_channel(MAX_LINES);
        let (all_done, done) = sync_channel(1);
        let n_dropped = Arc::<AtomicU64>::default();
        let dropped = Arc::clone(&n_dropped);
        thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || write(out, &to_write, &dropped, &all_done))?;
        let last = LastLines {
            done: Mutex::new(done),
            lines: lines.clone(),
        };
        Ok((Self { lines, n_dropped }, last))
    }
}

fn write(
    mut out: impl Write,
    lines: &Receiver<Vec<u8>>,
    n_dropped: &AtomicU64,
    all_done: &SyncSender<()>,
) {
    while let Ok(line) = lines.recv() {
        if line.is_empty() {
            // The program ends: what was logged before is written.
            let _ = out.flush();
            let _ = all_done.try_send(());
            continue;
        }
        // A failure cannot be reported, because the log itself cannot be written.
        let _ = out.write_all(&line);
        let n = n_dropped.swap(0, Relaxed);
        if n > 0 {
            tracing::warn!(
                lines = n,
                "lines of the log were dropped, because the reader of the log was too slow"
            );
        }
    }
}

impl Drop for LastLines {
    fn drop(&mut self) {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        if self.lines.try_send(Vec::new()).is_ok() {
            match done.recv_timeout(LAST_LINES) {
                Ok(()) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
    }
}

/// One line, handed over when it is dropped.
#[derive(Debug)]
pub(super) struct Line {
    bytes: Vec<u8>,
    writer: LogWriter,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes.is_empty() {
            return;
        }
        match self.writer.lines.try_send(bytes) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.writer.n_dropped.fetch_add(1, Relaxed);
            }
        }
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line {
            bytes: Vec::new(),
            writer: self.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Condvar;

    /// A reader that takes nothing until it is let go.
    #[derive(Clone, Default)]
    struct Stalled(Arc<(Mutex<Taken>, Condvar)>);

    /// Whether it was let go, and what it has taken.
    type Taken = (bool, Vec<u8>);

    impl Write for Stalled {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let (state, changed) = &*self.0;
            let mut state = changed
                .wait_while(state.lock().unwrap(), |(is_free, _)| !*is_free)
                .unwrap();
            state.1.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_stalls_holds_up_nobody_and_dropped_lines_are_counted() {
        let reader = Stalled::default();
        let (writer, last) = LogWriter::start(reader.clone()).unwrap();
        let n_lines = MAX_LINES + 100;
        for n in 0..n_lines {
            writeln!(writer.make_writer(), "line {n}").unwrap();
        }
        let n_dropped = writer.n_dropped.load(Relaxed);
        assert!((98..=100).contains(&n_dropped), "{n_dropped}");
        reader.0.0.lock().unwrap().0 = true;
        reader.0.1.notify_all();
        // The queue is still full of lines: it empties before the last is asked for.
        while writer.lines.try_send(b"last\n".to_vec()).is_err() {
            thread::yield_now();
        }
        // Nor does the test wait for as short as the program does.
        let written = loop {
            let written = String::from_utf8(reader.0.0.lock().unwrap().1.clone()).unwrap();
            if written.ends_with("last\n") {
                break written;
            }
            thread::yield_now();
        };
        drop(last);
        assert!(written.starts_with("line 0\nline 1\n"), "{written:.40}");
    }
}
