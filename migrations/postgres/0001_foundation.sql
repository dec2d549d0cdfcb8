-- Accounts, conversations, appointments and what these claim.
-- The same tables as in ../sqlite; instants and ids always come from the program, never from the database.
-- COLLATE "C" makes both databases sort text alike.

CREATE TABLE users (
    id            UUID PRIMARY KEY,
    -- Trimmed and case-folded by the program.
    email         TEXT COLLATE "C" NOT NULL UNIQUE CHECK (email <> ''),
    password_hash TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL
);

CREATE TABLE appointments (
    id           UUID PRIMARY KEY,
    user_id      UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    start_time   TIMESTAMPTZ NOT NULL,
    -- Exclusive, without the service's buffer.
    end_time     TIMESTAMPTZ NOT NULL,
    service_type TEXT NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('BOOKED', 'CANCELLED')),
    -- The IANA zone of the person when they booked.
    timezone     TEXT NOT NULL,
    resource     TEXT COLLATE "C" NOT NULL,
    name         TEXT,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    CHECK (start_time < end_time)
);
CREATE INDEX appointments_by_user ON appointments (user_id, start_time);
CREATE INDEX appointments_by_start ON appointments (start_time);

-- What makes a double booking impossible: each cell of five minutes (counted in UTC from the Unix epoch) of a
-- resource, or of a person ("user:<id>"), belongs to one booked appointment at most.
CREATE TABLE booking_claims (
    resource       TEXT COLLATE "C" NOT NULL,
    cell           BIGINT NOT NULL,
    -- The whole claim that the cell is part of, first_cell up to but not including past_cell.
    first_cell     BIGINT NOT NULL,
    past_cell      BIGINT NOT NULL,
    appointment_id UUID NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
    PRIMARY KEY (resource, cell),
    CHECK (first_cell <= cell AND cell < past_cell)
);
-- What is taken in a stretch of time is read from the first cells alone: a row for each claim, not for each cell.
CREATE INDEX booking_claims_by_first_cell ON booking_claims (resource, first_cell, past_cell, appointment_id)
    WHERE cell = first_cell;
CREATE INDEX booking_claims_by_appointment ON booking_claims (appointment_id);

CREATE TABLE chat_sessions (
    id         UUID PRIMARY KEY,
    user_id    UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The latest messages, oldest first: [{role, content, ts, latency_ms (the assistant's)}].
    messages   JSONB NOT NULL CHECK (jsonb_typeof(messages) = 'array'),
    -- {slots, state}: what is known of the request, and where the conversation stands.
    metadata   JSONB NOT NULL CHECK (jsonb_typeof(metadata) = 'object'),
    -- How many turns there were.
    version    BIGINT NOT NULL CHECK (version >= 0),
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX chat_sessions_by_user ON chat_sessions (user_id, id);

-- The log of all turns; rows are only ever added.
CREATE TABLE chat_turns (
    session_id UUID NOT NULL REFERENCES chat_sessions (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL CHECK (seq > 0),
    message_id TEXT COLLATE "C",
    text       TEXT NOT NULL,
    reply      JSONB NOT NULL,
    trace      JSONB NOT NULL,
    latency_ms BIGINT NOT NULL CHECK (latency_ms >= 0),
    ts         TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (session_id, seq),
    UNIQUE (session_id, message_id)
);
