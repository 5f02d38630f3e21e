//! Faces of a folder, compared: how often strangers look alike, and how often one person does not.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use webkyc_verifier::{Template, Verifier, decode, liveness::LIMITS};

use crate::count::Share;

/// Fewer pairs of strangers bound no rate.
const LEAST_STRANGERS: usize = 1500;
/// Fewer pairs of one person bound no rate.
const LEAST_GENUINE: usize = 150;

/// Pairs of pictures, judged at the threshold of `webkyc-verifier`.
#[derive(Debug, Default)]
pub struct Pairs {
    /// How many persons have a face.
    pub persons: usize,
    /// Pairs of two persons that look alike.
    pub accepted: Share,
    /// Pairs of one person that do not look alike.
    pub refused: Share,
    /// Pictures in which no face was found.
    pub lost: Vec<PathBuf>,
}

/// Compares all pictures below `folder`, which has a folder for each person.
///
/// # Errors
/// When the folder has fewer than two persons, a file is no picture, or a network fails.
pub fn compare_folder(verifier: &Verifier, folder: &Path) -> anyhow::Result<Pairs> {
    let mut pairs = Pairs::default();
    let mut known: Vec<(usize, Template)> = Vec::new();
    for person in entries(folder)?.into_iter().filter(|it| it.is_dir()) {
        let number = pairs.persons;
        for file in entries(&person)? {
            let what = || format!("{} is no picture", file.display());
            let picture = decode(&fs::read(&file)?).with_context(what)?;
            let Some(face) = verifier.faces(&picture)?.first().copied() else {
                pairs.lost.push(file);
                continue;
            };
            let template = verifier.template(&picture, &face)?;
            for (other, earlier) in &known {
                let is_alike = earlier.similarity(&template) >= LIMITS.same_face;
                if *other == number {
                    pairs.refused.count(!is_alike);
                } else {
                    pairs.accepted.count(is_alike);
                }
            }
            known.push((number, template));
        }
        pairs.persons += usize::from(known.iter().any(|it| it.0 == number));
    }
    ensure!(
        pairs.persons > 1,
        "{} needs a folder with pictures for each of two persons or more",
        folder.display()
    );
    Ok(pairs)
}

fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let what = || format!("cannot read {}", folder.display());
    let entries = fs::read_dir(folder).with_context(what)?;
    let entries = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    Ok(entries)
}

/// A line for each rate with its bound at 95 %, or why it is not shown. Pairs that share a person are alike, so few
/// persons make the bound too low: their number stands above it.
impl fmt::Display for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = LIMITS.same_face;
        writeln!(f, "{} persons, threshold {limit:.2}", self.persons)?;
        for (what, share, least) in [
            ("strangers accepted", self.accepted, LEAST_STRANGERS),
            ("genuine pairs refused", self.refused, LEAST_GENUINE),
        ] {
            if share.all < least {
                writeln!(f, "{what}: not shown, {} pairs of {least}", share.all)?;
            } else {
                let most = 100.0 * share.most();
                writeln!(
                    f,
                    "{what}: {} of {}, at most {most:.2} % if pairs shared no person",
                    share.of, share.all
                )?;
            }
        }
        write!(f, "without a face: {}", self.lost.len())?;
        self.lost
            .iter()
            .try_for_each(|file| write!(f, "\n  {}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_few_pairs_is_not_shown() {
        let share = |of, all| Share { of, all };
        let mut pairs = Pairs {
            persons: 40,
            accepted: share(0, 1499),
            refused: share(3, 150),
            lost: Vec::new(),
        };
        let shown = pairs.to_string();
        assert!(shown.contains("strangers accepted: not shown, 1499 pairs of 1500"));
        assert!(
            shown.contains("genuine pairs refused: 3 of 150, at most 4.9"),
            "{shown}"
        );
        pairs.accepted = share(0, 1500);
        let shown = pairs.to_string();
        assert!(
            shown.contains("strangers accepted: 0 of 1500, at most 0.20 %"),
            "{shown}"
        );
    }
}
