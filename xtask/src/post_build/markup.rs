//! Start tags of an HTML page, found by a scan that knows quotes, comments and raw text.
//! The page is our own, written anew by Trunk: no more of HTML is needed here.

use std::ops::Range;

/// Elements whose content is text, whatever it looks like.
const RAW_TEXT: [&str; 4] = ["script", "style", "textarea", "title"];

/// A start tag.
#[derive(Debug)]
pub(crate) struct Tag<'a> {
    /// In lower case.
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute<'a>>,
    /// What lies between `<` and `>`, both included.
    pub(crate) span: Range<usize>,
    /// What lies between this tag and its end tag, for an element whose content is text.
    pub(crate) text: &'a str,
}

#[derive(Debug)]
pub(crate) struct Attribute<'a> {
    /// In lower case.
    pub(crate) name: String,
    pub(crate) value: &'a str,
    /// As it stands in the page.
    pub(crate) source: &'a str,
}

impl Tag<'_> {
    pub(crate) fn value(&self, attribute: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|it| it.name == attribute)?;
        Some(found.value)
    }
}

/// The start tags of a page, in order.
pub(crate) fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = page[at..].find('<') {
        let start = at + found;
        let rest = &page[start..];
        if rest.starts_with("<!--") {
            at = start + rest.find("-->").map_or(rest.len(), |end| end + 3);
        } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            let tag = read_tag(page, start);
            at = tag.span.end + tag.text.len();
            tags.push(tag);
        } else {
            at = start + 1;
        }
    }
    tags
}

fn read_tag(page: &str, start: usize) -> Tag<'_> {
    let mut at = start + 1;
    let name = take_while(page, &mut at, |c| {
        !c.is_ascii_whitespace() && c != '/' && c != '>'
    })
    .to_ascii_lowercase();
    let mut attributes = Vec::new();
    loop {
        take_while(page, &mut at, |c| c.is_ascii_whitespace() || c == '/');
        if page[at..].is_empty() {
            break;
        }
        if page[at..].starts_with('>') {
            at += 1;
            break;
        }
        attributes.push(read_attribute(page, &mut at));
    }
    let text = if RAW_TEXT.contains(&name.as_str()) {
        &page[at..end_tag(page, at, &name)]
    } else {
        ""
    };
    Tag {
        name,
        attributes,
        span: start..at,
        text,
    }
}

fn read_attribute<'a>(page: &'a str, at: &mut usize) -> Attribute<'a> {
    let start = *at;
    // A name may even begin with an equals sign.
    *at += page[start..].chars().next().map_or(0, char::len_utf8);
    take_while(page, at, |c| {
        !c.is_ascii_whitespace() && !matches!(c, '/' | '>' | '=')
    });
    let name = page[start..*at].to_ascii_lowercase();
    let mut end = *at;
    take_while(page, at, |c| c.is_ascii_whitespace());
    let mut value = "";
    if page[*at..].starts_with('=') {
        *at += 1;
        take_while(page, at, |c| c.is_ascii_whitespace());
        value = match page[*at..].chars().next() {
            Some(quote @ ('"' | '\'')) => {
                *at += 1;
                let value = take_while(page, at, |c| c != quote);
                *at = page.len().min(*at + 1);
                value
            }
            _ => take_while(page, at, |c| !c.is_ascii_whitespace() && c != '>'),
        };
        end = *at;
    }
    Attribute {
        name,
        value,
        source: &page[start..end],
    }
}

fn take_while<'a>(page: &'a str, at: &mut usize, wanted: impl Fn(char) -> bool) -> &'a str {
    let rest = &page[*at..];
    let taken = &rest[..rest.find(|c| !wanted(c)).unwrap_or(rest.len())];
    *at += taken.len();
    taken
}

/// Where `</name` stands; the end of the page when it never comes.
fn end_tag(page: &str, from: usize, name: &str) -> usize {
    page[from..]
        .match_indices("</")
        .map(|(at, _)| from + at)
        .find(|at| {
            page.get(at + 2..at + 2 + name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name))
        })
        .unwrap_or(page.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        let page = r#"<LINK rel=icon href = './a>b.svg' Title="x > y" hidden/>"#;
        let tags = tags(page);
        assert_eq!(tags.len(), 1);
        assert_eq!(tags[0].name, "link");
        assert_eq!(tags[0].span, 0..page.len());
        assert_eq!(tags[0].value("rel"), Some("icon"));
        assert_eq!(tags[0].value("href"), Some("./a>b.svg"));
        assert_eq!(tags[0].value("title"), Some("x > y"));
        assert_eq!(tags[0].value("hidden"), Some(""));
        assert_eq!(tags[0].attributes[2].source, r#"Title="x > y""#);
    }

    #[test]
    fn comments_and_the_text_of_scripts_hold_no_tags() {
        let page = "<!-- <b> --><script>if (a<b) '<i>' </SCRIPT><p>1 < 2</p>";
        let tags = tags(page);
        let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["script", "p"]);
        assert_eq!(tags[0].text, "if (a<b) '<i>' ");
    }

    #[test]
    fn a_page_cut_short_ends_the_scan() {
        for page in [
            "<",
            "<a",
            "<a href",
            "<a href=",
            "<a href='x",
            "<script>let",
            "<!-- ",
            "</",
            "<a ü=ä",
        ] {
            assert!(tags(page).len() <= 1, "{page}");
        }
    }
}
