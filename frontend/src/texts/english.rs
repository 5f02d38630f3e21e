mod portal;

pub(crate) use self::portal::ENGLISH_PORTAL;
use super::{
    ButtonTexts, DocumentTexts, FailureText, FailureTexts, FailureWords, IntegrateTexts,
    ResultsTexts, TestTexts, Texts,
};

/// English.
pub(crate) const ENGLISH: Texts = Texts {
    brand: "Identity check",
    footer: "This site keeps no copy of your documents.",
    patience: "This takes longer than usual. Please keep this page open.",
    test: TestTexts {
        badge: "Test",
        meaning: "Test: no real person is verified",
    },
    results: ResultsTexts {
        title: "Your verified data",
        checking_heading: "One moment …",
        checking_return: "Your return is being checked.",
        fetching: "Your data is being fetched.",
        shown_heading: "Your identity is verified",
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
        save_heading: "Keep a copy",
        save_lead: "The report and the data come from Authenteq; they can be fetched for as long as the data above.",
        no_export: "Authenteq gave this check no number, so it makes no report of it. What this page shows can be saved as data.",
        save_report: "Report (PDF)",
        save_data: "Data (JSON)",
        saving: "Being fetched …",
        print: "Print",
        back_to_site: "Continue",
        log_out: "End and clear this page",
        start_again: "Start again",
        leaving_heading: "Taking you back …",
        leaving: "You are on the way back to the site that you came from.",
        by_hand: "If nothing happens, continue here",
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
        save_picture: "Download",
    },
    failure: FailureWords {
        support_code: "Code for support",
        start_again: "Start again",
        try_again: "Try again",
        show_data: "Show my data",
        home: "To the first page",
        back: "Back to the site",
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
        begins_elsewhere: FailureText {
            title: "This sign-up begins on another page",
            sentence: "What you show comes back to the site that sent you here, so it has to begin there. Go back to that site and press its button.",
        },
        wrong_address: FailureText {
            title: "This page was opened in the wrong place",
            sentence: "Its address or the page around it is not the right one. Open the site by its own address and start again.",
        },
        too_busy: FailureText {
            title: "Too many visitors at once",
            sentence: "Nothing is lost. Please wait a moment and try again.",
        },
        sign_up_not_found: FailureText {
            title: "This link opens no sign-up",
            sentence: "It may be incomplete, or opened in another tab before. Go back to the site that sent you here and follow its link again.",
        },
        sign_up_taken: FailureText {
            title: "This sign-up was begun in another browser",
            sentence: "It can only go on there. If that was not you, go back to the site that sent you here and begin a new one.",
        },
        sign_up_ended: FailureText {
            title: "This sign-up was already used",
            sentence: "It has a result, or will have one in a moment. Go back to the site that sent you here.",
        },
        internal: FailureText {
            title: "Something went wrong on our side",
            sentence: "You did nothing wrong. Please start again; if it happens again, tell the operator of this site the code below.",
        },
    },
};

/// English, for the button.
pub(crate) const ENGLISH_BUTTON: ButtonTexts = ButtonTexts {
    sign_up: "Sign Up with Authenteq",
    storage_blocked: "Your browser keeps nothing for this site. Allow its cookies and site data, then press again.",
    offline: "This check cannot be reached. See whether you are connected, and press again.",
    misconfigured: "This button is not set up correctly. Please tell the operator of this page.",
    failed: "That did not work. Please press again in a moment.",
};
