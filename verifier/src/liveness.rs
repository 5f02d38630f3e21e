//! The rule of the active challenge: prompts, one at a time, and faces that follow them. It has no models and no
//! clock: frames come with their time and with the faces that were found in them.

mod limits;
mod script;
mod turn;

#[cfg(test)]
mod made;
#[cfg(test)]
mod tests;

use std::time::Duration;

use webkyc_reading::{Miss, Prompt};

use self::turn::{affine_residual, eye_distance};
pub use self::{
    limits::{LIMITS, Limits, Script},
    script::draw,
    turn::turn,
};
use crate::faces::{Face, Template};

/// The state of a challenge after a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The prompt stays.
    GoOn,
    /// The next prompt is there.
    Next,
    /// That was the last prompt.
    Passed,
    /// It is over.
    Failed(Miss),
}

/// A frame, as far as the rule looks at it.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// When it had arrived, from the beginning of the challenge on.
    pub arrived: Duration,
    /// Its number; the first is 0.
    pub number: u32,
    /// The faces found in it.
    pub faces: &'a [Face],
}

/// A closer look at a face that looks straight ahead as asked: each part takes its time when it is called.
pub trait CloseUp {
    /// Why there is no template.
    type Error;

    /// The sharpest is kept.
    fn sharpness(&self) -> f32;

    /// To be compared.
    ///
    /// # Errors
    /// When the network fails, or the time is over.
    fn template(&self) -> Result<Template, Self::Error>;

    /// The frame, as JPEG.
    fn picture(&self) -> Vec<u8>;
}

/// The sharpest frame that looked straight ahead as asked.
pub struct Centre {
    /// Its face.
    pub template: Template,
    /// The frame, as JPEG.
    pub picture: Vec<u8>,
    sharpness: f32,
}

/// The answer to a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// How far the head is turned, where there is one.
    pub turn: Option<f32>,
    /// The part of the movement that no flat picture explains: reported, and not decided on.
    pub residual: Option<f32>,
    /// The state of the challenge.
    pub state: State,
}

impl Seen {
    fn only(state: State) -> Self {
        Self {
            turn: None,
            residual: None,
            state,
        }
    }
}

/// A challenge under way.
pub struct Challenge {
    script: Script,
    /// Which prompt is shown.
    at: usize,
    next_frame: u32,
    /// When the answer to the latest frame was ready: the time before is not the visitor's.
    answered: Duration,
    /// When the prompt was given; none while it is on its way.
    prompted: Option<Duration>,
    /// How far the head was turned when the prompt came.
    start: Option<f32>,
    /// Whether the head has been away from the other side since then: who comes from there has not turned there.
    is_off_other_side: bool,
    centred_since: Option<Duration>,
    face_seen: Duration,
    last: Option<Face>,
    /// The points of the first frame with a head that is not turned.
    first_ahead: Option<[[f32; 2]; 5]>,
    first_template: Option<Template>,
    sharpest: Option<Centre>,
}

/// How a head follows the prompt.
struct Following {
    /// Where in the time of looking straight ahead, if it does so as asked.
    hold: Option<Hold>,
    is_done: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hold {
    Begins,
    GoesOn,
    Ends,
}

impl Challenge {
    /// The first prompt is given now.
    #[must_use]
    pub fn of(script: Script) -> Self {
        Self {
            script,
            at: 0,
            next_frame: 0,
            answered: Duration::ZERO,
            prompted: Some(Duration::ZERO),
            start: None,
            is_off_other_side: false,
            centred_since: None,
            face_seen: Duration::ZERO,
            last: None,
            first_ahead: None,
            first_template: None,
            sharpest: None,
        }
    }

    /// The present prompt.
    #[must_use]
    pub fn prompt(&self) -> Prompt {
        self.script[self.at].0
    }

    /// The sharpest of the frames that look straight ahead as asked. A challenge that passed has one.
    pub fn take_sharpest(&mut self) -> Option<Centre> {
        self.sharpest.take()
    }

    /// Takes in a frame. `close_up` is called where the face itself is needed.
    ///
    /// # Errors
    /// Those of the template; the challenge is over then.
    pub fn see<C: CloseUp>(
        &mut self,
        frame: Frame<'_>,
        close_up: impl FnOnce(&Face) -> C,
    ) -> Result<Seen, C::Error> {
        let face = match self.face_in(frame) {
            Ok(Some(face)) => face,
            Ok(None) => return Ok(Seen::only(State::GoOn)),
            Err(reason) => return Ok(Seen::only(State::Failed(reason))),
        };
        let turn = turn(&face.points);
        if turn.abs() <= LIMITS.centre {
            self.first_ahead.get_or_insert(face.points);
        }
        let first = self.first_ahead;
        let state = match self.follow(frame.arrived, turn) {
            Ok(following) => {
                let is_same = match following.hold {
                    Some(hold) => self.keep(&close_up(&face), hold)?,
                    None => true,
                };
                match following.is_done {
                    _ if !is_same => State::Failed(Miss::OtherFace),
                    true => self.advance(turn),
                    false => State::GoOn,
                }
            }
            Err(reason) => State::Failed(reason),
        };
        Ok(Seen {
            turn: Some(turn),
            residual: first.map(|first| affine_residual(&first, &face.points)),
            state,
        })
    }

