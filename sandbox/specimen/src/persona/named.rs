//! Invented people with names or data that programs often handle wrongly.

use super::{
    Persona, Resolution, Shape,
    country::{CHINA, DENMARK, EGYPT, INDONESIA, POLAND, PORTUGAL, UTOPIA},
    document::{Design, Document, IdentityCard, Names, Passport},
    look::{HairStyle, Look},
    palette::*,
};

/// The sex is neither F nor M, and the country is in no list but ICAO's.
pub static SEX_X: Persona = Persona {
    key: "sex-x",
    name: "Robin Quell",
    document_title: "Utopian passport, sex X",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "PP",
        document_number: "U48213056",
        issuing_country: "UTO",
        nationality: "UTO",
        names: Names::Separate {
            surname: "QUELL",
            given_names: "ROBIN",
        },
        sex: "X",
        date_of_birth: "1996-02-29",
        date_of_issue: "2022-03-01",
        date_of_expiry: "2032-02-29",
        design: Design::Passport(Passport {
            country: &UTOPIA,
            place_of_birth: "ZENITH",
            authority: "PASSPORT OFFICE ZENITH",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: FAIR,
        hair: RED,
        hair_style: HairStyle::Short,
        glasses: true,
        lips: ROSE,
        iris: GREEN,
        document_clothes: BLACK_BLAZER,
        everyday_clothes: MOSS_PULLOVER,
        signature: None,
    },
};

/// One name, neither surname nor given name.
pub static ONE_NAME: Persona = Persona {
    key: "one-name",
    name: "Wulandari",
    document_title: "Indonesian passport, one name only",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "PP",
        document_number: "X7301948",
        issuing_country: "IDN",
        nationality: "IDN",
        names: Names::Whole("WULANDARI"),
        sex: "F",
        date_of_birth: "1991-08-17",
        date_of_issue: "2023-05-10",
        date_of_expiry: "2033-05-10",
        design: Design::Passport(Passport {
            country: &INDONESIA,
            place_of_birth: "KOTA CONTOH",
            authority: "KANTOR IMIGRASI CONTOH",
        }),
    }],
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
        document_clothes: WINE_BLAZER,
        everyday_clothes: OCHRE_PULLOVER,
        signature: None,
    },
};

