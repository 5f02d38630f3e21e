//! A client's preferences, from `Accept` and its like (RFC 9110, section 12.5).

use axum::http::{HeaderMap, HeaderName};

/// The members of such a list with their weights (RFC 9110 section 12.4.2).
pub(crate) fn weighted<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = (&'a str, f32)> {
    let lines = headers.get_all(name).iter();
    let members = lines.filter_map(|line| line.to_str().ok());
    members.flat_map(|line| line.split(',')).map(|member| {
        let mut parts = member.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let weight = weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        (name, weight)
    })
}

/// The highest weight of a member, in any case of its letters; 0 if it is not named.
pub(crate) fn weight(headers: &HeaderMap, name: &HeaderName, member: &str) -> f32 {
    let members = weighted(headers, name).filter(|(name, _)| name.eq_ignore_ascii_case(member));
    members.map(|(_, weight)| weight).fold(0.0, f32::max)
}
