//! The clients a sandbox knows. They come, change and go while it runs.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::{
    client::{Change, Client, ClientError, ClientFlaw, ClientSettings},
    ids::Ids,
};

/// As long as those that Authenteq gives.
const SECRET_LENGTH: usize = 40;

/// In the order in which they came. Ids are unique.
pub(crate) struct Clients(RwLock<Vec<Arc<Client>>>);

impl Clients {
    pub(crate) fn new(clients: Vec<Client>) -> Self {
        Self(RwLock::new(clients.into_iter().map(Arc::new).collect()))
    }

    pub(crate) fn all(&self) -> Vec<Arc<Client>> {
        self.read().clone()
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<Client>> {
        self.read().iter().find(|client| client.id == id).cloned()
    }

    /// Answers whether the id was free.
    pub(crate) fn add(&self, client: Client) -> bool {
        let mut clients = self.write();
        let free = clients.iter().all(|known| known.id != client.id);
        if free {
            clients.push(Arc::new(client));
        }
        free
    }

    /// Changes a client under the lock and returns the changed client. After an error the client is
    /// as before; `None` means that no client has this id.
    pub(crate) fn change<E>(
        &self,
        id: &str,
        change: impl FnOnce(&mut Client) -> Result<(), E>,
    ) -> Option<Result<Arc<Client>, E>> {
        let mut clients = self.write();
        let place = clients.iter_mut().find(|known| known.id == id)?;
        let mut changed = Client::clone(place);
        Some(change(&mut changed).map(|()| {
            *place = Arc::new(changed);
            Arc::clone(place)
        }))
    }

    /// Answers whether there was one of this id.
    pub(crate) fn remove(&self, id: &str) -> bool {
        let mut clients = self.write();
        let before = clients.len();
        clients.retain(|client| client.id != id);
        clients.len() < before
    }

    /// Makes a client. Makes up an id and a secret where the settings have none.
    pub(crate) fn make(
        &self,
        mut settings: ClientSettings,
        ids: &mut Ids,
    ) -> Result<Client, ClientError> {
        let id = match std::mem::take(&mut settings.id) {
            Change::To(id) => id,
            Change::Keep | Change::Reset => format!("client-{}", ids.word(8).to_lowercase()),
        };
        let secret = ids.word(SECRET_LENGTH);
        let mut client = Client::without_redirect_uri(&id, &secret)?;
        let flawed = |flaws| ClientError::Flawed {
            id: id.clone(),
            flaws,
        };
        settings.apply(&mut client).map_err(flawed)?;
        if self.add(client.clone()) {
            Ok(client)
        } else {
            Err(ClientError::Taken(id))
        }
    }

    /// Changes one, unless it is not there. A secret that is taken away is made up anew.
    pub(crate) fn change_settings(
        &self,
        id: &str,
        settings: ClientSettings,
        ids: &mut Ids,
    ) -> Option<Result<Arc<Client>, Vec<ClientFlaw>>> {
        let settings = settings.with_new_secret(|| ids.word(SECRET_LENGTH));
        self.change(id, |client| settings.apply(client))
    }

    pub(crate) fn replace_all(&self, clients: Vec<Arc<Client>>) {
        *self.write() = clients;
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Arc<Client>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Arc<Client>>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(clients: &Clients) -> Vec<String> {
        let all = clients.all();
        all.iter().map(|client| client.id.clone()).collect()
    }

    #[test]
    fn an_id_is_taken_once_and_free_again_after_it_went() {
        let clients = Clients::new(vec![Client::demo()]);
        let shop = || Client::new("shop", "s", "http://localhost/").unwrap();
        assert!(clients.add(shop()));
        assert!(!clients.add(shop()));
        let rename = |client: &mut Client| {
            client.name = "Shop".to_owned();
            Ok::<_, ()>(())
        };
        assert_eq!(
            clients.change("shop", rename).unwrap().unwrap().name,
            "Shop"
        );
        let fail = |client: &mut Client| {
            client.name = "Other".to_owned();
            Err(())
        };
        assert!(clients.change("shop", fail).unwrap().is_err());
        assert_eq!(clients.get("shop").unwrap().name, "Shop");
        assert!(clients.remove("shop") && !clients.remove("shop"));
        assert!(clients.change("shop", rename).is_none());
        assert_eq!(ids(&clients), ["com.authenteq.demo"]);
    }
}
