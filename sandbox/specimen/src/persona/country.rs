//! The common features of a country's documents.

/// A country that issues documents.
pub(crate) struct Country {
    /// The letters on its cars.
    pub(crate) sign: &'static str,
    /// Its name in its own language.
    pub(crate) name: &'static str,
    /// Its English name.
    pub(crate) english: &'static str,
    /// Its word for its citizens.
    pub(crate) nationality: &'static str,
    /// Its names for the documents, other than the English ones.
    pub(crate) passport: &'static str,
    pub(crate) card: &'static str,
    pub(crate) licence: &'static str,
    /// The hue of its documents, and that of the threads across them.
    pub(crate) hues: (u16, u16),
}

pub(super) static NETHERLANDS: Country = Country {
    sign: "NL",
    name: "KONINKRIJK DER NEDERLANDEN",
    english: "KINGDOM OF THE NETHERLANDS",
    nationality: "NEDERLANDSE",
    passport: "PASPOORT",
    card: "IDENTITEITSKAART",
    licence: "RIJBEWIJS",
    hues: (348, 28),
};

pub(super) static ITALY: Country = Country {
    sign: "I",
    name: "REPUBBLICA ITALIANA",
    english: "ITALIAN REPUBLIC",
    nationality: "ITALIANA",
    passport: "PASSAPORTO",
    card: "CARTA DI IDENTITÀ",
    licence: "PATENTE DI GUIDA",
    hues: (150, 200),
};

pub(super) static SWEDEN: Country = Country {
    sign: "S",
    name: "SVERIGE",
    english: "SWEDEN",
    nationality: "SVENSK",
    passport: "PASS",
    card: "IDENTITETSKORT",
    licence: "KÖRKORT",
    hues: (340, 300),
};

pub(super) static AUSTRIA: Country = Country {
    sign: "A",
    name: "REPUBLIK ÖSTERREICH",
    english: "REPUBLIC OF AUSTRIA",
    nationality: "ÖSTERREICH",
    passport: "REISEPASS",
    card: "PERSONALAUSWEIS",
    licence: "FÜHRERSCHEIN",
    hues: (355, 20),
};

pub(super) static PORTUGAL: Country = Country {
    sign: "P",
    name: "REPÚBLICA PORTUGUESA",
    english: "PORTUGUESE REPUBLIC",
    nationality: "PORTUGUESA",
    passport: "PASSAPORTE",
    card: "CARTÃO DE CIDADÃO",
    licence: "CARTA DE CONDUÇÃO",
    hues: (95, 20),
};

pub(super) static FINLAND: Country = Country {
    sign: "FIN",
    name: "SUOMI – FINLAND",
    english: "FINLAND",
    nationality: "SUOMI/FINLAND",
    passport: "PASSI / PASS",
    card: "HENKILÖKORTTI",
    licence: "AJOKORTTI",
    hues: (212, 185),
};

pub(super) static BELGIUM: Country = Country {
    sign: "B",
    name: "BELGIË – BELGIQUE – BELGIEN",
    english: "BELGIUM",
    nationality: "BELG / BELGE",
    passport: "PASPOORT / PASSEPORT",
    card: "IDENTITEITSKAART / CARTE D’IDENTITÉ",
    licence: "RIJBEWIJS",
    hues: (42, 330),
};

pub(super) static POLAND: Country = Country {
    sign: "PL",
    name: "RZECZPOSPOLITA POLSKA",
    english: "REPUBLIC OF POLAND",
    nationality: "POLSKIE",
    passport: "PASZPORT",
    card: "DOWÓD OSOBISTY",
    licence: "PRAWO JAZDY",
    hues: (335, 190),
};

pub(super) static DENMARK: Country = Country {
    sign: "DK",
    name: "KONGERIGET DANMARK",
    english: "KINGDOM OF DENMARK",
    nationality: "DANSK",
    passport: "PAS",
    card: "LEGITIMATIONSKORT",
    licence: "KØREKORT",
    hues: (5, 45),
};

pub(super) static NORWAY: Country = Country {
    sign: "N",
    name: "NORGE – NOREG – NORGA",
    english: "NORWAY",
    nationality: "NORSK",
    passport: "PASS",
    card: "NASJONALT ID-KORT",
    licence: "FØRERKORT",
    hues: (200, 165),
};

pub(super) static INDONESIA: Country = Country {
    sign: "RI",
    name: "REPUBLIK INDONESIA",
    english: "REPUBLIC OF INDONESIA",
    nationality: "INDONESIA",
    passport: "PASPOR",
    card: "KARTU TANDA PENDUDUK",
    licence: "SURAT IZIN MENGEMUDI",
    hues: (175, 130),
};

pub(super) static EGYPT: Country = Country {
    sign: "ET",
    name: "جمهورية مصر العربية",
    english: "ARAB REPUBLIC OF EGYPT",
    nationality: "EGYPTIAN",
    passport: "جواز سفر",
    card: "",
    licence: "",
    hues: (130, 48),
};

pub(super) static CHINA: Country = Country {
    sign: "CHN",
    name: "中华人民共和国",
    english: "PEOPLE’S REPUBLIC OF CHINA",
    nationality: "CHINESE",
    passport: "护照",
    card: "",
    licence: "",
    hues: (15, 350),
};

/// The country in which ICAO issues its specimens.
pub(super) static UTOPIA: Country = Country {
    sign: "UTO",
    name: "UTOPIA",
    english: "COMMONWEALTH OF UTOPIA",
    nationality: "UTOPIAN",
    passport: "PASSEPORT",
    card: "CARTE D’IDENTITÉ",
    licence: "PERMIS DE CONDUIRE",
    hues: (262, 178),
};
