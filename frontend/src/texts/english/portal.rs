use crate::texts::portal::{
    Around, ClaimTexts, ConsentTexts, EndText, EndTexts, HomeTexts, PortalTexts, StartTexts,
    StepText,
};

/// English, for `/` and `/start`.
pub(crate) const ENGLISH_PORTAL: PortalTexts = PortalTexts {
    home: HomeTexts {
        title: "Identity check",
        heading: "Show who you are",
        lead: "Authenteq compares your face with your identity document. When you come back, you see here exactly what was read from it.",
        steps_heading: "What will happen",
        steps: [
            StepText {
                title: "Show your face",
                sentence: "The camera of your device makes sure that you are really there.",
            },
            StepText {
                title: "Show your document",
                sentence: "A passport, an identity card or a driving licence. Your face is compared with its picture.",
            },
            StepText {
                title: "See your verified data",
                sentence: "You return to this site and see the names, dates and pictures that were read.",
            },
        ],
        leaves: "You leave this site for Authenteq and come back afterwards.",
        prepare_heading: "Have ready",
        prepare: "Your document, a camera and good light. Come back in this same browser and tab.",
        privacy_heading: "Your data",
        privacy: "This site keeps nothing. What was read can be fetched for fifteen minutes after your return; then it is gone.",
    },
    start: StartTexts {
        title: "On the way to Authenteq",
        heading: "Taking you to Authenteq …",
        sentence: "Your identity check begins on the next page.",
        by_hand: "If nothing happens, continue here",
    },
    consent: ConsentTexts {
        title: "Before you continue",
        opening: "Your sign-up is being opened.",
        heading: Around("", " asks you to show who you are"),
        account: "For",
        not_yours: "Continue only if this is your own account. A link that somebody else sent you would verify you for theirs.",
        stores: Around("", " will store: "),
        stores_nothing: Around(
            "",
            " will learn that you were verified, and store nothing about you.",
        ),
        lead: "You leave this page for Authenteq, show your face and your document there, and come back.",
        proceed: "Continue",
        back: Around("Back to ", ""),
        ended: EndTexts {
            returned: EndText {
                title: "Your result is on its way",
                sentence: "You have been at Authenteq already. The result goes to the site that sent you here; there is nothing more to do on this page.",
            },
            verified: EndText {
                title: "You are verified",
                sentence: "This sign-up is finished, and its result is with the site that sent you here.",
            },
            failed: EndText {
                title: "This sign-up did not succeed",
                sentence: "It is over. Go back to the site that sent you here, which can begin a new one.",
            },
            expired: EndText {
                title: "This sign-up has run out",
                sentence: "It was not finished in time. Go back to the site that sent you here, which can begin a new one.",
            },
            canceled: EndText {
                title: "This sign-up was called off",
                sentence: "The site that sent you here has ended it.",
            },
        },
    },
    claims: ClaimTexts {
        age_over: Around("that you are over ", ""),
        document_valid: "that your document is valid",
        document_type: "the kind of your document",
        issuing_country: "the country that issued your document",
        nationality: "your nationality",
        name_match: "that your name is that of your account",
        birthdate_match: "that your date of birth is that of your account",
        given_name: "your given names",
        family_name: "your surname",
        birthdate: "your date of birth",
        document_number: "the number of your document",
        date_of_expiry: "the day your document expires",
        address: "your address",
    },
};
