//! Maps that evict their oldest entry.

use std::collections::{HashMap, VecDeque};

/// The oldest of each kind is forgotten beyond this number, so that no load test can fill the
/// memory of the machine.
pub(crate) const KEPT: usize = 10_000;

/// A map that forgets its oldest entry when it is full.
pub(crate) struct EvictingMap<T> {
    entries: HashMap<String, T>,
    order: VecDeque<String>,
}

impl<T> Default for EvictingMap<T> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<T> EvictingMap<T> {
    pub(crate) fn insert(&mut self, key: String, value: T) {
        if self.order.len() == KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
        self.order.push_back(key.clone());
        self.entries.insert(key, value);
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        self.entries.get_mut(key)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<T> {
        self.entries.remove(key)
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.entries.retain(|_, value| keep(value));
        self.order.retain(|key| self.entries.contains_key(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_memory_forgets_the_oldest() {
        let mut numbers = EvictingMap::default();
        for n in 0..=KEPT {
            numbers.insert(n.to_string(), n);
        }
        assert!(numbers.get_mut("0").is_none());
        assert!(numbers.get_mut("1").is_some());
        assert_eq!(numbers.entries.len(), KEPT);
    }
}
