CREATE TABLE sign_ups (
    id TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    return_key TEXT NOT NULL,
    claims TEXT NOT NULL,
    on_return INTEGER NOT NULL,
    livemode INTEGER NOT NULL,
    status TEXT NOT NULL,
    last_reason TEXT,
    -- Sealed.
    reference BLOB,
    display_name BLOB,
    expected BLOB,
    result BLOB,
    token BLOB,
    -- Whether its events are sent to its site.
    webhook INTEGER NOT NULL,
    -- Hashes.
    handle BLOB NOT NULL UNIQUE,
    reference_hash BLOB,
    owner BLOB,
    code BLOB UNIQUE,
    fence BLOB,
    return_code BLOB,
    -- Seconds since 1970.
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    returned_at INTEGER,
    ended_at INTEGER,
    redacted_at INTEGER,
    expires_at INTEGER NOT NULL,
    fence_until INTEGER,
    exchanged_at INTEGER,
    return_code_until INTEGER,
    claimed_at INTEGER,
    -- The worker's.
    due_at INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX sign_ups_by_site ON sign_ups (site, id);
CREATE INDEX sign_ups_by_status ON sign_ups (site, status, id);
CREATE INDEX sign_ups_by_reference ON sign_ups (site, reference_hash, id);
CREATE INDEX sign_ups_open ON sign_ups (status, expires_at) WHERE ended_at IS NULL;
CREATE INDEX sign_ups_with_result ON sign_ups (ended_at) WHERE result IS NOT NULL;
CREATE INDEX sign_ups_ended ON sign_ups (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    sign_up TEXT NOT NULL REFERENCES sign_ups (id),
    site TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX events_by_site ON events (site, position);
CREATE INDEX events_by_sign_up ON events (sign_up);
CREATE INDEX events_by_time ON events (created_at);

CREATE TABLE deliveries (
    event TEXT PRIMARY KEY REFERENCES events (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    sign_up TEXT NOT NULL,
    site TEXT NOT NULL,
    -- Absent once it is delivered or given up.
    due_at INTEGER,
    lease_until INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    delivered_at INTEGER
) STRICT;

CREATE INDEX deliveries_pending ON deliveries (site, position) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_of_sign_up ON deliveries (sign_up, position) WHERE due_at IS NOT NULL;

-- The sites whose endpoint did not take the last delivery.
CREATE TABLE failing_endpoints (site TEXT PRIMARY KEY) STRICT;

-- The last event of each site that is no longer kept.
CREATE TABLE purged_events (
    site TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency (
    key BLOB PRIMARY KEY,
    body BLOB NOT NULL,
    answer BLOB NOT NULL,
    sign_up TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX idempotency_by_sign_up ON idempotency (sign_up);
CREATE INDEX idempotency_by_time ON idempotency (created_at);

-- The oldest program that still works with this database, as the number of its newest migration.
CREATE TABLE oldest_program (migration INTEGER NOT NULL) STRICT;
INSERT INTO oldest_program VALUES (1);
