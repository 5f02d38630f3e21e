use super::{
    ButtonTexts, DocumentTexts, FailureText, FailureTexts, FailureWords, HomeTexts, IntegrateTexts,
    ResultsTexts, StartTexts, StepText, Texts,
};

/// English.
pub const ENGLISH: Texts = Texts {
    brand: "Identity check",
    footer: "This site keeps no copy of your data.",
    patience: "This takes longer than usual. Please keep this page open.",
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
    results: ResultsTexts {
        title: "Your verified data",
        checking_heading: "One moment …",
        checking_return: "Your return is being checked.",
        fetching: "Your data is being fetched.",
        shown_heading: "Your identity is verified",
        shown_lead: "This was read from your document.",
        announcement: "Your identity is verified. Your data is shown on this page.",
        time_left: "Your data can be fetched for another",
        one_minute_left: "Your data can be fetched for one more minute.",
        chip_yes: "Verified by chip",
        chip_no: "Not read by chip",
        verification_heading: "About this check",
        verification_id: "Verification number",
        platform: "Carried out on",
        started: "Started",
        finished: "Finished",
        chip: "Chip (NFC)",
        address_proof: "Proof of address",
        address_proof_pdf: "Download as PDF",
        no_documents: "Authenteq sent no document with this check.",
        back_to_site: "Continue",
        log_out: "End and clear this page",
        start_again: "Start again",
        ended_heading: "This page is cleared",
        ended: "Your data is no longer shown here and can no longer be fetched by this browser.",
        ended_untold: "Your data is no longer shown here. The site could not be reached to end your session; it ends by itself within fifteen minutes.",
    },
    integrate: IntegrateTexts {
        link: "For developers",
        loading: "The snippets for your own site are being loaded.",
    },
    document: DocumentTexts {
        document: "Document",
        passport: "Passport",
        driving_licence: "Driving licence",
        identity_card: "Identity card",
        document_type: "Kind of document",
        document_number: "Document number",
        show: "Show",
        hide: "Hide",
        issuing_country: "Issued by",
        jurisdiction: "State or province",
        nationality: "Nationality",
        surname_and_given_names: "Full name",
        surname: "Surname",
        given_names: "Given names",
        name_suffixes: "Name suffix",
        name_prefixes: "Title",
        sex: "Sex",
        female: "Female",
        male: "Male",
        unspecified: "Unspecified",
        date_of_birth: "Date of birth",
        date_of_issue: "Issued on",
        date_of_expiry: "Valid until",
        expired: "Expired",
        address: "Address",
        license_class: "Licence classes",
        license_classes: "Licence classes in detail",
        class: "Class",
        from: "From",
        to: "Until",
        notes: "Notes",
        liveness_face_image: "Your face in the live check",
        cropped_front_image: "Front",
        cropped_back_image: "Back",
        face_image: "Portrait",
        no_picture: "This picture cannot be shown",
    },
    failure: FailureWords {
        support_code: "Code for support",
        start_again: "Start again",
        try_again: "Try again",
        show_data: "Show my data",
        home: "To the first page",
        crashed_title: "This page has stopped",
        crashed: "That is our mistake. Your data is no longer shown. Reload the page to go on.",
        reload: "Reload the page",
    },
    failures: FailureTexts {
        storage_blocked: FailureText {
            title: "Your browser keeps nothing for this site",
            sentence: "The check needs the browser to remember one random number until you are back, and the browser refuses. Allow site data and cookies for this site, or leave private mode or the app's own browser, then start again.",
        },
        no_randomness: FailureText {
            title: "Your browser is too old for this",
            sentence: "It cannot make the secret random number that protects your sign-up. Please use a current browser.",
        },
        not_started_here: FailureText {
            title: "This sign-up was not started here",
            sentence: "You came back to another browser, tab or device than the one you left from, so nothing was done with your return. Go on where you started, or start again here.",
        },
        already_used: FailureText {
            title: "This return was already used",
            sentence: "Each return works once, and this tab has used it. If your time is not over, your data can still be shown.",
        },
        too_old: FailureText {
            title: "That took more than an hour",
            sentence: "For your safety a sign-up has to be finished within an hour. Please start again.",
        },
        state_differs: FailureText {
            title: "This return belongs to another sign-up",
            sentence: "A sign-up is under way in this tab, but this is not its return, so nothing was done with it. Go on with the one you started, or start again.",
        },
        state_missing: FailureText {
            title: "This return is incomplete",
            sentence: "The mark that shows which sign-up it belongs to is missing, so nothing was done with it. Please start again.",
        },
        bad_return: FailureText {
            title: "This return cannot be right",
            sentence: "Its address has been changed on the way, so nothing was done with it. Please start again.",
        },
        no_code: FailureText {
            title: "The check was not finished",
            sentence: "You came back before Authenteq could confirm your identity. Nothing was sent to this site. You can start again whenever you like.",
        },
        provider_error: FailureText {
            title: "Authenteq ended the check",
            sentence: "Your identity could not be confirmed this time. You can start again whenever you like.",
        },
        code_rejected: FailureText {
            title: "Authenteq no longer accepts this return",
            sentence: "It has run out or was already used. Please start again.",
        },
        data_expired: FailureText {
            title: "The time is over",
            sentence: "Your data could be fetched for fifteen minutes and is no longer available here. To see it again, start again.",
        },
        provider_unreachable: FailureText {
            title: "Authenteq cannot be reached right now",
            sentence: "Nothing is lost. Keep this page open and try again in a moment.",
        },
        provider_failed: FailureText {
            title: "Authenteq did not answer",
            sentence: "The connection broke at a moment that cannot be repeated. Please start again.",
        },
        provider_mismatch: FailureText {
            title: "Authenteq and this site do not fit together",
            sentence: "You did nothing wrong, and trying again will not help: this site has to be set up correctly first. Please tell its operator the code below.",
        },
        offline: FailureText {
            title: "No connection",
            sentence: "This site did not answer. Check your connection and try again. Keep this page open until then.",
        },
        unreadable_answer: FailureText {
            title: "Something else answered",
            sentence: "The answer did not come from this site: perhaps a Wi-Fi login page, or the site is being updated. Try again in a moment.",
        },
        nothing_here: FailureText {
            title: "There is nothing to show here",
            sentence: "No finished sign-up is known to this browser, or its time is over.",
        },
        session_changed: FailureText {
            title: "Another sign-up took this one's place",
            sentence: "A newer sign-up was finished in this browser. This page shows only its own; you can switch to the newer one.",
        },
        session_invalid: FailureText {
            title: "Your browser did not keep the session",
            sentence: "It may be blocking cookies for this site. Allow them, then start again.",
        },
        state_invalid: FailureText {
            title: "This sign-up is not known any more",
            sentence: "It may be too old or already used, or your browser blocks cookies for this site. Allow them, then start again.",
        },
        unknown_origin: FailureText {
            title: "The link that brought you here is wrong",
            sentence: "It names a page that this site does not know. Please tell the operator of the page you came from.",
        },
        wrong_address: FailureText {
            title: "This page was opened in the wrong place",
            sentence: "Its address or the page around it is not the right one. Open the site by its own address and start again.",
        },
        too_busy: FailureText {
            title: "Too many visitors at once",
            sentence: "Nothing is lost. Please wait a moment and try again.",
        },
        internal: FailureText {
            title: "Something went wrong on our side",
            sentence: "You did nothing wrong. Please start again; if it happens again, tell the operator of this site the code below.",
        },
    },
};

/// English, for the button.
pub const ENGLISH_BUTTON: ButtonTexts = ButtonTexts {
    sign_up: "Sign Up with Authenteq",
    storage_blocked: "Your browser keeps nothing for this site. Allow its cookies and site data, then press again.",
    offline: "There is no connection. Press again when there is.",
    failed: "That did not work. Please press again in a moment.",
};
