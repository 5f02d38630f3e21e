use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use super::{Claim, date, spelling};

/// The name and birthdate in the site's account, to compare with the documents.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expected {
    /// The full name, such as `Anna Maria Schmidt` or `Schmidt, Anna Maria`: 1 to 256 characters.
    #[schema(min_length = 1, max_length = 256)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `YYYY-MM-DD`
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "day"
    )]
    pub birthdate: Option<Date>,
}

/// The problem with an [`Expected`], without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidExpected(&'static str);

impl InvalidExpected {
    /// For the developer of the site.
    #[must_use]
    pub fn problem(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for InvalidExpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidExpected {}

impl Expected {
    /// Whether it can be compared, and has what the claims compare with.
    ///
    /// # Errors
    ///
    /// The name is empty, too long, holds control characters or no letter; or `name_match` is asked for
    /// without a name, or `birthdate_match` without a date of birth.
    pub fn check(&self, claims: &[Claim]) -> Result<(), InvalidExpected> {
        if let Some(name) = &self.name {
            let is_long = name.chars().nth(spelling::MOST_CHARACTERS).is_some();
            if is_long
                || name.chars().any(char::is_control)
                || !name.chars().any(char::is_alphabetic)
            {
                return Err(InvalidExpected(
                    "expected.name must be 1 to 256 characters, with letters and without control characters",
                ));
            }
        }
        if self.name.is_none() && claims.contains(&Claim::NameMatch) {
            return Err(InvalidExpected("name_match needs expected.name"));
        }
        if self.birthdate.is_none() && claims.contains(&Claim::BirthdateMatch) {
            return Err(InvalidExpected("birthdate_match needs expected.birthdate"));
        }
        Ok(())
    }

    /// Keeps only the fields that these claims compare with.
    #[must_use]
    pub fn for_claims(self, claims: &[Claim]) -> Self {
        Self {
            name: self.name.filter(|_| claims.contains(&Claim::NameMatch)),
            birthdate: self
                .birthdate
                .filter(|_| claims.contains(&Claim::BirthdateMatch)),
        }
    }
}

/// It is about a person.
impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Expected([redacted])")
    }
}

/// The form of a date of birth.
pub(crate) const DAY_FORM: &str = "birthdate must be a day as YYYY-MM-DD";

/// The same form as on documents. The message does not repeat what came.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let read = |text: String| date::read(&text).ok_or_else(|| Error::custom(DAY_FORM));
    text.map(read).transpose()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(name: &str) -> Expected {
        Expected {
            name: Some(name.to_owned()),
            birthdate: None,
        }
    }

    #[test]
    fn a_claim_that_compares_needs_something_to_compare_with() {
        let nothing = Expected::default();
        let refusal = |claim| nothing.check(&[claim]).map_err(|it| it.to_string());
        assert_eq!(
            refusal(Claim::NameMatch),
            Err("name_match needs expected.name".to_owned())
        );
        assert_eq!(
            refusal(Claim::BirthdateMatch),
            Err("birthdate_match needs expected.birthdate".to_owned())
        );
        assert_eq!(refusal(Claim::AgeOver(18)), Ok(()));
        assert_eq!(named("Anna").check(&[Claim::NameMatch]), Ok(()));
        let unused = named("Anna").for_claims(&[Claim::AgeOver(18), Claim::BirthdateMatch]);
        assert!(unused == Expected::default());
        assert!(named("Anna").for_claims(&[Claim::NameMatch]) == named("Anna"));
    }

    #[test]
    fn a_name_that_cannot_be_one_is_refused() {
        for name in ["", " ", "-", "42", "Anna\n", "Anna\0", &"ä".repeat(257)] {
            assert!(named(name).check(&[Claim::NameMatch]).is_err(), "{name:?}");
        }
        for name in ["X", "林", "O'Neil", &"ä".repeat(256)] {
            assert_eq!(named(name).check(&[Claim::NameMatch]), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn it_is_read_from_json_and_written_again() {
        let body = json!({"name": "Anna Schmidt", "birthdate": "1990-05-12"});
        let read: Expected = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), body);
        assert_eq!(format!("{read:?}"), "Expected([redacted])");
        let empty: Expected = serde_json::from_value(json!({"name": null})).unwrap();
        assert!(empty == Expected::default());
    }

    #[test]
    fn a_day_in_another_form_and_another_member_are_refused_without_repeating_them() {
        for birthdate in ["1990-02-30", "1990-05", "1990-05-12T00:00", "canary"] {
            let refused = serde_json::from_value::<Expected>(json!({"birthdate": birthdate}));
            assert_eq!(refused.unwrap_err().to_string(), DAY_FORM);
        }
        assert!(serde_json::from_value::<Expected>(json!({"sex": "F"})).is_err());
    }
}
