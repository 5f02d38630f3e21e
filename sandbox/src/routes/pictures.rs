//! `/identification/…/picture/…`: visitors' own pictures in place of the specimens.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{
        DefaultBodyLimit, FromRequest, Path, Request, State, multipart::Multipart,
        rejection::PathRejection,
    },
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::StreamExt;
use tokio::sync::Semaphore;

use super::{
    assets, identification, owner,
    pages::{self, Problem},
    reader::Reader,
    redirects,
};
use crate::{
    api::Step,
    app_state::AppState,
    pictures::{self, LARGEST_FILE, Side, UnfitPicture},
    sign_up::{Consent, Progress},
    store::{Judged, NotKept, Reason},
    texts::Texts,
    verifier::{Expected, Unread},
};

/// The most bytes that a form adds to its file.
const WRAPPING: usize = 64 * 1024;
/// How much of a body that is too large is read and thrown away: a browser that is answered while
/// it still sends shows a broken connection and no answer.
const THROWN_AWAY: usize = 256 * 1024 * 1024;
/// For the journal.
const UNREAD: &str = "The visitor's own document could not be read.";
/// Each decoding may take as much memory as the most pixels need.
static DECODING: Semaphore = Semaphore::const_new(2);

/// These routes limit their bodies themselves.
pub(super) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/identification/{sign_up}/picture/{side}", get(show))
        .route(
            "/identification/{sign_up}/{step}/picture/{side}",
            post(take),
        )
        .route(
            "/identification/{sign_up}/{step}/picture/{side}/remove",
            post(remove),
        )
        .layer(DefaultBodyLimit::disable())
}

/// Why nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no such sign-up, page or side.
    Unknown,
    /// The visitor was sent away before.
    Over,
    /// The page is a later one than the visitor has reached.
    Ahead,
    /// The visitor has not agreed to show anything of their own.
    NotAgreed,
    /// There is no memory left for it.
    NoRoom,
    /// The form holds no file.
    Missing,
    /// The file does not become a picture.
    Unfit(UnfitPicture),
    /// The document was not read.
    Unread(Unread),
    /// It was read, and will not do.
    Unusable(Reason),
}

