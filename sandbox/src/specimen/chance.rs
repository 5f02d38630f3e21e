//! Chance that is the same every time.

/// A generator for pictures, not for secrets: the same seed has the same outcome, on every machine
/// and with every version of every library.
pub(crate) struct Chance(u32);

impl Chance {
    pub(crate) fn of(seed: &str) -> Self {
        // FNV-1a
        Self(seed.bytes().fold(0x811c_9dc5, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        }))
    }

    /// One of 256.
    pub(crate) fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 24) as u8
    }

    /// Between two numbers.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * f64::from(self.byte()) / 255.0
    }
}
