//! The verifier: a program beside the sandbox that reads visitors' documents, has them turn their heads, and compares
//! faces. It gets the files as they came.

mod challenge;

use std::time::Duration;

use axum::body::Bytes;
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;
pub(crate) use webkyc_reading::{Lack, Miss, Prompt, Retake};
use webkyc_reading::{PageLine, Reading, SideText, Zone, combine_texts};

pub(crate) use self::challenge::{Compared, Course};
use crate::{pictures::UnfitPicture, wire::DocumentFields};

/// How long a connection may take.
const CONNECTING: Duration = Duration::from_millis(500);
/// How long a picture may take to be read, others before it included.
const READING: Duration = Duration::from_secs(25);
/// The most bytes of an answer.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// Where documents are read.
#[derive(Clone)]
pub(crate) struct Verifier {
    http: reqwest::Client,
    origin: Url,
}

/// An answer with its whole body.
struct CompleteAnswer {
    status: u16,
    body: Vec<u8>,
}

/// Why the verifier has done nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is not there, or ended meanwhile.
    Away,
    /// It did not answer in time.
    Slow,
    /// Others are before this visitor.
    Busy,
    /// The answer is not a verifier's, or the verifier failed.
    Wrong,
    /// It takes no such file.
    Unfit(UnfitPicture),
}

/// One side of a document, as it was read from a picture.
pub(crate) struct ReadSide {
    /// The side alone, upright, as JPEG.
    pub(crate) picture: Vec<u8>,
    pub(crate) portrait: Option<Vec<u8>>,
    /// Why another picture is needed.
    pub(crate) retake: Option<Retake>,
    pub(crate) text: SideText,
}

/// The verifier's answer.
#[derive(Deserialize)]
struct DocumentAnswer {
    zone: Option<Zone>,
    page: Vec<PageLine>,
    portrait: Option<String>,
    picture: String,
    retake: Option<Retake>,
}

impl Verifier {
    pub(crate) fn at(origin: &Url) -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder()
            .user_agent(concat!("webkyc-sandbox/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .http1_only()
            // A verifier that was started again must not meet an old connection.
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECTING)
            // It is reached over plain HTTP.
            .tls_certs_only([]);
        #[cfg(unix)]
        if let Some(socket) = crate::config::socket_of(origin) {
            return Ok(Self {
                http: builder.unix_socket(socket).build()?,
                origin: Url::parse("http://localhost").expect("it is a URL"),
            });
        }
        Ok(Self {
            http: builder.build()?,
            origin: origin.clone(),
        })
    }

    /// Sends one picture of one side.
    pub(crate) async fn read(&self, file: Bytes, zone: Expected) -> Result<ReadSide, Unread> {
        let path = match zone {
            Expected::Zone => "/documents?zone=expected",
            Expected::Anything => "/documents",
        };
        let complete = self.post(path, file, READING).await?;
        let answer: DocumentAnswer = complete.of_success()?;
        let picture = STANDARD.decode(answer.picture);
        let portrait = answer.portrait.map(|portrait| STANDARD.decode(portrait));
        Ok(ReadSide {
            picture: jpeg(picture)?,
            portrait: portrait.map(jpeg).transpose()?,
            retake: answer.retake,
            text: SideText {
                zone: answer.zone,
                page: answer.page,
            },
        })
    }

    async fn post(
        &self,
        path: &str,
        body: Bytes,
        within: Duration,
    ) -> Result<CompleteAnswer, Unread> {
        self.call(Method::POST, path, body, within).await
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        within: Duration,
    ) -> Result<CompleteAnswer, Unread> {
        let address = self.origin.join(path).map_err(|_| Unread::Wrong)?;
        let request = self.http.request(method, address);
        let request = request.timeout(within).body(body);
        let mut answer = request.send().await.map_err(|error| unread(&error))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| unread(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST_ANSWER {
                return Err(Unread::Wrong);
            }
        }
        let status = answer.status().as_u16();
        Ok(CompleteAnswer { status, body })
    }
}

impl CompleteAnswer {
    fn of_success<T: DeserializeOwned>(&self) -> Result<T, Unread> {
        match self.status {
            200 | 201 => serde_json::from_slice(&self.body).map_err(|_| Unread::Wrong),
            413 => Err(Unread::Unfit(UnfitPicture::TooManyPixels)),
            415 | 422 => Err(Unread::Unfit(UnfitPicture::Broken)),
            503 => Err(Unread::Busy),
            _ => Err(Unread::Wrong),
        }
    }
}

/// Whether a side must show a machine-readable zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Zone,
    Anything,
}

fn unread(error: &reqwest::Error) -> Unread {
    if error.is_timeout() && !error.is_connect() {
        Unread::Slow
    } else {
        Unread::Away
    }
}

/// A picture is shown and handed on as JPEG, so it must be one.
fn jpeg(decoded: Result<Vec<u8>, base64::DecodeError>) -> Result<Vec<u8>, Unread> {
    let jpeg = decoded.map_err(|_| Unread::Wrong)?;
    let is_jpeg = jpeg.starts_with(&[0xff, 0xd8, 0xff]);
    is_jpeg.then_some(jpeg).ok_or(Unread::Wrong)
}

/// The fields of all texts of a document together, or what they lack. Of the pages only that beside the portrait
/// confirms number and names, so that they are those of the person on it.
pub(crate) fn fields(
    texts: &[SideText],
    beside_portrait: Option<SideText>,
) -> Result<DocumentFields, Lack> {
    let page = beside_portrait.map(|text| text.page).unwrap_or_default();
    let reading = combine_texts(texts, &page, jiff::Zoned::now().date());
    if let Some(lack) = reading.lacks {
        return Err(lack);
    }
    let Reading {
        kind: Some(kind),
        issuing_country: Some(issuing_country),
        ..
    } = reading
    else {
        return Err(Lack::Field);
    };
    let names = [&reading.surname, &reading.given_names];
    let names: Vec<&str> = names
        .into_iter()
        .filter_map(|name| name.as_deref())
        .collect();
    Ok(DocumentFields {
        document_type: match kind {
            webkyc_reading::DocumentKind::Passport => "PP",
            webkyc_reading::DocumentKind::IdentityCard => "NID",
            webkyc_reading::DocumentKind::ResidencePermit => "RP",
        }
        .to_owned(),
        surname_and_given_names: Some(names.join(" ")).filter(|names| !names.is_empty()),
        issuing_country,
        document_number: reading.document_number,
        nationality: reading.nationality,
        surname: reading.surname,
        given_names: reading.given_names,
        sex: reading.sex,
        date_of_birth: reading.date_of_birth,
        date_of_expiry: reading.date_of_expiry,
        ..DocumentFields::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_verifier_that_takes_a_connection_and_says_nothing_is_slow() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let verifier = Verifier::at(&origin.parse().unwrap()).unwrap();
        let soon = Duration::from_millis(100);
        let complete = verifier.post("/documents", Bytes::new(), soon).await;
        assert_eq!(complete.err(), Some(Unread::Slow));
    }
}
