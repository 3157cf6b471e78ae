//! Invented news from a seed: sentences that no two stories share.

const PLACES: &[&str] = &[
    "Varnholm",
    "Estuary Bay",
    "Port Calder",
    "Ostmark Hill",
    "Lindenau",
    "Quarry Cross",
    "Brinewater",
    "Tallow Green",
    "Mirefield",
    "Sable Point",
];
const BODIES: &[&str] = &[
    "the harbour council",
    "a panel of engineers",
    "the ferry company",
    "the school board",
    "local growers",
    "the water office",
    "the bakers' guild",
    "night-shift drivers",
    "the river police",
    "the library trust",
];
const VERBS: &[&str] = &[
    "approved",
    "postponed",
    "questioned",
    "welcomed",
    "measured",
    "rejected",
    "reopened",
    "inspected",
    "described",
    "funded",
];
const THINGS: &[&str] = &[
    "a plan for the old tramway",
    "repairs to the flood wall",
    "the price of winter grain",
    "a census of barges",
    "new rules for street markets",
    "the survey of the salt marsh",
    "a loan for the observatory",
    "the timetable of the night boats",
    "an orchard on the railway land",
    "the contract for snow clearing",
];
const ENDS: &[&str] = &[
    "after a meeting that lasted until midnight",
    "although the figures are from last year",
    "and asked for an answer within a month",
    "while a second report is being written",
    "without saying who will pay for it",
    "as the first frost reached the valley",
    "in a vote that was closer than expected",
    "which nobody had asked for in public",
];

/// An article to be.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) title: String,
    pub(crate) teaser: String,
    pub(crate) paragraphs: Vec<String>,
}

/// Writes stories.
pub(crate) struct Writer {
    rng: fastrand::Rng,
    written: u32,
}

impl Writer {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            rng: fastrand::Rng::with_seed(seed),
            written: 0,
        }
    }

    /// A story. `word` occurs once in the middle of its article, and not in its title or
    /// teaser: a match proves that the page was read.
    pub(crate) fn story(&mut self, word: Option<&str>) -> Story {
        self.written += 1;
        let title = format!("{} case {}", self.pick(PLACES), self.written);
        let mut paragraphs: Vec<String> = (0..5).map(|_| self.paragraph()).collect();
        if let Some(word) = word {
            let place = self.pick(PLACES);
            let n = self.rng.u32(1_000..1_000_000);
            paragraphs[2].push_str(&format!(
                " The {word} at {place} had {n} visitors that day."
            ));
        }
        Story {
            teaser: self.sentence(),
            title,
            paragraphs,
        }
    }

    fn paragraph(&mut self) -> String {
        let sentences: Vec<String> = (0..3).map(|_| self.sentence()).collect();
        sentences.join(" ")
    }

    fn sentence(&mut self) -> String {
        let n = self.rng.u32(100..1_000_000);
        format!(
            "In {}, {} {} {} of file {n}, {}.",
            self.pick(PLACES),
            self.pick(BODIES),
            self.pick(VERBS),
            self.pick(THINGS),
            self.pick(ENDS),
        )
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.rng.usize(..from.len())]
    }
}
