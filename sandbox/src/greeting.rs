//! The lines that the program prints when it listens.

use std::path::Path;

use crate::{app_state::AppState, client::Client, tls};

/// One line each, for people: the dashboard's address, and the settings for a client.
pub(crate) fn of(app: &AppState, authority: Option<&Path>) -> String {
    let mut lines = vec![("Dashboard", format!("{}/_sandbox/", app.url))];
    for client in app.clients.all() {
        lines.push(("Client id", client.id.clone()));
        lines.push(("Secret", secret(&client)));
        let uris = client.redirect_uris.iter();
        lines.extend(uris.map(|uri| ("Redirect URI", uri.as_str().to_owned())));
    }
    if let Some(folder) = authority {
        lines.push((
            "In Authenteq's place",
            format!(
                "HTTPS_PROXY={}, and trust {}",
                app.local_url,
                folder.join(tls::CERTIFICATE_FILE).display()
            ),
        ));
    }
    lines
        .into_iter()
        .map(|(name, value)| format!("  {:<13} {value}\n", format!("{name}:")))
        .collect()
}

/// Output is kept in logs, where only a secret belongs that everybody knows.
fn secret(client: &Client) -> String {
    let demo = Client::demo();
    if client.id == demo.id && client.secret.is(demo.secret.expose()) {
        demo.secret.expose().to_owned()
    } else {
        "as given; the dashboard shows it".to_owned()
    }
}
