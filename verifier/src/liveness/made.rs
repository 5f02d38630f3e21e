//! Made heads and prints, and visitors who show them to a challenge.

use std::{cell::Cell, convert::Infallible, time::Duration};

use webkyc_reading::Prompt;

use super::{Challenge, CloseUp, Frame, Script, State};
use crate::faces::{Area, Face, Template};

/// From one frame's arrival to the next.
pub(super) const PACE: Duration = Duration::from_millis(170);
/// From a frame's arrival to its answer.
const ANSWERING: Duration = Duration::from_millis(40);
/// Pixels of the distance between the eyes.
const EYES: f32 = 60.0;
/// Eyes, nose and mouth of a head, by the distance of its eyes: to the right, down, and towards the camera.
const HEAD: [[f32; 3]; 5] = [
    [-0.5, 0.0, 0.0],
    [0.5, 0.0, 0.0],
    [0.0, 0.55, 0.55],
    [-0.4, 1.1, 0.1],
    [0.4, 1.1, 0.1],
];

/// A head that is turned by so many degrees to its own left.
pub(super) fn head(degrees: f32) -> Face {
    seen(HEAD, degrees)
}

/// A printed picture of a head that looks straight ahead, bent around an upright cylinder of this radius, which is
/// given by the distance of the eyes. An infinite one leaves it flat.
pub(super) fn print(radius: f32, degrees: f32) -> Face {
    let bent = HEAD.map(|[x, y, _]| {
        if radius.is_infinite() {
            return [x, y, 0.0];
        }
        let (sin, cos) = (x / radius).sin_cos();
        [radius * sin, y, radius * (cos - 1.0)]
    });
    seen(bent, degrees)
}

/// The picture of a camera, ten distances of the eyes away.
fn seen(points: [[f32; 3]; 5], degrees: f32) -> Face {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let points = points.map(|[x, y, z]| {
        let (x, z) = (x * cos + z * sin, z * cos - x * sin);
        let near = 10.0 / (10.0 - z);
        [320.0 + EYES * x * near, 150.0 + EYES * y * near]
    });
    let centre = points[2];
    Face {
        area: Area([
            centre[0] - 1.1 * EYES,
            centre[1] - 1.7 * EYES,
            2.2 * EYES,
            2.8 * EYES,
        ]),
        points,
    }
}

/// A challenge and a visitor in front of the camera.
pub(super) struct Visit {
    pub(super) challenge: Challenge,
    pub(super) now: Duration,
    pub(super) number: u32,
    pub(super) shown: Shown,
    since_prompt: Duration,
}

/// What a closer look at the frames finds.
pub(super) struct Shown {
    /// Whose face it is.
    pub(super) person: Template,
    pub(super) sharpness: f32,
    /// How many templates were asked for.
    pub(super) templates: Cell<u32>,
}

impl CloseUp for &Shown {
    type Error = Infallible;

    fn sharpness(&self) -> f32 {
        self.sharpness
    }

    fn template(&self) -> Result<Template, Infallible> {
        self.templates.update(|number| number + 1);
        Ok(self.person.clone())
    }

    fn picture(&self) -> Vec<u8> {
        Vec::new()
    }
}

impl Visit {
    pub(super) fn of(script: Script) -> Self {
        Self {
            challenge: Challenge::of(script),
            now: Duration::ZERO,
            number: 0,
            shown: Shown {
                person: Template::of(vec![1.0, 0.0]),
                sharpness: 1.0,
                templates: Cell::new(0),
            },
            since_prompt: Duration::ZERO,
        }
    }

    /// The next frame, at the usual pace.
    pub(super) fn show(&mut self, faces: &[Face]) -> State {
        self.now += PACE;
        let frame = Frame {
            arrived: self.now,
            number: self.number,
            faces,
        };
        let Ok(seen) = self.challenge.see(frame, |_| &self.shown);
        self.challenge.answered(self.now + ANSWERING);
        self.number += 1;
        self.since_prompt = match seen.state {
            State::Next => Duration::ZERO,
            _ => self.since_prompt + PACE,
        };
        seen.state
    }

    /// Shows what `act` makes of a prompt and of the time since it came, until the challenge is over.
    pub(super) fn play(&mut self, mut act: impl FnMut(Prompt, Duration) -> Vec<Face>) -> State {
        loop {
            let faces = act(self.challenge.prompt(), self.since_prompt);
            let state = self.show(&faces);
            if !matches!(state, State::GoOn | State::Next) {
                return state;
            }
        }
    }
}

/// A visitor who follows the prompts: turns after a moment, ten degrees from frame to frame, and rests there.
pub(super) fn obedient() -> impl FnMut(Prompt, Duration) -> f32 {
    let mut degrees = 0.0_f32;
    move |prompt, since| {
        let aim = match prompt {
            Prompt::Left => 35.0,
            Prompt::Right => -35.0,
            Prompt::Centre => 0.0,
        };
        if since >= Duration::from_millis(300) {
            degrees += (aim - degrees).clamp(-10.0, 10.0);
        }
        degrees
    }
}
