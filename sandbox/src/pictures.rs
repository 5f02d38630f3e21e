//! Pictures that visitors show of themselves and of their documents, in place of the specimens.
//! They may show a real person: they are kept in memory only, and never said anywhere.

mod document;
mod intake;
mod liveness;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

pub(crate) use document::{Document, ReadPicture, Whole};
pub(crate) use intake::{LARGEST_FILE, UnfitPicture, prepared};
pub(crate) use liveness::{Challenge, Likeness, Liveness};
use serde::Deserialize;
use webkyc_specimen::Picture;

use crate::api::Step;

/// The most bytes that all pictures of a sandbox may take together.
const LARGEST_ALBUM: usize = 64 * 1024 * 1024;
/// Room for the pictures of one more visitor.
const LARGEST_SHOW: usize = 6 * 1024 * 1024;
/// How long pictures are kept after the visitor has left, and once more after the exchange, by the
/// machine's time.
pub(crate) const KEPT_AFTER: Duration = Duration::from_secs(15 * 60);
/// How long they are kept on the pages: as long as a sign-up lasts.
pub(crate) const KEPT_ON_PAGES: Duration = Duration::from_secs(60 * 60);

/// What becomes of visitors' own pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handling {
    /// They stand where a test person's would.
    AsTheyAre,
    /// A verifier reads and compares them.
    Read,
}

/// The pictures that a visitor can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    /// The face, on the page that looks at it.
    Face,
    /// The front of the first document.
    Front,
    /// The back of the first document.
    Back,
}

impl Side {
    pub(crate) const ALL: [Self; 3] = [Self::Face, Self::Front, Self::Back];

    /// The last segment of its address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Face => "face",
            Self::Front => "front",
            Self::Back => "back",
        }
    }

    /// The page on which it is shown.
    pub(crate) fn step(self) -> Step {
        match self {
            Self::Face => Step::Liveness,
            Self::Front | Self::Back => Step::Document,
        }
    }

    /// The specimen that it stands in for.
    pub(crate) fn specimen(self) -> Picture {
        match self {
            Self::Face => Picture::Liveness,
            Self::Front => Picture::Front(0),
            Self::Back => Picture::Back(0),
        }
    }

    /// The side that can take this specimen's place, if one can.
    pub(crate) fn of(specimen: Picture) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|side| side.specimen() == specimen)
    }
}

/// The pictures that one visitor has shown. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Pictures {
    face: Option<Arc<Shown>>,
    front: Option<Arc<Shown>>,
    back: Option<Arc<Shown>>,
    /// Empty without a verifier.
    pub(crate) document: Document,
    pub(crate) liveness: Liveness,
}

impl Pictures {
    /// The picture of a side, erased or not.
    pub(crate) fn of(&self, side: Side) -> Option<&Arc<Shown>> {
        match side {
            Side::Face => self.face.as_ref(),
            Side::Front => self.front.as_ref(),
            Side::Back => self.back.as_ref(),
        }
    }

    /// The picture of a side, unless there is none or it was erased.
    pub(crate) fn jpeg(&self, side: Side) -> Option<Vec<u8>> {
        self.of(side)?.content()
    }

    /// Whether there is one.
    pub(crate) fn has(&self, side: Side) -> bool {
        self.of(side).is_some_and(|shown| !shown.is_erased())
    }

    /// How alike the visitor is to the portrait, once both were compared.
    pub(crate) fn likeness(&self) -> Option<Likeness> {
        self.liveness
            .likeness(&self.document.whole.as_ref()?.portrait)
    }

    /// What was read, once the visitor has followed the prompts and looks like this very portrait.
    pub(crate) fn verified(&self) -> Option<&Whole> {
        let whole = self.document.whole.as_ref()?;
        let is_kept = self.has(Side::Face) && !whole.fields.is_erased();
        let is_alike = self.likeness().is_some_and(|likeness| likeness.same);
        (is_kept && is_alike && self.liveness.passed().is_some()).then_some(whole)
    }

    pub(crate) fn put(&mut self, side: Side, shown: Arc<Shown>) {
        *self.place_of(side) = Some(shown);
    }

    pub(crate) fn remove(&mut self, side: Side) {
        *self.place_of(side) = None;
    }

