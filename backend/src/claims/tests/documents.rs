use super::*;

#[test]
fn answers_come_once_each_in_the_order_of_the_claims_and_are_read_again() {
    let claims =
        ["name_match", "age_over_18", "nationality", "age_over_18"].map(|it| it.parse().unwrap());
    let person = verified([document(json!({
        "surname": "SCHMIDT", "givenNames": "ANNA", "dateOfBirth": "1990-05-12",
    }))]);
    let answers = evaluate(
        &claims,
        &person,
        &account("Anna Schmidt", "1990-05-12"),
        TODAY,
    );
    let json = serde_json::to_string(&answers).unwrap();
    assert_eq!(
        json,
        r#"{"age_over_18":{"value":true,"document":1,"field":"dateOfBirth","evaluatedOn":"2026-11-28"},"nationality":{"value":null,"evaluatedOn":"2026-11-28"},"name_match":{"value":true,"document":1,"field":"surnameAndGivenNames","evaluatedOn":"2026-11-28"}}"#
    );
    assert!(serde_json::from_str::<Claims>(&json).unwrap() == answers);
    let unknown = evaluate(&claims, &verified([]), &Expected::default(), TODAY);
    let json = serde_json::to_string(&unknown).unwrap();
    assert!(serde_json::from_str::<Claims>(&json).unwrap() == unknown);
    assert!(evaluate(&[], &person, &Expected::default(), TODAY).is_empty());
}

#[test]
fn nothing_about_the_person_is_shown_when_debugging() {
    let person = verified([document(json!({"surname": "CANARY"}))]);
    let answers = evaluate(
        &[Claim::FamilyName],
        &person,
        &account("Canary", "1990-05-12"),
        TODAY,
    );
    assert_eq!(format!("{answers:?}"), "Claims{FamilyName}");
    let answer = answers.get(Claim::FamilyName).unwrap();
    assert_eq!(
        format!("{answer:?} {:?}", answer.value),
        "Answer([redacted]) Value([redacted])"
    );
}

#[test]
fn everybody_born_from_1900_to_2030_is_as_old_as_counting_years_says() {
    let no_account = Expected::default();
    let claims = [Claim::AgeOver(18)];
    for birth in date(1900, 1, 1)
        .series(jiff::Span::new().days(1))
        .take(131 * 365 + 32)
    {
        let person = verified([born(&birth.to_string())]);
        // 29 February, the day after it in a leap year and in another, and a usual day.
        for today in [
            date(2024, 2, 29),
            date(2024, 3, 1),
            date(2025, 2, 28),
            date(2025, 3, 1),
            TODAY,
        ] {
            let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
            let age = today.year() - birth.year() - i16::from(!had_birthday);
            let expected = if birth > today {
                Value::unknown()
            } else {
                Value::YesNo(age >= 18)
            };
            let answers = evaluate(&claims, &person, &no_account, today);
            assert!(
                answers.get(claims[0]).unwrap().value == expected,
                "{birth} {today}"
            );
        }
    }
}

#[test]
fn a_missing_partial_or_impossible_date_of_birth_answers_nothing() {
    for day in [
        "",
        " ",
        "1990",
        "1990-05",
        "1990-00-00",
        "1990-05-00",
        "1990-02-30",
        "1991-02-29",
        "12.05.1990",
        "2026-11-29",
        "2090-01-01",
        "1890-01-01",
        "0001-01-01",
        "9999-12-31",
    ] {
        assert_eq!(ask("age_over_18", [born(day)]), unknown(), "{day:?}");
        assert_eq!(ask("birthdate_match", [born(day)]), unknown(), "{day:?}");
        assert_eq!(ask("birthdate", [born(day)]), missing(), "{day:?}");
    }
    let born_after_issue = || {
        [document(
            json!({"dateOfBirth": "1990-05-12", "dateOfIssue": "1990-05-11"}),
        )]
    };
    assert_eq!(ask("age_over_18", born_after_issue()), unknown());
    assert_eq!(ask("age_over_18", []), unknown());
    assert_eq!(ask("birthdate", [document(json!({}))]), missing());
}

#[test]
fn dates_of_birth_count_if_all_documents_that_have_one_agree() {
    let agreed = || {
        [
            document(json!({"surname": "SCHMIDT"})),
            born("1990-05-12"),
            born("1990-05-12"),
        ]
    };
    assert_eq!(
        ask("age_over_18", agreed()),
        rests_on(true, 2, "dateOfBirth")
    );
    assert_eq!(
        ask("age_over_40", agreed()),
        rests_on(false, 2, "dateOfBirth")
    );
    assert_eq!(
        ask("birthdate_match", agreed()),
        rests_on(true, 2, "dateOfBirth")
    );
    assert_eq!(
        ask("birthdate", agreed()),
        rests_on("1990-05-12", 2, "dateOfBirth")
    );
    assert_eq!(
        ask("birthdate_match", [born("1990-05-13")]),
        rests_on(false, 1, "dateOfBirth")
    );
    for other in ["1990-05-13", "1990-05-00", "2030-01-01"] {
        for documents in [["1990-05-12", other], [other, "1990-05-12"]] {
            assert_eq!(
                ask("age_over_18", documents.map(born)),
                unknown(),
                "{other}"
            );
            assert_eq!(
                ask("birthdate_match", documents.map(born)),
                unknown(),
                "{other}"
            );
        }
    }
}

