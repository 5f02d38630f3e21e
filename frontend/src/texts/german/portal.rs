use crate::texts::portal::{
    Around, ClaimTexts, ConsentTexts, EndText, EndTexts, HomeTexts, PortalTexts, StartTexts,
    StepText,
};

/// German, for `/` and `/start`.
pub(crate) const GERMAN_PORTAL: PortalTexts = PortalTexts {
    home: HomeTexts {
        title: "Identitätsprüfung",
        heading: "Zeigen Sie, wer Sie sind",
        lead: "Authenteq vergleicht Ihr Gesicht mit Ihrem Ausweis. Danach kehren Sie hierher zurück und sehen die Daten, die Authenteq gelesen hat.",
        steps_heading: "So läuft es ab",
        steps: [
            StepText {
                title: "Gesicht zeigen",
                sentence: "Ihre Kamera zeigt, dass Sie wirklich da sind.",
            },
            StepText {
                title: "Ausweis zeigen",
                sentence: "Reisepass, Personalausweis oder Führerschein. Authenteq vergleicht Ihr Gesicht mit dem Bild darauf.",
            },
            StepText {
                title: "Geprüfte Daten ansehen",
                sentence: "Sie kehren auf diese Website zurück und sehen die Namen, Daten und Bilder, die Authenteq gelesen hat.",
            },
        ],
        leaves: "Sie verlassen diese Website, gehen zu Authenteq und kehren danach zurück.",
        prepare_heading: "Was Sie brauchen",
        prepare: "Ihren Ausweis, eine Kamera und gutes Licht. Kehren Sie im selben Browser und Tab zurück.",
        privacy_heading: "Ihre Daten",
        privacy: "Eine Registrierung, die Sie auf dieser Seite beginnen, wird nicht gespeichert. Nach Ihrer Rückkehr können Sie Ihre Daten hier fünfzehn Minuten lang sehen und herunterladen, danach nicht mehr.",
    },
    start: StartTexts {
        title: "Auf dem Weg zu Authenteq",
        heading: "Weiter zu Authenteq …",
        sentence: "Ihre Identitätsprüfung beginnt auf der nächsten Seite.",
        by_hand: "Falls nichts geschieht, geht es hier weiter",
    },
    consent: ConsentTexts {
        title: "Bevor es weitergeht",
        opening: "Ihre Registrierung wird geöffnet.",
        heading: Around("", " möchte wissen, wer Sie sind"),
        account: "Für",
        not_yours: "Fahren Sie nur fort, wenn das Ihr eigenes Konto ist. Mit dem Link eines anderen würden Sie für dessen Konto geprüft.",
        stores: Around("", " speichert: "),
        stores_nothing: Around(
            "",
            " erfährt, dass Sie geprüft wurden, und speichert nichts über Sie.",
        ),
        lead: "Sie verlassen diese Seite, zeigen bei Authenteq Ihr Gesicht und Ihren Ausweis und kehren dann zurück.",
        proceed: "Weiter",
        back: Around("Zurück zu ", ""),
        ended: EndTexts {
            returned: EndText {
                title: "Ihr Ergebnis ist unterwegs",
                sentence: "Sie waren schon bei Authenteq. Das Ergebnis geht an die Website, von der Sie kommen. Auf dieser Seite haben Sie nichts mehr zu tun.",
            },
            verified: EndText {
                title: "Sie sind geprüft",
                sentence: "Diese Registrierung ist abgeschlossen, und die Website, von der Sie kommen, hat das Ergebnis.",
            },
            failed: EndText {
                title: "Diese Registrierung ist nicht gelungen",
                sentence: "Gehen Sie zurück zu der Website, von der Sie kommen, und beginnen Sie dort eine neue.",
            },
            expired: EndText {
                title: "Diese Registrierung ist abgelaufen",
                sentence: "Sie wurde nicht rechtzeitig abgeschlossen. Gehen Sie zurück zu der Website, von der Sie kommen, und beginnen Sie dort eine neue.",
            },
            canceled: EndText {
                title: "Diese Registrierung wurde abgebrochen",
                sentence: "Die Website, von der Sie kommen, hat sie abgebrochen.",
            },
        },
    },
    claims: ClaimTexts {
        age_over: Around("dass Sie mindestens ", " Jahre alt sind"),
        document_valid: "dass Ihr Ausweis gültig ist",
        document_type: "die Art Ihres Ausweises",
        issuing_country: "das Land, das Ihren Ausweis ausgestellt hat",
        nationality: "Ihre Staatsangehörigkeit",
        name_match: "dass Ihr Name mit dem Ihres Kontos übereinstimmt",
        birthdate_match: "dass Ihr Geburtsdatum mit dem Ihres Kontos übereinstimmt",
        given_name: "Ihre Vornamen",
        family_name: "Ihren Nachnamen",
        birthdate: "Ihr Geburtsdatum",
        document_number: "die Nummer Ihres Ausweises",
        date_of_expiry: "den Tag, an dem Ihr Ausweis abläuft",
        address: "Ihre Adresse",
    },
};
