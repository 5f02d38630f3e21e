//! The processor's time that the verifier takes, which a busy machine does not make longer by much.

use std::{hint::black_box, time::Duration};

use image::{ImageFormat, imageops::FilterType};
use rand::{SeedableRng, rngs::StdRng};
use webkyc_specimen::persona::PASSPORT;
use webkyc_verifier::{Deadline, Look, Verifier, decode, processor_time};

use crate::{
    camera::{Camera, Severity},
    deck::deal,
    table::TODAY,
    visitor::{Visitor, encoded},
};

/// The size of a frame from the page.
const FRAME: (u32, u32) = (640, 480);

/// The times of one kind of work.
pub struct Times {
    /// Its name.
    pub what: &'static str,
    /// No longer than this is the goal.
    pub goal: Option<Duration>,
    all: Vec<Duration>,
}

impl Times {
    fn of(what: &'static str, goal: Option<u64>) -> Self {
        Self {
            what,
            goal: goal.map(Duration::from_millis),
            all: Vec::new(),
        }
    }

    fn add<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let before = processor_time();
        let result = black_box(work());
        self.all.push(processor_time() - before);
        result
    }

    /// How often it was done.
    #[must_use]
    pub fn number(&self) -> usize {
        self.all.len()
    }

    /// The time that this part of all stays below: 0.5 is the usual time.
    #[must_use]
    pub fn within(&self, part: f32) -> Duration {
        let mut all = self.all.clone();
        all.sort();
        let last = all.len().saturating_sub(1);
        all.get((last as f32 * part).round() as usize)
            .copied()
            .unwrap_or_default()
    }
}

/// Takes times of frames, comparisons and so many drawn documents.
///
/// # Errors
/// When the verifier fails with a drawn picture.
pub fn measure_times(
    verifier: &Verifier,
    seed: u64,
    documents: usize,
) -> anyhow::Result<Vec<Times>> {
    let mut decoding = Times::of("decoding a frame", None);
    let mut frame = Times::of("a frame: decoding, its face", Some(40));
    let mut centre = Times::of("a frame at the centre: with its template", None);
    let visitor = Visitor::draw(&PASSPORT, verifier)?;
    for _ in 0..3 {
        for small in &visitor.frames {
            let small = decode(small)?;
            let large = image::imageops::resize(&small, FRAME.0, FRAME.1, FilterType::Triangle);
            let bytes = encoded(&large, ImageFormat::Jpeg);
            decoding.add(|| decode(&bytes))?;
            frame.add(|| {
                verifier
                    .faces_in_frame(&decode(&bytes)?)
                    .map_err(anyhow::Error::from)
            })?;
            let template = centre.add(|| {
                let picture = decode(&bytes)?;
                let face = verifier.faces_in_frame(&picture)?.first().copied();
                let template = face.map(|face| verifier.template(&picture, &face));
                Ok::<_, anyhow::Error>(template.transpose()?)
            })?;
            black_box(template);
        }
    }
    let mut zone = Times::of("the back of a card: its zone", Some(2000));
    let mut page = Times::of(
        "the page of a passport: its zone, texts and portrait",
        Some(4000),
    );
    let mut front = Times::of("the front of a card: its texts and portrait", Some(4000));
    let mut random = StdRng::seed_from_u64(seed);
    for (at, card) in deal(seed, documents).enumerate() {
        let severity = [Severity::Mild, Severity::Medium][at % 2];
        let has_back = card.sides.len() > 1;
        for (number, shown) in card.sides.iter().enumerate() {
            let mut camera = Camera {
                severity,
                random: &mut random,
            };
            let picture = camera.take(&shown.picture);
            let times = match (has_back, number) {
                (false, _) => &mut page,
                (true, 0) => &mut front,
                (true, _) => &mut zone,
            };
            times.add(|| {
                let look = Look {
                    today: TODAY,
                    expects_zone: shown.has_zone,
                    deadline: Deadline::after(Duration::from_secs(60)),
                };
                verifier.read_side(&picture, look)
            })?;
        }
    }
    Ok(vec![decoding, frame, centre, zone, page, front])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_time_is_the_middle_one_and_the_longest_the_last() {
        let mut times = Times::of("", None);
        times.all = [9, 1, 5].map(Duration::from_secs).to_vec();
        assert_eq!(times.within(0.5), Duration::from_secs(5));
        assert_eq!(times.within(1.0), Duration::from_secs(9));
        times.all.clear();
        assert_eq!(times.within(0.95), Duration::ZERO);
    }
}
