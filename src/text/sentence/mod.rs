//! Where sentences and blocks end.
//!
//! A stop ends a sentence, except in cases such as "U.S. troops", "Mr. Smith",
//! "on Feb. 16", "J. Smith", and before a lower-case letter ("Why?" he asked).
//! The end of a block always ends a sentence.

mod abbreviation;

use super::{Span, Text};
use abbreviation::{ABBREVIATIONS, MONTHS, STARTERS, TITLES, is_one_of};

/// The lengths in bytes of lines that may be text wrapped by hand. Another line
/// that a capital follows is a heading or a line of a list.
const WRAPPED: std::ops::Range<usize> = 50..100;

impl Text {
    /// Splits the text, which was read from `source`, into blocks and sentences.
    pub fn split(&mut self, source: &str) {
        self.blocks.clear();
        self.sentences.clear();
        let mut first = 0;
        for at in 1..=self.words.len() {
            if at == self.words.len() || self.words[at].flags.opens_block() {
                let span = self.span(source, first, at);
                self.blocks.push(span);
                first = at;
            }
        }
        let mut stop = 0;
        for block in 0..self.blocks.len() {
            stop = self.split_block(source, self.blocks[block], stop);
        }
    }

    /// The span of the words `first..end`, with the quotes and brackets before them
    /// and the quotes, brackets and stops after them.
    fn span(&self, source: &str, first: usize, end: usize) -> Span {
        let floor = match first {
            0 => 0,
            first => self.words[first - 1].end as usize,
        };
        let ceiling = self
            .words
            .get(end)
            .map_or(source.len(), |word| word.start as usize);
        let start = self.words[first].start as usize;
        let stop = self.words[end - 1].end as usize;
        Span {
            start: (start - n_openers(&source[floor..start])) as u32,
            end: (stop + n_closers(&source[stop..ceiling.min(source.len())])) as u32,
            first_word: first as u32,
            end_word: end as u32,
        }
    }

    /// Splits one block. `stop` is the first stop that was not handled yet.
    fn split_block(&mut self, source: &str, block: Span, mut stop: usize) -> usize {
        let mut first = block.first_word as usize;
        let end = block.end_word as usize;
        let mut line_checked = first;
        while let Some(&candidate) = self.stops.get(stop) {
            let at = candidate.n_words_before as usize;
            if at >= end {
                break;
            }
            stop += 1;
            if at <= first {
                continue;
            }
            first = self.split_lines(source, first, line_checked.max(first + 1), at);
            line_checked = at;
            if at > first && self.ends_sentence(source, candidate.at as usize, candidate.c, at) {
                let span = self.span(source, first, at);
                self.sentences.push(span);
                first = at;
            }
        }
        first = self.split_lines(source, first, line_checked.max(first + 1), end);
        if first < end {
            let span = self.span(source, first, end);
            self.sentences.push(span);
        }
        stop
    }

    /// Ends sentences at line ends between the words `from..to`, unless the lines
    /// are wrapped by hand. Returns where the open sentence starts then.
    fn split_lines(&mut self, source: &str, mut first: usize, from: usize, to: usize) -> usize {
        for at in from..=to {
            let Some(word) = self.words.get(at) else {
                break;
            };
            let gap_start = self.words[at - 1].end as usize;
            let gap = &source.as_bytes()[gap_start..word.start as usize];
            if word.flags.opens_block() || gap.len() < 2 && gap.first() != Some(&b'\n') {
                continue;
            }
            if let Some(newline) = memchr::memchr(b'\n', gap)
                && self.line_ends_sentence(source, gap_start + newline, at)
            {
                let span = self.span(source, first, at);
                self.sentences.push(span);
                first = at;
            }
        }
        first
    }

    fn line_ends_sentence(&self, source: &str, newline: usize, next: usize) -> bool {
        let line_start =
            memchr::memrchr(b'\n', &source.as_bytes()[..newline]).map_or(0, |at| at + 1);
        let n_bytes = newline - line_start;
        let flags = self.words[next].flags;
        let starts = flags.is_capital() || flags.has_digit() || flags.is_ideograph();
        starts && !WRAPPED.contains(&n_bytes)
    }

    /// Whether the stop `c` at byte `at`, which word `next` follows, ends a
    /// sentence.
    fn ends_sentence(&self, source: &str, at: usize, c: char, next: usize) -> bool {
        let Some(word) = self.words.get(next) else {
            return true;
        };
        if matches!(c, '。' | '！' | '？' | '｡' | '।' | '॥' | '።' | '។' | '။') {
            return true;
        }
        let gap = &source[at + c.len_utf8()..word.start as usize];
        let behind = gap.trim_start_matches(is_closer);
        if !behind.starts_with(char::is_whitespace) && !behind.starts_with("&nbsp;") {
            return false;
        }
        let first = source[word.range()].chars().next().unwrap_or(' ');
        if first.is_lowercase() {
            return false;
        }
        if c != '.' || self.stops_follow(at) {
            return true;
        }
        let before = self.words[next - 1];
        // A closing bracket or quote between word and stop, as in `Inc.".`
        if before.end as usize + 1 < at {
            return true;
        }
        let starter = is_one_of(STARTERS, self.folded(word)) && word.flags.is_capital();
        let folded = self.folded(&before);
        if before.flags.is_dotted() {
            return starter;
        }
        let n_chars = folded.chars().count();
        if n_chars == 1 && before.flags.is_capital() && !before.flags.is_ideograph() {
            // An initial; but "plan B. The" ends one.
            return starter;
        }
        if before.flags.has_digit() && n_chars <= 2 && is_one_of(MONTHS, self.folded(word)) {
            return false;
        }
        if (is_one_of(MONTHS, folded)
            || matches!(folded, "no" | "nos" | "p" | "pp" | "art" | "nr" | "fig"))
            && before.flags.is_capital() | (folded != "no")
            && word.flags.has_digit()
        {
            return false;
        }
        if is_one_of(TITLES, folded) && word.flags.is_capital() {
            return false;
        }
        if is_one_of(ABBREVIATIONS, folded) {
            return starter;
        }
        true
    }

