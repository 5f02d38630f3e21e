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
        checking_return: "Checking your sign-up.",
        fetching: "Fetching your data.",
        shown_heading: "Your identity is verified",
        announcement: "Your identity is verified. This page shows your data.",
        time_left: "Your data is available for another",
        one_minute_left: "Your data is available for one more minute.",
        chip_yes: "Chip verified",
        chip_no: "Chip not read",
        verification_heading: "About this verification",
        verification_id: "Verification number",
        platform: "Carried out on",
        started: "Started",
        finished: "Finished",
        chip: "Chip (NFC)",
        address_proof: "Proof of address",
        address_proof_pdf: "Download as PDF",
        no_documents: "Authenteq sent no document with this verification.",
        save_heading: "Keep a copy",
        save_lead: "Authenteq makes the report and the data. You can download them for as long as the data above is available.",
        no_export: "Authenteq gave this verification no number, so there is no report. You can save what this page shows as data.",
        save_report: "Report (PDF)",
        save_data: "Data (JSON)",
        saving: "Fetching …",
        print: "Print",
        back_to_site: "Continue",
        log_out: "Clear my data",
        start_again: "Start again",
        leaving_heading: "Taking you back …",
        leaving: "You are on the way back to the site that sent you here.",
        by_hand: "If nothing happens, continue here",
        ended_heading: "Your data is cleared",
        ended: "This page no longer shows your data, and this browser can no longer fetch it.",
        ended_untold: "This page no longer shows your data. The site could not be reached to end your session; the session ends by itself within fifteen minutes.",
    },
    integrate: IntegrateTexts {
        link: "For developers",
        loading: "Loading the code for your site.",
    },
    document: DocumentTexts {
        document: "Document",
        passport: "Passport",
        driving_licence: "Driving licence",
        identity_card: "Identity card",
        document_type: "Document type",
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
        home: "Home",
        back: "Back to the site",
        crashed_title: "This page has stopped",
        crashed: "This is our mistake. The page no longer shows your data. Reload it to continue.",
        reload: "Reload the page",
    },
    failures: FailureTexts {
        storage_blocked: FailureText {
            title: "Your browser blocks storage for this site",
            sentence: "Until you return, your browser must remember a random number, and it refuses to. Allow cookies and site data for this site, or leave private mode or the app's own browser. Then start again.",
        },
        no_randomness: FailureText {
            title: "Your browser is too old",
            sentence: "It cannot make the secret random number that protects your sign-up. Please use a current browser.",
        },
        not_started_here: FailureText {
            title: "This sign-up was not started here",
            sentence: "You started in another browser or tab, or on another device, so this link was not used. Continue where you started, or start again here.",
        },
        already_used: FailureText {
            title: "This link was already used",
            sentence: "Each link works once, and this tab has used it. If your fifteen minutes are not over, you can still see your data.",
        },
        too_old: FailureText {
            title: "That took more than an hour",
            sentence: "For your safety, a sign-up must be finished within an hour. Please start again.",
        },
        state_differs: FailureText {
            title: "This link belongs to another sign-up",
            sentence: "Another sign-up is under way in this tab, so this link was not used. Continue with the one you started, or start again.",
        },
        state_missing: FailureText {
            title: "This link is incomplete",
            sentence: "The part that says which sign-up it belongs to is missing, so it was not used. Please start again.",
        },
        bad_return: FailureText {
            title: "This link is not valid",
            sentence: "Its address was changed on the way, so it was not used. Please start again.",
        },
        no_code: FailureText {
            title: "The check was not finished",
            sentence: "You returned before Authenteq could confirm your identity. This site received no data. You can start again at any time.",
        },
        provider_error: FailureText {
            title: "Authenteq ended the check",
            sentence: "Authenteq could not confirm your identity this time. You can start again at any time.",
        },
        code_rejected: FailureText {
            title: "Authenteq no longer accepts this link",
            sentence: "It has expired or was already used. Please start again.",
        },
        data_expired: FailureText {
            title: "Your data is no longer available",
            sentence: "Your data was available for fifteen minutes. To see it again, start again.",
        },
        provider_unreachable: FailureText {
            title: "Authenteq cannot be reached right now",
            sentence: "Nothing is lost. Keep this page open and try again in a moment.",
        },
        provider_failed: FailureText {
            title: "Authenteq did not answer",
            sentence: "The connection broke, and this step works only once. Please start again.",
        },
        provider_mismatch: FailureText {
            title: "This site is not set up correctly",
            sentence: "You did nothing wrong, and trying again will not help. Please tell the operator of this site the code below.",
        },
        offline: FailureText {
            title: "No connection",
            sentence: "This site did not answer. Check your connection and try again. Keep this page open until then.",
        },
        unreadable_answer: FailureText {
            title: "Unexpected answer",
            sentence: "The answer did not come from this site. Perhaps you must log in to the Wi-Fi first, or the site is being updated. Try again in a moment.",
        },
        nothing_here: FailureText {
            title: "There is nothing to show here",
            sentence: "This browser has no finished sign-up, or its fifteen minutes are over.",
        },
        session_changed: FailureText {
            title: "There is a newer sign-up",
            sentence: "Another sign-up was finished in this browser. This page belongs to the older one; you can switch to the newer one.",
        },
        session_invalid: FailureText {
            title: "Your browser did not keep the session",
            sentence: "It may block cookies for this site. Allow them, then start again.",
        },
        state_invalid: FailureText {
            title: "This sign-up is no longer known",
            sentence: "It may be too old or already used, or your browser blocks cookies for this site. Allow them, then start again.",
        },
        unknown_origin: FailureText {
            title: "The link that brought you here is wrong",
            sentence: "It names a page that this site does not know. Please tell the operator of the page you came from.",
        },
        begins_elsewhere: FailureText {
            title: "This sign-up begins on another page",
            sentence: "Your data goes to the site that sent you here, so the sign-up must begin there. Go back to that site and press its button.",
        },
        wrong_address: FailureText {
            title: "This page was opened in the wrong place",
            sentence: "Its address, or the page that shows it, is not the right one. Open the site at its own address and start again.",
        },
        too_busy: FailureText {
            title: "Too many visitors at once",
            sentence: "Nothing is lost. Please wait a moment and try again.",
        },
        sign_up_not_found: FailureText {
            title: "This link opens no sign-up",
            sentence: "It may be incomplete, or you opened it in another tab before. Go back to the site that sent you here and follow its link again.",
        },
        sign_up_taken: FailureText {
            title: "This sign-up was begun in another browser",
            sentence: "You can only continue there. If that was not you, go back to the site that sent you here and begin a new one.",
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
    storage_blocked: "Your browser blocks storage for this site. Allow its cookies and site data, then press again.",
    offline: "The server did not answer. Check your connection, then press again.",
    misconfigured: "This button is not set up correctly. Please tell the operator of this page.",
    failed: "That did not work. Please press again in a moment.",
};
