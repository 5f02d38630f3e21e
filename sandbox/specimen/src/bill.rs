//! The bill that proves a person's address, as PDF.

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

use crate::{
    drawing::spelt,
    page::{self, Ink, Mark, Page},
    persona::{Persona, ProofOfAddress},
};

const TITLE: &str = "Utility bill";

/// The bill that proves a person's address, as PDF; `None` if the person has no bill. The bytes are
/// always the same. The first call for a person draws the bill; later calls return the same copy.
pub fn proof_of_address(person: &Persona) -> Option<&'static [u8]> {
    static PRINTED: LazyLock<HashMap<&'static str, OnceLock<Vec<u8>>>> = LazyLock::new(|| {
        let people = Persona::ALL.into_iter();
        people.map(|person| (person.key, OnceLock::new())).collect()
    });
    let bill = person.proof_of_address.as_ref()?;
    let place = PRINTED.get(person.key)?;
    Some(place.get_or_init(|| page::print(TITLE, bill.supplier, &[written(bill)])))
}

fn written(bill: &ProofOfAddress) -> Page {
    let mut page = Page::default();
    let mut write = |at, size, ink, text: &str| {
        page.marks.push(Mark::Text {
            at,
            size,
            ink,
            text: text.to_owned(),
        });
    };
    write((0.0, 24.0), 22.0, Ink::Bold, bill.supplier);
    write(
        (0.0, 42.0),
        10.0,
        Ink::Quiet,
        "Specimen. Supplies nobody, anywhere.",
    );
    for (line, y) in bill
        .recipient
        .iter()
        .zip((0_u8..).map(|at| 120.0 + 16.0 * f32::from(at)))
    {
        write((0.0, y), 12.0, Ink::Plain, line);
    }
    write((330.0, 120.0), 10.0, Ink::Quiet, "Date");
    write((400.0, 120.0), 12.0, Ink::Plain, &spelt(bill.date));
    write((0.0, 240.0), 16.0, Ink::Bold, TITLE);
    let mut y = 270.0;
    for (item, amount) in bill.items {
        write((0.0, y), 11.0, Ink::Plain, item);
        write((400.0, y), 11.0, Ink::Plain, amount);
        y += 24.0;
    }
    let rules = (0_u8..).map(|at| 254.0 + 24.0 * f32::from(at));
    page.marks
        .extend(rules.take(bill.items.len() + 1).map(|y| Mark::Rule { y }));
    page
}
