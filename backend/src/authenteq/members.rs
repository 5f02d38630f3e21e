//! Reads JSON that arrives in pieces, without keeping it.
//!
//! The crates that read JSON piece by piece keep whole strings (actson, json-event-parser) or read
//! from a blocking source (struson), and each gives up on a text that is not quite JSON. Here a
//! megabyte in one string is passed over, and what is wrong with it is not our concern.

/// Longer names and texts are passed over.
const LIMIT: usize = 128;

/// The nesting of a JSON text, and the short texts that are members of its outermost object.
#[derive(Default)]
pub(super) struct Members {
    depth: usize,
    string: Option<JsonString>,
    /// The next string is a member's name.
    is_name_next: bool,
    /// The name of the member whose value comes.
    name: Option<String>,
}

/// A string that has begun.
#[derive(Default)]
struct JsonString {
    is_escaped: bool,
    /// As written, without the quotes, if it is short enough and may be needed.
    kept: Option<Vec<u8>>,
}

/// A member of the outermost object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) text: String,
}

impl Members {
    /// Reads on in `piece` to the end of the next member that is a short text, or to the piece's
    /// end. Takes what was read from the piece.
    pub(super) fn next(&mut self, piece: &mut &[u8]) -> Option<Member> {
        while let [byte, rest @ ..] = *piece {
            if let Some(text) = &mut self.string {
                *piece = text.read(piece)?;
                let text = self.string.take().and_then(JsonString::unescaped);
                let member = self.ended(text);
                if member.is_some() {
                    return member;
                }
                continue;
            }
            *piece = rest;
            match byte {
                b'"' => {
                    let is_needed = self.depth == 1 && (self.is_name_next || self.name.is_some());
                    let kept = is_needed.then(Vec::new);
                    let is_escaped = false;
                    self.string = Some(JsonString { is_escaped, kept });
                }
                b'{' | b'[' => {
                    self.is_name_next = self.depth == 0 && *byte == b'{';
                    self.depth += 1;
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b',' if self.depth == 1 => {
                    self.is_name_next = true;
                    self.name = None;
                }
                _ => {}
            }
        }
        None
    }

    /// A string that ended, if it was kept.
    fn ended(&mut self, text: Option<String>) -> Option<Member> {
        if self.depth != 1 {
            return None;
        }
        if self.is_name_next {
            self.is_name_next = false;
            self.name = text;
            return None;
        }
        let name = self.name.take()?;
        Some(Member { name, text: text? })
    }

    /// Whether every bracket and string is closed. A text that was cut after a bracket looks
    /// complete by its last byte.
    pub(super) fn is_closed(&self) -> bool {
        self.depth == 0 && self.string.is_none()
    }
}

impl JsonString {
    /// Reads to the closing quote and returns what follows it; `None` if it is not in this piece.
    fn read<'a>(&mut self, piece: &mut &'a [u8]) -> Option<&'a [u8]> {
        let mut at = 0;
        loop {
            if self.is_escaped {
                self.is_escaped = false;
                at += 1;
            }
            let rest = piece.get(at..).unwrap_or_default();
            let Some(next) = memchr::memchr2(b'"', b'\\', rest) else {
                self.keep(piece);
                *piece = &[];
                return None;
            };
            at += next;
            if piece[at] == b'"' {
                self.keep(&piece[..at]);
                return Some(&piece[at + 1..]);
            }
            self.is_escaped = true;
            at += 1;
            if at == piece.len() {
                self.keep(piece);
                *piece = &[];
                return None;
            }
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        if let Some(kept) = &mut self.kept {
            if kept.len() + bytes.len() > LIMIT {
                self.kept = None;
            } else {
                kept.extend_from_slice(bytes);
            }
        }
    }

    fn unescaped(self) -> Option<String> {
        let quoted = [b"\"", &self.kept?[..], b"\""].concat();
        serde_json::from_slice(&quoted).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The members, however the text is cut into pieces.
    fn members(json: &[u8], piece: usize) -> Vec<(String, String)> {
        let (mut members, mut found) = (Members::default(), Vec::new());
        for mut piece in json.chunks(piece) {
            while let Some(Member { name, text }) = members.next(&mut piece) {
                found.push((name, text));
            }
            assert!(piece.is_empty());
        }
        found
    }

    #[track_caller]
    fn holds(json: &[u8], expected: &[(&str, &str)]) {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        let expected: Vec<_> = expected.iter().map(owned).collect();
        for piece in 1..=json.len() {
            assert_eq!(members(json, piece), expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn the_texts_of_the_outermost_object_are_found_wherever_they_are() {
        holds(br#"{"id":"a"}"#, &[("id", "a")]);
        holds(
            br#" { "x" : {"id":"no"}, "y":[{"id":"no"},"no"], "id" : "a" , "z":"b"}"#,
            &[("id", "a"), ("z", "b")],
        );
        holds(br#"{"a":1,"b":null,"c":true,"id":"a"}"#, &[("id", "a")]);
        holds(
            br#"{"a":"\"id\":\"no\"\\","\u0069d":"\u0061\/"}"#,
            &[("a", r#""id":"no"\"#), ("id", "a/")],
        );
        holds(br#"[{"id":"no"},"id","no"]"#, &[]);
        holds(br#""id""#, &[]);
        holds(br#"{"id":"cut"#, &[]);
    }

    #[test]
    fn con_13_what_is_long_or_broken_is_passed_over() {
        let long = "x".repeat(LIMIT + 1);
        let json = format!(r#"{{"{long}":"no","a":"{long}","b":1e999,"id":"a"}}"#);
        holds(json.as_bytes(), &[("id", "a")]);
        holds(
            b"{\"a\":\"\xff\",\"b\":\"\\ud800\",\"c\":\"\n\",\"id\":\"a\"}",
            &[("id", "a")],
        );
    }

    #[test]
    fn up_14_json_is_over_where_its_first_bracket_closes_and_nowhere_before() {
        let json = br#"{"a":[{"b":"}]\\\""},{}],"c":"\u007b"}"#;
        for cut in 1..=json.len() {
            for piece in 1..json.len() {
                let mut members = Members::default();
                for mut piece in json[..cut].chunks(piece) {
                    while members.next(&mut piece).is_some() {}
                }
                assert_eq!(members.is_closed(), cut == json.len(), "{cut} {piece}");
            }
        }
    }
}