    /// The answer to the latest frame is ready.
    pub fn answered(&mut self, at: Duration) {
        self.answered = at;
        self.prompted.get_or_insert(at);
    }

    /// The one face of a frame that fits those before it.
    fn face_in(&mut self, frame: Frame<'_>) -> Result<Option<Face>, Miss> {
        if frame.number != self.next_frame {
            return Err(Miss::OutOfOrder);
        }
        let is_first = self.next_frame == 0;
        self.next_frame += 1;
        let longest_gap = if is_first {
            self.face_seen = frame.arrived;
            LIMITS.first_frame
        } else {
            LIMITS.gap
        };
        if frame.arrived.saturating_sub(self.answered) > longest_gap {
            return Err(Miss::Gap);
        }
        if frame.arrived > LIMITS.all || self.since_prompt(frame.arrived) > LIMITS.prompt {
            return Err(Miss::TooLong);
        }
        let face = match frame.faces {
            [face] => *face,
            [] if frame.arrived.saturating_sub(self.face_seen) >= LIMITS.no_face => {
                return Err(Miss::NoFace);
            }
            [] => return Ok(None),
            [_, _, ..] => return Err(Miss::TwoFaces),
        };
        self.face_seen = frame.arrived;
        if let Some(last) = self.last.replace(face) {
            check_neighbours(&last, &face)?;
        }
        Ok(Some(face))
    }

    fn since_prompt(&self, now: Duration) -> Duration {
        self.prompted
            .map_or(Duration::ZERO, |prompted| now.saturating_sub(prompted))
    }

    fn follow(&mut self, now: Duration, turn: f32) -> Result<Following, Miss> {
        let is_first = self.start.is_none();
        let start = *self.start.get_or_insert(turn);
        let is_early = self.since_prompt(now) < LIMITS.reaction;
        let (prompt, hold) = self.script[self.at];
        let side = match prompt {
            Prompt::Left => 1.0,
            Prompt::Right => -1.0,
            Prompt::Centre => {
                if is_early && start.abs() - turn.abs() >= LIMITS.movement {
                    return Err(Miss::TooSoon);
                }
                return self.follow_to_centre(now, turn, hold);
            }
        };
        let was_there_before = is_first && side * turn >= LIMITS.wrong_way;
        if was_there_before || is_early && side * (turn - start) >= LIMITS.movement {
            return Err(Miss::TooSoon);
        }
        let is_on_other_side = -side * turn >= LIMITS.wrong_way;
        if is_on_other_side && self.is_off_other_side {
            return Err(Miss::WrongWay);
        }
        self.is_off_other_side |= !is_on_other_side;
        Ok(Following {
            hold: None,
            is_done: side * turn >= LIMITS.turned,
        })
    }

    /// A face that has arrived at the centre stays there; a head that shakes does not.
    fn follow_to_centre(
        &mut self,
        now: Duration,
        turn: f32,
        hold: Duration,
    ) -> Result<Following, Miss> {
        if turn.abs() > LIMITS.centre {
            let has_left = self.centred_since.take().is_some();
            if has_left && turn.abs() >= LIMITS.wrong_way {
                return Err(Miss::WrongWay);
            }
            return Ok(Following {
                hold: None,
                is_done: false,
            });
        }
        let begins = self.centred_since.is_none();
        let since = *self.centred_since.get_or_insert(now);
        let is_done = now.saturating_sub(since) >= hold;
        let hold = match (begins, is_done) {
            (true, _) => Hold::Begins,
            (_, true) => Hold::Ends,
            _ => Hold::GoesOn,
        };
        Ok(Following {
            hold: Some(hold),
            is_done,
        })
    }

    /// Returns whether it is the face of the frames before. Compared are the frames with which a hold begins and ends,
    /// and each that is kept: a template takes twice the time of all else in a frame.
    fn keep<C: CloseUp>(&mut self, face: &C, hold: Hold) -> Result<bool, C::Error> {
        let sharpness = face.sharpness();
        let sharpest = self.sharpest.as_ref();
        let is_sharpest = sharpest.is_none_or(|sharpest| sharpness > sharpest.sharpness);
        if hold == Hold::GoesOn && !is_sharpest {
            return Ok(true);
        }
        let template = face.template()?;
        let first = self.first_template.get_or_insert_with(|| template.clone());
        if first.similarity(&template) < LIMITS.same_face {
            return Ok(false);
        }
        if is_sharpest {
            self.sharpest = Some(Centre {
                template,
                picture: face.picture(),
                sharpness,
            });
        }
        Ok(true)
    }

    fn advance(&mut self, turn: f32) -> State {
        if self.at + 1 == self.script.len() {
            return State::Passed;
        }
        self.at += 1;
        self.prompted = None;
        self.start = Some(turn);
        self.is_off_other_side = false;
        self.centred_since = None;
        State::Next
    }
}

fn check_neighbours(last: &Face, face: &Face) -> Result<(), Miss> {
    if last.area.overlap(face.area) < LIMITS.overlap {
        return Err(Miss::Jump);
    }
    let (before, now) = (eye_distance(&last.points), eye_distance(&face.points));
    if (before - now).abs() > LIMITS.eyes * before.max(now) {
        return Err(Miss::Distance);
    }
    Ok(())
}
