//! Calls of the store that are given up while PostgreSQL answers.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};
use webkyc_backend::store::{Ending, Location, Store};
use webkyc_shared::sign_up::SignUpStatus;

use crate::harness::{Files, eventually};

/// More than the store has connections.
const SIGN_UPS: usize = 24;

/// A proxy before a database.
struct Gate {
    address: SocketAddr,
    answers: watch::Sender<Answers>,
}

/// Whether the database's answers pass the gate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answers {
    Pass,
    /// They pass until a transaction begins.
    PassUntilBegin,
    Wait,
}

impl Gate {
    async fn before(database: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers = watch::Sender::new(Answers::Pass);
        let of_connection = answers.clone();
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let called = TcpStream::connect(&database).await.unwrap();
                tokio::spawn(pass(caller, called, of_connection.clone()));
            }
        });
        Self { address, answers }
    }
}

/// Ends when one side has gone.
async fn pass(caller: TcpStream, called: TcpStream, answers: watch::Sender<Answers>) {
    let (mut from_caller, mut to_caller) = caller.into_split();
    let (mut from_called, mut to_called) = called.into_split();
    let up = async {
        let mut bytes = vec![0; 64 << 10];
        while let Ok(read @ 1..) = from_caller.read(&mut bytes).await {
            if bytes[..read].windows(5).any(|word| word == b"BEGIN") {
                answers.send_if_modified(|answers| {
                    let begins = *answers == Answers::PassUntilBegin;
                    if begins {
                        *answers = Answers::Wait;
                    }
                    begins
                });
            }
            to_called.write_all(&bytes[..read]).await?;
        }
        std::io::Result::Ok(())
    };
    let mut turn = answers.subscribe();
    let down = async {
        let mut bytes = vec![0; 64 << 10];
        while let Ok(read @ 1..) = from_called.read(&mut bytes).await {
            let _ = turn.wait_for(|answers| *answers != Answers::Wait).await;
            to_caller.write_all(&bytes[..read]).await?;
        }
        std::io::Result::Ok(())
    };
    // An error is one side that has gone.
    let _ = tokio::join!(up, down);
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_38_a_call_that_is_given_up_while_it_begins_takes_no_later_write_with_it() {
    let files = Files::postgres();
    let url = files.database_url();
    let location = Location::parse(&url).unwrap();
    drop(location.open().await.unwrap());
    files
        .query(&format!(
            "INSERT INTO sign_ups (id, site, return_key, claims, on_return, livemode, status,
                webhook, handle, created_at, expires_at)
             SELECT 'su_' || n, 'shop', 'done', '[]', FALSE, FALSE, 'started', FALSE,
                decode(md5(n::TEXT), 'hex'), 0, 0 FROM generate_series(1, {SIGN_UPS}) AS n"
        ))
        .await;
    let (_, rest) = url.split_once('@').unwrap();
    let (server, _) = rest.split_once('/').unwrap();
    let gate = Gate::before(server.to_owned()).await;
    let url = url.replace(server, &gate.address.to_string());
    let store: Arc<dyn Store> = Location::parse(&url).unwrap().open().await.unwrap();
    // Connects.
    store.find("su_1").await.unwrap().unwrap();

    gate.answers.send_replace(Answers::PassUntilBegin);
    let ending = Ending {
        id: "su_1".to_owned(),
        from: &[SignUpStatus::Started],
        fence: None,
        status: SignUpStatus::Canceled,
        reason: None,
        now: 1,
    };
    let given_up = tokio::spawn({
        let store = store.clone();
        async move { store.end(&ending).await }
    });
    let mut turn = gate.answers.subscribe();
    let begins = turn.wait_for(|answers| *answers == Answers::Wait);
    timeout(Duration::from_secs(20), begins)
        .await
        .unwrap()
        .unwrap();
    given_up.abort();
    assert!(given_up.await.unwrap_err().is_cancelled());
    gate.answers.send_replace(Answers::Pass);

    let connections = "SELECT count(*) FROM pg_stat_activity
        WHERE application_name = 'webkyc' AND state = 'active'";
    eventually("the server is done with it", async || {
        files.query(connections).await == [[b"0".to_vec()]]
    })
    .await;
    let ids = (1..=SIGN_UPS).map(|number| format!("su_{number}"));
    let store = &store;
    let reports = ids.map(|id| async move { store.report(&id, "CAMERA_DENIED").await.unwrap() });
    join_all(reports).await;
    let written = files
        .query("SELECT id FROM sign_ups WHERE last_reason = 'CAMERA_DENIED'")
        .await;
    assert_eq!(written.len(), SIGN_UPS);
}
