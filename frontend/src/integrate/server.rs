//! Snippets for the web server and for the configuration.

use super::embed::Embed;

/// The web server in front, for a deployment under a path of the site.
pub(super) fn nginx(embed: &Embed) -> String {
    let (folder, public_url) = match embed.folder() {
        Some(folder) => (folder, embed.public_url.clone()),
        None => ("/kyc/".to_owned(), "https://shop.example/kyc".to_owned()),
    };
    format!(
        "location {folder} {{
    proxy_pass http://127.0.0.1:8080;   # WEBKYC_PUBLIC_URL={public_url}
    proxy_http_version 1.1;             # in 1.0, what breaks off may look whole
    proxy_set_header Connection \"\";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;   # and WEBKYC_TRUSTED_PROXIES=127.0.0.1
    proxy_buffer_size 16k;              # a long token takes two cookies of 4 KB
    proxy_buffers 8 16k;
    proxy_max_temp_file_size 0;         # or nginx puts documents into files of its own
}}
"
    )
}

/// Where visitors come back to, for a page of one's own at `path` that shows the results.
pub(super) fn redirect_setting(embed: &Embed, redirect_uri: &str, path: &str) -> String {
    if !is_the_portals(embed, redirect_uri) {
        format!("WEBKYC_REDIRECT_URI={redirect_uri}\n")
    } else if embed.folder().is_some() {
        format!("WEBKYC_REDIRECT_URI={}{path}\n", embed.origin())
    } else {
        // On a host of its own there is no page of the site.
        format!("WEBKYC_REDIRECT_URI=https://www.example.com{path}\n")
    }
}

/// Whether visitors come back to the portal's own results page.
pub(super) fn is_the_portals(embed: &Embed, redirect_uri: &str) -> bool {
    redirect_uri.strip_suffix("/results") == Some(embed.public_url.as_str())
}

/// The configuration that lets another origin of the same site call the API. A table of TOML is
/// written once, so for a site that is there it is one line more.
pub(super) fn listed_origin(embed: &Embed) -> String {
    let origin = embed.other_origin.as_deref();
    let origins = format!(
        "origins = [\"{}\"]\n",
        origin.unwrap_or("https://www.example.com")
    );
    if origin.is_some() {
        return format!("# the deployment has it already, in the table of a site\n{origins}");
    }
    match &embed.site {
        // Rust escapes the same characters as TOML, in the same way.
        Some(site) => format!("# one line more in the table of the site {site:?}\n{origins}"),
        None => format!("[sites.shop]\nname = \"Shop\"\n{origins}"),
    }
}

/// How to see that all of it is right.
pub(super) const CHECK: &str = "webkyc check\n";

#[cfg(test)]
mod tests {
    use toml::Table;
    use url::Url;

    use super::*;
    use crate::integrate::embed::tests::{every_choice, plain};

    #[test]
    fn the_web_server_passes_on_the_folder_of_the_public_address() {
        let block = nginx(&plain());
        assert!(block.starts_with("location /kyc/ {\n"), "{block}");
        assert!(block.contains("# WEBKYC_PUBLIC_URL=https://shop.example/kyc\n"));
        let readme = include_str!("../../../backend/README.md");
        for line in block.lines().filter(|line| !line.is_empty()) {
            assert!(readme.contains(line), "backend/README.md has no {line}");
        }
        let own_host = Embed {
            public_url: "https://kyc.shop.example".into(),
            ..plain()
        };
        assert!(nginx(&own_host).starts_with("location /kyc/ {\n"));
    }

    #[test]
    fn a_page_of_ones_own_shows_the_results_where_the_redirect_leads() {
        let address = |redirect_uri| {
            let setting = redirect_setting(&plain(), redirect_uri, "/verified.html");
            let (name, value) = setting.trim().split_once('=').unwrap();
            assert_eq!(name, "WEBKYC_REDIRECT_URI");
            Url::parse(value).unwrap()
        };
        let example = address("https://shop.example/kyc/results");
        assert_eq!(example.origin().ascii_serialization(), plain().origin());
        assert_eq!(example.path(), "/verified.html");
        let own = "https://shop.example/welcome";
        assert_eq!(address(own).as_str(), own);
    }

    #[test]
    fn the_listed_origin_is_valid_configuration() {
        for embed in every_choice() {
            let text = listed_origin(&embed);
            // The table of a site that is there has its name already.
            let text = match &embed.site {
                Some(site) => format!("[sites.{site:?}]\nname = \"It\"\n{text}"),
                None => text,
            };
            let table: Table = text.parse().unwrap();
            let site = &table["sites"][embed.site.as_deref().unwrap_or("shop")];
            assert_eq!(site["origins"].as_array().unwrap().len(), 1);
            assert!(site["name"].is_str());
        }
        let own = Embed {
            other_origin: Some("http://localhost:5500".into()),
            ..plain()
        };
        let listed = listed_origin(&own);
        assert!(listed.contains("already") && listed.contains("\"http://localhost:5500\""));
    }
}
