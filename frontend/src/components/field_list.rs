//! Fields as a list of names and values, each value written the way its kind is read.

use leptos::prelude::*;

use crate::{
    components::masked_number::{masked, reveal},
    texts::{ResultsTexts, calendar, locale::Locale, visible_text::visible},
};

/// One value, as it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Field {
    /// Its name on the page.
    pub(crate) label: &'static str,
    /// Where it stands in the data: `documents.0.surname`.
    pub(crate) path: String,
    /// The value on the wire.
    pub(crate) raw: String,
    /// How to read it.
    pub(crate) kind: FieldKind,
}

/// How a value is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FieldKind {
    /// As it is.
    Text,
    /// Lines separated by `^` or line breaks.
    Lines,
    /// The number of a document: masked, against a look over the shoulder.
    Number,
    /// A calendar date.
    Date,
    /// A calendar date after which a document is no longer good.
    Expiry,
    /// A moment.
    Instant,
    /// An ISO 3166-1 alpha-3 code.
    Country,
    /// `PP`, `DL`, `NID`.
    DocumentType,
    /// `F`, `M`, `X`.
    Sex,
    /// Whether the chip was read.
    Chip,
}

impl Field {
    /// `None` for a missing or empty value, which the list leaves out.
    pub(crate) fn new(
        label: &'static str,
        path: String,
        raw: Option<&str>,
        kind: FieldKind,
    ) -> Option<Self> {
        let raw = raw.filter(|raw| !raw.is_empty())?.to_owned();
        Some(Self {
            label,
            path,
            raw,
            kind,
        })
    }

    /// The value in the visitor's language; an unknown value stays as it came.
    fn shown(&self, locale: &Locale) -> String {
        let texts = locale.results_texts();
        match self.kind {
            FieldKind::Text | FieldKind::Lines | FieldKind::Number => None,
            FieldKind::Date | FieldKind::Expiry => locale.date(&self.raw),
            FieldKind::Instant => locale.instant(&self.raw),
            FieldKind::Country => locale.country(&self.raw),
            FieldKind::DocumentType => document_type(&self.raw, texts).map(str::to_owned),
            FieldKind::Sex => sex(&self.raw, texts).map(str::to_owned),
            FieldKind::Chip => Some(chip(&self.raw == "true", texts).to_owned()),
        }
        .unwrap_or_else(|| visible(&self.raw))
    }
}

/// `PP`, `DL` and `NID` in words.
pub(crate) fn document_type(code: &str, texts: ResultsTexts) -> Option<&'static str> {
    match code {
        "PP" => Some(texts.document().passport()),
        "DL" => Some(texts.document().driving_licence()),
        "NID" => Some(texts.document().identity_card()),
        _ => None,
    }
}

fn sex(code: &str, texts: ResultsTexts) -> Option<&'static str> {
    match code {
        "F" => Some(texts.document().female()),
        "M" => Some(texts.document().male()),
        "X" => Some(texts.document().unspecified()),
        _ => None,
    }
}

fn chip(verified: bool, texts: ResultsTexts) -> &'static str {
    if verified {
        texts.chip_yes()
    } else {
        texts.chip_no()
    }
}

/// The fields that came, in the given order.
#[component]
pub(crate) fn FieldList(fields: Vec<Field>) -> impl IntoView {
    let locale = Locale::current();
    let rows = fields
        .into_iter()
        .map(|field| row(field, &locale))
        .collect_view();
    view! { <dl class="fields">{rows}</dl> }
}

fn row(field: Field, locale: &Locale) -> impl IntoView + use<> {
    let texts = locale.results_texts().document();
    let mut shown = field.shown(locale);
    let differs = shown != field.raw || field.kind == FieldKind::Lines;
    let mut value = differs.then(|| field.raw.clone());
    let over = field.kind == FieldKind::Expiry && calendar::is_over(&field.raw, calendar::today());
    let beside = match field.kind {
        FieldKind::Number => {
            value = None;
            let number = shown;
            shown = masked(&number);
            reveal(field.label, number, texts)
        }
        FieldKind::Expiry if over => view! { <dd class="remark">{texts.expired()}</dd> }.into_any(),
        _ => ().into_any(),
    };
    // Beside the name, because support and passports use the code. An unknown code is shown alone.
    let code = (field.kind == FieldKind::Country && shown != visible(&field.raw))
        .then(|| view! { " " <span class="code">{field.raw.clone()}</span> });
    let text = if field.kind == FieldKind::Lines {
        let lines = field
            .raw
            .split(['^', '\n'])
            .map(|line| view! { <span class="line">{visible(line.trim_end_matches('\r'))}</span> });
        view! { <bdi>{lines.collect_view()}</bdi> }.into_any()
    } else {
        view! { <bdi>{shown}</bdi> }.into_any()
    };
    view! {
        <div class="field" part="field">
            <dt>{field.label}</dt>
            <dd translate="no" data-field=field.path data-value=value>
                {text}
                {code}
            </dd>
            {beside}
        </div>
    }
}
