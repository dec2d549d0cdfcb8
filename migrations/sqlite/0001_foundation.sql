-- Accounts, conversations, appointments and what these claim.
-- The same tables as in ../postgres; instants and ids always come from the program, never from the database.
-- Ids are lower-case hyphenated text; instants are RFC 3339 in UTC with microseconds, always 27 characters, so that
-- they sort as text.

CREATE TABLE users (
    id            TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    -- Trimmed and case-folded by the program.
    email         TEXT NOT NULL UNIQUE CHECK (email <> ''),
    password_hash TEXT NOT NULL,
    created_at    TEXT NOT NULL CHECK (length(created_at) = 27)
) STRICT;

CREATE TABLE appointments (
    id           TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    start_time   TEXT NOT NULL CHECK (length(start_time) = 27),
    -- Exclusive, without the service's buffer.
    end_time     TEXT NOT NULL CHECK (length(end_time) = 27),
    service_type TEXT NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('BOOKED', 'CANCELLED')),
    -- The IANA zone of the person when they booked.
    timezone     TEXT NOT NULL,
    resource     TEXT NOT NULL,
    name         TEXT,
    created_at   TEXT NOT NULL CHECK (length(created_at) = 27),
    updated_at   TEXT NOT NULL CHECK (length(updated_at) = 27),
    CHECK (start_time < end_time)
) STRICT;
CREATE INDEX appointments_by_user ON appointments (user_id, start_time);
CREATE INDEX appointments_by_start ON appointments (start_time);

-- What makes a double booking impossible: each cell of five minutes (counted in UTC from the Unix epoch) of a
-- resource, or of a person ("user:<id>"), belongs to one booked appointment at most.
CREATE TABLE booking_claims (
    resource       TEXT NOT NULL,
    cell           INTEGER NOT NULL,
    -- The whole claim that the cell is part of, first_cell up to but not including past_cell.
    first_cell     INTEGER NOT NULL,
    past_cell      INTEGER NOT NULL,
    appointment_id TEXT NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
    PRIMARY KEY (resource, cell),
    CHECK (first_cell <= cell AND cell < past_cell)
) STRICT, WITHOUT ROWID;
-- What is taken in a stretch of time is read from the first cells alone: a row for each claim, not for each cell.
CREATE INDEX booking_claims_by_first_cell ON booking_claims (resource, first_cell, past_cell, appointment_id)
    WHERE cell = first_cell;
CREATE INDEX booking_claims_by_appointment ON booking_claims (appointment_id);

CREATE TABLE chat_sessions (
    id         TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The latest messages, oldest first: [{role, content, ts, latency_ms (the assistant's)}].
    messages   TEXT NOT NULL CHECK (json_type(messages) = 'array'),
    -- {slots, state}: what is known of the request, and where the conversation stands.
    metadata   TEXT NOT NULL CHECK (json_type(metadata) = 'object'),
    -- How many turns there were.
    version    INTEGER NOT NULL CHECK (version >= 0),
    created_at TEXT NOT NULL CHECK (length(created_at) = 27),
    updated_at TEXT NOT NULL CHECK (length(updated_at) = 27)
) STRICT;
CREATE INDEX chat_sessions_by_user ON chat_sessions (user_id, id);

-- The log of all turns; rows are only ever added.
CREATE TABLE chat_turns (
    session_id TEXT NOT NULL REFERENCES chat_sessions (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL CHECK (seq > 0),
    message_id TEXT,
    text       TEXT NOT NULL,
    reply      TEXT NOT NULL CHECK (json_valid(reply)),
    trace      TEXT NOT NULL CHECK (json_valid(trace)),
    latency_ms INTEGER NOT NULL CHECK (latency_ms >= 0),
    ts         TEXT NOT NULL CHECK (length(ts) = 27),
    PRIMARY KEY (session_id, seq),
    UNIQUE (session_id, message_id)
) STRICT;
