//! One visitor's way through the pages.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::{
    api::{Api, Step},
    client::Client,
    expiry::Expiry,
    pictures::Pictures,
    redirect::RedirectUri,
    scenario::Scenario,
    tries::Tries,
};

/// How long a visitor may take for the pages.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// A client's request, with every parameter checked.
pub(crate) struct AuthorizationRequest {
    pub(crate) api: Api,
    pub(crate) client: Arc<Client>,
    pub(crate) redirect_uri: RedirectUri,
    /// In the spelling of [`crate::query::normalised`].
    pub(crate) state: Option<String>,
    /// Where the "Back to …" link leads: absolute, http or https.
    pub(crate) back: Option<String>,
    /// Remarks for the client's developer about unusual but allowed parameters.
    pub(crate) remarks: Vec<String>,
}

impl AuthorizationRequest {
    /// The address for a verified visitor.
    pub(crate) fn approved(&self, code: &str) -> String {
        let mut outcome = vec![("code", code)];
        outcome.extend(self.state());
        self.redirect_uri.with_outcome(&outcome)
    }

    /// The same with another state than the client sent.
    pub(crate) fn approved_with_another_state(&self, code: &str) -> String {
        self.redirect_uri
            .with_outcome(&[("code", code), ("state", "changed-by-the-sandbox")])
    }

    /// The address for a refused visitor, as in RFC 6749, section 4.1.2.1.
    pub(crate) fn refused(&self) -> String {
        let mut outcome = vec![
            ("error", "access_denied"),
            ("error_description", "%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
        ];
        outcome.extend(self.state());
        self.redirect_uri.with_outcome(&outcome)
    }

    fn state(&self) -> Option<(&str, &str)> {
        self.state.as_deref().map(|state| ("state", state))
    }

    /// The address for a visitor who cancelled or failed: with the state, without a code.
    pub(crate) fn cancelled(&self) -> String {
        self.redirect_uri.with_outcome(self.state().as_slice())
    }
}

/// One visitor's sign-up: its request and its progress.
pub(crate) struct SignUp {
    pub(crate) request: Arc<AuthorizationRequest>,
    pub(crate) started: Timestamp,
    pub(crate) expires: Expiry,
    pub(crate) progress: Progress,
    pub(crate) pictures: Pictures,
    /// To show something of their own, while it stands.
    pub(crate) consent: Option<Consent>,
    /// The secret of the browser in which the visitor first agreed.
    pub(crate) owner: Option<String>,
    /// How many there were.
    consents: u32,
    pub(crate) tries: Tries,
    /// Why a visitor failed whose own document a verifier was to read.
    pub(crate) unfit: Option<Unfit>,
}

/// One consent of a visitor. What was begun under it, and comes when it was taken back, is dropped, also where
/// the visitor has agreed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Consent(u32);

/// Why the verifier let a visitor fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// The document could not be read.
    Unread,
    /// Face and portrait do not look alike.
    Unlike,
}

/// How far a sign-up has come.
#[derive(Clone)]
pub(crate) enum Progress {
    /// No scenario is chosen yet.
    Introduced,
    /// The visitor of this scenario has come as far as this page.
    Underway(&'static Scenario, Step),
    /// The visitor failed at this page and has not left.
    Failed(Step),
    /// The visitor was sent to this address.
    Left(String),
}

/// The consequence of pressing a page's button.
pub(crate) enum Next {
    /// This page.
    Page(Step),
    /// The visitor goes back to the client, verified or not.
    Ended(&'static Scenario),
    /// The visitor fails, or has failed before.
    Failed,
    /// The visitor was sent away before, to this address: a double click, or the browser's back
    /// button. The same press has the same effect.
    LeftBefore(String),
    /// The first page was sent without a scenario.
    NoPersonChosen,
}

impl SignUp {
    /// Before the first page.
    pub(crate) fn of(request: AuthorizationRequest, started: Timestamp) -> Self {
        Self {
            request: Arc::new(request),
            started,
            expires: Expiry::after(LIFETIME, started),
            progress: Progress::Introduced,
            pictures: Pictures::default(),
            consent: None,
            owner: None,
            consents: 0,
            tries: Tries::default(),
            unfit: None,
        }
    }

