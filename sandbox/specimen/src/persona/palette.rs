//! The colours of invented people.

use super::look::{Clothes, Cut, Tone};

const fn tone(light: &'static str, base: &'static str, shade: &'static str) -> Tone {
    Tone { light, base, shade }
}

/// Skin.
pub(super) const PALE: Tone = tone("#fde8da", "#f4cfb8", "#d8a68c");
pub(super) const FAIR: Tone = tone("#fbdcc4", "#eebd9b", "#cc9270");
pub(super) const OLIVE: Tone = tone("#eccaa0", "#d3a578", "#a3744b");
pub(super) const TAN: Tone = tone("#dfb284", "#c08a5c", "#8c5d38");
pub(super) const BROWN: Tone = tone("#b57f58", "#8d5a38", "#5d3820");
pub(super) const DARK: Tone = tone("#8a5a3e", "#653d28", "#3f2417");

/// Hair.
pub(super) const BLACK: Tone = tone("#4a4550", "#231f26", "#100e12");
pub(super) const CHESTNUT: Tone = tone("#8f5f40", "#5a3521", "#371d11");
pub(super) const BLOND: Tone = tone("#ecd6a0", "#c9a763", "#94753d");
pub(super) const RED: Tone = tone("#d98450", "#a9532a", "#713115");
pub(super) const GREY: Tone = tone("#d4d3d0", "#a3a19d", "#72706d");

/// Lips.
pub(super) const ROSE: Tone = tone("#d98a84", "#c36a68", "#8f4347");
pub(super) const EARTH: Tone = tone("#bd7b69", "#9b5b4c", "#693730");
pub(super) const PLUM: Tone = tone("#9a5a58", "#773f42", "#4b2428");

/// Eyes.
pub(super) const BLUE: Tone = tone("#9fc3dc", "#5f8db3", "#2f5070");
pub(super) const GREEN: Tone = tone("#9bb58a", "#5f8061", "#2f4a38");
pub(super) const HAZEL: Tone = tone("#8a5f3a", "#5c3a20", "#2e1a0c");

const WHITE: Tone = tone("#ffffff", "#eef1f6", "#c8d0da");
const CREAM: Tone = tone("#fffaf0", "#f4ead8", "#d8c9ae");

const fn clothes(cut: Cut, outer: Tone, inner: Tone) -> Clothes {
    Clothes { cut, outer, inner }
}

/// Clothes for documents.
pub(super) const NAVY_BLAZER: Clothes =
    clothes(Cut::Blazer, tone("#3f557d", "#2b3c5e", "#1a2640"), WHITE);
pub(super) const WINE_BLAZER: Clothes =
    clothes(Cut::Blazer, tone("#8a4152", "#642a3a", "#421824"), CREAM);
pub(super) const BLACK_BLAZER: Clothes =
    clothes(Cut::Blazer, tone("#4b4b52", "#2d2d33", "#18181c"), CREAM);
pub(super) const CHARCOAL_SUIT: Clothes =
    clothes(Cut::Suit, tone("#5b6068", "#3d4249", "#23262b"), WHITE);
pub(super) const BLUE_SUIT: Clothes =
    clothes(Cut::Suit, tone("#4c6690", "#33486d", "#1d2b45"), WHITE);

/// Clothes for the camera at home.
pub(super) const TEAL_PULLOVER: Clothes =
    clothes(Cut::Pullover, tone("#5a9a94", "#3c7f7a", "#25575a"), WHITE);
pub(super) const OCHRE_PULLOVER: Clothes =
    clothes(Cut::Pullover, tone("#dcab57", "#b98432", "#83591c"), WHITE);
pub(super) const GREY_PULLOVER: Clothes =
    clothes(Cut::Pullover, tone("#98a1ac", "#717b87", "#4b535d"), WHITE);
pub(super) const MOSS_PULLOVER: Clothes =
    clothes(Cut::Pullover, tone("#88996a", "#657548", "#43502d"), WHITE);
pub(super) const BERRY_PULLOVER: Clothes =
    clothes(Cut::Pullover, tone("#a85a78", "#813c57", "#562439"), WHITE);
