//! Invented people who show a passport or an identity card.

use super::{
    Persona, ProofOfAddress, Resolution, Shape,
    country::{AUSTRIA, BELGIUM, FINLAND, ITALY, NETHERLANDS, NORWAY},
    document::{Design, Document, IdentityCard, Names, Passport},
    look::{HairStyle, Look},
    palette::*,
};

/// A machine-readable zone of two lines, and no back.
pub static PASSPORT: Persona = Persona {
    key: "passport",
    name: "Lotte Sophia van den Akker",
    document_title: "Dutch passport",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "PP",
        document_number: "NWX4K7R81",
        issuing_country: "NLD",
        nationality: "NLD",
        names: Names::Separate {
            surname: "VAN DEN AKKER",
            given_names: "LOTTE SOPHIA",
        },
        sex: "F",
        date_of_birth: "1990-03-21",
        date_of_issue: "2021-06-14",
        date_of_expiry: "2031-06-14",
        design: Design::Passport(Passport {
            country: &NETHERLANDS,
            place_of_birth: "VOORBEELDSTAD",
            authority: "BURG. VAN VOORBEELDSTAD",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: PALE,
        hair: BLOND,
        hair_style: HairStyle::LongParted,
        glasses: false,
        lips: ROSE,
        iris: BLUE,
        document_clothes: NAVY_BLAZER,
        everyday_clothes: OCHRE_PULLOVER,
        signature: None,
    },
};

/// Too young for what is sold to adults, until 2033.
pub static MINOR: Persona = Persona {
    key: "minor",
    name: "Ella Sofia Korpimaa",
    document_title: "Finnish passport of a child",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "PP",
        document_number: "FZ5910428",
        issuing_country: "FIN",
        nationality: "FIN",
        names: Names::Separate {
            surname: "KORPIMAA",
            given_names: "ELLA SOFIA",
        },
        sex: "F",
        date_of_birth: "2015-02-11",
        date_of_issue: "2024-03-05",
        date_of_expiry: "2029-03-05",
        design: Design::Passport(Passport {
            country: &FINLAND,
            place_of_birth: "ESIMERKKILÄ",
            authority: "POLIISI / POLISEN",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: PALE,
        hair: RED,
        hair_style: HairStyle::LongParted,
        glasses: false,
        lips: ROSE,
        iris: GREEN,
        document_clothes: TEAL_PULLOVER,
        everyday_clothes: OCHRE_PULLOVER,
        signature: None,
    },
};

/// A card of another country than Anna's.
pub static NATIONAL_ID: Persona = Persona {
    key: "national-id",
    name: "Giulia Rinaldi",
    document_title: "Italian identity card",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "NID",
        document_number: "CA48205XY",
        issuing_country: "ITA",
        nationality: "ITA",
        names: Names::Separate {
            surname: "RINALDI",
            given_names: "GIULIA",
        },
        sex: "F",
        date_of_birth: "1995-07-08",
        date_of_issue: "2022-10-19",
        date_of_expiry: "2032-07-08",
        design: Design::IdentityCard(IdentityCard {
            country: &ITALY,
            place_of_birth: "BORGO ESEMPIO (XX)",
            address: "VIA DEI CAMPIONI 27^00000 BORGO ESEMPIO XX",
            authority: "COMUNE DI BORGO ESEMPIO",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: OLIVE,
        hair: CHESTNUT,
        hair_style: HairStyle::Tied,
        glasses: false,
        lips: ROSE,
        iris: HAZEL,
        document_clothes: WINE_BLAZER,
        everyday_clothes: BERRY_PULLOVER,
        signature: None,
    },
};

/// The chip was read.
pub static NFC: Persona = Persona {
    key: "nfc",
    name: "Aleksi Matias Korhola",
    document_title: "Finnish passport, chip read",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "PP",
        document_number: "FZ8204173",
        issuing_country: "FIN",
        nationality: "FIN",
        names: Names::Separate {
            surname: "KORHOLA",
            given_names: "ALEKSI MATIAS",
        },
        sex: "M",
        date_of_birth: "1998-01-19",
        date_of_issue: "2023-08-28",
        date_of_expiry: "2028-08-28",
        design: Design::Passport(Passport {
            country: &FINLAND,
            place_of_birth: "ESIMERKKILÄ",
            authority: "POLIISI / POLISEN",
        }),
    }],
    nfc_verified: true,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: PALE,
        hair: BLOND,
        hair_style: HairStyle::Short,
        glasses: false,
        lips: ROSE,
        iris: BLUE,
        document_clothes: CHARCOAL_SUIT,
        everyday_clothes: BERRY_PULLOVER,
        signature: None,
    },
};

