//! Collects what is wrong and what is risky.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::{
    Error, Secret,
    form::{self, QuoteRule},
    settings::{Settings, given},
    wrong,
};

/// A setting's name and value.
type Setting<'a> = (&'static str, &'a Option<String>);

/// Continues after a wrong setting, so that all errors are reported together.
#[derive(Default)]
pub(super) struct Checks {
    pub(super) errors: Vec<Error>,
    pub(super) warnings: Vec<String>,
}

impl Checks {
    pub(super) fn keep<T>(&mut self, checked: Result<T, Error>) -> Option<T> {
        checked.map_err(|error| self.errors.push(error)).ok()
    }

    pub(super) fn refuse(&mut self, setting: impl Into<Cow<'static, str>>, problem: &str) {
        self.errors.push(wrong(setting, problem));
    }

    #[expect(clippy::ref_option, reason = "it is the type of every setting")]
    pub(super) fn required<'a>(
        &mut self,
        setting: &'static str,
        value: &'a Option<String>,
    ) -> Option<&'a str> {
        let value = given(value);
        if value.is_none() {
            self.refuse(setting, "is required and was not given");
        }
        value
    }

    pub(super) fn secret<T>(
        &mut self,
        (setting, value): Setting<'_>,
        (file_setting, file): Setting<'_>,
        parse: impl Fn(&str) -> Result<T, String> + Send + Sync + 'static,
    ) -> Option<Secret<T>> {
        let read = Secret::read(
            (setting, given(value)),
            (file_setting, given(file)),
            parse,
            &mut self.warnings,
        );
        self.keep(read).flatten()
    }

    pub(super) fn required_secret<T>(
        &mut self,
        value: Setting<'_>,
        file: Setting<'_>,
        parse: impl Fn(&str) -> Result<T, String> + Send + Sync + 'static,
    ) -> Option<Secret<T>> {
        let errors_before = self.errors.len();
        let secret = self.secret(value, file, parse);
        // An invalid value is not also reported as missing.
        if secret.is_none() && self.errors.len() == errors_before {
            self.refuse(value.0, "is required and was not given");
        }
        secret
    }

    pub(super) fn secret_file<T>(
        &mut self,
        setting: impl Into<Cow<'static, str>>,
        path: &str,
        parse: impl Fn(&str) -> Result<T, String> + Send + Sync + 'static,
    ) -> Option<Secret<T>> {
        let setting = setting.into();
        if let Some(problem) = form::problem(path, QuoteRule::Refuse) {
            self.refuse(setting, &problem);
            return None;
        }
        let read = Secret::from_file(setting, path, parse, &mut self.warnings);
        self.keep(read)
    }

    /// All errors. A malformed end of a value causes the other errors of that value, so only the
    /// first is kept.
    pub(super) fn into_errors(self, mut malformed: Vec<Error>) -> Vec<Error> {
        let mut errors = self.errors;
        errors.retain(|error| malformed.iter().all(|m| m.setting != error.setting));
        malformed.extend(errors);
        malformed
    }
}

/// The values with a wrong character at either end.
pub(super) fn malformed(settings: &Settings) -> Vec<Error> {
    let check = |value: super::settings::SettingText<&Option<String>>| {
        let quotes = if value.is_secret {
            QuoteRule::Allow
        } else {
            QuoteRule::Refuse
        };
        let problem = form::problem(value.text.as_deref()?, quotes)?;
        Some(wrong(value.setting, problem))
    };
    settings.values().filter_map(check).collect()
}

/// A time zone by its name in the IANA database.
pub(super) fn time_zone(
    setting: impl Into<Cow<'static, str>>,
    name: &str,
) -> Result<TimeZone, Error> {
    TimeZone::get(name).map_err(|_| {
        let problem = format!(
            "must be a name in the IANA time zone database such as Europe/Berlin, not {name:?}"
        );
        wrong(setting, problem)
    })
}

/// Accepts values that need no encoding in a URL or a form.
pub(super) fn visible_ascii<'a>(setting: &'static str, given: &'a str) -> Result<&'a str, Error> {
    if given.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(given);
    }
    let problem = format!("must be visible ASCII characters, not {given:?}");
    Err(wrong(setting, problem))
}
