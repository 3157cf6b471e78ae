//! What speaks against a block, or for it, more than the model could learn:
//! evidence that is rare on the pages it was trained on and plain to a person,
//! as a caption's own element is.
//!
//! To add a doubt: one row in [`DOUBTS`], and its worth by the five-fold
//! figures of `examples/train_extract.rs`.

use crate::extract::blocks::classes::Sign;
use crate::extract::blocks::{Block, Tag};
use crate::extract::dom::NodeId;
use crate::extract::layout::Facts;
use crate::extract::layout::survey::Survey;
use crate::model::{BlockKind, RemovedKind};

/// A block, what is known of it, and where on the page it stands.
struct Seen<'a> {
    block: &'a Block,
    facts: &'a Facts,
    survey: &'a Survey<'a>,
    at: usize,
    /// The block above which the first rule is drawn at the text's end.
    rule_at: Option<usize>,
}

impl Seen<'_> {
    /// Whether it is another article's: the headline's own element holds a text
    /// and this stands in another one, or another main heading came since the
    /// text began, and the text is elsewhere, as on a page that goes on and on.
    fn is_of_another_article(&self) -> bool {
        if self.is_post() {
            return false;
        }
        if self
            .survey
            .headline_article
            .is_some_and(|own| self.is_apart_from(own))
        {
            return true;
        }
        let passed = |at: usize| self.survey.surroundings[at];
        self.facts.n_down > 0
            && passed(self.at).same_article < 1.0
            && passed(self.at).n_main_headings > passed(self.survey.first).n_main_headings
    }

    /// Whether it is of a live blog's post, which many outlets write as an article.
    fn is_post(&self) -> bool {
        self.survey.is_live
            && (self.block.tags.has(Tag::Article) || self.block.around.has(Sign::Live))
    }

    /// Whether it is text of such a post, or its heading.
    fn is_text_of_post(&self) -> bool {
        let is_text = self.facts.is_good
            || self.block.kind == BlockKind::Heading && self.block.around.has(Sign::Live)
            || self.facts.is_sentence && self.facts.link_density < 0.3;
        self.is_post() && is_text && self.facts.verdict.is_none()
    }

    /// Whether it is a short line among short lines with digits in them: the
    /// labels of a chart that is drawn with HTML.
    fn is_label_of_chart(&self) -> bool {
        let is_label = |at: usize| {
            let facts = &self.survey.facts[at];
            let is_line = !facts.is_sentence || facts.n_words <= 3;
            facts.n_words <= 9 && is_line && self.survey.blocks[at].kind == BlockKind::Paragraph
        };
        let has_digits = |at: usize| self.survey.facts[at].glyphs.n_digits > 0;
        let run = |step: &dyn Fn(usize) -> Option<usize>| {
            std::iter::successors(step(self.at), |at| step(*at))
                .take(MAX_LABELS)
                .take_while(|at| *at < self.survey.blocks.len() && is_label(*at))
                .collect::<Vec<_>>()
        };
        if !is_label(self.at) {
            return false;
        }
        let mut labels = run(&|at| at.checked_sub(1));
        labels.extend(run(&|at| Some(at + 1)));
        let n_digits = labels.iter().filter(|at| has_digits(**at)).count();
        labels.len() + 1 >= MIN_LABELS && 2 * n_digits >= labels.len()
    }

    /// Whether it is the summary on a card of another article, or the linked
    /// headline above it. The posts of a live blog are written like that as well.
    fn is_on_card(&self) -> bool {
        let is_summary = |at: usize| {
            let facts = self.survey.facts.get(at);
            facts.is_some_and(|facts| facts.is_below_link && facts.n_words >= 6)
        };
        let is_link = self.facts.link_density > 0.9 && self.facts.n_words >= 3;
        !self.is_post() && (self.facts.is_below_link || is_link && is_summary(self.at + 1))
    }

    /// Whether it stands alone with a picture, video or frame in an element that
    /// the core's other paragraphs do not stand in.
    fn is_below_media(&self) -> bool {
        let survey = self.survey;
        let dom = survey.dom;
        let holder = dom.node(self.block.element).parent;
        self.block.n_media > 0
            && self.facts.n_words <= 60
            && holder.is_some_and(|holder| {
                let sums = survey.sums_at(holder);
                holder != survey.core && sums.n_blocks <= 2 && sums.n_media > 0
            })
    }

    /// Whether it is a paragraph in an element like the core and right beside it:
    /// an advertisement or a box stands between them.
    fn continues_the_text(&self) -> bool {
        let (survey, facts) = (self.survey, self.facts);
        let dom = survey.dom;
        let holder = dom.node(self.block.element).parent;
        let is_beside = holder.is_some_and(|holder| {
            dom.node(holder).parent == dom.node(survey.core).parent
                && dom.name(holder) == dom.name(survey.core)
        });
        let is_other_place = [Tag::Aside, Tag::Footer, Tag::Nav, Tag::Form]
            .iter()
            .any(|tag| self.block.tags.has(*tag))
            || self.block.near.has_any(&[
                Sign::Related,
                Sign::Promo,
                Sign::Byline,
                Sign::Legal,
                Sign::Footer,
                Sign::Teaser,
            ])
            || self.block.around.has(Sign::Comment);
        is_beside
            && facts.is_good
            && facts.n_down == 1
            && self.at > survey.first
            && facts.link_density < 0.2
            && facts.verdict.is_none()
            && !facts.is_below_link
            && !self.is_of_another_article()
            && !is_other_place
            && !self.is_slanted()
    }

    /// Whether it is a button or a time of day in a live blog's post.
    fn is_tool_of_post(&self) -> bool {
        let is_short = self.facts.n_words <= 8 && !self.facts.is_sentence;
        self.is_post() && is_short && self.block.kind != BlockKind::Heading
    }

    /// Whether it is an item of a list and nothing but the headline of another
    /// article.
    fn is_listed_link(&self) -> bool {
        let facts = self.facts;
        self.block.kind == BlockKind::ListItem && facts.link_density > 0.95 && facts.n_words >= 4
    }

    /// Whether most of what stands in the same small element is notices.
    fn is_among_notices(&self) -> bool {
        self.facts.notices_around >= 0.5 && !self.facts.is_notice
    }

    /// Whether it stands in an `<article>` that is neither in `own` nor around it.
    fn is_apart_from(&self, own: NodeId) -> bool {
        let dom = self.survey.dom;
        let around = |id: NodeId| std::iter::once(id).chain(dom.ancestors(id));
        self.block.tags.has(Tag::Article)
            && around(self.block.element).all(|id| id != own)
            && self.survey.articles[self.at].is_some_and(|other| around(own).all(|id| id != other))
    }

    /// Whether it stands in an element of its own among the core's paragraphs.
    fn is_set_apart(&self) -> bool {
        self.facts.n_down > 0 || self.facts.n_up > 1
    }

    /// Whether it is the core's last paragraph or behind that.
    fn is_at_end(&self) -> bool {
        self.at >= self.survey.last
    }

    fn is_slanted(&self) -> bool {
        self.block.n_slanted_chars as f32 > 0.9 * self.block.n_chars as f32
    }

    /// Whether a rule is drawn between the core's last paragraphs and this.
    fn is_below_rule(&self) -> bool {
        self.rule_at.is_some_and(|rule_at| rule_at <= self.at)
    }
}