/// Letters with strokes, hooks and dots, and a double name.
pub static DIACRITICS: Persona = Persona {
    key: "diacritics",
    name: "Świętosława Zofia Żurawińska-Łęcka",
    document_title: "Polish identity card, diacritics",
    shape: Shape::Guide,
    documents: &[Document {
        document_type: "NID",
        document_number: "ZZC408517",
        issuing_country: "POL",
        nationality: "POL",
        names: Names::Separate {
            surname: "ŻURAWIŃSKA-ŁĘCKA",
            given_names: "ŚWIĘTOSŁAWA ZOFIA",
        },
        sex: "F",
        date_of_birth: "1979-11-03",
        date_of_issue: "2021-09-06",
        date_of_expiry: "2031-09-06",
        design: Design::IdentityCard(IdentityCard {
            country: &POLAND,
            place_of_birth: "PRZYKŁADÓW",
            address: "UL. ŹRÓDLANA 8 M. 15^00-999 PRZYKŁADÓW",
            authority: "PREZYDENT M. PRZYKŁADÓW",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: PALE,
        hair: BLOND,
        hair_style: HairStyle::Tied,
        glasses: true,
        lips: ROSE,
        iris: BLUE,
        document_clothes: NAVY_BLAZER,
        everyday_clothes: BERRY_PULLOVER,
        signature: None,
    },
};

/// Written from right to left. The Latin spelling goes letter by letter, as Doc 9303 part 3 has
/// it for machine-readable zones.
pub static ARABIC: Persona = Persona {
    key: "arabic",
    name: "سليمان كريم البناني",
    document_title: "Egyptian passport, Arabic names",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "PP",
        document_number: "A30591746",
        issuing_country: "EGY",
        nationality: "EGY",
        names: Names::Native {
            surname: "البناني",
            given_names: "سليمان كريم",
            latin_surname: "ALBNANY",
            latin_given_names: "SLYMAN KRYM",
        },
        sex: "M",
        date_of_birth: "1983-04-25",
        date_of_issue: "2020-01-15",
        date_of_expiry: "2030-01-14",
        design: Design::Passport(Passport {
            country: &EGYPT,
            place_of_birth: "MADINAT MITHAL",
            authority: "PASSPORT OFFICE 00",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: OLIVE,
        hair: BLACK,
        hair_style: HairStyle::ShortBearded,
        glasses: false,
        lips: EARTH,
        iris: HAZEL,
        document_clothes: BLUE_SUIT,
        everyday_clothes: GREY_PULLOVER,
        signature: None,
    },
};

/// Written without blanks, the surname first.
pub static CHINESE: Persona = Persona {
    key: "chinese",
    name: "林美华",
    document_title: "Chinese passport, Chinese names",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "PP",
        document_number: "E00417283",
        issuing_country: "CHN",
        nationality: "CHN",
        names: Names::Native {
            surname: "林",
            given_names: "美华",
            latin_surname: "LIN",
            latin_given_names: "MEIHUA",
        },
        sex: "F",
        date_of_birth: "1994-10-09",
        date_of_issue: "2024-02-20",
        date_of_expiry: "2034-02-19",
        design: Design::Passport(Passport {
            country: &CHINA,
            place_of_birth: "SHILI",
            authority: "SPECIMEN ADMINISTRATION",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: FAIR,
        hair: BLACK,
        hair_style: HairStyle::Tied,
        glasses: false,
        lips: ROSE,
        iris: HAZEL,
        document_clothes: BLACK_BLAZER,
        everyday_clothes: TEAL_PULLOVER,
        signature: None,
    },
};

/// More names than fit any line.
pub static LONG_NAME: Persona = Persona {
    key: "long-name",
    name: "Maria Francisca Isabel Leopoldina Antónia Gabriela Rafaela Pereira de Albuquerque e Vasconcelos da Cunha Montenegro",
    document_title: "Portuguese passport, very long names",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "PP",
        document_number: "CZ0071358",
        issuing_country: "PRT",
        nationality: "PRT",
        names: Names::Separate {
            surname: "PEREIRA DE ALBUQUERQUE E VASCONCELOS DA CUNHA MONTENEGRO",
            given_names: "MARIA FRANCISCA ISABEL LEOPOLDINA ANTÓNIA GABRIELA RAFAELA",
        },
        sex: "F",
        date_of_birth: "1958-06-13",
        date_of_issue: "2021-11-22",
        date_of_expiry: "2031-11-22",
        design: Design::Passport(Passport {
            country: &PORTUGAL,
            place_of_birth: "SÃO MODELO DA SERRA",
            authority: "SERVIÇO DE PASSAPORTES",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: OLIVE,
        hair: GREY,
        hair_style: HairStyle::LongParted,
        glasses: true,
        lips: ROSE,
        iris: HAZEL,
        document_clothes: WINE_BLAZER,
        everyday_clothes: GREY_PULLOVER,
        signature: None,
    },
};

/// Text that a page would run as a script if it took data for markup.
pub static SCRIPT_IN_NAMES: Persona = Persona {
    key: "script-in-names",
    name: "<script>alert(1)</script>",
    document_title: "Danish identity card, markup in names and address",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "NID",
        document_number: "DK4051927",
        issuing_country: "DNK",
        nationality: "DNK",
        names: Names::Separate {
            surname: "<script>alert(1)</script>",
            given_names: "\"><img src=x onerror=alert(2)>",
        },
        sex: "M",
        date_of_birth: "1988-05-05",
        date_of_issue: "2022-08-01",
        date_of_expiry: "2032-08-01",
        design: Design::IdentityCard(IdentityCard {
            country: &DENMARK,
            place_of_birth: "<b>EKSEMPELBY</b>",
            address: "javascript:alert(3)^{{constructor}} & Co. 's^%3Cscript%3E",
            authority: "EKSEMPELBY KOMMUNE",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: PALE,
        hair: CHESTNUT,
        hair_style: HairStyle::Short,
        glasses: true,
        lips: EARTH,
        iris: BLUE,
        document_clothes: CHARCOAL_SUIT,
        everyday_clothes: MOSS_PULLOVER,
        signature: None,
    },
};