async fn show(
    State(app): State<Arc<AppState>>,
    path: Result<Path<(String, Side)>, PathRejection>,
) -> Response {
    let jpeg = path.ok().and_then(|Path((id, side))| {
        let (pictures, _) = app.store.shown(&id, app.now_of_sign_up(&id))?;
        pictures.jpeg(side)
    });
    match jpeg {
        Some(jpeg) => {
            let headers = [
                (CONTENT_TYPE, "image/jpeg"),
                (CONTENT_SECURITY_POLICY, assets::INERT),
            ];
            (headers, jpeg).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A form, which is led back to its page, or the picture by itself, for scripts.
async fn take(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    path: Result<Path<(String, Step, Side)>, PathRejection>,
    request: Request,
) -> Response {
    let is_form = media_type(request.headers()) == "multipart/form-data";
    let zone = match request.uri().query() {
        Some("zone=expected") => Expected::Zone,
        _ if path
            .as_ref()
            .is_ok_and(|Path((_, _, side))| *side == Side::Back) =>
        {
            Expected::Zone
        }
        _ => Expected::Anything,
    };
    let headers = request.headers().clone();
    // Read before anything is answered, for the reason that `THROWN_AWAY` has.
    let sent = read(request).await;
    let Ok(Path((id, step, side))) = path else {
        return Refused::Unknown.text(reader.texts());
    };
    if !owner::is_owner(&app, &id, &headers) {
        return owner::refuse(&app, reader, &headers, &id);
    }
    let texts = reader.texts();
    let taken = async {
        let consent = check_place(&app, &id, step, side)?;
        let file = sent?;
        if app.verifier.is_some() && side == Side::Face {
            // The face is taken while the visitor follows the prompts.
            return Err(Refused::Unusable(Reason::NoFace));
        }
        let jpeg = prepare(file.clone()).await.map_err(Refused::Unfit)?;
        let kept = match &app.verifier {
            Some(verifier) => {
                let read = verifier.read(file, zone).await.map_err(Refused::Unread)?;
                let now = app.now_of_sign_up(&id);
                app.store.keep_read(&id, consent, side, read, now)
            }
            None => {
                let now = app.now_of_sign_up(&id);
                let kept = app.store.keep_picture(&id, consent, side, jpeg, now);
                kept.map(|()| Judged::Taken)
            }
        };
        match kept {
            Ok(Judged::Taken) => {}
            Ok(Judged::Refused(reason)) => return Err(Refused::Unusable(reason)),
            Ok(Judged::Failed(next)) => return Ok(Some(next)),
            Err(not_kept) => return Err(not_kept.into()),
        }
        let what = format!(
            "The visitor showed a picture of their own ({}).",
            side.slug()
        );
        redirects::write_down(&app, &id, what.as_str());
        Ok::<_, Refused>(None)
    };
    match taken.await {
        Ok(Some(next)) => {
            let answer = redirects::follow(&app, &id, Some(next), UNREAD, texts);
            if is_form {
                answer
            } else {
                redirects::named(answer)
            }
        }
        Ok(None) if is_form => redirects::to_step(&id, step),
        Ok(None) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) if is_form => refused.page(&app, &id, step, texts),
        Err(refused) => refused.text(texts),
    }
}

async fn remove(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    path: Result<Path<(String, Step, Side)>, PathRejection>,
) -> Response {
    let Ok(Path((id, step, side))) = path else {
        return pages::unknown_sign_up(&app, reader.texts(), "");
    };
    match check_place(&app, &id, step, side) {
        Ok(consent) => {
            let now = app.now_of_sign_up(&id);
            app.store.remove_picture(&id, consent, side, now);
            redirects::to_step(&id, step)
        }
        Err(refused) => refused.page(&app, &id, step, reader.texts()),
    }
}

/// The consent to show such a picture on this page, if the sign-up has one and has come so far.
pub(super) fn check_place(
    app: &AppState,
    id: &str,
    step: Step,
    side: Side,
) -> Result<Consent, Refused> {
    let (request, progress) = app.sign_up(id).ok_or(Refused::Unknown)?;
    if side.step() != step {
        return Err(Refused::Unknown);
    }
    let (scenario, reached) = match progress {
        Progress::Introduced => return Err(Refused::Ahead),
        Progress::Underway(scenario, reached) => (scenario, reached),
        Progress::Failed(_) | Progress::Left(_) => return Err(Refused::Over),
    };
    if request.api.is_later(step, reached) {
        return Err(Refused::Ahead);
    }
    let shown = app.store.shown(id, app.now_of_sign_up(id));
    let consent = shown.and_then(|(_, consent)| consent);
    let consent = consent.ok_or(Refused::NotAgreed)?;
    if app.verifier.is_none() && side == Side::Back && !scenario.person.document().has_back() {
        return Err(Refused::Unknown);
    }
    Ok(consent)
}

/// Decodes and encodes, for few at a time.
async fn prepare(file: Bytes) -> Result<Vec<u8>, UnfitPicture> {
    // The semaphore is never closed; without a permit there would still be an answer.
    let permit = DECODING.acquire().await;
    let decode = move || {
        // Held to the end, even when the sender of the picture is gone.
        let _permit = permit;
        pictures::prepared(&file)
    };
    pictures::drawing(decode).await
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next());
    media_type.unwrap_or_default().trim().to_ascii_lowercase()
}

/// The file in a request.
async fn read(request: Request) -> Result<Bytes, Refused> {
    let (head, body) = request.into_parts();
    match media_type(&head.headers).as_str() {
        "multipart/form-data" => {
            let body = read_body(body, LARGEST_FILE + WRAPPING).await?;
            let whole = Request::from_parts(head, Body::from(body));
            let form = Multipart::from_request(whole, &()).await;
            file_in(form.map_err(|_| Refused::Missing)?).await
        }
        // A label decides nothing: the file's own bytes say what it is.
        _ => match read_body(body, LARGEST_FILE).await? {
            file if file.is_empty() => Err(Refused::Missing),
            file => Ok(file),
        },
    }
}

async fn read_body(body: Body, limit: usize) -> Result<Bytes, Refused> {
    let mut chunks = body.into_data_stream();
    let (mut whole, mut length) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        // A sender that breaks off does not read the answer either.
        let chunk = chunk.map_err(|_| Refused::Unfit(UnfitPicture::Broken))?;
        length += chunk.len();
        if length <= limit {
            whole.extend_from_slice(&chunk);
        } else if length > THROWN_AWAY {
            break;
        }
    }
    if length > limit {
        return Err(Refused::Unfit(UnfitPicture::TooLarge));
    }
    Ok(whole.into())
}