    fn place_of(&mut self, side: Side) -> &mut Option<Arc<Shown>> {
        match side {
            Side::Face => &mut self.face,
            Side::Front => &mut self.front,
            Side::Back => &mut self.back,
        }
    }
}

/// One picture, or what was read of one, until its time is over.
pub(crate) struct Shown(Mutex<Kept>);

struct Kept {
    content: Option<Vec<u8>>,
    due: Instant,
}

impl Shown {
    /// Unless it was erased.
    pub(crate) fn content(&self) -> Option<Vec<u8>> {
        self.held().content.clone()
    }

    pub(crate) fn is_erased(&self) -> bool {
        self.held().content.is_none()
    }

    /// From now on it is kept until then.
    pub(crate) fn keep_until(&self, due: Instant) {
        self.held().due = due;
    }

    fn weight(&self) -> usize {
        self.held().content.as_ref().map_or(0, Vec::len)
    }

    fn held(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All pictures of a sandbox that are still in use.
#[derive(Default)]
pub(crate) struct Album(Vec<Weak<Shown>>);

impl Album {
    /// Takes a picture in, unless there is no room for it.
    pub(crate) fn keep(&mut self, content: Vec<u8>, due: Instant) -> Option<Arc<Shown>> {
        if self.weight() + content.len() > LARGEST_ALBUM {
            return None;
        }
        let content = Some(content);
        let shown = Arc::new(Shown(Mutex::new(Kept { content, due })));
        self.0.push(Arc::downgrade(&shown));
        Some(shown)
    }

    /// Whether there is room for what one more visitor shows.
    pub(crate) fn has_room(&mut self) -> bool {
        self.weight() + LARGEST_SHOW <= LARGEST_ALBUM
    }

    /// Erases the pictures whose time is over.
    pub(crate) fn erase_due(&mut self, now: Instant) {
        for shown in self.0.iter().filter_map(Weak::upgrade) {
            let mut kept = shown.held();
            if kept.due <= now {
                kept.content = None;
            }
        }
    }

    fn weight(&mut self) -> usize {
        self.0.retain(|shown| shown.strong_count() > 0);
        let held = self.0.iter().filter_map(Weak::upgrade);
        held.map(|shown| shown.weight()).sum()
    }
}

/// Runs work that may draw pictures away from the threads that answer requests.
pub(crate) async fn drawing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: usize = LARGEST_ALBUM / 4;

    fn shown(album: &mut Album, weight: usize, due: Instant) -> Option<Pictures> {
        let mut pictures = Pictures::default();
        pictures.put(Side::Face, album.keep(vec![0; weight], due)?);
        Some(pictures)
    }

    #[test]
    fn sbx_13_what_was_shown_is_never_given_up_for_room_or_for_a_specimen() {
        let (mut album, now) = (Album::default(), Instant::now());
        let mut all: Vec<Pictures> = (0..4)
            .map(|_| shown(&mut album, QUARTER, now).unwrap())
            .collect();
        assert!(!album.has_room());
        assert!(shown(&mut album, 1, now).is_none());
        assert!(all.iter().all(|one| one.has(Side::Face)));
        all.pop();
        assert!(album.has_room());
        assert!(shown(&mut album, 1, now).is_some());
    }

    #[test]
    fn sbx_13_a_picture_is_gone_when_its_time_is_over() {
        let (mut album, now) = (Album::default(), Instant::now());
        let second = Duration::from_secs(1);
        let [early, late] = [now, now + second].map(|due| shown(&mut album, 8, due).unwrap());
        album.erase_due(now);
        assert_eq!(early.jpeg(Side::Face), None);
        assert!(early.of(Side::Face).unwrap().is_erased() && late.has(Side::Face));
        late.of(Side::Face).unwrap().keep_until(now + 3 * second);
        album.erase_due(now + 2 * second);
        assert_eq!(late.jpeg(Side::Face), Some(vec![0; 8]));
    }

    #[test]
    fn every_side_is_found_by_its_slug_and_by_its_specimen() {
        for side in Side::ALL {
            let read: Side = serde_json::from_value(side.slug().into()).unwrap();
            assert_eq!(read, side);
            assert_eq!(Side::of(side.specimen()), Some(side));
        }
        assert_eq!(Side::of(Picture::Front(1)), None);
        assert_eq!(Side::of(Picture::Face(0)), None);
    }
}
