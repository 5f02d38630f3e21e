//! The picture of the figures that matter.

use std::path::Path;

use anyhow::{Context, Result};
use plotters::prelude::{
    Color, IntoDrawingArea, IntoFont, PathElement, RGBColor, Rectangle, SVGBackend, Text, WHITE,
};

use super::Measured;

const WIDTH: u32 = 880;
const ROW: i32 = 44;
const TOP: i32 = 48;
/// Where bars begin, and how long one is that just meets its goal.
const LEFT: i32 = 330;
const GOAL: i32 = 260;
/// The longest bar, in goals; a longer one ends there.
const MOST: f64 = 1.9;

const BLUE: RGBColor = RGBColor(0, 90, 181);
const RED: RGBColor = RGBColor(180, 60, 20);
const GREY: RGBColor = RGBColor(90, 90, 90);

/// Writes an SVG with a bar for each: how much of its goal is used.
pub(super) fn draw(path: &Path, headlines: &[(&str, &Measured)]) -> Result<()> {
    let bottom = TOP + ROW * i32::try_from(headlines.len())?;
    let height = u32::try_from(bottom + 16)?;
    let root = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    root.fill(&WHITE)?;
    let font = ("sans-serif", 14).into_font();
    let text = |words: String, place: (i32, i32), colour: &RGBColor| {
        root.draw(&Text::new(words, place, font.clone().color(colour)))
    };
    text("the goal".to_owned(), (LEFT + GOAL - 26, 12), &GREY)?;
    text("← better".to_owned(), (LEFT, 12), &GREY)?;
    for (place, (title, measured)) in (0..).zip(headlines) {
        let figure = &measured.figure;
        let used = figure.used().context("no goal")?;
        let colour = if used <= 1.0 { BLUE } else { RED };
        let y = TOP + ROW * place;
        text((*title).to_owned(), (12, y), &GREY)?;
        #[expect(clippy::cast_possible_truncation, reason = "a place in the picture")]
        let end = LEFT + (f64::from(GOAL) * used.clamp(0.0, MOST)) as i32;
        root.draw(&Rectangle::new([(LEFT, y), (end, y + 16)], colour.filled()))?;
        let said = format!("{} (goal: {})", figure.shown(), figure.shown_goal());
        text(said, (LEFT, y + 19), &colour)?;
    }
    let line = [(LEFT + GOAL, 30), (LEFT + GOAL, bottom)];
    root.draw(&PathElement::new(line, GREY))?;
    root.present()
        .with_context(|| format!("cannot write {}", path.display()))
}
