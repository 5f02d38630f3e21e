//! Finds out whether streamed JSON is complete.

/// The nesting depth in a JSON text that arrives in pieces. A text that was cut after a bracket
/// looks complete by its last byte.
#[derive(Default)]
pub(super) struct Nesting {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
}

impl Nesting {
    /// Reads the next piece.
    pub(super) fn pass(&mut self, piece: &[u8]) {
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            if self.is_escaped {
                self.is_escaped = false;
            } else if self.is_in_string {
                let Some(next) = memchr::memchr2(b'"', b'\\', &piece[at..]) else {
                    return;
                };
                at += next;
                match piece[at] {
                    b'"' => self.is_in_string = false,
                    _ => self.is_escaped = true,
                }
            } else {
                match byte {
                    b'"' => self.is_in_string = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
            }
            at += 1;
        }
    }

    /// Whether every bracket and string is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.depth == 0 && !self.is_in_string
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_14_json_is_over_where_its_first_bracket_closes_and_nowhere_before() {
        let json = br#"{"a":[{"b":"}]\\\""},{}],"c":"\u007b"}"#;
        for cut in 1..=json.len() {
            for piece in 1..json.len() {
                let mut nesting = Nesting::default();
                json[..cut].chunks(piece).for_each(|it| nesting.pass(it));
                assert_eq!(nesting.is_closed(), cut == json.len(), "{cut} {piece}");
            }
        }
    }
}
