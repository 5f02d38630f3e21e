//! Random numbers that are the same every time.

/// A generator for pictures, not for secrets: the same seed gives the same numbers, on every machine
/// and with every version of every library.
pub struct SeededRng(u32);

impl SeededRng {
    /// A generator that starts from this seed.
    pub fn of(seed: &str) -> Self {
        // FNV-1a
        Self(seed.bytes().fold(0x811c_9dc5, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        }))
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 24) as u8
    }

    /// Between two numbers.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * f64::from(self.byte()) / 255.0
    }
}
