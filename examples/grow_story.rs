//! The cost of placing an article as the window fills: at 10,000, 100,000 and a
//! million articles.
//!
//! ```text
//! grow_story [ARTICLES]     1000000 by default, which takes about 1.2 GB
//! ```
//!
//! The articles are invented and arrive as news does. The number of current events
//! grows with the window. Most events are covered by a few outlets, a few by many,
//! some in copies. Every event has its own words, names, figures and facts.

use fastrand::Rng;
use jiff::Timestamp;
use newsvane::model::ArticleId;
use newsvane::story::{Incoming, Settings, Stories};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Sizes at which the cost of the next [`MEASURED`] articles is printed: the median
/// batch and the cheapest one, because other work on the machine disturbs some.
const SIZES: [usize; 8] = [
    3_000, 10_000, 30_000, 100_000, 300_000, 500_000, 700_000, 1_000_000,
];
const MEASURED: usize = 4_000;
/// How many articles are made at once; making them is not measured.
const BATCH: usize = 500;
/// How many different common words there are; they follow Zipf's law.
const WORDS: f64 = 120_000.0;

struct Article {
    title: String,
    text: String,
    source: String,
}

fn main() {
    let most = std::env::args().nth(1).and_then(|arg| arg.parse().ok());
    let most: usize = most.unwrap_or(1_000_000);
    let mut stories = Stories::new(Settings {
        max_articles: usize::MAX,
        ..Settings::default()
    });
    let mut newsroom = Newsroom::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let (mut at, mut spent) = (0, Vec::new());
    while at < most + MEASURED {
        let batch: Vec<Article> = (at..at + BATCH).map(|at| newsroom.article(at)).collect();
        let from = cpu_time();
        for article in &batch {
            *kinds.entry(arrive(&mut stories, at, article)).or_default() += 1;
            at += 1;
        }
        spent.push(cpu_time() - from);
        if SIZES.contains(&at) {
            spent.clear();
            kinds.clear();
        }
        if at > MEASURED && SIZES.contains(&(at - MEASURED)) {
            report(&stories, &mut spent, &kinds);
        }
    }
}

fn arrive(stories: &mut Stories, at: usize, article: &Article) -> String {
    let url = format!("https://news{}.example/{at}", at % 900);
    let incoming = Incoming {
        id: ArticleId(at as i64),
        url: Some(&url),
        source: &article.source,
        title: &article.title,
        dek: "",
        text: &article.text,
        language: Some("en"),
        at: Timestamp::from_second(1_900_000_000 + at as i64).unwrap_or_default(),
        same_as: None,
    };
    let placement = stories.plan(&incoming);
    stories.apply(&incoming, &placement);
    format!("{:?}", placement.kind)
}

/// The CPU time of this thread; the elapsed time where the system does not say.
fn cpu_time() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let used = std::fs::read_to_string("/proc/thread-self/schedstat");
    let used = used
        .ok()
        .and_then(|used| used.split(' ').next()?.parse().ok());
    used.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn report(stories: &Stories, spent: &mut [Duration], kinds: &BTreeMap<String, usize>) {
    spent.sort_unstable();
    let each = |batch: Duration| batch.as_micros() / BATCH as u128;
    println!(
        "{:8} articles: {:4} us the next, {:4} at best, {:4} bytes each; {kinds:?}",
        stories.n_articles() - MEASURED,
        each(spent[spent.len() / 2]),
        each(spent[0]),
        stories.heap_bytes() / stories.n_articles().max(1),
    );
}

/// The current events.
struct Newsroom {
    random: Rng,
    events: Vec<Event>,
    n_events: u64,
}

struct Event {
    /// How many articles on it are still to come.
    n_left: u32,
    /// Words that hardly any other event has.
    own: Vec<String>,
    /// The sentences that its articles choose from; more are added with time.
    facts: Vec<String>,
    /// Its latest article's text.
    latest: String,
}

