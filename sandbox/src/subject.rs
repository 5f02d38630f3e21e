//! Whose verification it is: what the documents say, and the pictures of the person and of them.

mod played;

use std::{borrow::Cow, iter::once, sync::Arc, time::Instant};

use webkyc_specimen::{
    self as specimen, Picture,
    persona::{Persona, Shape},
};

use crate::{
    pictures::{Pictures, Shown, Side, Whole},
    wire::DocumentFields,
};

/// A person, with everything that a verification is made of.
#[derive(Clone)]
pub(crate) struct Subject {
    /// The documented format of the details answer.
    pub(crate) shape: Shape,
    pub(crate) face: Option<Image>,
    /// One to three, in the order in which the documents were shown.
    pub(crate) readings: Vec<Reading>,
    /// Whether the chip of a document was read.
    pub(crate) nfc_verified: bool,
    pub(crate) proof_of_address: Option<Bill>,
}

/// The fields and pictures of one document. A field that was not read is absent.
#[derive(Clone)]
pub(crate) struct Reading {
    pub(crate) fields: Fields,
    pub(crate) front: Option<Image>,
    pub(crate) back: Option<Image>,
    pub(crate) portrait: Option<Image>,
}

/// The fields of a document.
#[derive(Clone)]
pub(crate) enum Fields {
    Played(Box<DocumentFields>),
    /// As JSON, read of a visitor's own document, and gone when its time is over.
    Read(Arc<Shown>),
}

/// One picture.
#[derive(Clone)]
pub(crate) enum Image {
    /// Drawn when it is first asked for.
    Specimen(&'static Persona, Picture),
    /// Shown by the visitor, and gone when its time is over.
    Own(Arc<Shown>),
}

/// A test person's utility bill, drawn when it is first asked for.
#[derive(Clone)]
pub(crate) struct Bill(&'static Persona);

impl Fields {
    /// Nothing once they were erased.
    pub(crate) fn get(&self) -> DocumentFields {
        match self {
            Self::Played(fields) => (**fields).clone(),
            Self::Read(json) => json
                .content()
                .and_then(|json| serde_json::from_slice(&json).ok())
                .unwrap_or_default(),
        }
    }
}

impl Subject {
    /// The holder of the document that was read from these pictures, else the test person that is played with
    /// them.
    pub(crate) fn of(person: &'static Persona, own: &Pictures) -> Self {
        match &own.document.whole {
            Some(whole) => Self::read(whole, own),
            None => Self::played(person).showing(own),
        }
    }

    /// A visitor whose document was read. Nothing is a test person's.
    pub(crate) fn read(whole: &Whole, own: &Pictures) -> Self {
        let image = |side| own.of(side).cloned().map(Image::Own);
        let reading = Reading {
            fields: Fields::Read(Arc::clone(&whole.fields)),
            front: image(Side::Front),
            back: image(Side::Back),
            portrait: Some(Image::Own(Arc::clone(&whole.portrait))),
        };
        Self {
            shape: Shape::Reference,
            face: image(Side::Face),
            readings: vec![reading],
            nfc_verified: false,
            proof_of_address: None,
        }
    }

    /// Whether a visitor's own document was read.
    pub(crate) fn is_read(&self) -> bool {
        let mut readings = self.readings.iter();
        readings.any(|reading| matches!(reading.fields, Fields::Read(_)))
    }

    /// The same person with what the visitor has shown. A document of the visitor's own has no back
    /// but the visitor's.
    pub(crate) fn showing(mut self, own: &Pictures) -> Self {
        let image = |side| own.of(side).cloned().map(Image::Own);
        if let Some(face) = image(Side::Face) {
            self.face = Some(face);
        }
        if let Some(reading) = self.readings.first_mut() {
            let (front, back) = (image(Side::Front), image(Side::Back));
            if reading.back.is_some() && (front.is_some() || back.is_some()) {
                reading.back = back;
            }
            reading.front = front.or(reading.front.take());
        }
        self
    }

    /// The same person without what the visitor has shown.
    pub(crate) fn without_own(&self) -> Self {
        let specimen = |image: &Option<Image>| image.clone().filter(|one| !one.is_own());
        let played = |reading: &&Reading| matches!(reading.fields, Fields::Played(_));
        let readings = self.readings.iter().filter(played).map(|reading| Reading {
            fields: reading.fields.clone(),
            front: specimen(&reading.front),
            back: specimen(&reading.back),
            portrait: specimen(&reading.portrait),
        });
        Self {
            shape: self.shape,
            face: specimen(&self.face),
            readings: readings.collect(),
            nfc_verified: self.nfc_verified,
            proof_of_address: self.proof_of_address.clone(),
        }
    }

    /// Every picture, in the order of Authenteq's reference.
    pub(crate) fn images(&self) -> impl Iterator<Item = (Picture, &Image)> {
        let of_documents = self.readings.iter().enumerate().flat_map(|(at, reading)| {
            [
                (Picture::Front(at), &reading.front),
                (Picture::Back(at), &reading.back),
                (Picture::Face(at), &reading.portrait),
            ]
        });
        once((Picture::Liveness, &self.face))
            .chain(of_documents)
            .filter_map(|(picture, image)| Some((picture, image.as_ref()?)))
    }

    pub(crate) fn image(&self, picture: Picture) -> Option<&Image> {
        self.images()
            .find_map(|(known, image)| (known == picture).then_some(image))
    }

    /// Keeps what the visitor has shown until then.
    pub(crate) fn keep_until(&self, due: Instant) {
        self.shown().for_each(|shown| shown.keep_until(due));
    }

    /// Whether something that the visitor has shown is gone.
    pub(crate) fn is_erased(&self) -> bool {
        self.shown().any(Shown::is_erased)
    }

    fn shown(&self) -> impl Iterator<Item = &Shown> {
        let images = self.images().filter_map(|(_, image)| match image {
            Image::Own(shown) => Some(&**shown),
            Image::Specimen(..) => None,
        });
        let read = self.readings.iter().filter_map(|one| match &one.fields {
            Fields::Read(json) => Some(&**json),
            Fields::Played(_) => None,
        });
        images.chain(read)
    }
}

impl Image {
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }

    /// Width and height of a specimen in pixels.
    pub(crate) fn size(&self) -> Option<(u32, u32)> {
        match self {
            Self::Specimen(person, picture) => Some(picture.size(person)),
            Self::Own(_) => None,
        }
    }

    /// Whether there is nothing to draw any more.
    pub(crate) fn is_drawn(&self) -> bool {
        match self {
            Self::Specimen(person, picture) => specimen::is_drawn(person, *picture),
            Self::Own(_) => true,
        }
    }

    /// The picture as JPEG, unless it was erased. Draws a specimen at the first call.
    pub(crate) fn jpeg(&self) -> Option<Cow<'static, [u8]>> {
        match self {
            Self::Specimen(person, picture) => Some(specimen::jpeg(person, *picture).into()),
            Self::Own(shown) => shown.content().map(Cow::from),
        }
    }
}

