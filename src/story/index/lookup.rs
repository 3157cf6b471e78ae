//! The place of a term by its signature: asked for every word of every article
//! that an arriving one is compared with, and mostly in vain. So the first question is
//! one bit of eight kilobytes, which stay near the processor.

const CHUNK: usize = u64::BITS as usize;

/// Places by signature.
#[derive(Clone, Debug)]
pub(crate) struct Lookup {
    /// A bit for each signature that a term has.
    bits: Box<[u64]>,
    /// How many bits are set before each chunk of them.
    before: Box<[u16]>,
    /// The place of the signature of each set bit.
    places: Box<[u16]>,
}

impl Lookup {
    /// Of the terms' signatures, in their order. Of two that are the same, the first is
    /// found.
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
            // Terms are fewer than a u16 counts.
            lookup.places[rank] = lookup.places[rank].min(place as u16);
        }
        lookup
    }

    /// The place of the term of a signature.
    #[inline]
    pub(crate) fn place(&self, signature: u16) -> Option<u16> {
        self.rank(signature).map(|rank| self.places[rank])
    }

    /// Adds the places of those of the signatures that have one, in their order, as
    /// far as they are wanted.
    #[inline]
    pub(crate) fn places(
        &self,
        signatures: &[u16],
        places: &mut Vec<u16>,
        mut is_wanted: impl FnMut(usize) -> bool,
    ) {
        let from = places.len();
        places.resize(from + signatures.len(), 0);
        // Without a branch on what nobody can foresee.
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
