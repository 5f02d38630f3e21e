//! `axum::Json` with our problems as errors.

use std::borrow::Cow;

use axum::extract::{FromRequest, Request, rejection::JsonRejection};
use serde::de::DeserializeOwned;
use webkyc_shared::sign_up::{AuthorizationCode, FailureReason, SignUpHandle, SignUpState};

use crate::{claims, error::ApiError, json_object::Object};

/// A JSON body, which `middleware::request_body` has read.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(Object(body))) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(ApiError::UnsupportedMediaType),
            Err(JsonRejection::JsonDataError(error)) => {
                Err(ApiError::BadRequest(title(&error.body_text())))
            }
            Err(JsonRejection::JsonSyntaxError(error)) => {
                Err(ApiError::BadRequest(syntax(&error.body_text())))
            }
            Err(_) => Err(ApiError::BadRequest(UNEXPECTED.into())),
        }
    }
}

/// The forms of members.
const FORMS: [&str; 5] = [
    SignUpState::FORM.0,
    SignUpHandle::FORM.0,
    AuthorizationCode::FORM.0,
    FailureReason::FORM.0,
    claims::DAY_FORM,
];

/// What is wrong with a body, in our words and in those of `serde` about what it expected: never text from the request.
fn title(text: &str) -> Cow<'static, str> {
    if let Some(form) = FORMS.into_iter().find(|form| text.contains(form)) {
        return form.into();
    }
    if text.contains(claims::CLAIM_FORM) {
        return claims::UnknownClaim.to_string().into();
    }
    if let Some((_, title)) = MISSING.into_iter().find(|(said, _)| text.contains(said)) {
        return title.into();
    }
    let path = path(text);
    let expected = text.rsplit_once(", expected ").map(|(_, words)| words);
    let expected = expected.and_then(|words| words.split(" at line ").next());
    if text.contains("duplicate field `") {
        return "The body has a member twice".into();
    }
    if let (Some((_, said)), Some(words)) = (text.split_once("unknown field `"), expected) {
        let name = said
            .rsplit_once("`, expected ")
            .map_or("", |(name, _)| name);
        let inside = path.and_then(|path| path.strip_suffix(name)?.strip_suffix('.'));
        let inside = inside.filter(|path| is_of_path(path)).unwrap_or("The body");
        return format!(
            "{inside} has an unknown member; it may have {}",
            words.trim_start_matches("one of ")
        )
        .into();
    }
    match (expected, path.filter(|path| is_of_path(path))) {
        (Some(words), Some(path)) => format!("{path} must be {}", in_json(words)).into(),
        _ => UNEXPECTED.into(),
    }
}

/// What `serde` says of a member that is missing, and what we answer.
const MISSING: [(&str, &str); 6] = [
    ("missing field `reference`", "reference is missing"),
    ("missing field `type`", "type is missing"),
    ("missing field `code`", "code is missing"),
    ("missing field `state`", "state is missing"),
    ("missing field `signUp`", "signUp is missing"),
    ("missing field `reason`", "reason is missing"),
];

const UNEXPECTED: &str = "The body is not the expected JSON";

/// Where the error is, as `expected.name` or `claims[0]`. It ends in the request's own text where a member is unknown.
fn path(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("target type: ")?;
    Some(rest.split_once(": ")?.0)
}

/// Whether these are names of our members.
fn is_of_path(path: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || ".[]".contains(c);
    path.starts_with(|c: char| c.is_ascii_lowercase()) && path.chars().all(is_of_name)
}

/// What JSON calls a type of Rust.
fn in_json(words: &str) -> &str {
    match words {
        "a sequence" => "an array",
        "u8" | "u16" | "u32" | "u64" | "i64" => "a whole number",
        words if words.starts_with("struct ") => "an object",
        other => other,
    }
}

/// Where a body cannot be read: it is no JSON, or a value cannot stand there.
fn syntax(text: &str) -> Cow<'static, str> {
    let place = text.rsplit_once(" at line ").map(|(_, place)| place);
    let is_place = |place: &&str| {
        place
            .chars()
            .all(|c| c.is_ascii_digit() || " column".contains(c))
    };
    match place.filter(is_place) {
        Some(place) => format!(
            "The body cannot be read from line {} on",
            place.replace(" column", ", column")
        )
        .into(),
        None => UNEXPECTED.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_member_and_never_what_was_sent() {
        let data = "Failed to deserialize the JSON body into the target type: ";
        for (said, title) in [
            (
                "missing field `reference` at line 1 column 2",
                "reference is missing",
            ),
            (
                "x: unknown field `x`, expected one of `reference`, `claims` at line 1 column 9",
                "The body has an unknown member; it may have `reference`, `claims`",
            ),
            (
                "expected.nam: unknown field `nam`, expected `name` or `birthdate` at line 1 column 9",
                "expected has an unknown member; it may have `name` or `birthdate`",
            ),
            (
                "reference: invalid type: integer `4711`, expected a string at line 1 column 18",
                "reference must be a string",
            ),
            (
                "claims: invalid type: string \"a, expected b\", expected a sequence at line 1 column 9",
                "claims must be an array",
            ),
            (
                "expiresIn: invalid type: string \"1d\", expected i64 at line 1 column 9",
                "expiresIn must be a whole number",
            ),
            (
                "expected: invalid type: string \"Anna\", expected struct Expected at line 1 column 9",
                "expected must be an object",
            ),
            (
                "invalid type: sequence, expected an object at line 1 column 0",
                UNEXPECTED,
            ),
            (
                "claims: duplicate field `claims` at line 1 column 9",
                "The body has a member twice",
            ),
            (
                "canary.a: unknown field `canary.a`, expected one of `reference`, `claims` at line 1 column 9",
                "The body has an unknown member; it may have `reference`, `claims`",
            ),
            (
                "missing field `canary`: unknown field `missing field `canary``, expected `name` at line 1 column 9",
                "The body has an unknown member; it may have `name`",
            ),
        ] {
            assert_eq!(super::title(&format!("{data}{said}")), title, "{said}");
        }
    }

    #[test]
    fn a_body_that_is_no_json_is_named_by_its_place() {
        let said =
            "Failed to parse the request body as JSON: reference: expected `,` at line 1 column 20";
        assert_eq!(
            syntax(said),
            "The body cannot be read from line 1, column 20 on"
        );
        assert_eq!(syntax("at line x"), UNEXPECTED);
    }
}