impl Newsroom {
    fn new() -> Self {
        Self {
            random: Rng::with_seed(1),
            events: Vec::new(),
            n_events: 0,
        }
    }

    /// The next article of one of the current events. The more articles the window
    /// holds, the more events are current, because the window is always two weeks.
    fn article(&mut self, at: usize) -> Article {
        while self.events.len() < 20 + at / 140 {
            let event = self.event();
            self.events.push(event);
        }
        let which = self.random.usize(..self.events.len());
        let mut event = self.events.swap_remove(which);
        let article = self.told(&mut event);
        event.n_left -= 1;
        if event.n_left > 0 {
            self.events.push(event);
        }
        article
    }

    fn event(&mut self) -> Event {
        self.n_events += 1;
        let number = self.n_events;
        let own = (0..30).map(|at| word(number * 64 + at + (1 << 40)));
        let mut event = Event {
            // Most have a few articles, some have many.
            n_left: (1.0 / self.random.f64().max(1e-9))
                .powf(1.1)
                .clamp(1.0, 80.0) as u32,
            own: own.collect(),
            facts: Vec::new(),
            latest: String::new(),
        };
        for _ in 0..30 {
            self.add_fact(&mut event);
        }
        event
    }

    fn add_fact(&mut self, event: &mut Event) {
        let mut fact = String::new();
        for at in 0..self.random.usize(10..30) {
            fact.push_str(if at == 0 { "" } else { " " });
            match self.random.u32(..20) {
                0..4 => {
                    let own = self.random.choice(&event.own);
                    fact.push_str(own.map_or("", |own| own));
                }
                4 => fact.push_str(&self.random.u32(2..5000).to_string()),
                _ => fact.push_str(&self.common()),
            }
        }
        fact.push('.');
        event.facts.push(fact);
    }

    /// A random word by Zipf's law: the thousandth is a thousand times rarer than the
    /// first.
    fn common(&mut self) -> String {
        let rank = WORDS.powf(self.random.f64()) as u64;
        match STOP_WORDS.get(rank as usize) {
            Some(stop) => (*stop).to_owned(),
            None => word(rank).to_lowercase(),
        }
    }

    fn told(&mut self, event: &mut Event) -> Article {
        let source = format!("Outlet {}", self.random.u32(..900));
        let mut title: Vec<String> = self.random.choose_multiple(event.own.iter().cloned(), 5);
        title.extend([self.common(), self.common(), self.common()]);
        if event.latest.is_empty() || self.random.u32(..8) > 0 {
            for _ in 0..self.random.u32(2..8) {
                self.add_fact(event);
            }
            let n_facts = self.random.usize(8..24);
            let facts = self.random.choose_multiple(event.facts.iter(), n_facts);
            let facts: Vec<String> = facts
                .into_iter()
                .map(|fact| reworded(fact, &mut self.random))
                .collect();
            event.latest = facts.join("\n\n");
        }
        Article {
            title: title.join(" "),
            text: event.latest.clone(),
            source,
        }
    }
}

/// The sentence without some of its words.
fn reworded(fact: &str, random: &mut Rng) -> String {
    let words = fact.split(' ').filter(|_| random.u32(..6) > 0);
    words.collect::<Vec<_>>().join(" ")
}

/// A different word for each number, such as a name. Its first letters differ too,
/// because `story` looks only at those.
fn word(number: u64) -> String {
    let mut rest = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24;
    let mut word = String::new();
    for at in 0..7 {
        let first = if at == 0 { b'A' } else { b'a' };
        word.push(char::from(first + (rest % 26) as u8));
        rest /= 26;
    }
    word
}

const STOP_WORDS: [&str; 24] = [
    "the", "of", "to", "a", "in", "and", "that", "for", "on", "said", "is", "with", "was", "it",
    "as", "by", "at", "from", "he", "were", "have", "has", "an", "after",
];
