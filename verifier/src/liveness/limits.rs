//! The numbers of the rule, all of them: first values, to be set anew once living visitors were measured.

use std::{ops::Range, time::Duration};

use webkyc_reading::Prompt;

/// The numbers of the rule. Turns are those of [`super::turn`].
pub struct Limits {
    /// How many prompts a challenge has.
    pub prompts: usize,
    /// A turn towards the side that was asked for, from here on.
    pub turned: f32,
    /// A turn to the other side, from here on, is the wrong way.
    pub wrong_way: f32,
    /// Straight ahead, up to here.
    pub centre: f32,
    /// A movement is one from here on.
    pub movement: f32,
    /// The quickest reaction of a person to a prompt; an earlier movement was prepared.
    pub reaction: Duration,
    /// How long a visitor looks straight ahead: chance says where between these.
    pub hold: Range<Duration>,
    /// The longest time between the answer to a frame and the next frame.
    pub gap: Duration,
    /// The longest time until the first frame.
    pub first_frame: Duration,
    /// How much the areas of a face in two neighbours overlap at least.
    pub overlap: f32,
    /// How much the distance of the eyes may change between two neighbours, as a part of the larger one.
    pub eyes: f32,
    /// For so long no face may be seen.
    pub no_face: Duration,
    /// The longest time for one prompt.
    pub prompt: Duration,
    /// The longest time for all.
    pub all: Duration,
    /// Two templates are of one face from this similarity on.
    pub same_face: f32,
}

/// The numbers in use.
pub const LIMITS: Limits = Limits {
    prompts: 4,
    turned: 0.22,
    wrong_way: 0.15,
    centre: 0.12,
    movement: 0.08,
    reaction: Duration::from_millis(200),
    hold: Duration::from_millis(500)..Duration::from_millis(1500),
    gap: Duration::from_millis(500),
    first_frame: Duration::from_secs(5),
    overlap: 0.5,
    eyes: 0.25,
    no_face: Duration::from_secs(1),
    prompt: Duration::from_secs(8),
    all: Duration::from_secs(30),
    same_face: 0.40,
};

/// The prompts of one challenge, and for how long the centre is held each time.
pub type Script = [(Prompt, Duration); LIMITS.prompts];
