//! `GET /api/openapi.json`, and `/openapi.json` on the second listener: each API, described by the code
//! that serves it.

use std::collections::BTreeMap;

use axum::{Extension, http::header, response::IntoResponse};
use bytes::Bytes;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{OpenApi, Paths},
};
use webkyc_shared::problem::{ErrorCode, Problem};

/// The problems of every route, from the middleware and from ourselves.
const EVERYWHERE: [ErrorCode; 3] = [
    ErrorCode::CrossOriginRejected,
    ErrorCode::Overloaded,
    ErrorCode::Internal,
];

/// The problems of every route for browsers.
const PUBLIC: &[ErrorCode] = &[
    ErrorCode::BadRequest,
    ErrorCode::UriTooLong,
    ErrorCode::UnsupportedMediaType,
    ErrorCode::CsrfHeaderMissing,
    ErrorCode::Misdirected,
];

/// The problems of every route for servers.
const OPERATOR: &[ErrorCode] = &[ErrorCode::OperatorKeyInvalid];

/// The problems of every call to Authenteq.
pub(super) const CALLING: &[ErrorCode] = &[
    ErrorCode::UpstreamConnect,
    ErrorCode::UpstreamDns,
    ErrorCode::UpstreamTls,
    ErrorCode::UpstreamTimeout,
    ErrorCode::UpstreamBusy,
    ErrorCode::UpstreamFailed,
    ErrorCode::UpstreamAuth,
    ErrorCode::UpstreamConfig,
    ErrorCode::UpstreamRedirect,
    ErrorCode::UpstreamBadType,
    ErrorCode::UpstreamEncoding,
    ErrorCode::UpstreamTooLarge,
];

/// The problems of a route that needs a session.
pub(super) const SESSION: &[ErrorCode] = &[
    ErrorCode::SessionInvalid,
    ErrorCode::SessionExpired,
    ErrorCode::SessionChanged,
];

/// The problems of a route that takes a body.
pub(super) const BODY: &[ErrorCode] = &[
    ErrorCode::BadRequest,
    ErrorCode::PayloadTooLarge,
    ErrorCode::RequestTimeout,
];

/// The problems of an export, beyond those of every call.
pub(super) const EXPORTING: &[ErrorCode] = &[
    ErrorCode::VerificationNotFound,
    ErrorCode::UpstreamBadBody,
    ErrorCode::UpstreamBadMultipart,
];

/// The problems that a route can answer beyond those of every route: declared beside its handler.
pub(super) type Problems = &'static [&'static [ErrorCode]];

/// Under this extension a route's problems travel from its declaration to the document.
const PROBLEMS: &str = "x-problems";

/// Writes the problems of a route into its operations.
pub(super) fn declare(paths: &mut Paths, of_get: Problems, of_post: Problems) {
    for item in paths.paths.values_mut() {
        for (operation, problems) in [(&mut item.get, of_get), (&mut item.post, of_post)] {
            let codes = problems.iter().copied().flatten();
            let names: Vec<&str> = codes.map(|code| code.name()).collect();
            if let Some(operation) = operation {
                let extensions = operation.extensions.get_or_insert_default();
                extensions.insert(PROBLEMS.to_owned(), names.into());
            }
        }
    }
}

/// The document, written once.
#[derive(Clone)]
pub(super) struct Document(Bytes);

impl Document {
    /// The API for browsers at this address.
    pub(super) fn public(api: OpenApi, server: &str) -> Self {
        let description = "The HTTP API behind \"Sign up with Authenteq\". Every request carries \
            `X-WebKYC: 1` and comes from a page of the same origin. The session is a cookie \
            that no script sees. An unknown path answers 404 `NOT_FOUND`, a known one with \
            another method 405 `METHOD_NOT_ALLOWED`.";
        let mut document = described(api, description, PUBLIC);
        document["servers"] = json!([{ "url": server }]);
        for operation in operations(&mut document) {
            add_parameter(
                operation,
                json!({
                    "name": "X-WebKYC", "in": "header", "required": true,
                    "schema": { "type": "string", "const": "1" },
                }),
            );
        }
        Self(document.to_string().into())
    }

    /// The API for the servers of sites, and for operations.
    pub(super) fn operator(api: OpenApi) -> Self {
        let description = "The API for the servers of sites and for operations. Every request \
            carries `Authorization: Bearer` with the key of a site, which opens its own sign-ups and \
            events, or with the operator's key, which opens everything. Times are seconds since \
            1970 (UTC).";
        let mut document = described(api, description, OPERATOR);
        document["components"]["securitySchemes"] =
            json!({ "key": { "type": "http", "scheme": "bearer" } });
        document["security"] = json!([{ "key": [] }]);
        Self(document.to_string().into())
    }
}

