//! A verification as a file, as the page gets it.

/// The formats that a page offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// A report to read.
    Pdf,
    /// The data, images in base64.
    Json,
}

/// What is looked at of a file's beginning, in bytes.
pub(super) const START: f64 = 5.0;
/// What is looked at of its end: a PDF ends with `%%EOF` somewhere in its last kilobyte.
pub(super) const END: f64 = 1024.0;

impl Format {
    /// In the path of the backend.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Json => "json",
        }
    }

    /// The name of the file: ours, whatever anybody else calls it.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Pdf => "verification.pdf",
            Self::Json => "verification.json",
        }
    }

    /// `application/pdf`, `application/json`
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Json => "application/json",
        }
    }

    /// Whether a file that begins and ends like this is one, and whole.
    pub(super) fn is_whole(self, start: &str, end: &str) -> bool {
        match self {
            Self::Pdf => start == "%PDF-" && end.contains("%%EOF"),
            Self::Json => start.starts_with('{') && end.trim_end().ends_with('}'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn con_06_a_report_begins_and_ends_as_a_pdf() {
        assert!(Format::Pdf.is_whole("%PDF-", "startxref\n9\n%%EOF\n"));
        for (start, end) in [
            ("<html", "%%EOF"),
            ("%PDF", "%%EOF"),
            ("%PDF-", "startxref"),
            ("", ""),
        ] {
            assert!(!Format::Pdf.is_whole(start, end), "{start} {end}");
        }
    }

    #[test]
    fn data_begins_and_ends_as_an_object() {
        assert!(Format::Json.is_whole("{\"id\"", "}}\n"));
        for (start, end) in [("[{}]", "]"), ("<html", "}"), ("{\"id\"", "\"surname\":")] {
            assert!(!Format::Json.is_whole(start, end), "{start} {end}");
        }
    }
}
