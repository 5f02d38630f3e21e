CREATE TABLE sign_ups (
    id TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    return_key TEXT NOT NULL,
    claims TEXT NOT NULL,
    on_return BOOLEAN NOT NULL,
    livemode BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    last_reason TEXT,
    -- Sealed.
    reference BYTEA,
    display_name BYTEA,
    expected BYTEA,
    result BYTEA,
    token BYTEA,
    -- Whether its events are sent to its site.
    webhook BOOLEAN NOT NULL,
    -- Hashes.
    handle BYTEA NOT NULL UNIQUE,
    reference_hash BYTEA,
    owner BYTEA,
    code BYTEA UNIQUE,
    fence BYTEA,
    return_code BYTEA,
    -- Seconds since 1970.
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    returned_at BIGINT,
    ended_at BIGINT,
    redacted_at BIGINT,
    expires_at BIGINT NOT NULL,
    fence_until BIGINT,
    exchanged_at BIGINT,
    return_code_until BIGINT,
    claimed_at BIGINT,
    -- The worker's.
    due_at BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,
    tries BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX sign_ups_by_site ON sign_ups (site, id);
CREATE INDEX sign_ups_by_status ON sign_ups (site, status, id);
CREATE INDEX sign_ups_by_reference ON sign_ups (site, reference_hash, id);
CREATE INDEX sign_ups_open ON sign_ups (status, expires_at) WHERE ended_at IS NULL;
CREATE INDEX sign_ups_with_result ON sign_ups (ended_at) WHERE result IS NOT NULL;
CREATE INDEX sign_ups_ended ON sign_ups (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE events (
    position BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    sign_up TEXT NOT NULL REFERENCES sign_ups (id),
    site TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX events_by_site ON events (site, position);
CREATE INDEX events_by_sign_up ON events (sign_up);
CREATE INDEX events_by_time ON events (created_at);

CREATE TABLE deliveries (
    event TEXT PRIMARY KEY REFERENCES events (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    sign_up TEXT NOT NULL,
    site TEXT NOT NULL,
    -- Absent once it is delivered or given up.
    due_at BIGINT,
    lease_until BIGINT NOT NULL DEFAULT 0,
    tries BIGINT NOT NULL DEFAULT 0,
    delivered_at BIGINT
);

CREATE INDEX deliveries_pending ON deliveries (site, position) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_of_sign_up ON deliveries (sign_up, position) WHERE due_at IS NOT NULL;

-- The sites whose endpoint did not take the last delivery.
CREATE TABLE failing_endpoints (site TEXT PRIMARY KEY);

-- The last event of each site that is no longer kept.
CREATE TABLE purged_events (
    site TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);

CREATE TABLE idempotency (
    key BYTEA PRIMARY KEY,
    body BYTEA NOT NULL,
    answer BYTEA NOT NULL,
    sign_up TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX idempotency_by_sign_up ON idempotency (sign_up);
CREATE INDEX idempotency_by_time ON idempotency (created_at);

-- The oldest program that still works with this database, as the number of its newest migration.
CREATE TABLE oldest_program (migration BIGINT NOT NULL);
INSERT INTO oldest_program VALUES (1);

-- The number of the newest migration of this database.
CREATE TABLE migrations (newest BIGINT NOT NULL);

-- The clock of leases and fences, in seconds since 1970.
CREATE FUNCTION webkyc_now() RETURNS BIGINT LANGUAGE SQL STABLE
    AS $$ SELECT floor(extract(epoch FROM statement_timestamp()))::BIGINT $$;
