//! The person's face: the same one on the document and in front of the camera.

use askama::Template;

use crate::persona::{Clothes, Cut, HairStyle, Look};

/// The expression of a face.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pose {
    /// Neutral, as on official portraits.
    Official,
    /// At home: a trace of a smile.
    Relaxed,
}

#[derive(Template)]
#[template(path = "figure.svg")]
struct Figure<'a> {
    /// The prefix of every id, so that one drawing may contain several figures.
    id: &'a str,
    look: &'a Look,
    clothes: &'a Clothes,
    jaw: &'static str,
    mouth: Mouth,
    long_hair: bool,
    bearded: bool,
    lash_width: f32,
}

struct Mouth {
    left: f32,
    right: f32,
    corner: f32,
    bottom: f32,
}

const NARROW_JAW: &str = "M124 200C120 140 150 94 200 94C250 94 280 140 276 200C275 246 266 280 247 306C233 325 217 338 200 338C183 338 167 325 153 306C134 280 125 246 124 200Z";
const SQUARE_JAW: &str = "M122 200C118 138 148 92 200 92C252 92 282 138 278 200C278 248 272 286 254 314C240 334 220 345 200 345C180 345 160 334 146 314C128 286 122 248 122 200Z";

fn figure(id: &str, look: &Look, pose: Pose) -> String {
    let long_hair = matches!(look.hair_style, HairStyle::LongParted | HairStyle::Tied);
    let figure = Figure {
        id,
        look,
        clothes: match pose {
            Pose::Official => &look.document_clothes,
            Pose::Relaxed => &look.everyday_clothes,
        },
        jaw: if long_hair { NARROW_JAW } else { SQUARE_JAW },
        mouth: match pose {
            Pose::Official => Mouth {
                left: 173.0,
                right: 227.0,
                corner: 303.0,
                bottom: 316.0,
            },
            Pose::Relaxed => Mouth {
                left: 168.0,
                right: 232.0,
                corner: 299.0,
                bottom: 317.0,
            },
        },
        long_hair,
        bearded: look.hair_style == HairStyle::ShortBearded,
        lash_width: if long_hair { 3.4 } else { 2.6 },
    };
    rendered(&figure)
}

/// The official portrait as an element to be placed into another drawing, in a box of 350 by 450.
pub(crate) fn official(id: &str, look: &Look, place: &str, backdrop: &str) -> String {
    format!(
        r#"<svg {place} viewBox="25 38 350 450" preserveAspectRatio="xMidYMid slice"><rect x="25" y="38" width="350" height="450" fill="{backdrop}"/>{}</svg>"#,
        figure(id, look, Pose::Official)
    )
}

#[derive(Template)]
#[template(path = "document_photo.svg")]
struct DocumentPhoto {
    portrait: String,
    lines: String,
}

/// The portrait as it is cut out of the document.
pub(crate) fn document_photo(look: &Look) -> String {
    rendered(&DocumentPhoto {
        portrait: official("p", look, r#"width="490" height="630""#, "#dfe5ea"),
        lines: super::guilloche::waves(490.0, 20.0, 610.0, 26, 16.0, 1.6),
    })
}

#[derive(Template)]
#[template(path = "camera_picture.svg")]
struct CameraPicture {
    figure: String,
}

/// The face as the camera of the liveness test sees it.
pub(crate) fn camera_picture(look: &Look) -> String {
    rendered(&CameraPicture {
        figure: figure("c", look, Pose::Relaxed),
    })
}

/// Converts a drawing to text.
pub(super) fn rendered(drawing: &impl Template) -> String {
    drawing.render().expect("a string takes every drawing")
}