/// Out of date for years.
pub static EXPIRED: Persona = Persona {
    key: "expired",
    name: "Samuel Okonjo Brandt",
    document_title: "Austrian passport, expired in 2019",
    shape: Shape::Guide,
    documents: &[Document {
        document_type: "PP",
        document_number: "P0482915K",
        issuing_country: "AUT",
        nationality: "AUT",
        names: Names::Separate {
            surname: "BRANDT",
            given_names: "SAMUEL OKONJO",
        },
        sex: "M",
        date_of_birth: "1975-10-27",
        date_of_issue: "2009-04-02",
        date_of_expiry: "2019-04-01",
        design: Design::Passport(Passport {
            country: &AUSTRIA,
            place_of_birth: "BEISPIELHEIM",
            authority: "BH MUSTERTAL",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: DARK,
        hair: BLACK,
        hair_style: HairStyle::ShortBearded,
        glasses: false,
        lips: PLUM,
        iris: HAZEL,
        document_clothes: BLUE_SUIT,
        everyday_clothes: OCHRE_PULLOVER,
        signature: None,
    },
};

/// Pictures of a very good camera.
pub static LARGE_IMAGES: Persona = Persona {
    key: "large-images",
    name: "Ingrid Solveig Fjellheim",
    document_title: "Norwegian identity card, 8 MB each side",
    shape: Shape::Guide,
    documents: &[Document {
        document_type: "NID",
        document_number: "NZ0482617",
        issuing_country: "NOR",
        nationality: "NOR",
        names: Names::Separate {
            surname: "FJELLHEIM",
            given_names: "INGRID SOLVEIG",
        },
        sex: "F",
        date_of_birth: "1968-02-02",
        date_of_issue: "2023-11-13",
        date_of_expiry: "2033-11-13",
        design: Design::IdentityCard(IdentityCard {
            country: &NORWAY,
            place_of_birth: "EKSEMPELVIK",
            address: "PRØVEVEIEN 3^0000 EKSEMPELVIK",
            authority: "POLITIET",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Large,
    look: Look {
        skin: FAIR,
        hair: GREY,
        hair_style: HairStyle::Tied,
        glasses: false,
        lips: ROSE,
        iris: BLUE,
        document_clothes: NAVY_BLAZER,
        everyday_clothes: MOSS_PULLOVER,
        signature: None,
    },
};

/// A bill beside the card.
pub static PROOF_OF_ADDRESS: Persona = Persona {
    key: "proof-of-address",
    name: "Amandine Lumumba-Peeters",
    document_title: "Belgian identity card and a bill",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "NID",
        document_number: "592041738560",
        issuing_country: "BEL",
        nationality: "BEL",
        names: Names::Separate {
            surname: "LUMUMBA-PEETERS",
            given_names: "AMANDINE",
        },
        sex: "F",
        date_of_birth: "1986-06-11",
        date_of_issue: "2021-05-03",
        date_of_expiry: "2031-05-03",
        design: Design::IdentityCard(IdentityCard {
            country: &BELGIUM,
            place_of_birth: "VOORBEELDE",
            address: "VOORBEELDLAAN 101 BUS 4^0000 VOORBEELDE",
            authority: "VOORBEELDE",
        }),
    }],
    nfc_verified: false,
    proof_of_address: Some(ProofOfAddress {
        supplier: "Specimen Energy & Water",
        date: "2026-01-31",
        recipient: &[
            "Amandine Lumumba-Peeters",
            "Voorbeeldlaan 101 bus 4",
            "0000 Voorbeelde",
            "Belgium",
        ],
        items: &[
            ("Electricity, 214 kWh", "57.78 EUR"),
            ("Gas, 96 m³", "81.60 EUR"),
            ("Water, 7 m³", "29.05 EUR"),
            ("Standing charge", "11.50 EUR"),
            ("To be paid by 28 February", "179.93 EUR"),
        ],
    }),
    resolution: Resolution::Ordinary,
    look: Look {
        skin: BROWN,
        hair: BLACK,
        hair_style: HairStyle::Tied,
        glasses: false,
        lips: PLUM,
        iris: HAZEL,
        document_clothes: WINE_BLAZER,
        everyday_clothes: TEAL_PULLOVER,
        signature: None,
    },
};
