//! Good, bad or open: on rows, in progress lines and in timelines.

/// How something is shown, never by colour alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Bad,
    Open,
}

impl Tone {
    pub(super) fn class(&self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Open => "open",
        }
    }

    pub(super) fn sign(&self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Bad => "✕",
            Self::Open => "",
        }
    }
}