    /// The visitor agrees to show something of their own.
    pub(crate) fn agree(&mut self) {
        if self.consent.is_none() {
            self.consents += 1;
            self.consent = Some(Consent(self.consents));
        }
    }

    /// The visitor shows nothing of their own any more.
    pub(crate) fn withdraw(&mut self) {
        self.pictures = Pictures::default();
        self.consent = None;
    }

    /// What this page has shown does not hold any more: later pages are not reached.
    pub(crate) fn go_back_to(&mut self, step: Step) {
        let api = self.request.api;
        if let Progress::Underway(_, reached) = &mut self.progress
            && api.is_later(*reached, step)
        {
            *reached = step;
        }
    }

    /// The latest page that may be shown, unless the sign-up has ended.
    pub(crate) fn reached(&self) -> Option<Step> {
        match self.progress {
            Progress::Introduced => Some(Step::Introduction),
            Progress::Underway(_, reached) => Some(reached),
            Progress::Failed(_) | Progress::Left(_) => None,
        }
    }

    /// Presses the button of one page. Pages that were not reached yet cannot be skipped.
    pub(crate) fn complete(&mut self, step: Step, chosen: Option<&'static Scenario>) -> Next {
        let (scenario, reached) = match (&self.progress, step) {
            (Progress::Left(location), _) => return Next::LeftBefore(location.clone()),
            (Progress::Failed(_), _) => return Next::Failed,
            (_, Step::Introduction) => match chosen {
                Some(scenario) => (scenario, Step::Introduction),
                None => return Next::NoPersonChosen,
            },
            (Progress::Introduced, _) => return Next::Page(Step::Introduction),
            (Progress::Underway(scenario, reached), _) => (*scenario, *reached),
        };
        let api = self.request.api;
        if api.is_later(step, reached) {
            return Next::Page(reached);
        }
        if scenario.fails_at(step) {
            return Next::Failed;
        }
        let Some(next) = api.after(step) else {
            return Next::Ended(scenario);
        };
        if scenario.fails_after() == Some(step) {
            return Next::Ended(scenario);
        }
        let reached = if api.is_later(next, reached) {
            next
        } else {
            reached
        };
        self.progress = Progress::Underway(scenario, reached);
        Next::Page(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(name: &str) -> Option<&'static Scenario> {
        Scenario::by_name(name)
    }

    fn sign_up() -> SignUp {
        let client = Arc::new(Client::demo());
        let request = AuthorizationRequest {
            api: Api::WebKyc,
            redirect_uri: client.redirect_uris[0].clone(),
            client,
            state: None,
            back: None,
            remarks: Vec::new(),
        };
        SignUp::of(request, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn pages_cannot_be_skipped() {
        let mut sign_up = sign_up();
        for step in [Step::Liveness, Step::Document, Step::Verification] {
            assert!(matches!(
                sign_up.complete(step, None),
                Next::Page(Step::Introduction)
            ));
        }
        sign_up.complete(Step::Introduction, scenario("anna"));
        assert!(matches!(
            sign_up.complete(Step::Verification, None),
            Next::Page(Step::Liveness)
        ));
    }

    #[test]
    fn choosing_another_person_begins_again() {
        let mut sign_up = sign_up();
        sign_up.complete(Step::Introduction, scenario("anna"));
        sign_up.complete(Step::Liveness, None);
        sign_up.complete(Step::Introduction, scenario("john"));
        let Progress::Underway(scenario, reached) = sign_up.progress else {
            panic!("the sign-up is not under way");
        };
        assert_eq!((scenario.name, reached), ("john", Step::Liveness));
    }

    #[test]
    fn who_fails_at_a_page_sees_no_later_one() {
        for (name, last) in [
            ("cancelled", Step::Introduction),
            ("liveness-failed", Step::Liveness),
            ("no-code", Step::Verification),
        ] {
            let mut sign_up = sign_up();
            for step in Api::WebKyc.steps() {
                let next = sign_up.complete(step, scenario(name));
                let ended = matches!(next, Next::Ended(_) | Next::Failed);
                assert_eq!(ended, step == last, "{name}");
                if ended {
                    break;
                }
            }
        }
    }
}
