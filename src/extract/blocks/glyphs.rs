//! What a text is made of, letter by letter: capitals, digits, marks.

/// Counts of a text's characters by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Glyphs {
    pub(crate) n_all: u32,
    pub(crate) n_upper: u32,
    pub(crate) n_lower: u32,
    pub(crate) n_digits: u32,
    pub(crate) n_commas: u32,
    /// Marks that menus, crumbs and labels are made of.
    pub(crate) n_marks: u32,
    /// Full stops with a space behind.
    pub(crate) n_stops: u32,
}

impl Glyphs {
    pub(crate) fn of(text: &str) -> Self {
        let mut glyphs = Self::default();
        let mut is_stop = false;
        for c in text.chars() {
            glyphs.n_all += 1;
            glyphs.n_stops += u32::from(is_stop && c == ' ');
            is_stop = c == '.';
            match c {
                'a'..='z' => glyphs.n_lower += 1,
                ' ' | '.' => {}
                'A'..='Z' => glyphs.n_upper += 1,
                '0'..='9' => glyphs.n_digits += 1,
                ',' | '\u{3001}' | '\u{ff0c}' | '\u{60c}' => glyphs.n_commas += 1,
                '|' | '/' | '\u{bb}' | '\u{203a}' | '>' | ':' | '\u{b7}' | '@' | '#' => {
                    glyphs.n_marks += 1;
                }
                c if c.is_ascii() => {}
                c if c.is_lowercase() => glyphs.n_lower += 1,
                c if c.is_uppercase() => glyphs.n_upper += 1,
                _ => {}
            }
        }
        glyphs
    }

    /// A count as a part of all characters.
    pub(crate) fn share(self, n: u32) -> f32 {
        n as f32 / self.n_all.max(1) as f32
    }

    /// Capitals as a part of the letters that have case.
    pub(crate) fn shouted(self) -> f32 {
        self.n_upper as f32 / (self.n_upper + self.n_lower).max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_by_kind() {
        let found = Glyphs::of("NATO said: 3, 4. \u{c4}rger /x");
        let wanted = Glyphs {
            n_all: 25,
            n_upper: 5,
            n_lower: 9,
            n_digits: 2,
            n_commas: 1,
            n_marks: 2,
            n_stops: 1,
        };
        assert_eq!(found, wanted);
        assert!((Glyphs::of("ABCd 1").shouted() - 0.75).abs() < 1e-6);
    }
}
