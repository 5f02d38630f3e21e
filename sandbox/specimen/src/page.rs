//! Pages, and their conversion to PDF.

use std::{borrow::Cow, sync::LazyLock};

use krilla::{
    Data, Document,
    color::rgb,
    geom::{PathBuilder, Point, Rect, Size, Transform},
    image::Image,
    metadata::Metadata,
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, FillRule},
    surface::Surface,
    text::{Font, TextDirection},
};

use crate::drawing::{NOTO_ARABIC, NOTO_CHINESE, ROBOTO_BOLD, ROBOTO_REGULAR};

/// A4, in points.
const PAPER: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 48.0;
const FOOTER_SIZE: f32 = 8.0;

/// The part of a page inside its margins. Distances are points from its upper left corner.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) marks: Vec<Mark>,
}

impl Page {
    pub(crate) const WIDTH: f32 = PAPER.0 - 2.0 * MARGIN;
    pub(crate) const HEIGHT: f32 = PAPER.1 - 2.0 * MARGIN;
}

pub(crate) enum Mark {
    /// One line of text, which begins at this point of its baseline.
    Text {
        at: (f32, f32),
        size: f32,
        ink: Ink,
        text: String,
    },
    /// A thin line across the page.
    Rule { y: f32 },
    /// A picture by its upper left corner.
    Picture {
        at: (f32, f32),
        picture: PrintedPicture,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    Bold,
    Quiet,
}

/// A picture and its printed size.
pub(crate) struct PrintedPicture {
    image: Image,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl PrintedPicture {
    /// Copies the bytes into the PDF unchanged.
    pub(crate) fn of_jpeg(jpeg: Cow<'static, [u8]>) -> Result<Self, String> {
        let data = match jpeg {
            Cow::Borrowed(jpeg) => Data::from(jpeg),
            Cow::Owned(jpeg) => Data::from(jpeg),
        };
        let image = Image::from_jpeg(data, true)?;
        let (width, height) = image.size();
        Ok(Self {
            image,
            width: width as f32,
            height: height as f32,
        })
    }

    pub(crate) fn scaled_to_width(self, width: f32) -> Self {
        let height = self.height * width / self.width;
        Self {
            width,
            height,
            ..self
        }
    }

    pub(crate) fn scaled_to_height(self, height: f32) -> Self {
        let width = self.width * height / self.height;
        self.scaled_to_width(width)
    }
}

struct Fonts {
    regular: Font,
    bold: Font,
    arabic: Font,
    chinese: Font,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let font = |data: &'static [u8]| {
        Font::new(Data::from(data), 0).expect("a font of the program can be read")
    };
    Fonts {
        regular: font(ROBOTO_REGULAR),
        bold: font(ROBOTO_BOLD),
        arabic: font(NOTO_ARABIC),
        chinese: font(NOTO_CHINESE),
    }
});

/// A PDF of these pages; the subject and the page's number are at the foot of each.
pub(crate) fn print(title: &str, subject: &str, pages: &[Page]) -> Vec<u8> {
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .description(subject.to_owned())
            .creator("webkyc-sandbox".to_owned())
            .language("en".to_owned()),
    );
    for (at, content) in pages.iter().enumerate() {
        let paper = PageSettings::from_wh(PAPER.0, PAPER.1).expect("paper has an area");
        let mut page = document.start_page_with(paper);
        let mut surface = page.surface();
        surface.push_transform(&Transform::from_translate(MARGIN, MARGIN));
        for mark in &content.marks {
            draw(&mut surface, mark);
        }
        let footer = format!(
            "{title} {subject}, page {} of {}, made by a sandbox: nobody in it is real",
            at + 1,
            pages.len()
        );
        let at = (0.0, Page::HEIGHT + MARGIN / 2.0);
        write(&mut surface, at, FOOTER_SIZE, Ink::Quiet, &footer);
        surface.pop();
        surface.finish();
        page.finish();
    }
    document
        .finish()
        .expect("a document of text and pictures can be written")
}

fn draw(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text {
            at,
            size,
            ink,
            text,
        } => write(surface, *at, *size, *ink, text),
        Mark::Rule { y } => {
            let line = Rect::from_xywh(0.0, *y, Page::WIDTH, 0.5).map(|rect| {
                let mut path = PathBuilder::new();
                path.push_rect(rect);
                path.finish()
            });
            if let Some(line) = line.flatten() {
                surface.set_fill(Some(fill(0xd0)));
                surface.draw_path(&line);
            }
        }
        Mark::Picture { at, picture } => {
            if let Some(size) = Size::from_wh(picture.width, picture.height) {
                surface.push_transform(&Transform::from_translate(at.0, at.1));
                surface.draw_image(picture.image.clone(), size);
                surface.pop();
            }
        }
    }
}

fn write(surface: &mut Surface<'_>, at: (f32, f32), size: f32, ink: Ink, text: &str) {
    let (font, lightness) = match ink {
        Ink::Plain => (&FONTS.regular, 0x20),
        Ink::Bold => (&FONTS.bold, 0x20),
        Ink::Quiet => (&FONTS.regular, 0x60),
    };
    let (font, direction) = match text.chars().find_map(Script::of) {
        Some(Script::Arabic) => (&FONTS.arabic, TextDirection::RightToLeft),
        Some(Script::Chinese) => (&FONTS.chinese, TextDirection::LeftToRight),
        None => (font, TextDirection::LeftToRight),
    };
    surface.set_fill(Some(fill(lightness)));
    surface.draw_text(
        Point::from_xy(at.0, at.1),
        font.clone(),
        size,
        text,
        false,
        direction,
    );
}

/// A script that Roboto does not have. Texts here are in one script each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Arabic,
    Chinese,
}

impl Script {
    fn of(c: char) -> Option<Self> {
        match c {
            '\u{600}'..='\u{6ff}' => Some(Self::Arabic),
            '\u{4e00}'..='\u{9fff}' => Some(Self::Chinese),
            _ => None,
        }
    }
}

fn fill(lightness: u8) -> Fill {
    Fill {
        paint: rgb::Color::new(lightness, lightness, lightness).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}
