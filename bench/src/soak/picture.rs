//! A picture of a soak.

use std::path::Path;

use anyhow::{Context, Result};
use plotters::prelude::{
    ChartBuilder, IntoDrawingArea, IntoFont, LineSeries, PathElement, RGBColor, SVGBackend, WHITE,
};

use super::samples::Sample;

const SIZE: (u32, u32) = (880, 720);
const MINUTE: f64 = 60.0;

const BLUE: RGBColor = RGBColor(0, 90, 181);
const RED: RGBColor = RGBColor(180, 60, 20);

/// One line: its name, its colour, its values.
type Line = (&'static str, RGBColor, fn(&Sample) -> f64);

/// Writes an SVG with three charts over time: memory, descriptors, latency.
pub(crate) fn draw(path: &Path, samples: &[Sample]) -> Result<()> {
    let charts: [(&str, &[Line]); 3] = [
        ("memory, MiB", &[("resident", BLUE, |s| s.mebibytes)]),
        ("descriptors", &[("open", BLUE, |s| s.descriptors)]),
        (
            "small details, milliseconds",
            &[
                ("median", BLUE, |s| s.answers.p50),
                ("95th percentile", RED, |s| s.answers.p95),
            ],
        ),
    ];
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let minutes = samples.last().map_or(1.0, |last| last.seconds / MINUTE);
    for (area, (title, lines)) in root.split_evenly((3, 1)).iter().zip(charts) {
        let values = lines
            .iter()
            .flat_map(|(.., value)| samples.iter().map(value));
        let most = values.fold(1.0, f64::max);
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .caption(title, ("sans-serif", 16).into_font())
            .x_label_area_size(28)
            .y_label_area_size(48)
            .build_cartesian_2d(0.0..minutes, 0.0..1.15 * most)?;
        chart
            .configure_mesh()
            .x_desc("minutes")
            .disable_x_mesh()
            .y_labels(5)
            .draw()?;
        for (name, colour, value) in lines {
            let points = samples.iter().map(|s| (s.seconds / MINUTE, value(s)));
            let line = chart.draw_series(LineSeries::new(points, colour))?;
            if lines.len() > 1 {
                let colour = *colour;
                line.label(*name)
                    .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour));
            }
        }
        if lines.len() > 1 {
            chart
                .configure_series_labels()
                .background_style(WHITE)
                .draw()?;
        }
    }
    root.present()
        .with_context(|| format!("cannot write {}", path.display()))
}