    /// Whether there is another stop directly before this one: `...`.
    fn stops_follow(&self, at: usize) -> bool {
        let index = self.stops.partition_point(|stop| (stop.at as usize) < at);
        index > 0 && self.stops[index - 1].at as usize + 1 == at
    }
}

fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '’'
            | ')'
            | ']'
            | '»'
            | '›'
            | '」'
            | '』'
            | '）'
            | '】'
            | '.'
            | '!'
            | '?'
            | '…'
    )
}

/// The number of bytes of opening quotes and brackets at the end of `gap`.
fn n_openers(gap: &str) -> usize {
    let kept = gap.trim_end_matches(|c| {
        matches!(
            c,
            '"' | '\''
                | '“'
                | '‘'
                | '„'
                | '‚'
                | '('
                | '['
                | '«'
                | '‹'
                | '「'
                | '『'
                | '（'
                | '【'
                | '¿'
                | '¡'
                | '@'
                | '#'
                | '$'
                | '€'
                | '£'
                | '-'
                | '−'
        )
    });
    gap.len() - kept.len()
}

/// The number of bytes of stops and closing quotes and brackets at the start of
/// `gap`, including a possessive that was dropped.
fn n_closers(gap: &str) -> usize {
    let behind = gap
        .strip_prefix(['\'', '’', '‘', 'ʼ', '`', '´', '′', '＇'])
        .and_then(|rest| rest.strip_prefix(['s', 'S']))
        .unwrap_or(gap);
    let rest = behind.trim_start_matches(|c| {
        is_closer(c)
            || matches!(
                c,
                '。' | '！'
                    | '？'
                    | '｡'
                    | '؟'
                    | '۔'
                    | '।'
                    | '॥'
                    | '።'
                    | '។'
                    | '။'
                    | '%'
                    | ';'
                    | ':'
                    | ','
                    | '+'
            )
    });
    gap.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use crate::text::analyze;

    fn check(source: &str, wanted: &[&str]) {
        let text = analyze(source);
        let found: Vec<&str> = text
            .sentences()
            .iter()
            .map(|span| &source[span.range()])
            .collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn abbreviations_titles_and_initials_do_not_end_a_sentence() {
        check(
            "Mr. Smith met Dr. J. Jones in St. Louis. They talked.",
            &["Mr. Smith met Dr. J. Jones in St. Louis.", "They talked."],
        );
        check(
            "The U.S. Senate sat on Feb. 16. It voted.",
            &["The U.S. Senate sat on Feb. 16.", "It voted."],
        );
        check(
            "He left the U.S. The visit was short.",
            &["He left the U.S.", "The visit was short."],
        );
        check(
            "Acme Inc. Chairman Lee resigned. Shares fell.",
            &["Acme Inc. Chairman Lee resigned.", "Shares fell."],
        );
        check(
            "It rose 3.5 percent at 10 a.m. Eastern time.",
            &["It rose 3.5 percent at 10 a.m. Eastern time."],
        );
    }

    #[test]
    fn quotes_and_brackets_close_with_their_sentence() {
        check(
            "“We saw nothing.” He paused. (Nobody asked.) Then?",
            &[
                "“We saw nothing.”",
                "He paused.",
                "(Nobody asked.)",
                "Then?",
            ],
        );
        check(
            "\"Why?\" he asked. \"Because.\"",
            &["\"Why?\" he asked.", "\"Because.\""],
        );
    }

    #[test]
    fn german_ordinals_and_dates_do_not_end_a_sentence() {
        check(
            "Am 16. Februar tagte der Rat. Er vertagte sich.",
            &["Am 16. Februar tagte der Rat.", "Er vertagte sich."],
        );
    }

    #[test]
    fn scripts_without_spaces_end_at_their_own_stops() {
        check(
            "会議は終わった。結果は明日発表される。",
            &["会議は終わった。", "結果は明日発表される。"],
        );
        check(
            "مرحبا بكم. كيف الحال؟ نعم.",
            &["مرحبا بكم.", "كيف الحال؟", "نعم."],
        );
    }

    #[test]
    fn blocks_end_at_blank_lines_and_headings_at_line_ends() {
        check(
            "A heading\nThe text starts here. And ends\n\nsomewhere",
            &[
                "A heading",
                "The text starts here.",
                "And ends",
                "somewhere",
            ],
        );
        check(
            "this line was wrapped by hand at about seventy columns as mail was\nTuesday and goes on",
            &[
                "this line was wrapped by hand at about seventy columns as mail was\nTuesday and goes on",
            ],
        );
    }

    #[test]
    fn a_possessive_belongs_to_its_sentence() {
        check("It was Anna's. Bob left.", &["It was Anna's.", "Bob left."]);
    }
}
