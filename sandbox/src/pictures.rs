//! Pictures that visitors show of themselves and of their documents, in place of the specimens.
//! They may show a real person: they are kept in memory only, and never said anywhere.

mod intake;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

pub(crate) use intake::{LARGEST_FILE, UnfitPicture, prepared};
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

/// The pictures of one visitor. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Pictures(HashMap<Picture, Arc<Shown>>);

/// Without the images.
impl fmt::Debug for Pictures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pictures({})", self.0.len())
    }
}

/// What stands in a picture's place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// The test person's.
    Specimen,
    /// The visitor's own.
    Own(Vec<u8>),
    /// Nothing: what a visitor showed is never replaced by a specimen, nor is a side that an own
    /// document does not have.
    Nothing,
}

impl Pictures {
    pub(crate) fn held(&self, specimen: Picture) -> Held {
        match self.0.get(&specimen) {
            Some(shown) => shown.held().jpeg.clone().map_or(Held::Nothing, Held::Own),
            None if specimen == Picture::Back(0) && self.0.contains_key(&Picture::Front(0)) => {
                Held::Nothing
            }
            None => Held::Specimen,
        }
    }

    /// Whether the visitor has shown this side.
    pub(crate) fn has(&self, side: Side) -> bool {
        matches!(self.held(side.specimen()), Held::Own(_))
    }

    /// Whether anything that the visitor showed is gone.
    pub(crate) fn are_erased(&self) -> bool {
        self.0.values().any(|shown| shown.held().jpeg.is_none())
    }

    /// From now on they are kept until then.
    pub(crate) fn keep_until(&self, due: Instant) {
        for shown in self.0.values() {
            shown.held().due = due;
        }
    }

    pub(crate) fn put(&mut self, side: Side, shown: Arc<Shown>) {
        self.0.insert(side.specimen(), shown);
    }

    pub(crate) fn remove(&mut self, side: Side) {
        self.0.remove(&side.specimen());
    }
}

/// One picture, until its time is over.
pub(crate) struct Shown(Mutex<Kept>);

struct Kept {
    jpeg: Option<Vec<u8>>,
    due: Instant,
}

impl Shown {
    fn held(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn weight(&self) -> usize {
        self.held().jpeg.as_ref().map_or(0, Vec::len)
    }
}

/// All pictures of a sandbox that are still in use.
#[derive(Default)]
pub(crate) struct Album(Vec<Weak<Shown>>);

impl Album {
    /// Takes a picture in, unless there is no room for it.
    pub(crate) fn keep(&mut self, jpeg: Vec<u8>, due: Instant) -> Option<Arc<Shown>> {
        if self.weight() + jpeg.len() > LARGEST_ALBUM {
            return None;
        }
        let jpeg = Some(jpeg);
        let shown = Arc::new(Shown(Mutex::new(Kept { jpeg, due })));
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
                kept.jpeg = None;
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
    fn sbx_13_a_picture_is_gone_when_its_time_is_over_and_nothing_takes_its_place() {
        let (mut album, now) = (Album::default(), Instant::now());
        let second = Duration::from_secs(1);
        let [early, late] = [now, now + second].map(|due| shown(&mut album, 8, due).unwrap());
        album.erase_due(now);
        assert_eq!(early.held(Picture::Liveness), Held::Nothing);
        assert!(early.are_erased() && !late.are_erased());
        late.keep_until(now + 3 * second);
        album.erase_due(now + 2 * second);
        assert!(late.has(Side::Face));
        assert_eq!(late.held(Picture::Front(0)), Held::Specimen);
    }

    #[test]
    fn a_document_of_ones_own_has_no_back_of_another() {
        let mut album = Album::default();
        let mut pictures = Pictures::default();
        assert_eq!(pictures.held(Picture::Back(0)), Held::Specimen);
        let front = album.keep(vec![1], Instant::now()).unwrap();
        pictures.put(Side::Front, front);
        assert_eq!(pictures.held(Picture::Back(0)), Held::Nothing);
        assert_eq!(pictures.held(Picture::Back(1)), Held::Specimen);
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
