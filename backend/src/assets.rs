//! The location of the built pages: a folder, or inside this program.

use std::{
    collections::HashMap,
    fmt,
    future::{Ready, ready},
    io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::SystemTime,
};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs::{Backend, File, Metadata};

/// Each page of the portal, and its document.
pub(crate) const PAGES: [(&str, &str); 4] = [
    ("/", "index.html"),
    ("/start", "index.html"),
    ("/results", "results.html"),
    ("/integrate", "integrate.html"),
];

/// The built pages.
#[derive(Clone, Debug)]
pub enum Assets {
    /// In this folder.
    Folder(PathBuf),
    /// Inside this program.
    Inside(Inside),
}

impl Assets {
    /// The named folder. Without one, inside the program if it was built with them (feature
    /// `pages`), else `dist`.
    pub(crate) fn from_setting(folder: Option<String>) -> Self {
        folder.map_or_else(Self::unnamed, |folder| Self::Folder(folder.into()))
    }

    #[cfg(feature = "pages")]
    fn unnamed() -> Self {
        Self::Inside(Inside::built())
    }

    #[cfg(not(feature = "pages"))]
    fn unnamed() -> Self {
        Self::Folder("dist".into())
    }

    /// The first document that is missing.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        PAGES
            .into_iter()
            .map(|(_, file)| file)
            .find(|name| match self {
                Self::Folder(folder) => !folder.join(name).is_file(),
                Self::Inside(Inside(files)) => !files.contains_key(Path::new(name)),
            })
    }
}

/// The text after "pages".
impl fmt::Display for Assets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "in {}", folder.display()),
            Self::Inside(_) => f.write_str("inside this program"),
        }
    }
}

/// Files in memory, by name. The service for folders can serve them too.
#[derive(Clone)]
pub struct Inside(Arc<HashMap<PathBuf, PageFile>>);

/// One file: its content and its time of modification.
#[derive(Clone)]
pub struct PageFile {
    content: Bytes,
    modified: SystemTime,
}

impl Inside {
    /// Files by name, each with its time of modification.
    pub fn new<N: Into<PathBuf>, C: Into<Bytes>>(
        files: impl IntoIterator<Item = (N, C, SystemTime)>,
    ) -> Self {
        let files = files.into_iter().map(|(name, content, modified)| {
            let content = content.into();
            (name.into(), PageFile { content, modified })
        });
        Self(Arc::new(files.collect()))
    }

    /// The content of `dist/` when this program was built.
    #[cfg(feature = "pages")]
    fn built() -> Self {
        static DIST: include_dir::Dir<'_> =
            include_dir::include_dir!("$CARGO_MANIFEST_DIR/../dist");
        Self::new(DIST.files().map(|file| {
            let modified = file.metadata().map(|metadata| metadata.modified());
            let modified = modified.unwrap_or(SystemTime::UNIX_EPOCH);
            (file.path(), file.contents(), modified)
        }))
    }

    fn find(&self, name: PathBuf) -> Ready<io::Result<PageFile>> {
        // The file service asks for `./NAME`.
        let name: PathBuf = name.components().skip_while(is_dot).collect();
        ready(
            self.0
                .get(&name)
                .cloned()
                .ok_or(io::ErrorKind::NotFound.into()),
        )
    }
}

fn is_dot(component: &std::path::Component<'_>) -> bool {
    *component == std::path::Component::CurDir
}

/// Prints names only: the contents are megabytes.
impl fmt::Debug for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Backend for Inside {
    type File = Opened;
    type Metadata = PageFile;
    type OpenFuture = Ready<io::Result<Opened>>;
    type MetadataFuture = Ready<io::Result<PageFile>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(self.find(path).into_inner().map(|held| Opened {
            reader: io::Cursor::new(held.content.clone()),
            held,
        }))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        self.find(path)
    }
}

impl Metadata for PageFile {
    fn is_dir(&self) -> bool {
        false
    }

    fn modified(&self) -> io::Result<SystemTime> {
        Ok(self.modified)
    }

    fn len(&self) -> u64 {
        self.content.len() as u64
    }
}

/// An open file.
pub struct Opened {
    reader: io::Cursor<Bytes>,
    held: PageFile,
}

impl File for Opened {
    type Metadata = PageFile;
    type MetadataFuture<'a> = Ready<io::Result<PageFile>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.held.clone()))
    }
}

impl AsyncRead for Opened {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.reader).poll_read(context, buffer)
    }
}

impl AsyncSeek for Opened {
    fn start_seek(mut self: Pin<&mut Self>, position: io::SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.reader).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.reader).poll_complete(context)
    }
}
