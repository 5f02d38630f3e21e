//! The printed content of documents.

use super::Country;

/// The content that every document has, under its names in the API. Dates are `YYYY-MM-DD`.
pub struct Document {
    /// The code of the kind: `NID`, `DL` and so on.
    pub document_type: &'static str,
    /// The number as printed.
    pub document_number: &'static str,
    /// Three letters, as on the wire.
    pub issuing_country: &'static str,
    /// Three letters, as on the wire.
    pub nationality: &'static str,
    /// The holder's names.
    pub names: Names,
    /// `F`, `M`, or another letter.
    pub sex: &'static str,
    /// `YYYY-MM-DD`.
    pub date_of_birth: &'static str,
    /// `YYYY-MM-DD`.
    pub date_of_issue: &'static str,
    /// `YYYY-MM-DD`.
    pub date_of_expiry: &'static str,
    /// The look, and the data of this kind of document alone.
    pub design: Design,
}

impl Document {
    /// Whether the document has a printed back. The page of a passport has none.
    pub fn has_back(&self) -> bool {
        !matches!(self.design, Design::Passport(_))
    }
}

/// How a document writes its holder's names.
pub enum Names {
    Separate {
        surname: &'static str,
        given_names: &'static str,
    },
    /// A single name, which may be a surname or a given name.
    Whole(&'static str),
    /// In the country's own script, with the Latin spelling below it.
    Native {
        surname: &'static str,
        given_names: &'static str,
        latin_surname: &'static str,
        latin_given_names: &'static str,
    },
}

impl Names {
    pub fn surname(&self) -> Option<&'static str> {
        match self {
            Self::Separate { surname, .. } | Self::Native { surname, .. } => Some(surname),
            Self::Whole(_) => None,
        }
    }

    pub fn given_names(&self) -> Option<&'static str> {
        match self {
            Self::Separate { given_names, .. } | Self::Native { given_names, .. } => {
                Some(given_names)
            }
            Self::Whole(_) => None,
        }
    }

    /// Surname and given names with a blank between them.
    pub fn whole(&self) -> String {
        match self {
            Self::Whole(name) => (*name).to_owned(),
            Self::Separate {
                surname,
                given_names,
            }
            | Self::Native {
                surname,
                given_names,
                ..
            } => format!("{surname} {given_names}"),
        }
    }

    /// The surname, or the only name, in Latin letters.
    pub(crate) fn latin_surname(&self) -> &'static str {
        match self {
            Self::Separate { surname, .. } => surname,
            Self::Whole(name) => name,
            Self::Native { latin_surname, .. } => latin_surname,
        }
    }

    /// The given names in Latin letters; empty where there are none.
    pub(crate) fn latin_given_names(&self) -> &'static str {
        match self {
            Self::Separate { given_names, .. } => given_names,
            Self::Whole(_) => "",
            Self::Native {
                latin_given_names, ..
            } => latin_given_names,
        }
    }
}

/// The look of a document, with the data that only this kind has.
pub enum Design {
    /// Germany's identity card.
    GermanIdentityCard(GermanIdentityCard),
    /// Utah's driver license.
    UtahDriverLicense(UtahDriverLicense),
    /// A passport.
    Passport(Passport),
    /// An identity card of another country.
    IdentityCard(IdentityCard),
    /// A driving licence of the European Union.
    EuropeanLicence(EuropeanLicence),
}

/// The data of a German identity card.
pub struct GermanIdentityCard {
    pub(crate) place_of_birth: &'static str,
    /// The lines of the address.
    pub address: &'static [&'static str],
    pub(crate) height: &'static str,
    pub(crate) eyes: &'static str,
    pub(crate) authority: &'static str,
    /// The six digits that open the chip.
    pub(crate) access_number: &'static str,
}

/// The data of a driver license of Utah.
pub struct UtahDriverLicense {
    /// The issuing state.
    pub jurisdiction: &'static str,
    /// Prefixes of the name.
    pub name_prefixes: &'static str,
    /// Suffixes of the name.
    pub name_suffixes: &'static str,
    /// Lines separated by `^`.
    pub address: &'static str,
    pub(crate) height: &'static str,
    pub(crate) eyes: &'static str,
    /// The classes of vehicles.
    pub classes: &'static [LicenseClass],
}

/// The page with the data, as every country lays it out.
pub struct Passport {
    pub(crate) country: &'static Country,
    pub(crate) place_of_birth: &'static str,
    pub(crate) authority: &'static str,
}

/// A card with a machine-readable zone on its back.
pub struct IdentityCard {
    pub(crate) country: &'static Country,
    pub(crate) place_of_birth: &'static str,
    /// Lines separated by `^`.
    pub address: &'static str,
    pub(crate) authority: &'static str,
}

/// The card of Directive 2006/126/EC, with its numbered fields.
pub struct EuropeanLicence {
    pub(crate) country: &'static Country,
    pub(crate) place_of_birth: &'static str,
    /// Lines separated by `^`.
    pub address: &'static str,
    pub(crate) authority: &'static str,
    /// The classes of vehicles.
    pub classes: &'static [LicenseClass],
}

/// One class of vehicles on a licence.
pub struct LicenseClass {
    /// The letters of the class.
    pub class: &'static str,
    pub(crate) vehicles: &'static str,
    /// First day of validity, `YYYY-MM-DD`.
    pub from: &'static str,
    /// Last day of validity, `YYYY-MM-DD`.
    pub to: &'static str,
    /// Notes to the class.
    pub notes: Option<&'static str>,
}
