//! The details of a verification: a token opens them, an id their export.

use std::{panic::resume_unwind, sync::Arc};

use bytes::Bytes;
use webkyc_shared::verification::Verification;

use super::{
    Call, Client, DetailsBody, DetailsForm, Error, Format, Grant, Holder, VerificationId,
    details_body,
    memory::Reservation,
    rejection,
    verification::{self, Reading},
};

/// Details answers of this many bytes or more are parsed on a separate thread, because parsing
/// would block the others. Handing them over takes as long as parsing this many bytes.
const LONG: usize = 64 << 10;

/// The content of a details answer.
pub struct Details {
    /// The id of the verification, if the answer has one.
    pub id: Option<VerificationId>,
    /// The verification: a [`Verification`]. The bytes keep their memory reservation.
    pub body: DetailsBody,
}

impl Client {
    /// Fetches the verification, any number of times while a token lives; an id opens the export.
    ///
    /// # Errors
    /// [`Error::Expired`] after a token's fifteen minutes, [`Error::NotFound`] where the export has
    /// nothing under an id, else the error of the call.
    pub async fn details(
        &self,
        grant: &Grant,
        form: DetailsForm,
        holder: Holder,
    ) -> Result<Details, Error> {
        let read = move |reading: Reading<'_>, body: &Bytes, reservation: &Arc<Reservation>| {
            details(form, reading, body, reservation)
        };
        self.fetch_details(grant, holder, read).await
    }

    /// Fetches the verification and shows it to `evaluate`, which takes out of it what is needed: without
    /// documents if one of their texts came twice or in a form that it cannot have.
    ///
    /// # Errors
    /// As [`Client::details`].
    pub async fn read_details<T, F>(
        &self,
        grant: &Grant,
        holder: Holder,
        evaluate: F,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Verification<'_>) -> T + Send + 'static,
    {
        let read = move |reading: Reading<'_>, _: &Bytes, _: &Arc<Reservation>| {
            reading.log();
            let is_doubtful = reading.is_doubtful();
            let Reading {
                mut verification, ..
            } = reading;
            if is_doubtful {
                verification.documents.clear();
            }
            Ok(evaluate(&verification))
        };
        self.fetch_details(grant, holder, read).await
    }

    async fn fetch_details<T, F>(&self, grant: &Grant, holder: Holder, read: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(Reading<'_>, &Bytes, &Arc<Reservation>) -> Result<T, Error> + Send + 'static,
    {
        let (call, upstream, request, id, limit) = match grant {
            Grant::Token(token) => {
                let request = self.details_request(token);
                let limit = self.limits.details_body;
                (Call::Details, &self.api, request, None, limit)
            }
            Grant::Verification(id) => {
                let request = self.export_request(Format::Json, *id);
                let limit = self.limits.export_body;
                let call = Call::DetailsExport;
                (call, &self.export_api, request, Some(*id), limit)
            }
        };
        let made = async {
            let _place = self.details.enter(holder.address).await?;
            let answer = upstream.send(call, request).await?;
            let status = answer.status();
            let body = answer.reserved_json(limit, &self.buffers, holder).await?;
            let is_long = body.len() > LONG;
            let prescanned = run(is_long, move || body.prescan()).await?;
            let (body, reservation) = prescanned.reserve().await?;
            let read = move || {
                let reading = match verification::read(&body) {
                    Err(error) if id.is_some() => {
                        let refused = rejection::in_success(call, status, &body);
                        Err(refused.unwrap_or(error))
                    }
                    reading => reading,
                }?;
                let is_other = |id: VerificationId| reading.id().is_some_and(|other| other != id);
                if id.is_some_and(is_other) {
                    return Err(Error::Unreadable("an export of another verification"));
                }
                read(reading, &body, &reservation)
            };
            run(is_long, read).await
        };
        self.counted(call, made).await
    }

    /// The memory, in KiB, that one holder of details may take.
    #[must_use]
    pub fn details_memory_for_one(&self) -> usize {
        self.limits.buffered_for_one() >> 10
    }
}

/// Does the work, of a long answer on a thread of its own.
async fn run<T: Send + 'static>(is_long: bool, work: impl FnOnce() -> T + Send + 'static) -> T {
    if !is_long {
        return work();
    }
    // The task is never cancelled; only a bug of ours can make it panic.
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panic| resume_unwind(panic.into_panic()))
}

fn details(
    form: DetailsForm,
    reading: Reading<'_>,
    body: &Bytes,
    reservation: &Arc<Reservation>,
) -> Result<Details, Error> {
    let id = reading.id();
    reading.log();
    let body = details_body::write(form, reading.verification, body, reservation);
    let body = body.map_err(|_| Error::Unreadable("details"))?;
    Ok(Details { id, body })
}
