use webkyc_specimen::persona::{self, Design, Persona};

use super::*;

/// A person's documents with the fields of both of Authenteq's formats, or only those of the guide's.
fn shown(person: &Persona, whole: bool) -> Vec<Document<'static>> {
    let fields = |it: &persona::Document| {
        let utah = match &it.design {
            Design::UtahDriverLicense(utah) => Some(utah),
            _ => None,
        };
        document(json!({
            "documentType": it.document_type,
            "documentNumber": it.document_number,
            "issuingCountry": it.issuing_country,
            "nationality": it.nationality,
            "surnameAndGivenNames": whole.then(|| it.names.whole()),
            "surname": it.names.surname(),
            "givenNames": it.names.given_names(),
            "namePrefixes": utah.map(|utah| utah.name_prefixes),
            "nameSuffixes": utah.map(|utah| utah.name_suffixes),
            "dateOfBirth": it.date_of_birth,
            "dateOfIssue": it.date_of_issue,
            "dateOfExpiry": it.date_of_expiry,
        }))
    };
    person.documents.iter().map(fields).collect()
}

/// The documents of one person have more to their name than programs show.
fn called_in_full(person: &Persona) -> String {
    if person.key == persona::SCRIPT_IN_NAMES.key {
        person.document().names.whole()
    } else {
        person.name.to_owned()
    }
}

#[test]
fn every_person_of_the_sandbox_is_answered_for_as_their_documents_say() {
    for person in Persona::ALL {
        for whole in [true, false] {
            let first = person.document();
            let documents = shown(person, whole);
            let expected = account(&called_in_full(person), first.date_of_birth);
            let verification = verified(documents);
            let ask = |claim| ask_for(claim, &verification, &expected, TODAY);
            let key = person.key;

            // Dates of a year with four digits are in the order of their texts.
            for (claim, born_by) in [("age_over_18", "2008-11-28"), ("age_over_70", "1956-11-28")] {
                let is_older = first.date_of_birth <= born_by;
                let expected = rests_on(is_older, 1, "dateOfBirth");
                assert_eq!(ask(claim), expected, "{key} {claim}");
            }
            assert_eq!(
                ask("birthdate"),
                rests_on(first.date_of_birth, 1, "dateOfBirth"),
                "{key}"
            );
            assert_eq!(
                ask("birthdate_match"),
                rests_on(true, 1, "dateOfBirth"),
                "{key}"
            );
            let is_past = |it: &persona::Document| it.date_of_expiry < "2026-11-28";
            let valid = match person.documents.iter().position(is_past) {
                Some(index) => rests_on(false, u8::try_from(index + 1).unwrap(), "dateOfExpiry"),
                None => rests_on(true, 1, "dateOfExpiry"),
            };
            assert_eq!(ask("document_valid"), valid, "{key}");
            assert_eq!(
                ask("date_of_expiry"),
                rests_on(first.date_of_expiry, 1, "dateOfExpiry")
            );
            assert_eq!(
                ask("document_number"),
                rests_on(first.document_number, 1, "documentNumber")
            );
            assert_eq!(
                ask("issuing_country"),
                rests_on(first.issuing_country, 1, "issuingCountry")
            );
            assert_eq!(
                ask("nationality"),
                rests_on(first.nationality, 1, "nationality")
            );
            let kind = ask("document_type");
            let is_documented = ["PP", "DL", "NID"].contains(&first.document_type);
            let expected_kind = rests_on(first.document_type, 1, "documentType");
            assert_eq!(
                kind,
                if is_documented {
                    expected_kind
                } else {
                    unknown()
                },
                "{key}"
            );
            let text =
                |text: Option<&str>, field| text.map_or(missing(), |text| rests_on(text, 1, field));
            assert_eq!(
                ask("given_name"),
                text(first.names.given_names(), "givenNames"),
                "{key}"
            );
            assert_eq!(
                ask("family_name"),
                text(first.names.surname(), "surname"),
                "{key}"
            );
            // A document that prints one name only has none in the guide's format.
            let name = if whole || first.names.surname().is_some() {
                rests_on(true, 1, "surnameAndGivenNames")
            } else {
                unknown()
            };
            assert_eq!(ask("name_match"), name, "{key} {whole}");
        }
    }
}

#[test]
fn no_person_of_the_sandbox_matches_the_name_of_another() {
    for account in Persona::ALL {
        for person in Persona::ALL.into_iter().filter(|it| it.key != account.key) {
            let verdict = is_called(account.name, shown(person, true));
            assert_ne!(verdict, true, "{} {}", account.key, person.key);
            let both = [shown(account, true), shown(person, true)].concat();
            assert_ne!(
                is_called(account.name, both),
                true,
                "{} {}",
                account.key,
                person.key
            );
        }
    }
    assert_eq!(is_called("John Doe", shown(&persona::ANNA, true)), false);
    assert_eq!(
        is_called("Slyman Krym Albnany", shown(&persona::ARABIC, true)),
        "unknown"
    );
}
