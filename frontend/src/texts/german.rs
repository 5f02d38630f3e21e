mod portal;

pub(crate) use self::portal::GERMAN_PORTAL;
use super::{
    ButtonTexts, DocumentTexts, FailureText, FailureTexts, FailureWords, IntegrateTexts,
    ResultsTexts, TestTexts, Texts,
};

/// German.
pub(crate) const GERMAN: Texts = Texts {
    brand: "Identitätsprüfung",
    footer: "Diese Website behält keine Kopie Ihrer Ausweise.",
    patience: "Das dauert länger als sonst. Bitte lassen Sie diese Seite offen.",
    test: TestTexts {
        badge: "Test",
        meaning: "Test: Es wird keine echte Person geprüft",
    },
    results: ResultsTexts {
        title: "Ihre geprüften Daten",
        checking_heading: "Einen Moment …",
        checking_return: "Ihre Registrierung wird geprüft.",
        fetching: "Ihre Daten werden abgerufen.",
        shown_heading: "Ihre Identität ist bestätigt",
        announcement: "Ihre Identität ist bestätigt. Diese Seite zeigt Ihre Daten.",
        time_left: "Ihre Daten sind abrufbar für noch",
        one_minute_left: "Ihre Daten sind noch eine Minute lang abrufbar.",
        chip_yes: "Chip geprüft",
        chip_no: "Chip nicht gelesen",
        verification_heading: "Zu dieser Prüfung",
        verification_id: "Prüfungsnummer",
        platform: "Durchgeführt auf",
        started: "Begonnen",
        finished: "Beendet",
        chip: "Chip (NFC)",
        address_proof: "Adressnachweis",
        address_proof_pdf: "Als PDF herunterladen",
        no_documents: "Authenteq hat zu dieser Prüfung kein Dokument geschickt.",
        save_heading: "Kopie behalten",
        save_lead: "Authenteq erstellt Bericht und Daten. Sie können beide so lange herunterladen, wie die Daten oben abrufbar sind.",
        no_export: "Authenteq hat dieser Prüfung keine Nummer gegeben, deshalb gibt es keinen Bericht. Was diese Seite zeigt, können Sie als Daten speichern.",
        save_report: "Bericht (PDF)",
        save_data: "Daten (JSON)",
        saving: "Wird abgerufen …",
        print: "Drucken",
        back_to_site: "Weiter",
        log_out: "Meine Daten entfernen",
        start_again: "Neu beginnen",
        leaving_heading: "Es geht zurück …",
        leaving: "Sie sind auf dem Weg zurück zu der Website, von der Sie kommen.",
        by_hand: "Falls nichts geschieht, geht es hier weiter",
        ended_heading: "Ihre Daten sind entfernt",
        ended: "Diese Seite zeigt Ihre Daten nicht mehr, und dieser Browser kann sie nicht mehr abrufen.",
        ended_untold: "Diese Seite zeigt Ihre Daten nicht mehr. Die Website war nicht erreichbar, um Ihre Sitzung zu beenden; die Sitzung endet innerhalb von fünfzehn Minuten von selbst.",
    },
    integrate: IntegrateTexts {
        link: "Für Entwickler",
        loading: "Der Code für Ihre Website wird geladen.",
    },
    document: DocumentTexts {
        document: "Dokument",
        passport: "Reisepass",
        driving_licence: "Führerschein",
        identity_card: "Personalausweis",
        document_type: "Art des Dokuments",
        document_number: "Dokumentnummer",
        show: "Anzeigen",
        hide: "Verbergen",
        issuing_country: "Ausgestellt von",
        jurisdiction: "Bundesstaat oder Provinz",
        nationality: "Staatsangehörigkeit",
        surname_and_given_names: "Vollständiger Name",
        surname: "Nachname",
        given_names: "Vornamen",
        name_suffixes: "Namenszusatz",
        name_prefixes: "Titel",
        sex: "Geschlecht",
        female: "Weiblich",
        male: "Männlich",
        unspecified: "Ohne Angabe",
        date_of_birth: "Geburtsdatum",
        date_of_issue: "Ausgestellt am",
        date_of_expiry: "Gültig bis",
        expired: "Abgelaufen",
        address: "Adresse",
        license_class: "Führerscheinklassen",
        license_classes: "Führerscheinklassen im Einzelnen",
        class: "Klasse",
        from: "Von",
        to: "Bis",
        notes: "Vermerke",
        liveness_face_image: "Ihr Gesicht bei der Lebendprüfung",
        cropped_front_image: "Vorderseite",
        cropped_back_image: "Rückseite",
        face_image: "Lichtbild",
        no_picture: "Dieses Bild kann nicht gezeigt werden",
        save_picture: "Herunterladen",
    },
    failure: FailureWords {
        support_code: "Code für den Support",
        start_again: "Neu beginnen",
        try_again: "Noch einmal versuchen",
        show_data: "Meine Daten zeigen",
        home: "Startseite",
        back: "Zurück zur Website",
        crashed_title: "Diese Seite ist stehen geblieben",
        crashed: "Das ist unser Fehler. Die Seite zeigt Ihre Daten nicht mehr. Laden Sie sie neu, um fortzufahren.",
        reload: "Seite neu laden",
    },
    failures: FailureTexts {
        storage_blocked: FailureText {
            title: "Ihr Browser sperrt den Speicher für diese Website",
            sentence: "Bis Sie zurückkehren, muss sich Ihr Browser eine Zufallszahl merken, und das verweigert er. Erlauben Sie Cookies und Websitedaten für diese Website, oder verlassen Sie den privaten Modus oder den Browser der App. Beginnen Sie dann neu.",
        },
        no_randomness: FailureText {
            title: "Ihr Browser ist zu alt",
            sentence: "Er kann die geheime Zufallszahl nicht erzeugen, die Ihre Registrierung schützt. Bitte verwenden Sie einen aktuellen Browser.",
        },
        not_started_here: FailureText {
            title: "Diese Registrierung wurde nicht hier begonnen",
            sentence: "Sie haben in einem anderen Browser oder Tab oder auf einem anderen Gerät begonnen. Deshalb wurde dieser Link nicht verwendet. Fahren Sie dort fort, oder beginnen Sie hier neu.",
        },
        already_used: FailureText {
            title: "Dieser Link wurde schon verwendet",
            sentence: "Jeder Link gilt einmal, und dieser Tab hat ihn verwendet. Wenn Ihre fünfzehn Minuten nicht vorbei sind, können Sie Ihre Daten noch sehen.",
        },
        too_old: FailureText {
            title: "Das hat länger als eine Stunde gedauert",
            sentence: "Zu Ihrer Sicherheit muss eine Registrierung innerhalb einer Stunde abgeschlossen sein. Bitte beginnen Sie neu.",
        },
        state_differs: FailureText {
            title: "Dieser Link gehört zu einer anderen Registrierung",
            sentence: "In diesem Tab läuft eine andere Registrierung. Deshalb wurde dieser Link nicht verwendet. Fahren Sie mit der begonnenen fort, oder beginnen Sie neu.",
        },
        state_missing: FailureText {
            title: "Dieser Link ist unvollständig",
            sentence: "Es fehlt der Teil, der sagt, zu welcher Registrierung er gehört. Deshalb wurde er nicht verwendet. Bitte beginnen Sie neu.",
        },
        bad_return: FailureText {
            title: "Dieser Link ist nicht gültig",
            sentence: "Seine Adresse wurde unterwegs verändert. Deshalb wurde er nicht verwendet. Bitte beginnen Sie neu.",
        },
        no_code: FailureText {
            title: "Die Prüfung wurde nicht abgeschlossen",
            sentence: "Sie sind zurückgekehrt, bevor Authenteq Ihre Identität bestätigen konnte. Diese Website hat keine Daten bekommen. Sie können jederzeit neu beginnen.",
        },
        provider_error: FailureText {
            title: "Authenteq hat die Prüfung beendet",
            sentence: "Authenteq konnte Ihre Identität diesmal nicht bestätigen. Sie können jederzeit neu beginnen.",
        },
        code_rejected: FailureText {
            title: "Authenteq nimmt diesen Link nicht mehr an",
            sentence: "Er ist abgelaufen oder wurde schon verwendet. Bitte beginnen Sie neu.",
        },
        data_expired: FailureText {
            title: "Ihre Daten sind nicht mehr abrufbar",
            sentence: "Ihre Daten waren fünfzehn Minuten lang abrufbar. Um sie wieder zu sehen, beginnen Sie neu.",
        },
        provider_unreachable: FailureText {
            title: "Authenteq ist gerade nicht erreichbar",
            sentence: "Nichts ist verloren. Lassen Sie diese Seite offen, und versuchen Sie es gleich noch einmal.",
        },
        provider_failed: FailureText {
            title: "Authenteq hat nicht geantwortet",
            sentence: "Die Verbindung ist abgebrochen, und dieser Schritt geht nur einmal. Bitte beginnen Sie neu.",
        },
        provider_mismatch: FailureText {
            title: "Diese Website ist nicht richtig eingerichtet",
            sentence: "Sie haben nichts falsch gemacht, und ein neuer Versuch hilft nicht. Bitte nennen Sie dem Betreiber dieser Website den Code unten.",
        },
        offline: FailureText {
            title: "Keine Verbindung",
            sentence: "Diese Website hat nicht geantwortet. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal. Lassen Sie diese Seite so lange offen.",
        },
        unreadable_answer: FailureText {
            title: "Unerwartete Antwort",
            sentence: "Die Antwort kam nicht von dieser Website. Vielleicht müssen Sie sich erst im WLAN anmelden, oder die Website wird gerade aktualisiert. Versuchen Sie es gleich noch einmal.",
        },
        nothing_here: FailureText {
            title: "Hier gibt es nichts zu zeigen",
            sentence: "Dieser Browser kennt keine abgeschlossene Registrierung, oder ihre fünfzehn Minuten sind vorbei.",
        },
        session_changed: FailureText {
            title: "Es gibt eine neuere Registrierung",
            sentence: "In diesem Browser wurde eine andere Registrierung abgeschlossen. Diese Seite gehört zur älteren; Sie können zur neueren wechseln.",
        },
        session_invalid: FailureText {
            title: "Ihr Browser hat die Sitzung nicht behalten",
            sentence: "Vielleicht sperrt er Cookies für diese Website. Erlauben Sie sie, und beginnen Sie neu.",
        },
        state_invalid: FailureText {
            title: "Diese Registrierung ist nicht mehr bekannt",
            sentence: "Sie ist vielleicht zu alt oder schon verwendet, oder Ihr Browser sperrt Cookies für diese Website. Erlauben Sie sie, und beginnen Sie neu.",
        },
        unknown_origin: FailureText {
            title: "Der Link, der Sie hergebracht hat, ist falsch",
            sentence: "Er nennt eine Seite, die diese Website nicht kennt. Bitte sagen Sie es dem Betreiber der Seite, von der Sie kommen.",
        },
        begins_elsewhere: FailureText {
            title: "Diese Registrierung beginnt auf einer anderen Seite",
            sentence: "Ihre Daten gehen zu der Website, von der Sie kommen. Deshalb muss die Registrierung dort beginnen. Gehen Sie zu ihr zurück, und drücken Sie dort die Schaltfläche.",
        },
        wrong_address: FailureText {
            title: "Diese Seite wurde am falschen Ort geöffnet",
            sentence: "Ihre Adresse ist nicht die richtige, oder die Seite nicht, die sie zeigt. Öffnen Sie die Website unter ihrer eigenen Adresse, und beginnen Sie neu.",
        },
        too_busy: FailureText {
            title: "Zu viele Besucher auf einmal",
            sentence: "Nichts ist verloren. Bitte warten Sie einen Moment, und versuchen Sie es noch einmal.",
        },
        sign_up_not_found: FailureText {
            title: "Dieser Link öffnet keine Registrierung",
            sentence: "Er ist vielleicht unvollständig, oder Sie haben ihn schon in einem anderen Tab geöffnet. Gehen Sie zurück zu der Website, von der Sie kommen, und folgen Sie dort noch einmal dem Link.",
        },
        sign_up_taken: FailureText {
            title: "Diese Registrierung wurde in einem anderen Browser begonnen",
            sentence: "Sie können nur dort fortfahren. Wenn Sie das nicht waren, gehen Sie zurück zu der Website, von der Sie kommen, und beginnen Sie eine neue.",
        },
        sign_up_ended: FailureText {
            title: "Diese Registrierung wurde schon verwendet",
            sentence: "Ihr Ergebnis liegt vor oder kommt gleich. Gehen Sie zurück zu der Website, von der Sie kommen.",
        },
        internal: FailureText {
            title: "Bei uns ist etwas schiefgegangen",
            sentence: "Sie haben nichts falsch gemacht. Bitte beginnen Sie neu; geschieht es wieder, nennen Sie dem Betreiber dieser Website den Code unten.",
        },
    },
};

/// German, for the button.
pub(crate) const GERMAN_BUTTON: ButtonTexts = ButtonTexts {
    sign_up: "Mit Authenteq registrieren",
    storage_blocked: "Ihr Browser sperrt den Speicher für diese Website. Erlauben Sie ihr Cookies und Websitedaten, und drücken Sie dann noch einmal.",
    offline: "Der Server hat nicht geantwortet. Prüfen Sie Ihre Verbindung, und drücken Sie dann noch einmal.",
    misconfigured: "Diese Schaltfläche ist nicht richtig eingerichtet. Bitte sagen Sie es dem Betreiber dieser Seite.",
    failed: "Das hat nicht geklappt. Bitte drücken Sie gleich noch einmal.",
};
