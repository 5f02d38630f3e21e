//! The documents that are measured with.

use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::{cards::Card, invented, specimens};

/// `number` documents of a seed: test persons of the sandbox and invented ones in turn.
pub fn deal(seed: u64, number: usize) -> impl Iterator<Item = Card> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..number).map(move |at| {
        if at % 2 == 0 {
            let all = specimens::number();
            specimens::card(random.random_range(0..all))
        } else {
            invented::card(&mut random)
        }
    })
}