fn described(mut api: OpenApi, description: &str, everywhere: &[ErrorCode]) -> Value {
    let components = api.components.get_or_insert_default();
    let schemas = &mut components.schemas;
    schemas.insert(Problem::name().into_owned(), Problem::schema());
    schemas.insert(
        <ErrorCode as ToSchema>::name().into_owned(),
        ErrorCode::schema(),
    );
    let mut document = serde_json::to_value(&api).expect("an OpenAPI document is JSON");
    document["info"] = json!({
        "title": "webkyc",
        "version": env!("CARGO_PKG_VERSION"),
        "description": description,
    });
    let schemas = document["components"]["schemas"].as_object_mut();
    for (name, schema) in schemas.into_iter().flatten() {
        // A caller may send null for what it leaves out. We leave it out.
        if !name.ends_with("Request") {
            forbid_null(schema);
        }
    }
    for operation in operations(&mut document) {
        describe(operation, everywhere);
    }
    document
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    paths.flat_map(|(_, item)| {
        let operations = item.as_object_mut().into_iter().flatten();
        operations.map(|(_, operation)| operation)
    })
}

fn add_parameter(operation: &mut Value, parameter: Value) {
    match operation["parameters"].as_array_mut() {
        Some(parameters) => parameters.push(parameter),
        None => operation["parameters"] = json!([parameter]),
    }
}

/// utoipa takes every `Option` for one that is written as null, and null for its default.
fn forbid_null(schema: &mut Value) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (_, property) in properties.into_iter().flatten() {
        if let Some(property) = property.as_object_mut() {
            property.remove("default");
        }
        let is_value = |schema: &&Value| *schema != "null" && schema["type"] != "null";
        if let Some(types) = property.get_mut("type") {
            let kept = types
                .as_array()
                .and_then(|types| types.iter().find(is_value));
            *types = kept.unwrap_or(types).clone();
        } else if let Some(choices) = property["oneOf"].as_array()
            && let Some(choice) = choices.iter().find(is_value).cloned()
        {
            *property = choice;
        }
    }
}

/// Adds to an operation its problems by status, and the header that names its session.
fn describe(operation: &mut Value, everywhere: &[ErrorCode]) {
    let declared = operation.as_object_mut().and_then(|o| o.remove(PROBLEMS));
    let problems: Vec<ErrorCode> = declared
        .map(|names| serde_json::from_value(names).expect("written by Problems"))
        .unwrap_or_default();
    if problems.contains(&ErrorCode::SessionChanged) {
        add_parameter(
            operation,
            json!({
                "name": "X-WebKYC-Session", "in": "header",
                "description": "The `sessionId` whose data the page shows",
                "schema": { "type": "string" },
            }),
        );
    }
    // A file is bytes, for which OpenAPI 3.1 has no schema.
    for file in ["multipart~1form-data", "application~1pdf"] {
        if let Some(file) = operation.pointer_mut(&format!("/responses/200/content/{file}")) {
            *file = json!({});
        }
    }
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    let everywhere = everywhere.iter().copied();
    for code in EVERYWHERE.into_iter().chain(everywhere).chain(problems) {
        let codes = by_status.entry(code.status()).or_default();
        if !codes.contains(&code.name()) {
            codes.push(code.name());
        }
    }
    for (status, codes) in by_status {
        operation["responses"][status.to_string()] = json!({
            "description": codes.join(", "),
            "content": { "application/problem+json": { "schema": {
                "allOf": [
                    { "$ref": "#/components/schemas/Problem" },
                    { "properties": { "code": { "enum": codes } } },
                ],
            } } },
        });
        if [429, 503].contains(&status) {
            let seconds = json!({ "type": "integer", "minimum": 1, "maximum": 60 });
            operation["responses"][status.to_string()]["headers"] = json!({
                "Retry-After": { "required": true, "description": "Seconds", "schema": seconds },
            });
        }
    }
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", responses((status = 200, body = Object)))]
pub(crate) async fn get_openapi(Extension(document): Extension<Document>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], document.0)
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", responses((status = 200, body = Object)))]
pub(crate) async fn get_operator_openapi(document: Extension<Document>) -> impl IntoResponse {
    get_openapi(document).await
}
