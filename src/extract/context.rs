//! What a first look at all blocks says of each one's surroundings: the model's
//! second look sees it, so that a doubtful line goes with its neighbours.

/// What a first look has to know of a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Its words.
    pub n_words: u32,
    /// A mark that blocks share which look alike and stand in one element.
    pub place: u64,
    /// How sure the first look is that it is the article's, as log odds.
    pub score: f32,
}

/// The names of the features of a block's surroundings.
pub(super) const NAMES: [&str; 13] = [
    "first look",
    "first look before",
    "first look after",
    "first look two before",
    "first look two after",
    "first look three before",
    "first look three after",
    "first look around",
    "first look at the same place",
    "text before",
    "text of the page",
    "blocks since text",
    "blocks until text",
];

/// Words from which a block that is taken for text counts as near text.
const MIN_WORDS: u32 = 10;
/// Blocks to either side that count as around.
const REACH: usize = 4;

/// The features of every block's surroundings, in the order of [`NAMES`].
pub(super) fn of(looks: &[Look]) -> Vec<[f32; NAMES.len()]> {
    let shares: Vec<f32> = looks
        .iter()
        .map(|look| 1.0 / (1.0 + (-look.score).exp()))
        .collect();
    let words = |at: usize| looks[at].n_words.min(200) as f32;
    let total: f32 = (0..looks.len()).map(|at| shares[at] * words(at)).sum();
    let mut by_place: rustc_hash::FxHashMap<u64, (f32, f32)> = rustc_hash::FxHashMap::default();
    for (at, look) in looks.iter().enumerate() {
        let sum = by_place.entry(look.place).or_default();
        sum.0 += shares[at] * words(at);
        sum.1 += words(at);
    }
    let score = |at: Option<usize>| {
        at.and_then(|at| looks.get(at))
            .map_or(-8.0, |look| look.score)
    };
    let is_text: Vec<bool> = (0..looks.len())
        .map(|at| shares[at] > 0.5 && looks[at].n_words >= MIN_WORDS)
        .collect();
    let until = distances(is_text.iter().rev());
    let since = distances(is_text.iter());
    let mut before = 0.0;
    (0..looks.len())
        .map(|at| {
            let around = (at.saturating_sub(REACH)..(at + REACH + 1).min(looks.len()))
                .filter(|near| *near != at);
            let around = around.fold((0.0, 0.0), |sum, near| {
                (sum.0 + shares[near] * words(near), sum.1 + words(near))
            });
            let place = by_place.get(&looks[at].place).copied().unwrap_or_default();
            let others = (place.0 - shares[at] * words(at), place.1 - words(at));
            let features = [
                looks[at].score,
                score(at.checked_sub(1)),
                score(Some(at + 1)),
                score(at.checked_sub(2)),
                score(Some(at + 2)),
                score(at.checked_sub(3)),
                score(Some(at + 3)),
                around.0 / around.1.max(1.0),
                if others.1 < 1.0 {
                    -1.0
                } else {
                    others.0 / others.1
                },
                before / total.max(1.0),
                (total + 1.0).ln(),
                since[at],
                until[looks.len() - 1 - at],
            ];
            before += shares[at] * words(at);
            features
        })
        .collect()
}

/// For each place how many steps back the last true one lies, as a logarithm.
fn distances<'a>(marks: impl Iterator<Item = &'a bool>) -> Vec<f32> {
    let mut distance = 400_u32;
    marks
        .map(|mark| {
            let own = (distance as f32 + 1.0).ln();
            distance = if *mark { 0 } else { (distance + 1).min(400) };
            own
        })
        .collect()
}
