//! Ids, codes and tokens: random, and the same again with the same seed, if there is one.

use rand::{
    Rng, SeedableRng,
    distr::{Alphanumeric, SampleString},
    rngs::StdRng,
};
use sha2::{Digest, Sha256};

/// A named source of random bytes, so that one client's draws do not change another's.
pub(crate) struct Ids(StdRng);

impl Ids {
    /// Without a seed they come from the operating system.
    pub(crate) fn of(seed: Option<u64>, name: &str) -> Self {
        let Some(seed) = seed else {
            return Self(StdRng::from_os_rng());
        };
        let start = Sha256::new_with_prefix(seed.to_be_bytes()).chain_update(name);
        Self(StdRng::from_seed(start.finalize().into()))
    }

    /// Letters and digits.
    pub(crate) fn word(&mut self, length: usize) -> String {
        Alphanumeric.sample_string(&mut self.0, length)
    }

    pub(crate) fn uuid(&mut self) -> String {
        let id = uuid::Builder::from_random_bytes(self.0.random()).into_uuid();
        id.to_string()
    }

    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        self.0.random()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_name_draw_the_same() {
        let draw = |seed, name| Ids::of(Some(seed), name).word(32);
        assert_eq!(draw(1, "shop"), draw(1, "shop"));
        assert_ne!(draw(1, "shop"), draw(2, "shop"));
        assert_ne!(draw(1, "shop"), draw(1, "bank"));
        assert_ne!(
            Ids::of(None, "shop").word(32),
            Ids::of(None, "shop").word(32)
        );
    }
}
