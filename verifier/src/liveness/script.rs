//! The prompts of a challenge, drawn from the operating system.

use std::time::Duration;

use rand::{Rng, seq::IndexedRandom};
use webkyc_reading::Prompt;

use super::limits::{LIMITS, Script};

const ALL: [Prompt; 3] = [Prompt::Left, Prompt::Right, Prompt::Centre];

/// Prompts by chance: none twice in a row, and the centre at least once, since the face is taken there.
#[must_use]
pub fn draw(random: &mut impl Rng) -> Script {
    loop {
        let mut last = None;
        let script = std::array::from_fn(|_| {
            let others = ALL.into_iter().filter(|prompt| Some(*prompt) != last);
            let others: Vec<Prompt> = others.collect();
            let prompt = *others.choose(random).expect("two are left at least");
            last = Some(prompt);
            (prompt, hold(random))
        });
        if script.iter().any(|(prompt, _)| *prompt == Prompt::Centre) {
            return script;
        }
    }
}

fn hold(random: &mut impl Rng) -> Duration {
    random.random_range(LIMITS.hold)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn all_scripts_come_up_and_none_repeats_a_prompt_or_lacks_the_centre() {
        let mut random = StdRng::seed_from_u64(1);
        let mut seen = HashSet::new();
        for _ in 0..2000 {
            let script = draw(&mut random);
            let prompts = script.map(|(prompt, _)| prompt);
            assert!(prompts.windows(2).all(|pair| pair[0] != pair[1]));
            assert!(prompts.contains(&Prompt::Centre));
            assert!(script.iter().all(|(_, hold)| LIMITS.hold.contains(hold)));
            seen.insert(format!("{prompts:?}"));
        }
        // Of 3 · 2 · 2 · 2 without a repetition, two lack the centre.
        assert_eq!(seen.len(), 22);
    }
}
