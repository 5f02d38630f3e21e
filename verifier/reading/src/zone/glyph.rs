//! One character of a zone, with its rivals.

/// The characters of a machine-readable zone.
pub const ZONE_ALPHABET: &[u8; 37] = b"<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// One character of a zone's line.
#[derive(Clone, Debug)]
pub struct Glyph {
    /// The logarithm of the probability of each of [`ZONE_ALPHABET`].
    pub scores: [f32; 37],
    /// Where it stands: 0 is the line's start, 1 its end.
    pub place: f32,
}

impl Glyph {
    /// The likeliest character, and the logarithm of its probability.
    #[must_use]
    pub fn best(&self) -> (u8, f32) {
        let scores = ZONE_ALPHABET.iter().copied().zip(self.scores);
        scores
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or((b'<', f32::MIN))
    }
}
