//! A secret and its optional file, which is checked before it is read, and read again while the
//! process runs.

use std::{
    borrow::Cow,
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};

use secrecy::{ExposeSecret, SecretString};

use super::{
    Error, file,
    form::{self, QuoteRule},
    wrong,
};

/// No secret is larger; a larger file is the wrong one.
const SIZE_LIMIT: u64 = 64 << 10;

type Parse<T> = Box<dyn Fn(&str) -> Result<T, String> + Send + Sync>;
type Guard<T> = Box<dyn Fn(&T) -> Result<(), String> + Send + Sync>;

/// A secret in use. Callers that hold a value keep it when a new value replaces it.
pub struct Secret<T>(Arc<Shared<T>>);

struct Shared<T> {
    current: RwLock<Arc<T>>,
    file: Option<SourceFile<T>>,
}

struct SourceFile<T> {
    setting: Cow<'static, str>,
    path: PathBuf,
    parse: Parse<T>,
    /// A further condition that a new value must fulfil.
    guard: OnceLock<Guard<T>>,
    seen: Mutex<Seen>,
}

/// The content in use, and the content at the last check if that differed.
struct Seen {
    used: SecretString,
    candidate: Option<SecretString>,
}

/// When the new content of a changed file is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reread {
    /// After two checks with the same content: its writer may not have finished at the first.
    WhenSettled,
    /// At once, because the operator asked for it.
    Now,
}

/// The file of a secret of any kind.
#[derive(Clone)]
pub struct SecretFile {
    /// The setting that names it.
    pub setting: Cow<'static, str>,
    path: PathBuf,
    reread: Arc<dyn Fn(Reread) -> Result<bool, Error> + Send + Sync>,
}

impl SecretFile {
    /// Reads the file again and uses its content. Returns whether the secret changed. Blocks for as
    /// long as opening the file takes.
    ///
    /// # Errors
    /// When the file cannot be used; the secret stays unchanged.
    pub fn reread(&self, when: Reread) -> Result<bool, Error> {
        (self.reread)(when)
    }

    pub(super) fn too_slow(&self) -> Error {
        let path = &self.path;
        let error = file::too_slow(file::OPEN_TIMEOUT);
        wrong(self.setting.clone(), format!("names {path:?}: {error}"))
    }

    #[cfg(test)]
    pub(super) fn of(
        setting: impl Into<Cow<'static, str>>,
        reread: impl Fn(Reread) -> Result<bool, Error> + Send + Sync + 'static,
    ) -> Self {
        Self {
            setting: setting.into(),
            path: "/run/secrets/x".into(),
            reread: Arc::new(reread),
        }
    }
}

