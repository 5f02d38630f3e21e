//! Invented people who show a driving licence, or several documents.

use super::country::{AUSTRIA, PORTUGAL, SWEDEN};
use super::document::{
    Design, Document, EuropeanLicence, IdentityCard, LicenseClass, Names, Passport,
};
use super::look::{HairStyle, Look};
use super::palette::*;
use super::{Persona, Resolution, Shape};

/// Classes with dates, with notes and without.
pub(crate) static LICENCE: Persona = Persona {
    key: "licence",
    name: "Erik Johan Lindqvist",
    document_title: "Swedish driving licence, six classes",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "DL",
        document_number: "700415-0028",
        issuing_country: "SWE",
        nationality: "SWE",
        names: Names::Separate {
            surname: "LINDQVIST",
            given_names: "ERIK JOHAN",
        },
        sex: "M",
        date_of_birth: "1970-04-15",
        date_of_issue: "2019-02-04",
        date_of_expiry: "2029-02-04",
        design: Design::EuropeanLicence(EuropeanLicence {
            country: &SWEDEN,
            place_of_birth: "EXEMPELSTAD",
            address: "PROVGATAN 12^000 00 EXEMPELSTAD",
            authority: "TRANSPORTSTYRELSEN",
            classes: &[
                LicenseClass {
                    class: "AM",
                    vehicles: "Mopeds",
                    from: "1985-04-15",
                    to: "2029-02-04",
                    notes: None,
                },
                LicenseClass {
                    class: "A",
                    vehicles: "Motorcycles",
                    from: "1988-06-02",
                    to: "2029-02-04",
                    notes: Some("79.03"),
                },
                LicenseClass {
                    class: "B",
                    vehicles: "Cars up to 3.5 t",
                    from: "1988-05-20",
                    to: "2029-02-04",
                    notes: Some("01.06"),
                },
                LicenseClass {
                    class: "BE",
                    vehicles: "Cars with trailer",
                    from: "1996-09-12",
                    to: "2029-02-04",
                    notes: Some("01.06, 96"),
                },
                LicenseClass {
                    class: "C1",
                    vehicles: "Lorries up to 7.5 t",
                    from: "2001-03-30",
                    to: "2024-02-04",
                    notes: Some("70.123456.D"),
                },
                LicenseClass {
                    class: "C",
                    vehicles: "Lorries",
                    from: "2003-11-17",
                    to: "2024-02-04",
                    notes: None,
                },
            ],
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: FAIR,
        hair: GREY,
        hair_style: HairStyle::Short,
        glasses: true,
        lips: EARTH,
        iris: BLUE,
        document_clothes: BLUE_SUIT,
        everyday_clothes: MOSS_PULLOVER,
        signature: None,
    },
};

/// `documentData2`.
pub(crate) static TWO_DOCUMENTS: Persona = Persona {
    key: "two-documents",
    name: "Lukas Gruber",
    document_title: "Austrian passport and driving licence",
    shape: Shape::Reference,
    documents: &[
        Document {
            document_type: "PP",
            document_number: "U7301586P",
            issuing_country: "AUT",
            nationality: "AUT",
            names: Names::Separate {
                surname: "GRUBER",
                given_names: "LUKAS",
            },
            sex: "M",
            date_of_birth: "1984-12-05",
            date_of_issue: "2020-07-27",
            date_of_expiry: "2030-07-26",
            design: Design::Passport(Passport {
                country: &AUSTRIA,
                place_of_birth: "BEISPIELHEIM",
                authority: "BH MUSTERTAL",
            }),
        },
        Document {
            document_type: "DL",
            document_number: "20351749",
            issuing_country: "AUT",
            nationality: "AUT",
            names: Names::Separate {
                surname: "GRUBER",
                given_names: "LUKAS",
            },
            sex: "M",
            date_of_birth: "1984-12-05",
            date_of_issue: "2016-04-11",
            date_of_expiry: "2031-04-11",
            design: Design::EuropeanLicence(EuropeanLicence {
                country: &AUSTRIA,
                place_of_birth: "BEISPIELHEIM",
                address: "",
                authority: "BH MUSTERTAL",
                classes: &[
                    LicenseClass {
                        class: "AM",
                        vehicles: "Mopeds",
                        from: "2000-01-10",
                        to: "2031-04-11",
                        notes: None,
                    },
                    LicenseClass {
                        class: "B",
                        vehicles: "Cars up to 3.5 t",
                        from: "2002-12-19",
                        to: "2031-04-11",
                        notes: Some("111"),
                    },
                    LicenseClass {
                        class: "F",
                        vehicles: "Tractors",
                        from: "2003-05-28",
                        to: "2031-04-11",
                        notes: None,
                    },
                ],
            }),
        },
    ],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: FAIR,
        hair: CHESTNUT,
        hair_style: HairStyle::ShortBearded,
        glasses: false,
        lips: EARTH,
        iris: GREEN,
        document_clothes: CHARCOAL_SUIT,
        everyday_clothes: TEAL_PULLOVER,
        signature: None,
    },
};

