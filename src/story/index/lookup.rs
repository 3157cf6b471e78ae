//! Finds a term of the arriving article by its signature. Every word of every article
//! that it is compared with is looked up, and most are not found. So the look-up first
//! tests one bit of a table of 8 kB, which stays in the processor's cache.

const CHUNK: usize = u64::BITS as usize;

/// The indexes of terms by signature.
#[derive(Clone, Debug)]
pub(crate) struct Lookup {
    /// One bit for each possible signature: whether a term has it.
    bits: Box<[u64]>,
    /// For each 64 bits, how many bits are set before them.
    before: Box<[u16]>,
    /// For each set bit in order, the index of its term.
    places: Box<[u16]>,
}

impl Lookup {
    /// The look-up table for the terms' signatures, in the order of the terms. Of two
    /// terms with the same signature, the first is found.
    pub(crate) fn new(signatures: impl Iterator<Item = u16> + Clone) -> Self {
        let mut bits = vec![0_u64; (1 << 16) / CHUNK];
        for signature in signatures.clone() {
            let (chunk, bit) = parts(signature);
            bits[chunk] |= 1 << bit;
        }
        let mut n_bits = 0;
        let before: Box<[u16]> = bits
            .iter()
            .map(|chunk| {
                let before = n_bits;
                n_bits += chunk.count_ones() as u16;
                before
            })
            .collect();
        let mut lookup = Self {
            bits: bits.into(),
            before,
            places: vec![u16::MAX; usize::from(n_bits)].into(),
        };
        for (place, signature) in signatures.enumerate() {
            let rank = lookup.rank(signature).unwrap_or(0);
            // An article has fewer terms than a u16 can count.
            lookup.places[rank] = lookup.places[rank].min(place as u16);
        }
        lookup
    }

    /// The index of the term with this signature.
    #[inline]
    pub(crate) fn place(&self, signature: u16) -> Option<u16> {
        self.rank(signature).map(|rank| self.places[rank])
    }

    /// Appends the indexes of the signatures that a term has, in their order, if
    /// `is_wanted` accepts them.
    #[inline]
    pub(crate) fn places(
        &self,
        signatures: &[u16],
        places: &mut Vec<u16>,
        mut is_wanted: impl FnMut(usize) -> bool,
    ) {
        let from = places.len();
        places.resize(from + signatures.len(), 0);
        // Written without a branch: the processor could not predict it.
        let mut to = from;
        for &signature in signatures {
            let (chunk, bit) = parts(signature);
            places[to] = signature;
            to += (self.bits[chunk] >> bit & 1) as usize;
        }
        let mut kept = from;
        for at in from..to {
            let place = self.place(places[at]).unwrap_or(0);
            places[kept] = place;
            kept += usize::from(is_wanted(usize::from(place)));
        }
        places.truncate(kept);
    }

    #[inline]
    fn rank(&self, signature: u16) -> Option<usize> {
        let (chunk, bit) = parts(signature);
        let bits = self.bits[chunk];
        if bits >> bit & 1 == 0 {
            return None;
        }
        let below = (bits & ((1 << bit) - 1)).count_ones();
        Some(usize::from(self.before[chunk]) + below as usize)
    }
}

fn parts(signature: u16) -> (usize, u32) {
    (
        usize::from(signature) / CHUNK,
        u32::from(signature) % u64::BITS,
    )
}
