//! The forms of machine-readable zones: ICAO Doc 9303 part 5 (TD1), part 6 (TD2) and part 4 (TD3).

use std::ops::Range;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The form of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Format {
    /// Three lines of 30 characters: cards.
    Td1,
    /// Two lines of 36 characters: larger cards.
    Td2,
    /// Two lines of 44 characters: passports.
    Td3,
}

/// The characters allowed at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Letter,
    Digit,
    DigitOrFiller,
    Any,
    Sex,
}

impl Kind {
    pub(super) fn allows(self, byte: u8) -> bool {
        match self {
            Self::Letter => byte == b'<' || byte.is_ascii_uppercase(),
            Self::Digit => byte.is_ascii_digit(),
            Self::DigitOrFiller => byte == b'<' || byte.is_ascii_digit(),
            Self::Any => true,
            Self::Sex => matches!(byte, b'F' | b'M' | b'X' | b'<'),
        }
    }
}

/// Some places of one line.
pub(super) type Span = (usize, Range<usize>);

/// A check digit, and the places it covers, in their order.
pub(super) struct Check {
    pub(super) covers: &'static [Span],
    pub(super) digit: (usize, usize),
    /// `<` stands for the digit: where nothing is covered, and where a card's number goes on in the
    /// optional data.
    pub(super) may_be_empty: bool,
}

/// Where each field is. Several have no check digit.
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) lines: usize,
    pub(super) checks: &'static [Check],
    pub(super) names: Span,
    pub(super) number: Span,
    pub(super) nationality: Span,
    pub(super) birth: Span,
    pub(super) sex: Span,
    pub(super) expiry: Span,
}

/// The same in every form.
pub(super) const DOCUMENT_CODE: Span = (0, 0..2);
pub(super) const ISSUER: Span = (0, 2..5);

/// The order of [`Layout::checks`].
pub(super) const NUMBER_CHECK: usize = 0;
pub(super) const BIRTH_CHECK: usize = 1;
pub(super) const EXPIRY_CHECK: usize = 2;

const fn check(covers: &'static [Span], digit: (usize, usize), may_be_empty: bool) -> Check {
    Check {
        covers,
        digit,
        may_be_empty,
    }
}

static TD1: Layout = Layout {
    width: 30,
    lines: 3,
    checks: &[
        check(&[(0, 5..14)], (0, 14), true),
        check(&[(1, 0..6)], (1, 6), false),
        check(&[(1, 8..14)], (1, 14), false),
        check(
            &[(0, 5..30), (1, 0..7), (1, 8..15), (1, 18..29)],
            (1, 29),
            false,
        ),
    ],
    names: (2, 0..30),
    number: (0, 5..15),
    nationality: (1, 15..18),
    birth: (1, 0..6),
    sex: (1, 7..8),
    expiry: (1, 8..14),
};

static TD2: Layout = Layout {
    width: 36,
    lines: 2,
    checks: &[
        check(&[(1, 0..9)], (1, 9), true),
        check(&[(1, 13..19)], (1, 19), false),
        check(&[(1, 21..27)], (1, 27), false),
        check(&[(1, 0..10), (1, 13..20), (1, 21..35)], (1, 35), false),
    ],
    names: (0, 5..36),
    number: (1, 0..10),
    nationality: (1, 10..13),
    birth: (1, 13..19),
    sex: (1, 20..21),
    expiry: (1, 21..27),
};

static TD3: Layout = Layout {
    width: 44,
    lines: 2,
    checks: &[
        check(&[(1, 0..9)], (1, 9), false),
        check(&[(1, 13..19)], (1, 19), false),
        check(&[(1, 21..27)], (1, 27), false),
        check(&[(1, 28..42)], (1, 42), true),
        check(&[(1, 0..10), (1, 13..20), (1, 21..43)], (1, 43), false),
    ],
    names: (0, 5..44),
    number: (1, 0..10),
    nationality: (1, 10..13),
    birth: (1, 13..19),
    sex: (1, 20..21),
    expiry: (1, 21..27),
};

impl Format {
    pub(super) const ALL: [Self; 3] = [Self::Td3, Self::Td1, Self::Td2];

    pub(super) fn layout(self) -> &'static Layout {
        match self {
            Self::Td1 => &TD1,
            Self::Td2 => &TD2,
            Self::Td3 => &TD3,
        }
    }

    /// Width and height of the document in millimetres: ID-1, ID-2, ID-3 of ISO/IEC 7810.
    #[must_use]
    pub fn size(self) -> (f32, f32) {
        match self {
            Self::Td1 => (85.6, 53.98),
            Self::Td2 => (105.0, 74.0),
            Self::Td3 => (125.0, 88.0),
        }
    }

    pub(super) fn kind(self, line: usize, at: usize) -> Kind {
        let layout = self.layout();
        let is_in = |span: &Span| span.0 == line && span.1.contains(&at);
        let is_digit = layout.checks.iter().find(|it| it.digit == (line, at));
        if let Some(check) = is_digit {
            return if check.may_be_empty {
                Kind::DigitOrFiller
            } else {
                Kind::Digit
            };
        }
        if line == 0 && at < 5 || is_in(&layout.names) || is_in(&layout.nationality) {
            Kind::Letter
        } else if is_in(&layout.birth) || is_in(&layout.expiry) {
            Kind::DigitOrFiller
        } else if is_in(&layout.sex) {
            Kind::Sex
        } else {
            Kind::Any
        }
    }
}