/// `documentData2` and `documentData3`: every kind there is.
pub(crate) static THREE_DOCUMENTS: Persona = Persona {
    key: "three-documents",
    name: "Inês Catarina Moreira",
    document_title: "Portuguese identity card, passport and driving licence",
    shape: Shape::Reference,
    documents: &[
        Document {
            document_type: "NID",
            document_number: "30518274ZX",
            issuing_country: "PRT",
            nationality: "PRT",
            names: Names::Separate {
                surname: "MOREIRA",
                given_names: "INÊS CATARINA",
            },
            sex: "F",
            date_of_birth: "1992-09-30",
            date_of_issue: "2022-01-17",
            date_of_expiry: "2032-01-17",
            design: Design::IdentityCard(IdentityCard {
                country: &PORTUGAL,
                place_of_birth: "VILA MODELO",
                address: "RUA DO EXEMPLO 4, 2.º D^0000-000 VILA MODELO",
                authority: "INSTITUTO DOS REGISTOS",
            }),
        },
        Document {
            document_type: "PP",
            document_number: "CZ0195420",
            issuing_country: "PRT",
            nationality: "PRT",
            names: Names::Separate {
                surname: "MOREIRA",
                given_names: "INÊS CATARINA",
            },
            sex: "F",
            date_of_birth: "1992-09-30",
            date_of_issue: "2023-03-06",
            date_of_expiry: "2028-03-06",
            design: Design::Passport(Passport {
                country: &PORTUGAL,
                place_of_birth: "VILA MODELO",
                authority: "SERVIÇO DE PASSAPORTES",
            }),
        },
        Document {
            document_type: "DL",
            document_number: "VM-104827 6",
            issuing_country: "PRT",
            nationality: "PRT",
            names: Names::Separate {
                surname: "MOREIRA",
                given_names: "INÊS CATARINA",
            },
            sex: "F",
            date_of_birth: "1992-09-30",
            date_of_issue: "2018-08-22",
            date_of_expiry: "2033-08-22",
            design: Design::EuropeanLicence(EuropeanLicence {
                country: &PORTUGAL,
                place_of_birth: "VILA MODELO",
                address: "RUA DO EXEMPLO 4, 2.º D^0000-000 VILA MODELO",
                authority: "IMT",
                classes: &[
                    LicenseClass {
                        class: "A1",
                        vehicles: "Light motorcycles",
                        from: "2010-10-01",
                        to: "2033-08-22",
                        notes: Some("71"),
                    },
                    LicenseClass {
                        class: "B",
                        vehicles: "Cars up to 3.5 t",
                        from: "2011-02-14",
                        to: "2033-08-22",
                        notes: None,
                    },
                ],
            }),
        },
    ],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: TAN,
        hair: BLACK,
        hair_style: HairStyle::LongParted,
        glasses: false,
        lips: EARTH,
        iris: HAZEL,
        document_clothes: BLACK_BLAZER,
        everyday_clothes: GREY_PULLOVER,
        signature: None,
    },
};
