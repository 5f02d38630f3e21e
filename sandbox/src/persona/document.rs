//! What is printed on documents.

use super::Country;

/// What is printed on every document, under the names of the wire. Dates are `YYYY-MM-DD`.
pub(crate) struct Document {
    pub(crate) document_type: &'static str,
    pub(crate) document_number: &'static str,
    pub(crate) issuing_country: &'static str,
    pub(crate) nationality: &'static str,
    pub(crate) names: Names,
    pub(crate) sex: &'static str,
    pub(crate) date_of_birth: &'static str,
    pub(crate) date_of_issue: &'static str,
    pub(crate) date_of_expiry: &'static str,
    pub(crate) design: Design,
}

impl Document {
    /// Whether there is something on the back. The page of a passport has none.
    pub(crate) fn has_back(&self) -> bool {
        !matches!(self.design, Design::Passport(_))
    }
}

/// How a document writes its holder's names.
pub(crate) enum Names {
    Separate {
        surname: &'static str,
        given_names: &'static str,
    },
    /// One name, of which nobody says which kind it is.
    Whole(&'static str),
    /// In the country's own script, with the Latin spelling that stands below it.
    Native {
        surname: &'static str,
        given_names: &'static str,
        latin_surname: &'static str,
        latin_given_names: &'static str,
    },
}

impl Names {
    pub(crate) fn surname(&self) -> Option<&'static str> {
        match self {
            Self::Separate { surname, .. } | Self::Native { surname, .. } => Some(surname),
            Self::Whole(_) => None,
        }
    }

    pub(crate) fn given_names(&self) -> Option<&'static str> {
        match self {
            Self::Separate { given_names, .. } | Self::Native { given_names, .. } => {
                Some(given_names)
            }
            Self::Whole(_) => None,
        }
    }

    /// Surname and given names with a blank between them.
    pub(crate) fn whole(&self) -> String {
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

/// How the document looks, with what is printed on this kind alone.
pub(crate) enum Design {
    GermanIdentityCard(GermanIdentityCard),
    UtahDriverLicense(UtahDriverLicense),
    Passport(Passport),
    IdentityCard(IdentityCard),
    EuropeanLicence(EuropeanLicence),
}

pub(crate) struct GermanIdentityCard {
    pub(crate) place_of_birth: &'static str,
    pub(crate) address: &'static [&'static str],
    pub(crate) height: &'static str,
    pub(crate) eyes: &'static str,
    pub(crate) authority: &'static str,
    /// The six digits that open the chip.
    pub(crate) access_number: &'static str,
}

pub(crate) struct UtahDriverLicense {
    pub(crate) jurisdiction: &'static str,
    pub(crate) name_prefixes: &'static str,
    pub(crate) name_suffixes: &'static str,
    /// Lines separated by `^`.
    pub(crate) address: &'static str,
    pub(crate) height: &'static str,
    pub(crate) eyes: &'static str,
    pub(crate) classes: &'static [LicenseClass],
}

/// The page with the data, as every country lays it out.
pub(crate) struct Passport {
    pub(crate) country: &'static Country,
    pub(crate) place_of_birth: &'static str,
    pub(crate) authority: &'static str,
}

/// A card with a machine-readable zone on its back.
pub(crate) struct IdentityCard {
    pub(crate) country: &'static Country,
    pub(crate) place_of_birth: &'static str,
    /// Lines separated by `^`.
    pub(crate) address: &'static str,
    pub(crate) authority: &'static str,
}

/// The card of Directive 2006/126/EC, with its numbered fields.
pub(crate) struct EuropeanLicence {
    pub(crate) country: &'static Country,
    pub(crate) place_of_birth: &'static str,
    /// Lines separated by `^`.
    pub(crate) address: &'static str,
    pub(crate) authority: &'static str,
    pub(crate) classes: &'static [LicenseClass],
}

pub(crate) struct LicenseClass {
    pub(crate) class: &'static str,
    pub(crate) vehicles: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) notes: Option<&'static str>,
}
