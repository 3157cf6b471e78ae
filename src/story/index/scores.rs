//! Sums by article while the articles that share an arriving one's words are
//! gathered: thousands of additions an article, so there is a table for it.

/// A sum for each number it was given, by open addressing.
#[derive(Debug)]
pub(crate) struct Scores {
    /// The numbers one up and their sums; 0 is a free place. Never full.
    places: Vec<(u32, f32)>,
}

impl Scores {
    /// For `most` different numbers at most.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            places: vec![(0, 0.0); (2 * most).next_power_of_two().max(64)],
        }
    }

    /// Adds to a number's sum; numbers are below the largest.
    #[inline]
    pub(crate) fn add(&mut self, number: u32, score: f32) {
        let mask = self.places.len() - 1;
        let mut at = (number.wrapping_mul(0x9e37_79b9) >> 15) as usize & mask;
        loop {
            let (key, sum) = &mut self.places[at];
            if *key == number + 1 {
                *sum += score;
                return;
            }
            if *key == 0 {
                (*key, *sum) = (number + 1, score);
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// The numbers and their sums, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, f32)> {
        let used = self.places.iter().filter(|(key, _)| *key != 0);
        used.map(|(key, sum)| (key - 1, *sum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_kept_apart_by_number() {
        let mut scores = Scores::new(1000);
        for at in 0..3000_u32 {
            scores.add(at % 1000 * 4096, 1.0);
        }
        let mut found: Vec<(u32, f32)> = scores.iter().collect();
        found.sort_by_key(|(number, _)| *number);
        let wanted: Vec<(u32, f32)> = (0..1000).map(|number| (number * 4096, 3.0)).collect();
        assert_eq!(found, wanted);
    }
}
