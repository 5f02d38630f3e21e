//! The challenges under way, and the faces of those that passed, until their time is over.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rand::{
    SeedableRng,
    distr::{Alphanumeric, SampleString},
    rngs::StdRng,
};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use webkyc_reading::Prompt;

use crate::{
    faces::Template,
    liveness::{Challenge, LIMITS, draw},
};

/// The most challenges, passed ones included.
const MOST: usize = 128;
/// Letters and digits of an id: more than 128 bits.
const ID_LENGTH: usize = 24;
/// So long after its end a challenge still says that it took too long.
const AFTER_END: Duration = Duration::from_secs(30);
/// For so long the face of a passed challenge can be compared.
const PASSED: Duration = Duration::from_secs(30 * 60);

/// All of them, by id.
#[derive(Default)]
pub(crate) struct Challenges(Mutex<HashMap<String, Entry>>);

struct Entry {
    due: Instant,
    stage: Stage,
}

enum Stage {
    UnderWay(Arc<AsyncMutex<UnderWay>>),
    Passed(Template),
}

/// A challenge under way. Who holds it has the one frame in flight.
pub(crate) struct UnderWay {
    pub(crate) began: Instant,
    pub(crate) challenge: Challenge,
}

/// Why a challenge cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It failed, its time is over, or there never was one.
    Unknown,
    /// A frame of it is being looked at.
    InFlight,
    /// It has passed.
    Passed,
    /// It has not passed.
    NotPassed,
}

impl Challenges {
    /// Begins one, unless there are too many. Everything that chance decides comes from the operating system.
    pub(crate) fn begin(&self, now: Instant) -> Option<(String, Prompt)> {
        let mut entries = self.entries(now);
        if entries.len() >= MOST {
            return None;
        }
        let mut random = StdRng::from_os_rng();
        let id = Alphanumeric.sample_string(&mut random, ID_LENGTH);
        let challenge = Challenge::of(draw(&mut random));
        let prompt = challenge.prompt();
        let under_way = UnderWay {
            began: now,
            challenge,
        };
        let entry = Entry {
            due: now + LIMITS.all + AFTER_END,
            stage: Stage::UnderWay(Arc::new(AsyncMutex::new(under_way))),
        };
        entries.insert(id.clone(), entry);
        Some((id, prompt))
    }

    /// The challenge for a frame, which is then the only one in flight.
    pub(crate) fn for_frame(
        &self,
        id: &str,
        now: Instant,
    ) -> Result<OwnedMutexGuard<UnderWay>, Unfit> {
        match self.entries(now).get(id).map(|entry| &entry.stage) {
            None => Err(Unfit::Unknown),
            Some(Stage::Passed(_)) => Err(Unfit::Passed),
            Some(Stage::UnderWay(one)) => {
                let held = Arc::clone(one).try_lock_owned();
                held.map_err(|_| Unfit::InFlight)
            }
        }
    }

    /// It has passed, unless it was forgotten meanwhile; of its frames only the face is left.
    pub(crate) fn pass(&self, id: &str, template: Template, now: Instant) {
        if let Some(entry) = self.entries(now).get_mut(id) {
            *entry = Entry {
                due: now + PASSED,
                stage: Stage::Passed(template),
            };
        }
    }

    /// It has failed or is not wanted any more, and is gone with its face.
    pub(crate) fn end(&self, id: &str, now: Instant) {
        self.entries(now).remove(id);
    }

    /// The face of a challenge that has passed.
    pub(crate) fn face(&self, id: &str, now: Instant) -> Result<Template, Unfit> {
        match self.entries(now).get(id).map(|entry| &entry.stage) {
            None => Err(Unfit::Unknown),
            Some(Stage::UnderWay(_)) => Err(Unfit::NotPassed),
            Some(Stage::Passed(template)) => Ok(template.clone()),
        }
    }

    /// Those whose time is not over.
    fn entries(&self, now: Instant) -> MutexGuard<'_, HashMap<String, Entry>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| now < entry.due);
        entries
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn begin(challenges: &Challenges, now: Instant) -> String {
        challenges.begin(now).unwrap().0
    }

    #[test]
    fn liv_07_there_are_only_so_many_until_their_time_is_over() {
        let (challenges, now) = (Challenges::default(), Instant::now());
        let ids: Vec<String> = (0..MOST).map(|_| begin(&challenges, now)).collect();
        assert!(ids.iter().all(|id| id.len() == ID_LENGTH));
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), MOST);
        assert!(challenges.begin(now).is_none());
        challenges.end(&ids[0], now);
        assert!(challenges.begin(now).is_some());
        assert!(challenges.begin(now).is_none());
        let later = now + LIMITS.all + AFTER_END;
        assert!(challenges.begin(later).is_some());
        assert_eq!(
            challenges.for_frame(&ids[1], later).err(),
            Some(Unfit::Unknown)
        );
    }

    #[test]
    fn liv_07_one_frame_of_a_challenge_is_in_flight() {
        let (challenges, now) = (Challenges::default(), Instant::now());
        let (one, other) = (begin(&challenges, now), begin(&challenges, now));
        let frame = challenges.for_frame(&one, now).unwrap();
        assert_eq!(challenges.for_frame(&one, now).err(), Some(Unfit::InFlight));
        assert!(challenges.for_frame(&other, now).is_ok());
        drop(frame);
        assert!(challenges.for_frame(&one, now).is_ok());
    }

    #[test]
    fn liv_06_only_a_passed_challenge_has_a_face_and_not_for_ever() {
        let (challenges, now) = (Challenges::default(), Instant::now());
        let id = begin(&challenges, now);
        assert_eq!(challenges.face(&id, now).err(), Some(Unfit::NotPassed));
        challenges.pass(&id, Template::of(vec![1.0]), now);
        assert!(challenges.face(&id, now).is_ok());
        assert_eq!(challenges.for_frame(&id, now).err(), Some(Unfit::Passed));
        let forgotten = begin(&challenges, now);
        challenges.end(&forgotten, now);
        challenges.pass(&forgotten, Template::of(vec![1.0]), now);
        assert_eq!(challenges.face(&forgotten, now).err(), Some(Unfit::Unknown));
        let later = now + PASSED;
        assert_eq!(challenges.face(&id, later).err(), Some(Unfit::Unknown));
        assert_eq!(challenges.face("", now).err(), Some(Unfit::Unknown));
    }
}
