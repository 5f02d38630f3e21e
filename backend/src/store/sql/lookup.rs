//! Finds sign-ups.

use sqlx::{AssertSqlSafe, QueryBuilder};

use super::{Database, Driver, rows};
use crate::store::{Digest, Filter, Result, SignUp};

pub(super) async fn find(database: &Database, id: &str) -> Result<Option<SignUp>> {
    let columns = rows::SIGN_UP;
    let found = format!("SELECT {columns} FROM sign_ups WHERE id = $1");
    let found = sqlx::query(AssertSqlSafe(found)).bind(id);
    let found = found.fetch_optional(&database.0).await?;
    found.as_ref().map(rows::sign_up).transpose()
}

pub(super) async fn find_by_handle(database: &Database, handle: &Digest) -> Result<Option<SignUp>> {
    let columns = rows::SIGN_UP;
    let found = format!("SELECT {columns} FROM sign_ups WHERE handle = $1");
    let found = sqlx::query(AssertSqlSafe(found)).bind(&handle[..]);
    let found = found.fetch_optional(&database.0).await?;
    found.as_ref().map(rows::sign_up).transpose()
}

pub(super) async fn list(database: &Database, filter: &Filter) -> Result<Vec<SignUp>> {
    let mut query = QueryBuilder::<Driver>::new("SELECT ");
    query.push(rows::SIGN_UP).push(" FROM sign_ups WHERE TRUE");
    if let Some(site) = &filter.site {
        query.push(" AND site = ").push_bind(site);
    }
    if let Some(references) = &filter.references {
        query.push(" AND reference_hash IN (");
        let mut hashes = query.separated(", ");
        for reference in references {
            hashes.push_bind(reference.to_vec());
        }
        query.push(")");
    }
    if let Some(status) = filter.status {
        query.push(" AND status = ").push_bind(status.name());
    }
    if let Some(before) = &filter.before {
        query.push(" AND id < ").push_bind(before);
    }
    query
        .push(" ORDER BY id DESC LIMIT ")
        .push_bind(filter.limit);
    let found = query.build().fetch_all(&database.0).await?;
    found.iter().map(rows::sign_up).collect()
}
