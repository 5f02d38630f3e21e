//! The features from which a portrait is drawn.

/// The face and the clothes of a person.
pub(crate) struct Look {
    pub(crate) skin: Tone,
    pub(crate) hair: Tone,
    pub(crate) hair_style: HairStyle,
    pub(crate) glasses: bool,
    pub(crate) lips: Tone,
    pub(crate) iris: Tone,
    pub(crate) document_clothes: Clothes,
    pub(crate) everyday_clothes: Clothes,
    /// The signature, as the data of an SVG path in a box of 240 by 60. Without one, a scribble is
    /// drawn.
    pub(crate) signature: Option<&'static str>,
}

/// One colour in light, as it is, and in shade.
#[derive(Clone, Copy)]
pub(crate) struct Tone {
    pub(crate) light: &'static str,
    pub(crate) base: &'static str,
    pub(crate) shade: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HairStyle {
    /// Shoulder length with a side parting.
    LongParted,
    /// The same parting, tied to a knot.
    Tied,
    /// Short at the sides.
    Short,
    /// Short at the sides, with a trimmed beard.
    ShortBearded,
}

#[derive(Clone, Copy)]
pub(crate) struct Clothes {
    pub(crate) cut: Cut,
    pub(crate) outer: Tone,
    pub(crate) inner: Tone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// A jacket over a blouse.
    Blazer,
    /// A jacket, a shirt and a tie.
    Suit,
    /// A round-necked pullover.
    Pullover,
}
