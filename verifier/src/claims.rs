//! What may be said of answers, and what not: `GET /models` and `--help` say the same.

/// Sentences that hold.
pub const MAY_BE_SAID: &[&str] = &[
    "These fields were read from the picture of a document.",
    "You turned as asked.",
    "The faces look alike (0.62; limit 0.40).",
    "An active challenge deters flat printed photographs and stills (bent prints: 2 of 21 passed). \
     It does not stop a replayed or generated video that follows the prompts, an injected camera \
     or a mask, and is not certified (ISO 30107-3).",
];

/// Words for a result that do not hold.
pub const MAY_NOT_BE_SAID: &[&str] = &["verified", "a real person", "KYC compliant"];

/// Questions without an answer.
pub const NOT_KNOWN: &[&str] = &[
    "Whether the document is genuine: no security feature is looked at.",
    "How often real documents are misread: only drawn ones were measured.",
    "How often living visitors are refused: none were measured.",
    "How accuracy differs by skin tone, age and sex; which faces the models were trained with is \
     not disclosed.",
];
