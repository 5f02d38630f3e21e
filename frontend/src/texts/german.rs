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
        checking_return: "Ihre Rückkehr wird geprüft.",
        fetching: "Ihre Daten werden abgerufen.",
        shown_heading: "Ihre Identität ist bestätigt",
        announcement: "Ihre Identität ist bestätigt. Ihre Daten stehen auf dieser Seite.",
        time_left: "Ihre Daten sind abrufbar für noch",
        one_minute_left: "Ihre Daten sind noch eine Minute lang abrufbar.",
        chip_yes: "Mit dem Chip geprüft",
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
        save_lead: "Bericht und Daten kommen von Authenteq und sind so lange abrufbar wie die Daten oben.",
        no_export: "Authenteq hat dieser Prüfung keine Nummer gegeben und macht deshalb keinen Bericht daraus. Was diese Seite zeigt, lässt sich als Daten speichern.",
        save_report: "Bericht (PDF)",
        save_data: "Daten (JSON)",
        saving: "Wird abgerufen …",
        print: "Drucken",
        back_to_site: "Weiter",
        log_out: "Beenden und Seite leeren",
        start_again: "Neu beginnen",
        leaving_heading: "Es geht zurück …",
        leaving: "Sie sind auf dem Weg zurück zu der Website, von der Sie kommen.",
        by_hand: "Falls nichts geschieht, geht es hier weiter",
        ended_heading: "Diese Seite ist geleert",
        ended: "Ihre Daten werden hier nicht mehr gezeigt, und dieser Browser kann sie nicht mehr abrufen.",
        ended_untold: "Ihre Daten werden hier nicht mehr gezeigt. Die Website war nicht erreichbar, um Ihre Sitzung zu beenden; sie endet innerhalb von fünfzehn Minuten von selbst.",
    },
    integrate: IntegrateTexts {
        link: "Für Entwickler",
        loading: "Die Bausteine für Ihre eigene Website werden geladen.",
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
        home: "Zur ersten Seite",
        back: "Zurück zur Website",
        crashed_title: "Diese Seite ist stehen geblieben",
        crashed: "Das ist unser Fehler. Ihre Daten werden nicht mehr gezeigt. Laden Sie die Seite neu, um weiterzumachen.",
        reload: "Seite neu laden",
    },
    failures: FailureTexts {
        storage_blocked: FailureText {
            title: "Ihr Browser merkt sich nichts für diese Website",
            sentence: "Für die Prüfung muss sich der Browser bis zu Ihrer Rückkehr eine Zufallszahl merken, und das verweigert er. Erlauben Sie Websitedaten und Cookies für diese Website oder verlassen Sie den privaten Modus oder den Browser der App, und beginnen Sie neu.",
        },
        no_randomness: FailureText {
            title: "Ihr Browser ist dafür zu alt",
            sentence: "Er kann die geheime Zufallszahl nicht erzeugen, die Ihre Prüfung schützt. Bitte verwenden Sie einen aktuellen Browser.",
        },
        not_started_here: FailureText {
            title: "Diese Prüfung wurde nicht hier begonnen",
            sentence: "Sie sind in einem anderen Browser, Tab oder Gerät zurückgekommen als dem, in dem Sie begonnen haben. Deshalb ist mit Ihrer Rückkehr nichts geschehen. Machen Sie dort weiter, oder beginnen Sie hier neu.",
        },
        already_used: FailureText {
            title: "Diese Rückkehr wurde schon verwendet",
            sentence: "Jede Rückkehr gilt einmal, und dieser Tab hat sie verwendet. Wenn Ihre Zeit nicht abgelaufen ist, können Ihre Daten noch gezeigt werden.",
        },
        too_old: FailureText {
            title: "Das hat länger als eine Stunde gedauert",
            sentence: "Zu Ihrer Sicherheit muss eine Prüfung innerhalb einer Stunde abgeschlossen sein. Bitte beginnen Sie neu.",
        },
        state_differs: FailureText {
            title: "Diese Rückkehr gehört zu einer anderen Prüfung",
            sentence: "In diesem Tab läuft eine Prüfung, aber dies ist nicht ihre Rückkehr. Deshalb ist damit nichts geschehen. Machen Sie mit der begonnenen weiter, oder beginnen Sie neu.",
        },
        state_missing: FailureText {
            title: "Diese Rückkehr ist unvollständig",
            sentence: "Das Merkmal fehlt, das zeigt, zu welcher Prüfung sie gehört. Deshalb ist damit nichts geschehen. Bitte beginnen Sie neu.",
        },
        bad_return: FailureText {
            title: "Mit dieser Rückkehr stimmt etwas nicht",
            sentence: "Ihre Adresse wurde unterwegs verändert. Deshalb ist damit nichts geschehen. Bitte beginnen Sie neu.",
        },
        no_code: FailureText {
            title: "Die Prüfung wurde nicht abgeschlossen",
            sentence: "Sie sind zurückgekommen, bevor Authenteq Ihre Identität bestätigen konnte. An diese Website wurde nichts gesendet. Sie können jederzeit neu beginnen.",
        },
        provider_error: FailureText {
            title: "Authenteq hat die Prüfung beendet",
            sentence: "Ihre Identität konnte diesmal nicht bestätigt werden. Sie können jederzeit neu beginnen.",
        },
        code_rejected: FailureText {
            title: "Authenteq nimmt diese Rückkehr nicht mehr an",
            sentence: "Sie ist abgelaufen oder wurde schon verwendet. Bitte beginnen Sie neu.",
        },
        data_expired: FailureText {
            title: "Die Zeit ist abgelaufen",
            sentence: "Ihre Daten waren fünfzehn Minuten lang abrufbar und sind es hier nicht mehr. Um sie wieder zu sehen, beginnen Sie neu.",
        },
        provider_unreachable: FailureText {
            title: "Authenteq ist gerade nicht erreichbar",
            sentence: "Es ist nichts verloren. Lassen Sie diese Seite offen, und versuchen Sie es gleich noch einmal.",
        },
        provider_failed: FailureText {
            title: "Authenteq hat nicht geantwortet",
            sentence: "Die Verbindung brach in einem Augenblick ab, der sich nicht wiederholen lässt. Bitte beginnen Sie neu.",
        },
        provider_mismatch: FailureText {
            title: "Authenteq und diese Website passen nicht zusammen",
            sentence: "Sie haben nichts falsch gemacht, und ein neuer Versuch hilft nicht: Diese Website muss erst richtig eingerichtet werden. Bitte nennen Sie dem Betreiber den Code unten.",
        },
        offline: FailureText {
            title: "Keine Verbindung",
            sentence: "Diese Website hat nicht geantwortet. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal. Lassen Sie diese Seite so lange offen.",
        },
        unreadable_answer: FailureText {
            title: "Jemand anderes hat geantwortet",
            sentence: "Die Antwort kam nicht von dieser Website: vielleicht die Anmeldeseite eines WLANs, oder die Website wird gerade aktualisiert. Versuchen Sie es gleich noch einmal.",
        },
        nothing_here: FailureText {
            title: "Hier gibt es nichts zu zeigen",
            sentence: "Dieser Browser kennt keine abgeschlossene Prüfung, oder ihre Zeit ist abgelaufen.",
        },
        session_changed: FailureText {
            title: "Eine andere Prüfung ist an diese Stelle getreten",
            sentence: "In diesem Browser wurde eine neuere Prüfung abgeschlossen. Diese Seite zeigt nur ihre eigene; Sie können zur neueren wechseln.",
        },
        session_invalid: FailureText {
            title: "Ihr Browser hat die Sitzung nicht behalten",
            sentence: "Vielleicht sperrt er Cookies für diese Website. Erlauben Sie sie, und beginnen Sie neu.",
        },
        state_invalid: FailureText {
            title: "Diese Prüfung ist nicht mehr bekannt",
            sentence: "Sie ist vielleicht zu alt oder schon verwendet, oder Ihr Browser sperrt Cookies für diese Website. Erlauben Sie sie, und beginnen Sie neu.",
        },
        unknown_origin: FailureText {
            title: "Der Link, der Sie hergebracht hat, ist falsch",
            sentence: "Er nennt eine Seite, die diese Website nicht kennt. Bitte sagen Sie es dem Betreiber der Seite, von der Sie kommen.",
        },
        begins_elsewhere: FailureText {
            title: "Diese Registrierung beginnt auf einer anderen Seite",
            sentence: "Was Sie zeigen, kommt zu der Website zurück, die Sie hierher geschickt hat; also muss es dort beginnen. Gehen Sie zu ihr zurück und drücken Sie ihre Schaltfläche.",
        },
        wrong_address: FailureText {
            title: "Diese Seite wurde am falschen Ort geöffnet",
            sentence: "Ihre Adresse oder die Seite um sie herum ist nicht die richtige. Öffnen Sie die Website unter ihrer eigenen Adresse, und beginnen Sie neu.",
        },
        too_busy: FailureText {
            title: "Zu viele Besucher auf einmal",
            sentence: "Nichts ist verloren. Bitte warten Sie einen Augenblick, und versuchen Sie es noch einmal.",
        },
        sign_up_not_found: FailureText {
            title: "Dieser Link öffnet keine Anmeldung",
            sentence: "Er ist vielleicht unvollständig oder gehört zu einem anderen Tab. Gehen Sie zurück zu der Website, von der Sie kommen, und folgen Sie dort noch einmal dem Link.",
        },
        sign_up_taken: FailureText {
            title: "Diese Anmeldung wurde in einem anderen Browser begonnen",
            sentence: "Sie kann nur dort weitergehen. Wenn Sie das nicht waren, gehen Sie zurück zu der Website, von der Sie kommen, und beginnen Sie eine neue.",
        },
        sign_up_ended: FailureText {
            title: "Diese Anmeldung wurde schon verwendet",
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
    storage_blocked: "Ihr Browser bewahrt für diese Website nichts auf. Erlauben Sie ihr Cookies und Websitedaten und drücken Sie dann noch einmal.",
    offline: "Diese Prüfung ist nicht zu erreichen. Sehen Sie nach, ob Sie verbunden sind, und drücken Sie noch einmal.",
    misconfigured: "Diese Schaltfläche ist nicht richtig eingerichtet. Bitte sagen Sie es dem Betreiber dieser Seite.",
    failed: "Das hat nicht geklappt. Bitte drücken Sie gleich noch einmal.",
};
