//! Code in pieces, each with the class of its colour. It knows the few languages of this page's snippets,
//! which are short; a highlighter for any code would be larger than the rest of the page.

/// The language of a snippet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Syntax {
    Html,
    /// HTML with a style sheet in it.
    Css,
    /// JavaScript, with tags where the code has some (JSX, Vue).
    Script,
    Rust,
    /// TOML, and files of `NAME=value` lines.
    Settings,
    Shell,
    Nginx,
    /// A header of HTTP.
    Header,
}

/// A stretch of the code, and the class of its colour.
pub(super) type Piece<'a> = (Option<&'static str>, &'a str);

const COMMENT: Option<&str> = Some("code-comment");
const STRING: Option<&str> = Some("code-string");
const TAG: Option<&str> = Some("code-tag");
const NAME: Option<&str> = Some("code-name");
const WORD: Option<&str> = Some("code-word");

const SCRIPT_WORDS: &[&str] = &[
    "async", "await", "const", "default", "export", "from", "function", "import", "return",
];
const RUST_WORDS: &[&str] = &["fn", "impl", "let", "move", "use"];
const SHELL_WORDS: &[&str] = &["curl", "export", "webkyc"];
const NGINX_WORDS: &[&str] = &["location"];

/// All of the code, piece by piece.
pub(super) fn pieces(code: &str, syntax: Syntax) -> Vec<Piece<'_>> {
    let mut scanner = Scanner {
        code,
        at: 0,
        syntax,
        place: Place::Code,
        braces: 0,
        pieces: Vec::new(),
    };
    while scanner.at < code.len() {
        scanner.step();
    }
    scanner.pieces
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Code,
    /// Between `<name` and `>`.
    Tag,
    /// Between `<style>` and `</style>`.
    Style,
}

struct Scanner<'a> {
    code: &'a str,
    at: usize,
    syntax: Syntax,
    place: Place,
    /// Open braces: of an expression within a tag, or of a rule within a style sheet.
    braces: usize,
    pieces: Vec<Piece<'a>>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.code[self.at..]
    }

    fn take(&mut self, class: Option<&'static str>, length: usize) {
        let (mut start, end) = (self.at, self.at + length);
        // Text without a colour stays in one piece.
        if class.is_none()
            && let Some((_, last)) = self.pieces.pop_if(|(last, _)| last.is_none())
        {
            start -= last.len();
        }
        self.pieces.push((class, &self.code[start..end]));
        self.at = end;
    }

    fn step(&mut self) {
        let rest = self.rest();
        if let Some(length) = self.comment(rest) {
            self.take(COMMENT, length);
        } else if let Some(length) = self.string(rest) {
            self.take(STRING, length);
        } else if let Some(length) = self.tag(rest) {
            self.place = if rest.starts_with("<style") {
                Place::Style
            } else {
                Place::Tag
            };
            self.braces = 0;
            self.take(TAG, length);
        } else if let Some(length) = word(rest) {
            self.take(self.class(&rest[..length], &rest[length..]), length);
        } else {
            self.sign(rest);
        }
    }

    /// One character that begins nothing.
    fn sign(&mut self, rest: &str) {
        let Some(sign) = rest.chars().next() else {
            return;
        };
        match sign {
            '{' => self.braces += 1,
            '}' => self.braces = self.braces.saturating_sub(1),
            '>' if self.place == Place::Tag && self.braces == 0 => {
                self.place = Place::Code;
                return self.take(TAG, 1);
            }
            _ => {}
        }
        self.take(None, sign.len_utf8());
    }

    fn comment(&self, rest: &str) -> Option<usize> {
        let line = || rest.find('\n').unwrap_or(rest.len());
        let begins_word = self.at == 0 || self.code[..self.at].ends_with([' ', '\n']);
        match self.syntax {
            Syntax::Html | Syntax::Css => {
                let end = rest.strip_prefix("<!--")?.find("-->")?;
                Some("<!--".len() + end + "-->".len())
            }
            Syntax::Script | Syntax::Rust => rest.starts_with("//").then(line),
            Syntax::Settings | Syntax::Shell | Syntax::Nginx => {
                (begins_word && rest.starts_with('#')).then(line)
            }
            Syntax::Header => None,
        }
    }

    fn string(&self, rest: &str) -> Option<usize> {
        let quote = rest.chars().next()?;
        let is_quote = match self.syntax {
            // An apostrophe in the text of a page.
            Syntax::Html | Syntax::Css => quote == '"' && self.place == Place::Tag,
            Syntax::Rust => quote == '"',
            _ => quote == '"' || quote == '\'',
        };
        let end = || rest[1..].find(quote).map(|end| end + 2);
        is_quote.then(end).flatten()
    }

    /// `<name` or `</name`.
    fn tag(&self, rest: &str) -> Option<usize> {
        let has_tags = matches!(
            self.syntax,
            Syntax::Html | Syntax::Css | Syntax::Script | Syntax::Rust
        );
        if !has_tags || self.place == Place::Tag {
            return None;
        }
        let name = rest.strip_prefix('<')?;
        let name = name.strip_prefix('/').unwrap_or(name);
        Some(rest.len() - name.len() + word(name)?)
    }

    fn class(&self, word: &str, after: &str) -> Option<&'static str> {
        let begins_line = self.code[..self.at]
            .rsplit('\n')
            .next()
            .is_none_or(|before| before.trim().is_empty());
        let known = |words: &[&str]| words.contains(&word).then_some(WORD).flatten();
        match (self.place, self.syntax) {
            (Place::Tag, _) if self.braces == 0 => NAME,
            (Place::Style, _) if self.braces == 0 => TAG,
            (Place::Style, _) => after.starts_with(':').then_some(NAME).flatten(),
            (_, Syntax::Html | Syntax::Css) => None,
            (_, Syntax::Script) => known(SCRIPT_WORDS),
            (_, Syntax::Rust) => known(RUST_WORDS),
            (_, Syntax::Settings) => begins_line.then_some(NAME).flatten(),
            (_, Syntax::Shell) if word.starts_with('-') => NAME,
            (_, Syntax::Shell) => known(SHELL_WORDS),
            (_, Syntax::Nginx) if begins_line && word.starts_with("proxy_") => NAME,
            (_, Syntax::Nginx) => known(NGINX_WORDS),
            (_, Syntax::Header) => begins_line.then_some(NAME).flatten(),
        }
    }
}

