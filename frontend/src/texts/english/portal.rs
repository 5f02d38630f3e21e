use crate::texts::portal::{
    Around, ClaimTexts, ConsentTexts, EndText, EndTexts, HomeTexts, PortalTexts, StartTexts,
    StepText,
};

/// English, for `/` and `/start`.
pub(crate) const ENGLISH_PORTAL: PortalTexts = PortalTexts {
    home: HomeTexts {
        title: "Identity check",
        heading: "Show who you are",
        lead: "Authenteq compares your face with your identity document. Then you return here and see the data that it read.",
        steps_heading: "What will happen",
        steps: [
            StepText {
                title: "Show your face",
                sentence: "Your camera shows that you are really there.",
            },
            StepText {
                title: "Show your document",
                sentence: "A passport, an identity card or a driving licence. Authenteq compares your face with its picture.",
            },
            StepText {
                title: "See your verified data",
                sentence: "You return to this site and see the names, dates and pictures that Authenteq read.",
            },
        ],
        leaves: "You leave this site for Authenteq and return afterwards.",
        prepare_heading: "What you need",
        prepare: "Your document, a camera and good light. Return in the same browser and tab.",
        privacy_heading: "Your data",
        privacy: "A sign-up that you begin on this page is not stored. For fifteen minutes after your return you can see and download your data here, and then no longer.",
    },
    start: StartTexts {
        title: "On the way to Authenteq",
        heading: "Taking you to Authenteq …",
        sentence: "Your identity check begins on the next page.",
        by_hand: "If nothing happens, continue here",
    },
    consent: ConsentTexts {
        title: "Before you continue",
        opening: "Opening your sign-up.",
        heading: Around("", " asks you to show who you are"),
        account: "For",
        not_yours: "Continue only if this is your own account. With a link from someone else, you would be verified for their account.",
        stores: Around("", " will store: "),
        stores_nothing: Around(
            "",
            " will learn that you were verified, and store nothing about you.",
        ),
        lead: "You leave this page for Authenteq, show your face and your document there, and return.",
        proceed: "Continue",
        back: Around("Back to ", ""),
        ended: EndTexts {
            returned: EndText {
                title: "Your result is on its way",
                sentence: "You have already been at Authenteq. The result goes to the site that sent you here. You have nothing more to do on this page.",
            },
            verified: EndText {
                title: "You are verified",
                sentence: "This sign-up is finished, and the site that sent you here has its result.",
            },
            failed: EndText {
                title: "This sign-up did not succeed",
                sentence: "Go back to the site that sent you here to begin a new one.",
            },
            expired: EndText {
                title: "This sign-up has expired",
                sentence: "It was not finished in time. Go back to the site that sent you here to begin a new one.",
            },
            canceled: EndText {
                title: "This sign-up was canceled",
                sentence: "The site that sent you here canceled it.",
            },
        },
    },
    claims: ClaimTexts {
        age_over: Around("that you are over ", ""),
        document_valid: "that your document is valid",
        document_type: "the type of your document",
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
