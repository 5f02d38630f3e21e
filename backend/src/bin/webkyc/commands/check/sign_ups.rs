//! The lines of `webkyc check` about the store and about sites whose servers create sign-ups.

use webkyc_backend::{
    config::{After, Release, Site, StoreConfig},
    sign_ups, store,
};

use super::Report;

pub(super) fn say_site(key: &str, site: &Site, report: &mut Report) {
    report.line("ok", &format!("site {key}: {}", rules(site)));
    if !site.origins.is_empty() {
        let text = format!(
            "site {key}: pages of {} may call the API",
            site.origins.join(", ")
        );
        report.line("ok", &text);
    }
    if let Some(webhook) = &site.webhook {
        // A query may hold a secret.
        let url = &webhook.url[..url::Position::AfterPath];
        let secrets = match webhook.secrets.get().count() {
            1 => "1 secret".to_owned(),
            count => format!("{count} secrets"),
        };
        let text = format!("site {key}: events go to {url}, signed with {secrets}");
        report.line("ok", &text);
    }
    if site.key.is_some() && site.returns.is_empty() {
        let text = format!(
            "site {key} has no returns: its server can create no sign-up, because each has an address \
             to return to"
        );
        report.line("note", &text);
    }
}

/// The calls that the site's server may make, and the page that its visitors see at the end.
fn rules(site: &Site) -> String {
    let key = match site.key {
        Some(_) => "its server has a key",
        None => "only the operator's key creates its sign-ups",
    };
    let claims: Vec<_> = site.claims.iter().map(ToString::to_string).collect();
    let claims = match claims.as_slice() {
        [] => "no claims".to_owned(),
        claims => claims.join(", "),
    };
    let after = match site.after {
        After::Show => "show",
        After::Return => "return",
    };
    let release = match site.release {
        Release::Immediately => "immediately",
        Release::OnReturn => "on-return",
    };
    let zone = site.time_zone.iana_name().unwrap_or("UTC");
    format!("{key}; it may ask for {claims}; after: {after}; release: {release}; time zone: {zone}")
}

pub(super) async fn say_store(store: &StoreConfig, report: &mut Report) {
    let keys = store.keys.get();
    let fingerprints = keys.fingerprints().into_iter();
    let fingerprints = fingerprints.map(|f| format!("{:08x}", u32::from_be_bytes(f)));
    let fingerprints = fingerprints.collect::<Vec<_>>().join(" ");
    report.line("ok", &format!("store keys, newest first: {fingerprints}"));
    let [claims, sign_ups] = [store.keep_claims, store.keep_sign_ups].map(duration);
    let kept = format!("claims are kept for {claims}, sign-ups for {sign_ups}");
    report.line("ok", &kept);
    let location = &store.location;
    match location.check().await {
        Ok(Some(needed)) => {
            let text = format!("this program can use the database {location}");
            report.line("ok", &text);
            match sign_ups::check_fingerprints(&keys, &needed) {
                Ok(()) => report.line("ok", "[store] keys_file opens what is stored"),
                Err(problem) => report.line("wrong", &format!("[store] keys_file: {problem}")),
            }
        }
        Ok(None) => {
            let text = format!("there are no tables in {location} yet: the start makes them");
            report.line("note", &text);
        }
        Err(store::Error(problem)) => {
            report.line("wrong", &format!("[store] url names {location}: {problem}"));
        }
    }
}

/// In the largest unit that leaves no rest.
fn duration(seconds: i64) -> String {
    let units = [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)];
    let unit = units.iter().find(|(_, length)| seconds % length == 0);
    unit.map_or_else(String::new, |(unit, length)| {
        format!("{} {unit}", seconds / length)
    })
}