impl<T> Secret<T> {
    /// The value itself, or the content of the file that its `_FILE` twin names, if either is
    /// given. Adds risks to `warnings`.
    pub(super) fn read(
        (setting, value): (&'static str, Option<&str>),
        (file_setting, file): (&'static str, Option<&str>),
        parse: impl Fn(&str) -> Result<T, String> + Send + Sync + 'static,
        warnings: &mut Vec<String>,
    ) -> Result<Option<Self>, Error> {
        match (value, file) {
            (Some(_), Some(_)) => Err(wrong(
                setting,
                format!("and {file_setting} were both given: give one"),
            )),
            (Some(value), None) => {
                warnings.push(format!(
                    "{setting} is given as a value, which others on this machine may see: {file_setting} is safer"
                ));
                let parsed = parse(value).map_err(|problem| wrong(setting, problem))?;
                Ok(Some(Self::fixed(parsed)))
            }
            (None, None) => Ok(None),
            (None, Some(path)) => Self::from_file(file_setting, path, parse, warnings).map(Some),
        }
    }

    /// The content of the file that this setting names. Adds risks to `warnings`.
    pub(super) fn from_file(
        setting: impl Into<Cow<'static, str>>,
        path: &str,
        parse: impl Fn(&str) -> Result<T, String> + Send + Sync + 'static,
        warnings: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let setting = setting.into();
        let path = PathBuf::from(path);
        let named = path.clone();
        let read = file::in_time(file::OPEN_TIMEOUT, move || read_file(&named));
        let refuse = |problem: &dyn fmt::Display| {
            wrong(setting.clone(), format!("names {path:?}: {problem}"))
        };
        let (content, remark) = read.map_err(|error| refuse(&error))?;
        warnings.extend(remark);
        let parsed = parse(content.expose_secret()).map_err(|problem| refuse(&problem))?;
        let seen = Mutex::new(Seen {
            used: content,
            candidate: None,
        });
        Ok(Self(Arc::new(Shared {
            current: RwLock::new(Arc::new(parsed)),
            file: Some(SourceFile {
                setting,
                path,
                parse: Box::new(parse),
                guard: OnceLock::new(),
                seen,
            }),
        })))
    }

    /// A secret that never changes.
    #[must_use]
    pub fn fixed(value: T) -> Self {
        Self(Arc::new(Shared {
            current: RwLock::new(Arc::new(value)),
            file: None,
        }))
    }

    /// Refuses new values of its file that fail this check. The first guard stays.
    pub(crate) fn guard(&self, check: impl Fn(&T) -> Result<(), String> + Send + Sync + 'static) {
        if let Some(file) = &self.0.file {
            let _ = file.guard.set(Box::new(check));
        }
    }

    /// The current value.
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        let current = self.0.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its file, if it came from one.
    pub(super) fn file(&self) -> Option<SecretFile>
    where
        T: Send + Sync + 'static,
    {
        let file = self.0.file.as_ref()?;
        let secret = self.clone();
        Some(SecretFile {
            setting: file.setting.clone(),
            path: file.path.clone(),
            reread: Arc::new(move |when| secret.reread(when)),
        })
    }

    fn reread(&self, when: Reread) -> Result<bool, Error> {
        let Some(file) = &self.0.file else {
            return Ok(false);
        };
        let path = &file.path;
        let refuse = |problem: &dyn fmt::Display| {
            wrong(file.setting.clone(), format!("names {path:?}: {problem}"))
        };
        let (content, _) = read_file(path).map_err(|error| refuse(&error))?;
        let mut seen = file.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if content.expose_secret() == seen.used.expose_secret() {
            seen.candidate = None;
            return Ok(false);
        }
        let candidate = seen.candidate.as_ref();
        let is_settled = candidate.is_some_and(|c| c.expose_secret() == content.expose_secret());
        if when == Reread::WhenSettled && !is_settled {
            seen.candidate = Some(content);
            return Ok(false);
        }
        let parsed = (file.parse)(content.expose_secret()).map_err(|error| refuse(&error))?;
        if let Some(check) = file.guard.get() {
            check(&parsed).map_err(|error| refuse(&error))?;
        }
        *seen = Seen {
            used: content,
            candidate: None,
        };
        let current = self.0.current.write();
        *current.unwrap_or_else(PoisonError::into_inner) = Arc::new(parsed);
        Ok(true)
    }
}

impl<T> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// The content without one trailing line break, and a warning if there is a risk.
fn read_file(path: &Path) -> io::Result<(SecretString, Option<String>)> {
    let file = file::open(path)?;
    let metadata = file.metadata()?;
    if file::is_open_to_all(&metadata) {
        let problem =
            "everybody on this machine may open it: chmod 600 (Kubernetes: defaultMode 0400)";
        return Err(io::Error::other(problem));
    }
    let content = file::text(file::read(file, SIZE_LIMIT)?)?;
    let trimmed = content.strip_suffix("\r\n");
    let trimmed = trimmed.or_else(|| content.strip_suffix('\n'));
    let trimmed = trimmed.unwrap_or(&content);
    if trimmed.is_empty() {
        return Err(io::Error::other("it is empty"));
    }
    if let Some(problem) = form::problem(trimmed, QuoteRule::Allow) {
        return Err(io::Error::other(format!("what it holds {problem}")));
    }
    let remark =
        is_open_to_group(&metadata).then(|| format!("{path:?} may be opened by its group"));
    Ok((trimmed.into(), remark))
}

#[cfg(unix)]
fn is_open_to_group(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o070 != 0
}

#[cfg(not(unix))]
fn is_open_to_group(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests;
