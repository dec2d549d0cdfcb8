-- Times that nobody can book, what the operator did, and events that wait for the operator's webhook.

CREATE TABLE blocks (
    id         TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    -- NULL: every resource, also those that the profile gains later.
    resource   TEXT,
    start_time TEXT NOT NULL CHECK (length(start_time) = 27),
    -- Exclusive.
    end_time   TEXT NOT NULL CHECK (length(end_time) = 27),
    reason     TEXT,
    created_at TEXT NOT NULL CHECK (length(created_at) = 27),
    CHECK (start_time < end_time)
) STRICT;

-- What a block wants of a resource. It has those of the cells that no appointment had first; a cell that an appointment
-- gives up goes to the block.
CREATE TABLE block_claims (
    block_id   TEXT NOT NULL REFERENCES blocks (id) ON DELETE CASCADE,
    resource   TEXT NOT NULL,
    first_cell INTEGER NOT NULL,
    past_cell  INTEGER NOT NULL,
    PRIMARY KEY (block_id, resource),
    CHECK (first_cell < past_cell)
) STRICT, WITHOUT ROWID;
CREATE INDEX block_claims_by_resource ON block_claims (resource, past_cell, first_cell);

-- A cell belongs to one appointment, or to one block. SQLite cannot drop a NOT NULL: the table is made anew.
CREATE TABLE new_booking_claims (
    resource       TEXT NOT NULL,
    cell           INTEGER NOT NULL,
    -- The whole claim that the cell is part of, first_cell up to but not including past_cell.
    first_cell     INTEGER NOT NULL,
    past_cell      INTEGER NOT NULL,
    appointment_id TEXT REFERENCES appointments (id) ON DELETE CASCADE,
    block_id       TEXT REFERENCES blocks (id) ON DELETE CASCADE,
    PRIMARY KEY (resource, cell),
    CHECK (first_cell <= cell AND cell < past_cell),
    CONSTRAINT booking_claims_one_holder CHECK ((appointment_id IS NULL) <> (block_id IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO new_booking_claims (resource, cell, first_cell, past_cell, appointment_id)
    SELECT resource, cell, first_cell, past_cell, appointment_id FROM booking_claims ORDER BY resource, cell;
DROP TABLE booking_claims;
ALTER TABLE new_booking_claims RENAME TO booking_claims;
CREATE INDEX booking_claims_by_first_cell ON booking_claims (resource, first_cell, past_cell, appointment_id)
    WHERE cell = first_cell;
CREATE INDEX booking_claims_by_appointment ON booking_claims (appointment_id);
CREATE INDEX booking_claims_by_block ON booking_claims (block_id) WHERE block_id IS NOT NULL;

-- What operators did that others may ask about. Rows are only ever added; they name ids, not people.
CREATE TABLE audit (
    id      TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    ts      TEXT NOT NULL CHECK (length(ts) = 27),
    -- The operating system's name of whoever ran the command.
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL CHECK (json_type(detail) = 'object')
) STRICT;
CREATE INDEX audit_by_ts ON audit (ts, id);

-- One row while events are wanted, none otherwise: then nothing is written into the outbox.
CREATE TABLE outbox_policy (
    id             INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    -- How long before an appointment its reminder is due; 0: no reminders.
    remind_minutes INTEGER NOT NULL CHECK (remind_minutes >= 0)
) STRICT;

-- Events, written by the transaction that they tell of.
CREATE TABLE outbox (
    -- Appointment, event and instant: the receiver tells repetitions by it.
    id             TEXT PRIMARY KEY NOT NULL,
    event          TEXT NOT NULL CHECK (event IN ('booked', 'moved', 'cancelled', 'reminder_due')),
    appointment_id TEXT NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
    -- The appointment as it was when the event happened.
    payload        TEXT NOT NULL CHECK (json_type(payload) = 'object'),
    created_at     TEXT NOT NULL CHECK (length(created_at) = 27),
    -- When to try next; NULL once it is delivered or given up.
    next_try_at    TEXT CHECK (length(next_try_at) = 27),
    tries          INTEGER NOT NULL CHECK (tries >= 0),
    delivered_at   TEXT CHECK (length(delivered_at) = 27),
    -- Why the latest try failed.
    last_error     TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (next_try_at, id) WHERE next_try_at IS NOT NULL;
CREATE INDEX outbox_by_appointment ON outbox (appointment_id);
