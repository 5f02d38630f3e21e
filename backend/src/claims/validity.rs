use jiff::civil::Date;
use webkyc_shared::verification::Document;

use super::{Field, Source, date, present};

/// Whether all documents are valid; `None` if one does not name its last day, or contradicts itself.
/// `false` rests on the first that is not.
pub(super) fn are_valid(documents: &[Document<'_>], today: Date) -> Option<(bool, Source)> {
    let days = || expiries(documents, today);
    let expired = days().find(|(_, day)| day.is_some_and(|day| day < today));
    let source = |index| (index, Field::DateOfExpiry);
    if let Some((index, _)) = expired {
        return Some((false, source(index)));
    }
    if days().count() < documents.len() || days().any(|(_, day)| day.is_none()) {
        return None;
    }
    days().next().map(|(index, _)| (true, source(index)))
}

/// The last day of the first document that names one.
pub(super) fn first_expiry(documents: &[Document<'_>]) -> Option<(usize, Date)> {
    let mut texts = present(documents, |document| &document.date_of_expiry);
    let (index, text) = texts.next()?;
    Some((index, date::read(text)?))
}

/// The documents' last days; `None` for one that contradicts the document's other dates.
fn expiries(
    documents: &[Document<'_>],
    today: Date,
) -> impl Iterator<Item = (usize, Option<Date>)> {
    let texts = present(documents, |document| &document.date_of_expiry);
    texts.map(move |(index, text)| {
        let document = &documents[index];
        let day = |text: &Option<String>| text.as_deref().and_then(date::read);
        let (born, issued) = (day(&document.date_of_birth), day(&document.date_of_issue));
        let expiry = date::read(text).filter(|expiry| {
            let after = |earlier: Option<Date>| earlier.is_none_or(|earlier| earlier <= *expiry);
            after(born) && after(issued)
        });
        (
            index,
            expiry.filter(|_| issued.is_none_or(|issued| issued <= today)),
        )
    })
}
