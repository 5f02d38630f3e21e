//! Pictures that visitors show of themselves and of their documents, in place of the specimens.
//! They may show a real person: they are kept in memory only, and never said anywhere.

mod intake;

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

pub(crate) use intake::{LARGEST_FILE, UnfitPicture, prepared};
use serde::Deserialize;
use webkyc_specimen::Picture;

use crate::api::Step;

/// The most bytes that all pictures of a sandbox may take together.
const LARGEST_ALBUM: usize = 64 * 1024 * 1024;

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

impl Pictures {
    /// The visitor's picture in place of this specimen, unless there is none or the album dropped
    /// it.
    pub(crate) fn jpeg(&self, specimen: Picture) -> Option<Vec<u8>> {
        self.0.get(&specimen)?.jpeg().clone()
    }

    /// Whether the visitor has shown this side.
    pub(crate) fn has(&self, side: Side) -> bool {
        let shown = self.0.get(&side.specimen());
        shown.is_some_and(|shown| shown.jpeg().is_some())
    }

    pub(crate) fn put(&mut self, side: Side, shown: Arc<Shown>) {
        self.0.insert(side.specimen(), shown);
    }

    pub(crate) fn remove(&mut self, side: Side) {
        self.0.remove(&side.specimen());
    }
}

/// One picture as JPEG, until it is given up for later ones.
pub(crate) struct Shown(Mutex<Option<Vec<u8>>>);

impl Shown {
    fn jpeg(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn weight(&self) -> usize {
        self.jpeg().as_ref().map_or(0, Vec::len)
    }
}

/// All pictures of a sandbox that are still in use, oldest first.
#[derive(Default)]
pub(crate) struct Album(VecDeque<Weak<Shown>>);

impl Album {
    /// Takes a picture in, and gives up the oldest ones where there is no room for all.
    pub(crate) fn keep(&mut self, jpeg: Vec<u8>) -> Arc<Shown> {
        let shown = Arc::new(Shown(Mutex::new(Some(jpeg))));
        self.0.push_back(Arc::downgrade(&shown));
        self.0.retain(|shown| shown.strong_count() > 0);
        let held = self.0.iter().filter_map(Weak::upgrade);
        let mut weight: usize = held.map(|shown| shown.weight()).sum();
        while weight > LARGEST_ALBUM {
            let Some(oldest) = self.0.pop_front() else {
                break;
            };
            if let Some(oldest) = oldest.upgrade() {
                weight -= oldest.weight();
                oldest.jpeg().take();
            }
        }
        shown
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

    fn shown(album: &mut Album, weight: usize) -> Pictures {
        let mut pictures = Pictures::default();
        pictures.put(Side::Face, album.keep(vec![0; weight]));
        pictures
    }

    #[test]
    fn the_oldest_pictures_are_given_up_for_room() {
        let mut album = Album::default();
        let all: Vec<Pictures> = (0..4).map(|_| shown(&mut album, QUARTER)).collect();
        assert!(all.iter().all(|one| one.has(Side::Face)));
        let last = shown(&mut album, QUARTER + 1);
        let kept: Vec<bool> = all.iter().map(|one| one.has(Side::Face)).collect();
        assert_eq!(kept, [false, false, true, true]);
        assert_eq!(last.jpeg(Picture::Liveness).unwrap().len(), QUARTER + 1);
    }

    #[test]
    fn dropped_pictures_take_no_room() {
        let mut album = Album::default();
        let first = shown(&mut album, QUARTER);
        for _ in 0..16 {
            shown(&mut album, QUARTER * 3);
        }
        assert!(first.has(Side::Face));
        assert_eq!(album.0.len(), 2);
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
