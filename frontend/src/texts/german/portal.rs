use crate::texts::portal::{
    Around, ClaimTexts, ConsentTexts, EndText, EndTexts, HomeTexts, PortalTexts, StartTexts,
    StepText,
};

/// German, for `/` and `/start`.
pub(crate) const GERMAN_PORTAL: PortalTexts = PortalTexts {
    home: HomeTexts {
        title: "Identitätsprüfung",
        heading: "Zeigen Sie, wer Sie sind",
        lead: "Authenteq vergleicht Ihr Gesicht mit Ihrem Ausweis. Wenn Sie zurückkommen, sehen Sie hier genau, was daraus gelesen wurde.",
        steps_heading: "So läuft es ab",
        steps: [
            StepText {
                title: "Gesicht zeigen",
                sentence: "Die Kamera Ihres Geräts stellt sicher, dass Sie wirklich davor sitzen.",
            },
            StepText {
                title: "Ausweis zeigen",
                sentence: "Reisepass, Personalausweis oder Führerschein. Ihr Gesicht wird mit dem Bild darauf verglichen.",
            },
            StepText {
                title: "Geprüfte Daten ansehen",
                sentence: "Sie kehren auf diese Website zurück und sehen die gelesenen Namen, Daten und Bilder.",
            },
        ],
        leaves: "Sie verlassen diese Website, gehen zu Authenteq und kommen danach zurück.",
        prepare_heading: "Halten Sie bereit",
        prepare: "Ihren Ausweis, eine Kamera und gutes Licht. Kommen Sie im selben Browser und Tab zurück.",
        privacy_heading: "Ihre Daten",
        privacy: "Diese Website behält nichts. Was gelesen wurde, ist nach Ihrer Rückkehr fünfzehn Minuten lang abrufbar, danach nicht mehr.",
    },
    start: StartTexts {
        title: "Auf dem Weg zu Authenteq",
        heading: "Weiter zu Authenteq …",
        sentence: "Ihre Identitätsprüfung beginnt auf der nächsten Seite.",
        by_hand: "Falls nichts geschieht, geht es hier weiter",
    },
    consent: ConsentTexts {
        title: "Bevor es weitergeht",
        opening: "Ihre Anmeldung wird geöffnet.",
        heading: Around("", " möchte wissen, wer Sie sind"),
        account: "Für",
        not_yours: "Fahren Sie nur fort, wenn das Ihr eigenes Konto ist. Mit einem Link, den jemand anderes Ihnen geschickt hat, würden Sie für dessen Konto geprüft.",
        stores: Around("", " speichert: "),
        stores_nothing: Around(
            "",
            " erfährt, dass Sie geprüft wurden, und speichert nichts über Sie.",
        ),
        lead: "Sie verlassen diese Seite, zeigen bei Authenteq Ihr Gesicht und Ihren Ausweis und kommen dann zurück.",
        proceed: "Weiter",
        back: Around("Zurück zu ", ""),
        ended: EndTexts {
            returned: EndText {
                title: "Ihr Ergebnis ist unterwegs",
                sentence: "Sie waren schon bei Authenteq. Das Ergebnis geht an die Website, von der Sie kommen; auf dieser Seite ist nichts mehr zu tun.",
            },
            verified: EndText {
                title: "Sie sind geprüft",
                sentence: "Diese Anmeldung ist abgeschlossen, und ihr Ergebnis liegt bei der Website, von der Sie kommen.",
            },
            failed: EndText {
                title: "Diese Anmeldung ist nicht gelungen",
                sentence: "Sie ist beendet. Gehen Sie zurück zu der Website, von der Sie kommen; dort kann eine neue beginnen.",
            },
            expired: EndText {
                title: "Diese Anmeldung ist abgelaufen",
                sentence: "Sie wurde nicht rechtzeitig abgeschlossen. Gehen Sie zurück zu der Website, von der Sie kommen; dort kann eine neue beginnen.",
            },
            canceled: EndText {
                title: "Diese Anmeldung wurde abgebrochen",
                sentence: "Die Website, von der Sie kommen, hat sie beendet.",
            },
        },
    },
    claims: ClaimTexts {
        age_over: Around("dass Sie mindestens ", " Jahre alt sind"),
        document_valid: "dass Ihr Ausweis gültig ist",
        document_type: "die Art Ihres Ausweises",
        issuing_country: "das Land, das Ihren Ausweis ausgestellt hat",
        nationality: "Ihre Staatsangehörigkeit",
        name_match: "dass Ihr Name der Ihres Kontos ist",
        birthdate_match: "dass Ihr Geburtsdatum das Ihres Kontos ist",
        given_name: "Ihre Vornamen",
        family_name: "Ihren Nachnamen",
        birthdate: "Ihr Geburtsdatum",
        document_number: "die Nummer Ihres Ausweises",
        date_of_expiry: "den Tag, an dem Ihr Ausweis abläuft",
        address: "Ihre Anschrift",
    },
};
