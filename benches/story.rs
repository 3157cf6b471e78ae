//! Speed of placing one article into a window of 10,000 and of 100,000 articles.

use jiff::Timestamp;
use newsvane::model::ArticleId;
use newsvane::story::{Incoming, Settings, Stories};

fn main() {
    divan::main();
}

/// Plans and applies one article.
#[divan::bench(args = [10_000, 100_000], sample_count = 5, sample_size = 500)]
fn place(bencher: divan::Bencher<'_, '_>, n_articles: i64) {
    let mut stories = Stories::new(Settings::default());
    for id in 0..n_articles {
        arrive(&mut stories, id);
    }
    println!(
        "{} bytes an article",
        stories.heap_bytes() / stories.n_articles()
    );
    let mut id = n_articles;
    bencher.bench_local(|| {
        arrive(&mut stories, id);
        id += 1;
    });
}

fn arrive(stories: &mut Stories, id: i64) {
    let (title, text) = invented(id);
    let incoming = Incoming {
        id: ArticleId(id),
        url: None,
        source: "Wire",
        title: &title,
        dek: "",
        text: &text,
        language: None,
        at: Timestamp::from_second(1_900_000_000 + id).unwrap_or_default(),
        same_as: None,
    };
    let placement = stories.plan(&incoming);
    stories.apply(&incoming, &placement);
}

/// An article of about 450 words, as rare as in a real stream (Zipf's law), on an
/// event that has four articles on average.
fn invented(id: i64) -> (String, String) {
    let mut random = fastrand::Rng::with_seed(id as u64);
    let event = random.u64(0..(id as u64 / 4).max(1)) * 8;
    let mut text = String::new();
    for at in 0..450 {
        let word = if at % 6 == 0 {
            format!(
                "Own{:x}",
                (event + random.u64(0..8)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40
            )
        } else {
            let rank = (200_000_f64.powf(random.f64())) as u64;
            format!("{:x}", rank.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 42)
        };
        text.push_str(&word);
        text.push_str(if at % 18 == 17 { ". " } else { " " });
    }
    (text[..60.min(text.len())].to_owned(), text)
}
