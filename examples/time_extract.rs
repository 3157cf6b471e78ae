//! Pages per second of `newsvane::extract` and of `dom_smoothie` on real pages,
//! on one thread, alternating.
//!
//! ```text
//! cargo run --release --example time_extract -- FOLDER [ROUNDS]
//! ```
//!
//! FOLDER holds pages as `*.html` or `*.html.gz`.

use flate2::read::GzDecoder;
use newsvane::extract::{self, Options};
use std::hint::black_box;
use std::io::Read;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("which folder?")?;
    let n_rounds: u32 = args.next().map_or(Ok(5), |rounds| rounds.parse())?;
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let bytes = std::fs::read(&path)?;
        let mut html = Vec::new();
        if path.extension().is_some_and(|extension| extension == "gz") {
            GzDecoder::new(bytes.as_slice()).read_to_end(&mut html)?;
        } else {
            html = bytes;
        }
        pages.push(String::from_utf8_lossy(&html).into_owned());
    }
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..n_rounds {
        // The fastest round counts; other work on the machine disturbed the others.
        ours = ours.min(time(&pages, |page| {
            drop(black_box(extract::from_html(
                page.as_bytes(),
                &Options::default(),
            )));
        }));
        theirs = theirs.min(time(&pages, |page| {
            let config = dom_smoothie::Config {
                text_mode: dom_smoothie::TextMode::Formatted,
                ..dom_smoothie::Config::default()
            };
            if let Ok(mut readability) = dom_smoothie::Readability::new(page, None, Some(config)) {
                drop(black_box(readability.parse()));
            }
        }));
    }
    let rate = |time: Duration| pages.len() as f64 / time.as_secs_f64();
    println!(
        "{} pages; a second: newsvane {:.0}, dom_smoothie {:.0}",
        pages.len(),
        rate(ours),
        rate(theirs)
    );
    Ok(())
}

fn time(pages: &[String], read: impl Fn(&str)) -> Duration {
    let start = Instant::now();
    pages.iter().for_each(|page| read(page));
    start.elapsed()
}
