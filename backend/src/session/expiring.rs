//! A map whose entries expire, ordered by expiry.

use std::{
    borrow::Borrow,
    collections::{BTreeSet, HashMap},
    hash::Hash,
};

/// Entries that expire at a given second (since 1970). The cost of expiry depends only on the
/// number of expired entries, because the map is never scanned. (Caches on crates.io take their
/// time from the system, where no test can move it.)
pub(crate) struct Expiring<K, V> {
    entries: HashMap<K, (i64, V)>,
    ends: BTreeSet<(i64, K)>,
}

impl<K, V> Default for Expiring<K, V> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            ends: BTreeSet::new(),
        }
    }
}

impl<K: Clone + Eq + Hash + Ord, V> Expiring<K, V> {
    /// Inserts an entry that expires at `ends`, or replaces the present one.
    pub(crate) fn insert(&mut self, key: K, value: V, ends: i64) {
        self.remove(&key);
        self.ends.insert((ends, key.clone()));
        self.entries.insert(key, (ends, value));
    }

    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key).map(|(_, value)| value)
    }

    pub(crate) fn remove(&mut self, key: &K) {
        if let Some((ends, _)) = self.entries.remove(key) {
            self.ends.remove(&(ends, key.clone()));
        }
    }

    /// Removes the entries that have expired by `now`.
    pub(crate) fn forget_ended(&mut self, now: i64) {
        while self.ends.first().is_some_and(|(ends, _)| *ends <= now) {
            if let Some((_, key)) = self.ends.pop_first() {
                self.entries.remove(&key);
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_end_in_the_order_of_their_ends_and_a_new_one_replaces_an_old() {
        let mut entries = Expiring::default();
        entries.insert("late", 1, 30);
        entries.insert("soon", 2, 10);
        entries.insert("moved", 3, 10);
        entries.insert("moved", 4, 20);
        entries.insert("removed", 5, 10);
        entries.remove(&"removed");
        entries.forget_ended(9);
        assert_eq!(entries.len(), 3);
        entries.forget_ended(10);
        assert_eq!(entries.get("soon"), None);
        assert_eq!(entries.get("moved"), Some(&4));
        entries.forget_ended(30);
        assert_eq!((entries.len(), entries.ends.len()), (0, 0));
    }
}
