//! The invented person who shows everything at once.

use super::{
    Persona, ProofOfAddress, Resolution, Shape,
    country::ITALY,
    document::{
        Design, Document, EuropeanLicence, IdentityCard, LicenseClass, Names, UtahDriverLicense,
    },
    look::{HairStyle, Look},
    palette::*,
};

const NAMES: Names = Names::Separate {
    surname: "CASTELLANO",
    given_names: "MARCO DAVID",
};

/// Every member that the reference of the exports prints: three documents with both sides each, and
/// a bill.
pub static COMPLETE: Persona = Persona {
    key: "complete",
    name: "Marco David Castellano",
    document_title: "US driver license, Italian driving licence and identity card, and a bill",
    shape: Shape::Reference,
    documents: &[
        Document {
            document_type: "DL",
            document_number: "204718356",
            issuing_country: "USA",
            nationality: "USA",
            names: NAMES,
            sex: "M",
            date_of_birth: "1979-05-24",
            date_of_issue: "2023-05-24",
            date_of_expiry: "2031-05-24",
            design: Design::UtahDriverLicense(UtahDriverLicense {
                jurisdiction: "UT",
                name_prefixes: "DR",
                name_suffixes: "JR",
                address: "1200 SPECIMEN AVE^SAMPLEVILLE UT 84000",
                height: "5'-09\"",
                eyes: "HAZ",
                classes: &[
                    LicenseClass {
                        class: "C",
                        vehicles: "Smaller, 16 persons or more",
                        from: "2015-05-24",
                        to: "2031-05-24",
                        notes: Some("Passengers"),
                    },
                    LicenseClass {
                        class: "D",
                        vehicles: "Regular operator",
                        from: "2003-09-02",
                        to: "2031-05-24",
                        notes: None,
                    },
                ],
            }),
        },
        Document {
            document_type: "NID",
            document_number: "CA71936ZT",
            issuing_country: "ITA",
            nationality: "ITA",
            names: NAMES,
            sex: "M",
            date_of_birth: "1979-05-24",
            date_of_issue: "2022-03-15",
            date_of_expiry: "2032-05-24",
            design: Design::IdentityCard(IdentityCard {
                country: &ITALY,
                place_of_birth: "BORGO ESEMPIO (XX)",
                address: "VIA DEI CAMPIONI 31^00000 BORGO ESEMPIO XX",
                authority: "COMUNE DI BORGO ESEMPIO",
            }),
        },
        Document {
            document_type: "DL",
            document_number: "U1B482059K",
            issuing_country: "ITA",
            nationality: "ITA",
            names: NAMES,
            sex: "M",
            date_of_birth: "1979-05-24",
            date_of_issue: "2021-09-07",
            date_of_expiry: "2031-05-24",
            design: Design::EuropeanLicence(EuropeanLicence {
                country: &ITALY,
                place_of_birth: "BORGO ESEMPIO (XX)",
                address: "VIA DEI CAMPIONI 31^00000 BORGO ESEMPIO XX",
                authority: "MIT-UCO",
                classes: &[
                    LicenseClass {
                        class: "AM",
                        vehicles: "Mopeds",
                        from: "1997-07-01",
                        to: "2031-05-24",
                        notes: None,
                    },
                    LicenseClass {
                        class: "B",
                        vehicles: "Cars up to 3.5 t",
                        from: "1997-07-01",
                        to: "2031-05-24",
                        notes: Some("01.06"),
                    },
                ],
            }),
        },
    ],
    nfc_verified: false,
    proof_of_address: Some(ProofOfAddress {
        supplier: "Specimen Energy & Water",
        date: "2026-02-28",
        recipient: &[
            "Marco David Castellano",
            "1200 Specimen Ave",
            "Sampleville UT 84000",
            "United States",
        ],
        items: &[
            ("Electricity, 388 kWh", "46.56 USD"),
            ("Water, 11 m³", "27.40 USD"),
            ("Standing charge", "12.00 USD"),
            ("To be paid by 31 March", "85.96 USD"),
        ],
    }),
    resolution: Resolution::Ordinary,
    look: Look {
        skin: OLIVE,
        hair: BLACK,
        hair_style: HairStyle::ShortBearded,
        glasses: true,
        lips: EARTH,
        iris: HAZEL,
        document_clothes: CHARCOAL_SUIT,
        everyday_clothes: GREY_PULLOVER,
        signature: None,
    },
};