#[test]
fn a_document_is_valid_on_its_last_day_and_no_longer() {
    for last in date(2023, 1, 1)
        .series(jiff::Span::new().days(1))
        .take(1500)
    {
        let person = verified([expiring(&last.to_string())]);
        let valid =
            |today| ask_for("document_valid", &person, &Expected::default(), today)["value"].take();
        assert_eq!(valid(last.yesterday().unwrap()), true, "{last}");
        assert_eq!(valid(last), true, "{last}");
        assert_eq!(valid(last.tomorrow().unwrap()), false, "{last}");
    }
}

#[test]
fn one_expired_document_is_enough_and_a_doubtful_date_says_nothing() {
    let valid = |days: &[&str]| ask("document_valid", days.iter().map(|day| expiring(day)));
    assert_eq!(
        valid(&["2031-01-01", "9999-12-31"]),
        rests_on(true, 1, "dateOfExpiry")
    );
    // Whether the first is valid is not known.
    assert_eq!(valid(&["", "2031-01-01"])["value"], "unknown");
    assert_eq!(
        valid(&["2031-01-01", "2026-11-27"]),
        rests_on(false, 2, "dateOfExpiry")
    );
    assert_eq!(
        valid(&["2031-02-29", "2026-11-27"]),
        rests_on(false, 2, "dateOfExpiry")
    );
    for days in [
        &["2031-02-29"][..],
        &["2031"],
        &[""],
        &[],
        &["2031-01-01", "2031-02-29"],
    ] {
        assert_eq!(valid(days), unknown(), "{days:?}");
    }
    for (issued, expiry) in [
        ("2031-01-02", "2031-01-01"),
        ("2026-11-29", "2031-01-01"),
        ("2026-01-02", "2026-01-01"),
    ] {
        let contradictory = document(json!({"dateOfIssue": issued, "dateOfExpiry": expiry}));
        assert_eq!(
            ask("document_valid", [contradictory]),
            unknown(),
            "{issued} {expiry}"
        );
    }
    let born_later = document(json!({"dateOfBirth": "2020-01-02", "dateOfExpiry": "2020-01-01"}));
    assert_eq!(ask("document_valid", [born_later]), unknown());
}

#[test]
fn a_document_type_that_is_not_documented_is_not_disclosed() {
    for kind in ["PP", "DL", "NID"] {
        let shown = [document(json!({"documentType": kind}))];
        assert_eq!(
            ask("document_type", shown),
            rests_on(kind, 1, "documentType")
        );
    }
    for kind in ["", "L01X00T47", "pp"] {
        assert_eq!(
            ask("document_type", [document(json!({"documentType": kind}))]),
            unknown()
        );
    }
}

#[test]
fn fields_of_a_document_come_from_the_first_that_has_them() {
    for (claim, field) in [
        ("issuing_country", "issuingCountry"),
        ("nationality", "nationality"),
        ("document_number", "documentNumber"),
        ("address", "address"),
    ] {
        let documents = [json!({}), json!({field: " A^1 "}), json!({field: "B2"})].map(document);
        assert_eq!(ask(claim, documents), rests_on("A^1", 2, field));
        assert_eq!(ask(claim, [document(json!({field: " "}))]), missing());
        assert_eq!(
            ask(claim, [document(json!({field: "x".repeat(100_000)}))]),
            missing()
        );
    }
    assert_eq!(
        ask(
            "date_of_expiry",
            ["", "2019-04-01", "2031-01-01"].map(expiring)
        ),
        rests_on("2019-04-01", 2, "dateOfExpiry")
    );
    assert_eq!(ask("date_of_expiry", [expiring("2031-02-30")]), missing());
}

#[test]
fn fields_of_the_person_are_disclosed_if_documents_agree() {
    for (claim, field) in [("given_name", "givenNames"), ("family_name", "surname")] {
        let answer = |texts: &[&str]| {
            ask(
                claim,
                texts.iter().map(|text| document(json!({field: text}))),
            )
        };
        assert_eq!(
            answer(&["", "JÜRGEN", "Juergen", ""]),
            rests_on("JÜRGEN", 2, field)
        );
        assert_eq!(answer(&["JÜRGEN", "JÜRGEN KARL"]), missing());
        assert_eq!(answer(&["JÜRGEN", "ANNA"]), missing());
        assert_eq!(answer(&[""]), missing());
    }
}
