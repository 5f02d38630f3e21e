//! A made visitor: a test person's head that turns in front of the camera, and the page of the passport.

use std::{
    fs,
    io::{self, Cursor},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context;
use image::{ImageFormat, Rgb, RgbImage, imageops};
use webkyc_specimen::{Picture, jpeg, persona::Persona};
use webkyc_verifier::Verifier;

use crate::{
    heads::{Surface, shown},
    specimens::decoded,
};

/// From one frame to the next, in degrees.
const STEP: f32 = 9.0;
/// How many of them to either side.
const MOST: i16 = 4;
/// The table that is seen around the page, in pixels.
const TABLE: u32 = 80;

/// The pictures of a made visitor.
#[derive(Clone)]
pub struct Visitor {
    /// JPEGs of the head, from 36 degrees to its own right to as many to its own left.
    pub frames: Vec<Vec<u8>>,
    /// The page of the passport on a table, as PNG.
    pub page: Vec<u8>,
}

impl Visitor {
    /// Draws a test person who has a passport.
    ///
    /// # Errors
    /// When the verifier finds no face in the drawn portrait.
    pub fn draw(person: &'static Persona, verifier: &Verifier) -> anyhow::Result<Self> {
        let portrait = decoded(jpeg(person, Picture::Liveness));
        let face = verifier.faces(&portrait)?.first().copied();
        let face = face.context("no face was found in the drawn portrait")?;
        let frame = |step| {
            let frame = shown(&portrait, &face, Surface::Head, STEP * f32::from(step));
            encoded(&frame, ImageFormat::Jpeg)
        };
        let page = decoded(jpeg(person, Picture::Front(0)));
        let (width, height) = (page.width() + 2 * TABLE, page.height() + 2 * TABLE);
        let mut table = RgbImage::from_pixel(width, height, Rgb([70, 60, 50]));
        imageops::replace(&mut table, &page, TABLE.into(), TABLE.into());
        Ok(Self {
            frames: (-MOST..=MOST).map(frame).collect(),
            page: encoded(&table, ImageFormat::Png),
        })
    }

    /// Writes `head-0.jpg`, from the right to the left, and `page.png` into a folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for (at, frame) in self.frames.iter().enumerate() {
            fs::write(folder.join(format!("head-{at}.jpg")), frame)?;
        }
        fs::write(folder.join("page.png"), &self.page)
    }
}

pub(crate) fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let written = picture.write_to(&mut file, format);
    written.expect("a vector takes every picture");
    file.into_inner()
}

/// The head of a visitor who follows prompts.
pub struct Head<'a> {
    frames: &'a [Vec<u8>],
    at: usize,
    asked: Instant,
}

impl<'a> Head<'a> {
    /// How long it takes a visitor to react to a prompt.
    const REACTION: Duration = Duration::from_millis(350);

    /// It looks straight ahead.
    #[must_use]
    pub fn of(visitor: &'a Visitor) -> Self {
        Self {
            frames: &visitor.frames,
            at: visitor.frames.len() / 2,
            asked: Instant::now(),
        }
    }

    /// Another prompt is there.
    pub fn hear(&mut self) {
        self.asked = Instant::now();
    }

    /// The next frame of a visitor who turns to one side, a negative one to the right; or to the centre, 0.
    pub fn follow(&mut self, side: i8) -> &'a [u8] {
        let aim = match side {
            0 => self.frames.len() / 2,
            1.. => self.frames.len() - 1,
            _ => 0,
        };
        if self.asked.elapsed() > Self::REACTION {
            self.at = match aim.cmp(&self.at) {
                std::cmp::Ordering::Less => self.at - 1,
                std::cmp::Ordering::Equal => self.at,
                std::cmp::Ordering::Greater => self.at + 1,
            };
        }
        &self.frames[self.at]
    }
}
