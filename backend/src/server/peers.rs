//! How many connections each address has.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// Counts connections by address, if there is a limit.
pub(super) struct Peers {
    limit: Option<usize>,
    counts: Counts,
}

/// One connection's place among its address's; dropped with it.
pub(super) struct Seat(Option<(Counts, IpAddr)>);

impl Peers {
    pub(super) fn new(limit: Option<usize>) -> Self {
        Self {
            limit,
            counts: Counts::default(),
        }
    }

    /// A place for one more connection of this address, if it may have one.
    pub(super) fn seat(&self, ip: IpAddr) -> Option<Seat> {
        let Some(limit) = self.limit else {
            return Some(Seat(None));
        };
        let subscriber = subscriber(ip);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(&subscriber).copied().unwrap_or_default();
        if count >= limit {
            return None;
        }
        counts.insert(subscriber, count + 1);
        drop(counts);
        Some(Seat(Some((self.counts.clone(), subscriber))))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((counts, subscriber)) = &self.0 else {
            return;
        };
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(subscriber) {
            *count -= 1;
            if *count == 0 {
                counts.remove(subscriber);
            }
        }
    }
}

/// Whoever has one IPv6 address has the 2^64 beside it as well.
fn subscriber(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gets_its_seats_and_gets_them_back() {
        let peers = Peers::new(Some(2));
        let seat = |ip: &str| peers.seat(ip.parse().unwrap());
        let (one, two) = (seat("192.0.2.1"), seat("::ffff:192.0.2.1"));
        assert!(one.is_some() && two.is_some() && seat("192.0.2.1").is_none());
        assert!(seat("192.0.2.2").is_some());
        drop(one);
        assert!(seat("192.0.2.1").is_some());
        drop(two);
        assert!(peers.counts.lock().unwrap().is_empty());
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let peers = Peers::new(Some(1));
        let seat = |ip: &str| peers.seat(ip.parse().unwrap());
        let _one = seat("2001:db8::1");
        assert!(seat("2001:db8::2").is_none());
        assert!(seat("2001:db8:0:1::2").is_some());
    }

    #[test]
    fn without_a_limit_nobody_is_counted() {
        let peers = Peers::new(None);
        let _seat = peers.seat([192, 0, 2, 1].into());
        assert!(peers.counts.lock().unwrap().is_empty());
    }
}
