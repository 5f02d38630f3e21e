//! The document as a contract for the answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Mutex,
};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp};

pub(super) struct Contract {
    document: Value,
    /// Route, and the code of a problem or the word `success`.
    seen: Mutex<BTreeSet<(String, String)>>,
}

/// One operation; prints as `GET /api/export/{format}`.
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) path: String,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Route {
    /// A path that matches.
    pub(super) fn example(&self) -> String {
        let path = self.path.replace("{format}", "json");
        path.replace("{id}", "su_1")
    }
}

impl Contract {
    pub(super) async fn of(app: &TestApp) -> Self {
        Self::new(app.visitor().get("/api/openapi.json").await)
    }

    /// Of the second listener.
    pub(super) async fn for_servers(app: &TestApp) -> Self {
        Self::new(Answer::read(app.operator("/openapi.json")).await)
    }

    #[track_caller]
    fn new(document: Answer) -> Self {
        Self {
            document: document.assert_ok(),
            seen: Mutex::default(),
        }
    }

    pub(super) fn routes(&self) -> Vec<Route> {
        let paths = self.document["paths"].as_object().unwrap();
        let routes = paths.iter().flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(|method| Route {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
            })
        });
        routes.collect()
    }

    pub(super) fn components(&self) -> BTreeMap<String, Value> {
        let schemas = self.document["components"]["schemas"].as_object();
        schemas.unwrap().clone().into_iter().collect()
    }

    /// Every schema of the document, at any depth.
    pub(super) fn schemas(&self) -> Vec<Value> {
        fn collect(value: &Value, found: &mut Vec<Value>) {
            let Some(members) = value.as_object() else {
                value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .for_each(|v| collect(v, found));
                return;
            };
            found.extend(members.get("schema").cloned());
            members.values().for_each(|member| collect(member, found));
        }
        let mut found: Vec<Value> = self.components().into_values().collect();
        collect(&self.document["paths"], &mut found);
        found
    }

    /// Resolves the components, and rejects undocumented members.
    #[track_caller]
    pub(super) fn validator(&self, schema: &Value) -> Validator {
        let mut components = self.document["components"].clone();
        let schemas = components["schemas"].as_object_mut().unwrap();
        // A part of another schema knows that one's members only together with it.
        let composed: Vec<Value> = schemas
            .values()
            .filter_map(|schema| schema["allOf"].as_array().cloned())
            .flatten()
            .collect();
        for (name, schema) in schemas {
            let reference = json!(format!("#/components/schemas/{name}"));
            if schema.get("allOf").is_some() {
                schema["unevaluatedProperties"] = json!(false);
            } else if schema.get("properties").is_some()
                && composed.iter().all(|part| part["$ref"] != reference)
            {
                schema["additionalProperties"] = json!(false);
            }
        }
        let whole = json!({"components": components, "allOf": [schema]});
        jsonschema::draft202012::new(&whole).unwrap_or_else(|error| panic!("{error}: {schema}"))
    }

    /// Asserts that the document describes this answer for this route.
    #[track_caller]
    pub(super) fn check(&self, route: &str, answer: &Answer) {
        let (method, path) = route.split_once(' ').unwrap();
        let operation = &self.document["paths"][path][method.to_lowercase()];
        let response = &operation["responses"][answer.status.as_str()];
        assert!(
            response.is_object(),
            "{route}: {} {}",
            answer.status,
            answer.body
        );
        let media_type = answer.headers.get("content-type");
        let media_type = media_type.map(|value| value.to_str().unwrap().split(';').next().unwrap());
        match (response.get("content"), media_type) {
            (None, None) => assert_eq!(answer.body, Value::Null),
            (Some(content), Some(media_type)) => {
                let content = &content[media_type];
                assert!(content.is_object(), "{route}: {media_type}");
                if let Some(schema) = content.get("schema") {
                    self.validate(schema, &answer.body);
                }
            }
            other => panic!("{route}: {other:?}"),
        }
        for name in response["headers"].as_object().into_iter().flatten() {
            assert!(answer.headers.contains_key(name.0), "{route}: {}", name.0);
        }
        let code = answer.body["code"].as_str();
        let outcome = code.filter(|_| !answer.status.is_success());
        let seen = (route.to_owned(), outcome.unwrap_or("success").to_owned());
        self.seen.lock().unwrap().insert(seen);
    }

    /// A problem of no route.
    #[track_caller]
    pub(super) fn check_problem(&self, answer: &Answer) {
        self.validate(
            &json!({"$ref": "#/components/schemas/Problem"}),
            &answer.body,
        );
    }

    #[track_caller]
    fn validate(&self, schema: &Value, body: &Value) {
        let validator = self.validator(schema);
        let errors: Vec<_> = validator.iter_errors(body).collect();
        let problems: Vec<_> = errors
            .iter()
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{problems:?}");
    }

    /// The routes that answered with a success.
    pub(super) fn successes(&self) -> BTreeSet<String> {
        let seen = self.seen.lock().unwrap().clone().into_iter();
        let successes = seen.filter(|(_, outcome)| outcome == "success");
        successes.map(|(route, _)| route).collect()
    }

    /// Route and code of each failure that was seen.
    pub(super) fn failures(&self) -> BTreeSet<(String, String)> {
        let seen = self.seen.lock().unwrap().clone().into_iter();
        seen.filter(|(_, outcome)| outcome != "success").collect()
    }

    /// Route and code of each failure that is promised.
    pub(super) fn documented(&self) -> BTreeSet<(String, String)> {
        let mut documented = BTreeSet::new();
        for route in self.routes() {
            let method = route.method.as_str().to_lowercase();
            let responses = &self.document["paths"][&route.path][method]["responses"];
            for response in responses.as_object().unwrap().values() {
                let schema = &response["content"]["application/problem+json"]["schema"];
                let codes = schema["allOf"][1]["properties"]["code"]["enum"].as_array();
                for code in codes.into_iter().flatten() {
                    let code = code.as_str().unwrap().to_owned();
                    documented.insert((route.to_string(), code));
                }
            }
        }
        documented
    }

    /// All error codes.
    pub(super) fn error_codes(&self) -> BTreeSet<String> {
        let codes = self.components()["ErrorCode"]["enum"].clone();
        serde_json::from_value(codes).unwrap()
    }
}
