//! `--jsonl`: reads one JSON object per line and writes one answer per line, in
//! the same order, streaming, on all cores.

use anyhow::Context as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc;
use std::thread;

/// How many lines a worker gets at once: enough that the channels cost little,
/// few enough that answers keep flowing.
const CHUNK: usize = 16;

/// Longest line taken, in bytes: an article's page at its own cap (8 MB) with
/// every byte escaped as `\u00XX`.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// Answers every line of `input` by `answer` and writes the answers to `output`
/// in the order of the lines, one line each. Blank lines are skipped.
///
/// `worker` is called once per thread, so that each thread has its own scratch
/// space. Memory is bounded: at most four chunks per worker are in flight.
///
/// # Errors
/// When the input cannot be read (or holds a line over 64 MiB), or the output
/// cannot be written.
pub fn jsonl<R, W, F, A>(input: R, mut output: W, worker: F) -> anyhow::Result<()>
where
    R: Read,
    W: Write + Send,
    F: Fn() -> A + Sync,
    A: FnMut(&str) -> String,
{
    type Chunk = (Vec<String>, mpsc::SyncSender<Vec<String>>);
    let mut input = BufReader::new(input);
    let n_workers = thread::available_parallelism().map_or(1, usize::from);
    let (work_tx, work_rx) = mpsc::sync_channel::<Chunk>(n_workers);
    let work_rx = std::sync::Mutex::new(work_rx);
    // Each chunk's answers come through a channel of its own. These channels
    // queue in input order, which keeps the output in order.
    let (order_tx, order_rx) = mpsc::sync_channel::<mpsc::Receiver<Vec<String>>>(4 * n_workers);

    thread::scope(|scope| {
        for _ in 0..n_workers {
            scope.spawn(|| {
                let mut answer = worker();
                loop {
                    let next = work_rx.lock().map(|rx| rx.recv());
                    let Ok(Ok((lines, reply))) = next else { break };
                    let answers = lines.iter().map(|line| answer(line)).collect();
                    // If the writer ended after an error, its own message says why.
                    let _ = reply.send(answers);
                }
            });
        }
        let writer = scope.spawn(move || -> anyhow::Result<()> {
            for chunk in order_rx {
                for answer in chunk.recv().unwrap_or_default() {
                    output.write_all(answer.as_bytes())?;
                    output.write_all(b"\n")?;
                }
                output.flush()?;
            }
            Ok(())
        });
        let read = (|| -> anyhow::Result<()> {
            loop {
                let lines = read_chunk(&mut input)?;
                if lines.is_empty() {
                    return Ok(());
                }
                let (reply_tx, reply_rx) = mpsc::sync_channel(1);
                if order_tx.send(reply_rx).is_err() || work_tx.send((lines, reply_tx)).is_err() {
                    return Ok(()); // the writer's error is reported below
                }
            }
        })();
        drop(work_tx);
        drop(order_tx);
        let written = writer
            .join()
            .map_err(|_| anyhow::anyhow!("the thread that writes the answers panicked"))?;
        match written {
            // A closed pipe (`| head`) is no failure: the reader had enough.
            Err(err) if is_broken_pipe(&err) => Ok(()),
            written => written.context("cannot write the answers").and(read),
        }
    })
}

fn is_broken_pipe(err: &anyhow::Error) -> bool {
    err.downcast_ref::<std::io::Error>()
        .is_some_and(|err| err.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The next lines, [`CHUNK`] at most. Fewer when no more input is ready, so that
/// a program that writes one line and waits gets its answer.
fn read_chunk<R: Read>(input: &mut BufReader<R>) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::with_capacity(CHUNK);
    let mut bytes = Vec::new();
    while lines.len() < CHUNK {
        bytes.clear();
        let n_read = Read::take(&mut *input, MAX_LINE_BYTES + 1)
            .read_until(b'\n', &mut bytes)
            .context("cannot read the input")?;
        if n_read == 0 {
            break;
        }
        anyhow::ensure!(
            n_read as u64 <= MAX_LINE_BYTES,
            "a line of the input is over {} MiB",
            MAX_LINE_BYTES >> 20
        );
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim();
        if !line.is_empty() {
            lines.push(line.to_owned());
        }
        if !lines.is_empty() && input.buffer().is_empty() {
            break;
        }
    }
    Ok(lines)
}
