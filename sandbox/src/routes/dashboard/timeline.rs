//! The timeline on the page of one sign-up.

use jiff::Timestamp;

use super::{Moment, tone::Tone};
use crate::{
    comparison::Marked,
    journal::{CallRecord, Event, Field},
    texts::SignUpTexts,
    webhook::Delivery,
};

/// One entry of the timeline.
pub(super) struct Item {
    pub(super) at: Moment,
    /// How long after the beginning, by the client's clock.
    pub(super) after: String,
    pub(super) what: What,
}

pub(super) enum What {
    Call(Box<Exchange>),
    Visitor(String),
    Returned {
        location: String,
        remark: Option<String>,
    },
    /// A try to deliver a webhook message.
    Delivery(Delivery),
}

/// A call, in the order in which one reads it.
pub(super) struct Exchange {
    pub(super) call: CallRecord,
    pub(super) tone: Tone,
    pub(super) groups: Vec<FieldGroup>,
    pub(super) body: String,
    /// The address that came and the expected one, with what differs marked.
    pub(super) comparison: Option<[Marked; 2]>,
}

/// Names and values under a heading.
pub(super) struct FieldGroup {
    pub(super) title: &'static str,
    pub(super) fields: Vec<Field>,
}

impl Item {
    pub(super) fn of(event: Event, started: Timestamp, texts: &SignUpTexts) -> Self {
        let (at, what) = match event {
            Event::Call(call) => (call.at, What::Call(Box::new(Exchange::of(*call, texts)))),
            Event::Visitor { at, what } => (at, What::Visitor(what)),
            Event::Returned {
                at,
                location,
                remark,
            } => (at, What::Returned { location, remark }),
        };
        Self {
            at: Moment(at),
            after: after(started, at),
            what,
        }
    }
}

impl Item {
    /// The entry of a webhook delivery.
    pub(super) fn of_delivery(delivery: Delivery, started: Timestamp) -> Self {
        Self {
            at: Moment(delivery.at),
            after: after(started, delivery.at),
            what: What::Delivery(delivery),
        }
    }

    pub(super) fn is_later(&self, other: &Self) -> bool {
        self.at.0 > other.at.0
    }
}

impl Exchange {
    /// Failed calls are unfolded.
    pub(super) fn is_open(&self) -> bool {
        self.tone == Tone::Bad
    }

    fn of(mut call: CallRecord, texts: &SignUpTexts) -> Self {
        let tone = match (call.status, &call.failure) {
            (Some(..400), None) => Tone::Good,
            (None, None) => Tone::Open,
            _ => Tone::Bad,
        };
        let mut groups = Vec::new();
        let mut add = |title, fields: Vec<Field>| {
            if !fields.is_empty() {
                groups.push(FieldGroup { title, fields });
            }
        };
        add(texts.query, std::mem::take(&mut call.query));
        add(texts.form, call.form.take().unwrap_or_default());
        add(texts.headers, std::mem::take(&mut call.headers));
        add(
            texts.answer_headers,
            std::mem::take(&mut call.answer_headers),
        );
        Self {
            body: pretty(&call.answer_body),
            comparison: call.comparison.take().map(|one| one.marked()),
            call,
            tone,
            groups,
        }
    }
}

/// JSON with its members on lines of their own, in the order in which they were sent; the rest as
/// it is.
fn pretty(body: &str) -> String {
    let mut lines = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(body);
    let mut writer = serde_json::Serializer::pretty(&mut lines);
    let read = serde_transcode::transcode(&mut reader, &mut writer).and_then(|()| reader.end());
    match String::from_utf8(lines) {
        Ok(lines) if read.is_ok() && body.trim_start().starts_with(['{', '[']) => lines,
        _ => body.to_owned(),
    }
}

/// `+0.42 s`, `+3 min 5 s`; nothing for the beginning itself.
fn after(started: Timestamp, at: Timestamp) -> String {
    let passed = at.duration_since(started);
    match passed.as_secs() {
        _ if passed.is_zero() || passed.is_negative() => String::new(),
        ..60 => format!("+{:.2} s", passed.as_secs_f64()),
        seconds @ ..3600 => format!("+{} min {} s", seconds / 60, seconds % 60),
        seconds => format!("+{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_passed_is_as_exact_as_it_is_short() {
        let start = Timestamp::UNIX_EPOCH;
        for (milliseconds, expected) in [
            (0, ""),
            (-5, ""),
            (420, "+0.42 s"),
            (185_000, "+3 min 5 s"),
            (7_260_000, "+2 h 1 min"),
        ] {
            let at = start + jiff::SignedDuration::from_millis(milliseconds);
            assert_eq!(after(start, at), expected);
        }
    }

    #[test]
    fn only_json_is_set_on_lines_of_its_own() {
        assert_eq!(
            pretty(r#"{"b":1,"a":"2"}"#),
            "{\n  \"b\": 1,\n  \"a\": \"2\"\n}"
        );
        assert_eq!(pretty(r#"{"b":1"#), r#"{"b":1"#);
        assert_eq!(pretty("<h1>500</h1>"), "<h1>500</h1>");
        assert_eq!(pretty("12"), "12");
    }
}
