//! The formats of a verification as a file.

/// The files that a page offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ExportFormat {
    /// A report to read.
    Pdf,
    /// The data, images in base64.
    Json,
    /// The details: a verification without an id has no export.
    Details,
}

/// The bytes of a file's beginning that are checked.
pub(super) const START: u32 = 5;
/// The bytes of its end that are checked: a PDF ends with `%%EOF` somewhere in its last kilobyte.
pub(super) const END: u32 = 1024;

impl ExportFormat {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Pdf => "api/export/pdf",
            Self::Json => "api/export/json",
            Self::Details => "api/details",
        }
    }

    /// The name to save the file under.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::Pdf => "verification.pdf",
            Self::Json | Self::Details => "verification.json",
        }
    }

    /// `application/pdf`, `application/json`
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Json | Self::Details => "application/json",
        }
    }

    /// Whether a file with this beginning and end has the format and is whole.
    pub(super) fn is_whole(self, start: &[u8], end: &[u8]) -> bool {
        match self {
            Self::Pdf => start == b"%PDF-" && end.windows(5).any(|part| part == b"%%EOF"),
            Self::Json | Self::Details => {
                start.starts_with(b"{") && end.trim_ascii_end().ends_with(b"}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn con_06_a_report_begins_and_ends_as_a_pdf() {
        assert!(ExportFormat::Pdf.is_whole(b"%PDF-", b"startxref\n9\n%%EOF\n"));
        for (start, end) in [
            ("<html", "%%EOF"),
            ("%PDF", "%%EOF"),
            ("%PDF-", "startxref"),
            ("", ""),
        ] {
            assert!(
                !ExportFormat::Pdf.is_whole(start.as_bytes(), end.as_bytes()),
                "{start} {end}"
            );
        }
    }

    #[test]
    fn data_begins_and_ends_as_an_object() {
        assert!(ExportFormat::Json.is_whole(b"{\"id\"", b"}}\n"));
        for (start, end) in [("[{}]", "]"), ("<html", "}"), ("{\"id\"", "\"surname\":")] {
            assert!(
                !ExportFormat::Json.is_whole(start.as_bytes(), end.as_bytes()),
                "{start} {end}"
            );
        }
    }
}