/// The first file of a form. A form that was sent without choosing one holds an empty one.
async fn file_in(mut form: Multipart) -> Result<Bytes, Refused> {
    while let Ok(Some(field)) = form.next_field().await {
        if field.file_name().is_none() {
            continue;
        }
        let file = field.bytes().await.map_err(|_| Refused::Missing)?;
        if !file.is_empty() {
            return Ok(file);
        }
    }
    Err(Refused::Missing)
}

impl From<NotKept> for Refused {
    fn from(not_kept: NotKept) -> Self {
        match not_kept {
            NotKept::Over => Self::Over,
            NotKept::Late => Self::NotAgreed,
            NotKept::NoRoom => Self::NoRoom,
        }
    }
}

impl Refused {
    /// For a form: on the page it came from, where there is one.
    fn page(self, app: &AppState, id: &str, step: Step, texts: &'static Texts) -> Response {
        match self {
            Self::Unknown => pages::unknown_sign_up(app, texts, id),
            Self::NoRoom
            | Self::Over
            | Self::Ahead
            | Self::NotAgreed
            | Self::Missing
            | Self::Unfit(_)
            | Self::Unread(_)
            | Self::Unusable(_) => {
                let problem = self.problem(texts);
                identification::step_page(app, id, step, texts, Some(problem))
            }
        }
    }

    /// For a script, which shows it.
    pub(super) fn text(self, texts: &Texts) -> Response {
        let Problem { status, sentence } = self.problem(texts);
        (status, sentence).into_response()
    }

    fn problem(self, texts: &Texts) -> Problem {
        let words = &texts.refusals;
        let (status, sentence) = match self {
            Self::Unknown => (StatusCode::NOT_FOUND, words.unknown_picture),
            Self::Over => (StatusCode::GONE, words.over_picture),
            Self::Ahead => (StatusCode::CONFLICT, words.ahead),
            Self::NotAgreed => (StatusCode::CONFLICT, words.not_agreed),
            Self::NoRoom => (StatusCode::SERVICE_UNAVAILABLE, words.no_room[1]),
            Self::Missing => (StatusCode::BAD_REQUEST, words.missing),
            Self::Unread(Unread::Unfit(unfit)) => return Self::Unfit(unfit).problem(texts),
            Self::Unread(unread) => return Problem::of_verifier(unread, &words.unread, texts),
            Self::Unusable(reason) => return Problem::of(reason, texts),
            Self::Unfit(UnfitPicture::TooLarge) => (StatusCode::PAYLOAD_TOO_LARGE, words.too_large),
            Self::Unfit(UnfitPicture::TooManyPixels) => {
                (StatusCode::UNPROCESSABLE_ENTITY, words.too_many_pixels)
            }
            Self::Unfit(UnfitPicture::Pdf) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, words.pdf),
            Self::Unfit(UnfitPicture::Heic) => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, texts.camera.heic)
            }
            Self::Unfit(UnfitPicture::OfAnotherKind) => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, words.other_kind)
            }
            Self::Unfit(UnfitPicture::Broken) => (StatusCode::UNPROCESSABLE_ENTITY, words.broken),
        };
        Problem { status, sentence }
    }
}
