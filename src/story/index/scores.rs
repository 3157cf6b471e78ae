//! A small hash table that adds up scores by article, while the articles that share words
//! with an arriving one are collected. It is used thousands of times for each arriving
//! article.

/// The sum of scores for each article number; a hash table with open addressing.
#[derive(Debug)]
pub(crate) struct Scores {
    /// The article numbers plus one and their sums; 0 is a free slot. Never full, so that
    /// a search ends.
    places: Vec<(u32, f32)>,
}

impl Scores {
    /// A table for at most `most` different numbers.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            places: vec![(0, 0.0); (2 * most).next_power_of_two().max(64)],
        }
    }

    /// Adds `score` to the sum of `number`, which is below `u32::MAX`.
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
