//! How many exports one session may have under way: all of its formats, and not all the places
//! that there are.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::error::ApiError;

const LIMIT: usize = 3;

/// The exports under way, by session.
#[derive(Clone, Default)]
pub(crate) struct ExportPlaces(Arc<Mutex<HashMap<String, usize>>>);

/// One of them, until it is dropped.
pub(crate) struct ExportPlace {
    places: ExportPlaces,
    session: String,
}

impl ExportPlaces {
    /// A place for another one.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`].
    pub(crate) fn take(&self, session: &str) -> Result<ExportPlace, ApiError> {
        let mut taken = self.taken();
        let count = taken.entry(session.to_owned()).or_default();
        if *count >= LIMIT {
            return Err(ApiError::RateLimited { retry_after: 1 });
        }
        *count += 1;
        Ok(ExportPlace {
            places: self.clone(),
            session: session.to_owned(),
        })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ExportPlace {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(count) = taken.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fe_15_one_session_takes_three_places_and_leaves_the_others() {
        let places = ExportPlaces::default();
        let taken: Vec<_> = (0..3).map(|_| places.take("a").unwrap()).collect();
        assert!(matches!(
            places.take("a"),
            Err(ApiError::RateLimited { .. })
        ));
        assert!(places.take("b").is_ok());
        drop(taken);
        assert!(places.take("a").is_ok());
        assert!(places.taken().is_empty(), "nothing is kept of who asked");
    }
}