impl Bill {
    /// The bill as PDF. Draws it at the first call.
    pub(crate) fn pdf(&self) -> Option<&'static [u8]> {
        specimen::proof_of_address(self.0)
    }
}

#[cfg(test)]
mod tests {
    use webkyc_specimen::persona::{JOHN, PASSPORT};

    use super::*;
    use crate::pictures::Album;

    fn own(sides: &[Side]) -> Pictures {
        let mut pictures = Pictures::default();
        for side in sides {
            let kept = Album::default().keep(side.slug().into(), Instant::now());
            pictures.put(*side, kept.unwrap());
        }
        pictures
    }

    /// The pictures by name, with a star on the visitor's own.
    fn images(subject: &Subject) -> Vec<String> {
        let images = subject.images();
        let named = |(picture, image): (Picture, &Image)| {
            format!(
                "{}{}",
                picture.name(),
                if image.is_own() { "*" } else { "" }
            )
        };
        images.map(named).collect()
    }

    #[test]
    fn a_test_persons_pictures_are_those_of_the_specimens() {
        for person in Persona::ALL {
            let subject = Subject::played(person);
            let pictures: Vec<Picture> = subject.images().map(|(picture, _)| picture).collect();
            assert_eq!(pictures, Picture::all_of(person).collect::<Vec<_>>());
        }
    }

    #[test]
    fn sbx_13_no_specimen_stands_where_the_visitor_has_shown_a_document() {
        for (person, shown, expected) in [
            (
                &JOHN,
                &[Side::Front][..],
                &["liveness", "front*", "face"][..],
            ),
            (
                &JOHN,
                &[Side::Back],
                &["liveness", "front", "back*", "face"],
            ),
            (&JOHN, &Side::ALL, &["liveness*", "front*", "back*", "face"]),
            (&PASSPORT, &Side::ALL, &["liveness*", "front*", "face"]),
        ] {
            let subject = Subject::played(person).showing(&own(shown));
            assert_eq!(images(&subject), expected, "{}", person.key);
        }
    }

    #[test]
    fn without_what_the_visitor_has_shown_the_test_persons_rest_is_left() {
        let subject = Subject::played(&JOHN).showing(&own(&[Side::Face, Side::Front]));
        assert_eq!(images(&subject.without_own()), ["face"]);
    }
}
