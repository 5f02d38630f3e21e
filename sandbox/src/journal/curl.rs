//! A call as a line for a terminal.

use super::{call::Call, redact::Redactor};

/// Headers that programs and networks set by themselves.
const ORDINARY: [&str; 8] = [
    "host",
    "user-agent",
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "content-type",
];

pub(super) fn curl(call: &Call, url: &str, redactor: &Redactor<'_>) -> String {
    let mut words = vec!["curl".to_owned()];
    if call.method != "GET" && call.form.is_none() {
        words.push(format!("-X {}", call.method));
    }
    for (name, value) in &call.headers {
        let is_browsers = name.starts_with("sec-") || name == "upgrade-insecure-requests";
        if !ORDINARY.contains(&name.as_str()) && !is_browsers {
            words.push(format!(
                "-H {}",
                quoted(&format!("{name}: {}", redactor.header(name, value)))
            ));
        }
    }
    if let Some(form) = &call.form {
        let option = if form.multipart {
            "--form-string"
        } else {
            "--data-urlencode"
        };
        for (name, value) in &form.fields {
            let field = format!("{name}={}", redactor.field(name, value));
            words.push(format!("{option} {}", quoted(&field)));
        }
    }
    words.push(quoted(&format!("{url}{}", redactor.target(&call.target))));
    words.join(" ")
}

/// For a POSIX shell.
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
