//! The persons of the documentation's own samples.

use super::{
    Persona, Resolution, Shape,
    document::{Design, Document, GermanIdentityCard, LicenseClass, Names, UtahDriverLicense},
    look::{Clothes, Cut, HairStyle, Look, Tone},
};

/// The Web KYC guide's person. The guide prints the number of some document where the type
/// belongs; the card is a national identity card.
pub static ANNA: Persona = Persona {
    key: "anna",
    name: "Anna Maria Schmidt",
    document_title: "German identity card",
    shape: Shape::Guide,
    documents: &[Document {
        document_type: "NID",
        document_number: "8136431812",
        issuing_country: "DEU",
        nationality: "DEU",
        names: Names::Separate {
            surname: "SCHMIDT",
            given_names: "ANNA MARIA",
        },
        sex: "F",
        date_of_birth: "1987-01-12",
        date_of_issue: "2017-01-30",
        date_of_expiry: "2027-01-30",
        design: Design::GermanIdentityCard(GermanIdentityCard {
            place_of_birth: "MUSTERHAUSEN",
            address: &["12345 MUSTERSTADT", "LINDENWEG 7"],
            height: "168 cm",
            eyes: "GRÜN",
            authority: "STADT MUSTERSTADT",
            access_number: "402871",
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: Tone {
            light: "#fbe0cb",
            base: "#f0c4a4",
            shade: "#d39b79",
        },
        hair: Tone {
            light: "#a86f48",
            base: "#6f4127",
            shade: "#472614",
        },
        hair_style: HairStyle::LongParted,
        lips: Tone {
            light: "#d98a84",
            base: "#c36a68",
            shade: "#8f4347",
        },
        iris: Tone {
            light: "#9bb58a",
            base: "#5f8061",
            shade: "#2f4a38",
        },
        document_clothes: Clothes {
            cut: Cut::Blazer,
            outer: Tone {
                light: "#3f557d",
                base: "#2b3c5e",
                shade: "#1a2640",
            },
            inner: Tone {
                light: "#ffffff",
                base: "#f1f3f6",
                shade: "#cfd5de",
            },
        },
        everyday_clothes: Clothes {
            cut: Cut::Pullover,
            outer: Tone {
                light: "#5a9a94",
                base: "#3c7f7a",
                shade: "#25575a",
            },
            inner: Tone {
                light: "#ffffff",
                base: "#eef4f2",
                shade: "#c9d8d4",
            },
        },
        glasses: false,
        signature: Some(
            "M8 44C20 30 30 8 38 9C45 10 34 42 37 45C40 47 45 30 50 30C55 30 50 45 54 44C58 43 61 30 66 31C70 32 66 45 70 44C76 43 76 31 83 31C89 31 80 45 86 45C90 45 92 38 94 36M22 31L46 29M128 13C118 8 106 16 112 25C117 32 128 33 125 42C122 50 106 49 104 42M138 33C131 31 128 43 135 44C140 44 144 38 148 22C151 12 146 46 149 44C152 42 155 32 159 33C162 34 159 45 162 44C165 43 166 33 171 33C175 33 170 45 175 44C178 43 180 35 183 33C181 38 180 45 184 44C189 42 196 26 203 10C200 24 194 45 200 44C206 42 208 30 214 16C210 30 206 44 212 44C217 44 222 38 230 34M204 25L224 22",
        ),
    },
};

/// The person of the export calls' reference, as printed there: prefix and suffix of the name are
/// swapped, and the jurisdiction has three letters.
pub static JOHN: Persona = Persona {
    key: "john",
    name: "John Doe",
    document_title: "US driver license (Utah), as in Authenteq’s example",
    shape: Shape::Reference,
    documents: &[Document {
        document_type: "DL",
        document_number: "1234567890",
        issuing_country: "USA",
        nationality: "USA",
        names: Names::Separate {
            surname: "DOE",
            given_names: "JOHN",
        },
        sex: "M",
        date_of_birth: "1964-12-30",
        date_of_issue: "2012-05-30",
        date_of_expiry: "2022-12-30",
        design: Design::UtahDriverLicense(UtahDriverLicense {
            jurisdiction: "UTA",
            name_prefixes: "JR",
            name_suffixes: "MR",
            address: "430-985 ELEIFEND^DULUTH WA 92611",
            height: "5'-11\"",
            eyes: "BRO",
            classes: &[
                LicenseClass {
                    class: "B",
                    vehicles: "Single vehicle above 26,000 lb",
                    from: "2019-01-30",
                    to: "2029-01-30",
                    notes: Some("Some valuable note"),
                },
                LicenseClass {
                    class: "C",
                    vehicles: "Smaller, 16 persons or more",
                    from: "2019-01-30",
                    to: "2029-01-30",
                    notes: None,
                },
                LicenseClass {
                    class: "D",
                    vehicles: "Regular operator",
                    from: "2019-01-30",
                    to: "2029-01-30",
                    notes: None,
                },
            ],
        }),
    }],
    nfc_verified: false,
    proof_of_address: None,
    resolution: Resolution::Ordinary,
    look: Look {
        skin: Tone {
            light: "#f0cda9",
            base: "#dba982",
            shade: "#ad7650",
        },
        hair: Tone {
            light: "#9a9893",
            base: "#66635f",
            shade: "#3d3b39",
        },
        hair_style: HairStyle::ShortBearded,
        lips: Tone {
            light: "#c58a76",
            base: "#aa6b5b",
            shade: "#753f36",
        },
        iris: Tone {
            light: "#8a5f3a",
            base: "#5c3a20",
            shade: "#2e1a0c",
        },
        document_clothes: Clothes {
            cut: Cut::Suit,
            outer: Tone {
                light: "#5b6068",
                base: "#3d4249",
                shade: "#23262b",
            },
            inner: Tone {
                light: "#ffffff",
                base: "#e9eef5",
                shade: "#c3ccd8",
            },
        },
        everyday_clothes: Clothes {
            cut: Cut::Pullover,
            outer: Tone {
                light: "#8a4a45",
                base: "#6b3134",
                shade: "#451d22",
            },
            inner: Tone {
                light: "#ffffff",
                base: "#e9eef5",
                shade: "#c3ccd8",
            },
        },
        glasses: false,
        signature: Some(
            "M14 14C30 8 50 8 62 10M42 10C40 26 40 46 26 48C16 49 12 40 18 36M60 30C50 28 48 46 56 46C66 46 66 30 60 30C64 36 70 34 74 30M84 8C82 22 78 36 78 46C80 36 86 30 90 32C94 34 90 44 94 45C98 45 100 36 103 31C102 38 101 42 101 46C104 36 110 30 114 32C118 35 112 46 118 45C122 44 124 42 126 40M150 12C146 26 144 36 142 46M136 14C160 2 190 20 178 36C168 50 146 48 134 46M196 32C186 30 184 46 192 46C202 46 202 32 196 32M206 40C216 38 216 30 210 31C202 33 202 48 212 46C220 44 226 38 234 30",
        ),
    },
};
