//! Exchanging codes, and finding verifications by code and token.

use std::{fmt, time::Instant};

use jiff::Timestamp;

use super::{
    CodeRefused, Store, TOKEN_LIFETIME,
    access::Access,
    grant::Grant,
    records::{Records, Spent},
};
use crate::{api::Api, expiry::Expiry, pictures::KEPT_AFTER, verification::Finished};

/// A code that was exchanged.
pub(crate) struct Exchanged {
    pub(crate) token: String,
    pub(crate) verification: Finished,
}

/// Not the token.
impl fmt::Debug for Exchanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchanged({:?})", self.verification)
    }
}

/// A code that was not taken, and the sign-up it came from, where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotTaken {
    pub(crate) because: CodeRefused,
    pub(crate) sign_up: Option<String>,
    /// The redirect URI that the code was sent to, if another one came.
    pub(crate) sent_to: Option<String>,
}

impl Store {
    /// The sign-up of this client that issued a code, spent or not. Does not spend the code.
    pub(crate) fn sign_up_of_code(&self, code: &str, client_id: &str) -> Option<String> {
        let mut records = self.records();
        if let Some(grant) = records.codes.get_mut(code) {
            let is_theirs = grant.request.client.id == client_id;
            return is_theirs.then(|| grant.verification.sign_up.clone());
        }
        let spent = records.spent.get_mut(code)?;
        (spent.client_id == client_id).then(|| spent.sign_up.clone())
    }

    /// Exchanges a code for a token, once. The code is removed before anything about it is
    /// checked: a wrong exchange spends it too, and of two at the same time one finds nothing.
    pub(crate) fn exchange(
        &self,
        code: &str,
        client_id: &str,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<Exchanged, NotTaken> {
        let mut records = self.records();
        let verification = take(
            &mut records,
            code,
            Api::WebKyc,
            client_id,
            redirect_uri,
            now,
        )?;
        let access = Access {
            verification: verification.clone(),
            expires: Expiry::after(TOKEN_LIFETIME, now),
            revoked: false,
        };
        let token = access.mint(records.ids(self.seed, client_id), now);
        records.tokens.insert(token.clone(), access);
        if let Some(spent) = records.spent.get_mut(code) {
            spent.token = Some(token.clone());
        }
        Ok(Exchanged {
            token,
            verification,
        })
    }

    /// Takes the verification that a Web IDV code stands for, once. As with [`Self::exchange`], a
    /// wrong exchange spends the code too.
    pub(crate) fn redeem(
        &self,
        code: &str,
        client_id: &str,
        redirect_url: &str,
        now: Timestamp,
    ) -> Result<Finished, NotTaken> {
        let mut records = self.records();
        take(
            &mut records,
            code,
            Api::WebIdv,
            client_id,
            redirect_url,
            now,
        )
    }

    /// The access of this token, expired and revoked ones included.
    pub(crate) fn access(&self, token: &str) -> Option<Access> {
        self.records().tokens.get_mut(token).cloned()
    }
}

fn take(
    records: &mut Records,
    code: &str,
    api: Api,
    client_id: &str,
    redirect_uri: &str,
    now: Timestamp,
) -> Result<Finished, NotTaken> {
    // Another client's code is none of its business, and so it stays as it is.
    let is_others = |grant: &mut Grant| grant.request.client.id != client_id;
    if records.codes.get_mut(code).is_some_and(is_others) {
        return Err(NotTaken {
            because: CodeRefused::OtherClient,
            sign_up: None,
            sent_to: None,
        });
    }
    let Some(grant) = records.codes.remove(code) else {
        records.revoke(code, client_id);
        let spent = records.spent.get_mut(code);
        let spent = spent.filter(|spent| spent.client_id == client_id);
        return Err(NotTaken {
            because: match spent {
                Some(_) => CodeRefused::Spent,
                None => CodeRefused::Unknown,
            },
            sign_up: spent.map(|spent| spent.sign_up.clone()),
            sent_to: None,
        });
    };
    let sign_up = grant.verification.sign_up.clone();
    let spent = Spent {
        sign_up: sign_up.clone(),
        client_id: grant.request.client.id.clone(),
        token: None,
    };
    records.spent.insert(code.to_owned(), spent);
    let sent_to = grant.request.redirect_uri.as_str().to_owned();
    grant
        .open(api, redirect_uri, now)
        .inspect(|verification| {
            let due = Instant::now() + KEPT_AFTER;
            verification.subject.keep_until(due);
        })
        .map_err(|because| NotTaken {
            because,
            sign_up: Some(sign_up),
            sent_to: (because == CodeRefused::RedirectUri).then_some(sent_to),
        })
}