/// The length of the word at the beginning.
fn word(text: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@');
    let length = text.find(|c| !is_part(c)).unwrap_or(text.len());
    (length > 0).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The coloured pieces, as `class text`.
    fn coloured(code: &str, syntax: Syntax) -> Vec<String> {
        let pieces = pieces(code, syntax).into_iter();
        let coloured = pieces.filter_map(|(class, text)| {
            let class = class?.strip_prefix("code-").unwrap();
            Some(format!("{class} {text}"))
        });
        coloured.collect()
    }

    #[test]
    fn tags_have_names_attributes_and_values() {
        let page = "<!-- don't --><a href=\"/a=b\" lang=en>It's class=\"x\"</a>\n";
        assert_eq!(
            coloured(page, Syntax::Html),
            [
                "comment <!-- don't -->",
                "tag <a",
                "name href",
                "string \"/a=b\"",
                "name lang",
                "name en",
                "tag >",
                "tag </a",
                "tag >"
            ]
        );
    }

    #[test]
    fn a_style_has_selectors_and_properties() {
        let style = "<style>\n.a svg{flex:none}\n</style>\n";
        assert_eq!(
            coloured(style, Syntax::Css),
            [
                "tag <style",
                "tag a",
                "tag svg",
                "name flex",
                "tag </style",
                "tag >"
            ]
        );
    }

    #[test]
    fn a_script_may_hold_tags_that_hold_a_script() {
        let script = "// It's\nreturn <a on={(e) => send('b')} lang=\"en\">{await c}</a>;";
        assert_eq!(
            coloured(script, Syntax::Script),
            [
                "comment // It's",
                "word return",
                "tag <a",
                "name on",
                "string 'b'",
                "name lang",
                "string \"en\"",
                "tag >",
                "word await",
                "tag </a",
                "tag >"
            ]
        );
    }

    #[test]
    fn lines_of_settings_commands_and_headers_begin_with_a_name() {
        assert_eq!(
            coloured("# a = 1\nurl = \"x#y\"\nA=b#c\n", Syntax::Settings),
            ["comment # a = 1", "name url", "string \"x#y\"", "name A"]
        );
        assert_eq!(
            coloured("curl -d '{\"a\": 1}' \"http://a\"\n", Syntax::Shell),
            [
                "word curl",
                "name -d",
                "string '{\"a\": 1}'",
                "string \"http://a\""
            ]
        );
        assert_eq!(
            coloured("script-src: 'self' a\n", Syntax::Header),
            ["name script-src", "string 'self'"]
        );
        assert_eq!(
            coloured(
                "location /kyc/ {\n    proxy_pass a; # b\n}\n",
                Syntax::Nginx
            ),
            ["word location", "name proxy_pass", "comment # b"]
        );
        assert_eq!(
            coloured("use a;\nfn b() { c(\"d\") }\n", Syntax::Rust),
            ["word use", "word fn", "string \"d\""]
        );
    }

    #[test]
    fn the_pieces_together_are_the_code_whatever_it_is() {
        let odd = [
            "",
            "<",
            "</",
            "<a",
            "<a \"",
            "'",
            "\"ä",
            "<!--",
            "{}}}>",
            "<style>",
            "é<é é='é'>",
            "#",
            "//",
            "a\u{2026}b",
        ];
        let syntaxes = [
            Syntax::Html,
            Syntax::Css,
            Syntax::Script,
            Syntax::Rust,
            Syntax::Settings,
            Syntax::Shell,
            Syntax::Nginx,
            Syntax::Header,
        ];
        for code in odd {
            for syntax in syntaxes {
                let whole: String = pieces(code, syntax).iter().map(|(_, text)| *text).collect();
                assert_eq!(whole, code, "{syntax:?}");
            }
        }
    }
}
