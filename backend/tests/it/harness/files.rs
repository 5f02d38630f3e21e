//! Files of secrets, and a database: SQLite or PostgreSQL.

use std::{env, fs, path::PathBuf, sync::Arc};

use sqlx::{AssertSqlSafe, ConnectOptions, Row, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use webkyc_test_kit::postgres;

/// Set to `postgresql`, the tests run on that database. `cargo xtask test` runs those of sign-ups once
/// on each.
const DATABASE: &str = "WEBKYC_TEST_DATABASE";

/// Files of secrets, and a database. Its clones are the same files.
#[derive(Clone)]
pub(crate) struct Files {
    folder: Arc<TempDir>,
    /// Or else it is SQLite, in the same folder.
    postgres: Option<Arc<postgres::Database>>,
}

impl Files {
    /// With the database that the tests run on.
    pub(crate) fn new() -> Self {
        match env::var(DATABASE).as_deref() {
            Err(_) | Ok("sqlite") => Self::sqlite(),
            Ok("postgresql") => Self::postgres(),
            Ok(other) => panic!("{DATABASE} must be sqlite or postgresql, not {other:?}"),
        }
    }

    /// With SQLite: for what only a file has.
    pub(crate) fn sqlite() -> Self {
        Self {
            folder: Arc::new(tempfile::tempdir().unwrap()),
            postgres: None,
        }
    }

    /// With PostgreSQL: for what only replicas do.
    pub(crate) fn postgres() -> Self {
        Self {
            postgres: Some(Arc::new(postgres::Database::create())),
            ..Self::sqlite()
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file that only we may read.
    pub(crate) fn secret(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        path.display().to_string()
    }

    /// `[store] url`
    pub(crate) fn database_url(&self) -> String {
        match &self.postgres {
            None => format!("sqlite://{}", self.path("webkyc.db").display()),
            Some(database) => database.url(),
        }
    }

    /// All bytes of the database's files, or every value of its tables.
    pub(crate) async fn database(&self) -> Vec<u8> {
        if self.postgres.is_none() {
            let files = ["webkyc.db", "webkyc.db-wal", "webkyc.db-journal"];
            let read = files.map(|name| fs::read(self.path(name)).unwrap_or_default());
            return read.concat();
        }
        let mut bytes = Vec::new();
        for value in self.values().await {
            bytes.extend(value);
            bytes.push(b'\n');
        }
        bytes
    }

    /// Every value of every table as text; bytes that are no text are replaced.
    pub(crate) async fn rows(&self) -> String {
        let values = self.values().await.into_iter();
        values
            .map(|value| format!("{}\n", String::from_utf8_lossy(&value)))
            .collect()
    }

    async fn values(&self) -> Vec<Vec<u8>> {
        let mut values = Vec::new();
        for table in TABLES {
            let rows = self.query(&format!("SELECT * FROM {table}")).await;
            values.extend(rows.into_iter().flatten());
        }
        values
    }

    /// The answer to a query, seen from beside the program: rows of values.
    pub(crate) async fn query(&self, sql: &str) -> Vec<Vec<Vec<u8>>> {
        if let Some(database) = &self.postgres {
            let rows = database.query(sql).into_iter();
            return rows
                .map(|row| row.iter().map(|value| from_psql(value)).collect())
                .collect();
        }
        // A copy: the program alone has the file.
        let copy = tempfile::tempdir().unwrap();
        for name in ["webkyc.db", "webkyc.db-wal"] {
            // There may be no log.
            let _ = fs::copy(self.path(name), copy.path().join(name));
        }
        let options = SqliteConnectOptions::new().filename(copy.path().join("webkyc.db"));
        let mut copy = options.connect().await.unwrap();
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        let rows = query.fetch_all(&mut copy).await.unwrap().into_iter();
        let value = |row: &sqlx::sqlite::SqliteRow, column| {
            let bytes = row.get_unchecked::<Option<Vec<u8>>, _>(column);
            bytes.unwrap_or_default()
        };
        rows.map(|row| (0..row.len()).map(|column| value(&row, column)).collect())
            .collect()
    }

    /// Changes the database while no program has it.
    pub(crate) async fn execute(&self, sql: &str) {
        if let Some(database) = &self.postgres {
            database.query(sql);
            return;
        }
        let options = SqliteConnectOptions::new().create_if_missing(true);
        let options = options.filename(self.path("webkyc.db"));
        let mut file = options.connect().await.unwrap();
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(&mut file).await.unwrap();
        sqlx::Connection::close(file).await.unwrap();
    }

    /// The literal of these bytes in SQL.
    pub(crate) fn blob(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if self.is_on_postgresql() {
            format!("decode('{hex}', 'hex')")
        } else {
            format!("x'{hex}'")
        }
    }

    /// Moves the clock of leases and fences, where it is the database's.
    pub(super) fn advance_clock(&self, seconds: i64) {
        if let Some(database) = &self.postgres {
            database.query(&format!(
                "DO $do$ DECLARE body TEXT;
                 BEGIN
                    SELECT prosrc INTO body FROM pg_proc WHERE proname = 'webkyc_now';
                    EXECUTE format('CREATE OR REPLACE FUNCTION webkyc_now() RETURNS BIGINT
                        LANGUAGE SQL STABLE AS $$ %s + {seconds} $$', body);
                 END $do$"
            ));
        }
    }

    pub(crate) fn is_on_postgresql(&self) -> bool {
        self.postgres.is_some()
    }

    /// Ends the leases of a process that was killed, as their time does.
    pub(crate) fn end_leases(&self) {
        if let Some(database) = &self.postgres {
            for table in ["sign_ups", "deliveries"] {
                database.query(&format!("UPDATE {table} SET lease_until = 0"));
            }
        }
    }
}

const TABLES: [&str; 6] = [
    "sign_ups",
    "events",
    "deliveries",
    "failing_endpoints",
    "purged_events",
    "idempotency",
];

/// `psql` writes bytes as `\x` and hexadecimal digits.
fn from_psql(value: &str) -> Vec<u8> {
    let Some(digits) = value.strip_prefix("\\x") else {
        return value.as_bytes().to_vec();
    };
    let digit = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(digit).collect()
}