/// Lines in a row that make a chart.
const MIN_LABELS: usize = 5;
/// Lines to either side that are looked at.
const MAX_LABELS: usize = 8;

/// By how many log odds a block is doubted, and which blocks are.
type Doubt = (f32, fn(&Seen<'_>) -> bool);

/// Where a block stands, and by how many log odds it is doubted for it, if not
/// most of the page stands there: a whole page in a form is no boilerplate.
#[rustfmt::skip]
const DOUBTS: &[Doubt] = &[
    (3.0, |seen| seen.block.tags.has(Tag::Figcaption)),
    (2.0, |seen| seen.block.near.has(Sign::Caption)),
    (3.0, |seen| seen.block.around.has(Sign::Comment)),
    (1.5, |seen| seen.block.near.has(Sign::Byline)),
    (1.5, |seen| seen.block.near.has(Sign::Legal)),
    (0.6, |seen| seen.block.near.has(Sign::Ad)),
    (1.5, |seen| seen.block.around.has(Sign::Popup)),
    (1.5, |seen| seen.block.tags.has(Tag::Aside)),
    (2.0, |seen| seen.block.tags.has(Tag::Form)),
    (2.0, |seen| seen.block.tags.has(Tag::Button)),
    (1.0, |seen| seen.block.around.has(Sign::Promo) && seen.is_set_apart()),
    // Who wrote it, where it was printed first, what to read next.
    (1.5, |seen| seen.is_at_end() && seen.is_slanted()),
    (1.3, |seen| seen.is_below_rule()),
    (4.0, |seen| seen.is_label_of_chart()),
    (1.5, |seen| seen.is_listed_link()),
    (1.5, |seen| seen.is_on_card()),
    (3.5, |seen| seen.is_below_media()),
    // A main heading is the headline or the site's, never the text's.
    (3.0, |seen| seen.block.tags.has(Tag::H1) && seen.at < seen.survey.first),
    (2.0, |seen| seen.is_among_notices()),
    (3.0, |seen| seen.facts.is_notice),
    (2.0, |seen| seen.survey.title_at.is_some_and(|title_at| seen.at < title_at)),
];

/// The same of what may be most of a page, as other articles are.
#[rustfmt::skip]
const OF_PAGES: &[Doubt] = &[
    (6.0, |seen| seen.is_of_another_article()),
    // A list of news that is shown twice.
    (2.0, |seen| seen.facts.n_times > 1 && seen.facts.n_words >= 12 && seen.facts.n_down > 0),
    (-5.0, |seen| seen.is_text_of_post()),
    (-2.5, |seen| seen.continues_the_text()),
    (4.0, |seen| seen.is_tool_of_post()),
    // The text that the page's data gives as the article's has it.
    (-0.8, |seen| seen.facts.in_data > 0.5),
];

/// By how many log odds a line's own words make it doubted.
fn of_words(verdict: RemovedKind) -> f32 {
    match verdict {
        RemovedKind::Related => 2.9,
        RemovedKind::Caption
        | RemovedKind::Credit
        | RemovedKind::Byline
        | RemovedKind::Date
        | RemovedKind::Dateline
        | RemovedKind::Navigation
        | RemovedKind::Comment => 2.4,
        // Authors, too, ask their readers and tell of rights.
        RemovedKind::Promo => 1.8,
        RemovedKind::Junk | RemovedKind::Template => 0.4,
    }
}

/// The doubt about each block, to be taken off what the model makes of it.
pub(crate) fn of(survey: &Survey<'_>) -> Vec<f32> {
    let has_rule = |at: &usize| survey.blocks[*at].n_rules > 0;
    let rule_at = (survey.last..survey.blocks.len()).find(has_rule);
    let seen = |at: usize| Seen {
        block: &survey.blocks[at],
        facts: &survey.facts[at],
        survey,
        at,
        rule_at,
    };
    let mut doubts: Vec<f32> = survey
        .facts
        .iter()
        .map(|facts| facts.verdict.map_or(0.0, of_words))
        .collect();
    let n_running = |at: usize| {
        if survey.facts[at].is_good {
            survey.blocks[at].n_chars
        } else {
            0
        }
    };
    let total: u32 = (0..doubts.len()).map(n_running).sum();
    for (doubt, holds) in DOUBTS {
        let places: Vec<usize> = (0..doubts.len()).filter(|at| holds(&seen(*at))).collect();
        let held: u32 = places.iter().copied().map(n_running).sum();
        if 2 * held <= total {
            places.iter().for_each(|at| doubts[*at] += doubt);
        }
    }
    for (doubt, holds) in OF_PAGES {
        for (at, sum) in doubts.iter_mut().enumerate() {
            if holds(&seen(at)) {
                *sum += doubt;
            }
        }
    }
    doubts
}

#[cfg(test)]
mod tests {
    use crate::extract::Options;
    use crate::extract::page::with_survey;

    const FIRST: &str = "The harbour of Lindau was closed on Monday, said the master of the port, after a storm broke two of its piers.";
    const SECOND: &str = "In Bregenz the council met on Tuesday and voted for a new school, which is to be built by the lake within two years.";
    const LAST: &str = "Ann Moss has lived by the lake for thirty years, and has told of it in two books that the library keeps.";

    /// The doubts about the blocks of a body.
    fn check(body: &str, doubts: &[f32]) {
        let html = format!("<title>Storm</title><body>{body}");
        let found = with_survey(html.as_bytes(), &Options::default(), |survey, _| {
            crate::extract::score::doubts::of(survey)
        });
        assert_eq!(found.expect("it is a page"), doubts, "{body}");
    }

    #[test]
    fn what_is_set_in_italics_below_the_text_is_doubted() {
        let text = format!("<div><p>{FIRST}<p>{SECOND}");
        check(&format!("{text}<p>{LAST}</div>"), &[0.0, 0.0, 0.0]);
        check(&format!("{text}<p><em>{LAST}</em></div>"), &[0.0, 0.0, 1.5]);
    }

    #[test]
    fn what_stands_below_a_rule_at_the_end_is_doubted() {
        check(
            &format!("<div><p>{FIRST}<hr><p>{SECOND}<hr><p>{LAST}</div>"),
            &[0.0, 0.0, 1.3],
        );
    }

    #[test]
    fn a_card_with_a_promo_among_the_paragraphs_is_doubted() {
        check(
            &format!(
                "<div><p>{FIRST}<div class=signup-box><div><p>{LAST}</div></div><p>{SECOND}</div>"
            ),
            &[0.0, 1.0, 0.0],
        );
    }

    #[test]
    fn another_article_than_the_headlines_is_doubted() {
        let own = format!(
            "<article><h1>Storm</h1><p>{FIRST}<p>{SECOND}<p>{FIRST} {SECOND}<p>{SECOND} {LAST}"
        );
        check(
            &format!("{own}</article><article><p>{FIRST} {LAST}</article>"),
            // The first is the headline: a main heading above the text.
            &[3.0, 0.0, 0.0, 0.0, 0.0, 6.0],
        );
    }
}
