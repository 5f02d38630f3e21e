//! Checks answers against the API's own description.

use serde_json::{Value, json};

use crate::harness::Stack;

pub(super) struct Contract(Value);

impl Contract {
    pub(super) fn read(document: &str) -> Self {
        Self(serde_json::from_str(document).unwrap())
    }

    /// Whether an answer is one that the operation may give.
    pub(super) fn check(
        &self,
        method: &str,
        path: &str,
        status: u16,
        body: &Value,
    ) -> Result<(), String> {
        let paths = self.0["paths"].as_object().unwrap();
        let (_, item) = paths
            .iter()
            .find(|(template, _)| fits(template, path))
            .ok_or("no such path")?;
        let operation = &item[method.to_lowercase()];
        let response = &operation["responses"][status.to_string()];
        if response.is_null() {
            return Err(format!("{status} is not described: {body}"));
        }
        let content = response.get("content").and_then(Value::as_object);
        let Some(content) = content else {
            return match body {
                Value::Null => Ok(()),
                body => Err(format!("a body that is not described: {body}")),
            };
        };
        let schema = json!({
            "allOf": [content["application/json"]["schema"]],
            "components": self.0["components"],
        });
        let validator = jsonschema::validator_for(&schema).map_err(|wrong| wrong.to_string())?;
        let wrong: Vec<String> = validator
            .iter_errors(body)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(wrong.join("; "))
        }
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template
            .zip(path)
            .all(|(expected, given)| expected.starts_with('{') || expected == given)
}

#[tokio::test]
async fn the_description_is_openapi_3_1_and_says_what_each_call_does() {
    let stack = Stack::start().await;
    let document = stack.get("/_sandbox/api/openapi.json").await;
    let text = document.text().await.unwrap();
    let parsed = oas3::from_json(&text).unwrap();
    assert!(parsed.openapi.starts_with("3.1."), "{}", parsed.openapi);
    assert!(parsed.operations().count() > 20);
    for (path, method, operation) in parsed.operations() {
        let summary = operation
            .summary
            .as_deref()
            .or(operation.description.as_deref());
        assert!(
            summary.is_some_and(|text| !text.is_empty()),
            "{method} {path}"
        );
    }
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["servers"], json!([{ "url": "/" }]));
}
