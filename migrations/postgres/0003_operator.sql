-- Times that nobody can book, what the operator did, and events that wait for the operator's webhook.

CREATE TABLE blocks (
    id         UUID PRIMARY KEY,
    -- NULL: every resource, also those that the profile gains later.
    resource   TEXT COLLATE "C",
    start_time TIMESTAMPTZ NOT NULL,
    -- Exclusive.
    end_time   TIMESTAMPTZ NOT NULL,
    reason     TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    CHECK (start_time < end_time)
);

-- What a block wants of a resource. It has those of the cells that no appointment had first; a cell that an appointment
-- gives up goes to the block.
CREATE TABLE block_claims (
    block_id   UUID NOT NULL REFERENCES blocks (id) ON DELETE CASCADE,
    resource   TEXT COLLATE "C" NOT NULL,
    first_cell BIGINT NOT NULL,
    past_cell  BIGINT NOT NULL,
    PRIMARY KEY (block_id, resource),
    CHECK (first_cell < past_cell)
);
CREATE INDEX block_claims_by_resource ON block_claims (resource, past_cell, first_cell);

-- A cell belongs to one appointment, or to one block.
ALTER TABLE booking_claims ALTER COLUMN appointment_id DROP NOT NULL;
ALTER TABLE booking_claims ADD COLUMN block_id UUID REFERENCES blocks (id) ON DELETE CASCADE;
ALTER TABLE booking_claims ADD CONSTRAINT booking_claims_one_holder
    CHECK ((appointment_id IS NULL) <> (block_id IS NULL));
CREATE INDEX booking_claims_by_block ON booking_claims (block_id) WHERE block_id IS NOT NULL;

-- What operators did that others may ask about. Rows are only ever added; they name ids, not people.
CREATE TABLE audit (
    id      UUID PRIMARY KEY,
    ts      TIMESTAMPTZ NOT NULL,
    -- The operating system's name of whoever ran the command.
    actor   TEXT NOT NULL,
    action  TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    detail  JSONB NOT NULL CHECK (jsonb_typeof(detail) = 'object')
);
CREATE INDEX audit_by_ts ON audit (ts, id);

-- One row while events are wanted, none otherwise: then nothing is written into the outbox.
CREATE TABLE outbox_policy (
    id             BIGINT PRIMARY KEY CHECK (id = 1),
    -- How long before an appointment its reminder is due; 0: no reminders.
    remind_minutes BIGINT NOT NULL CHECK (remind_minutes >= 0)
);

-- Events, written by the transaction that they tell of.
CREATE TABLE outbox (
    -- Appointment, event and instant: the receiver tells repetitions by it.
    id             TEXT COLLATE "C" PRIMARY KEY,
    event          TEXT COLLATE "C" NOT NULL CHECK (event IN ('booked', 'moved', 'cancelled', 'reminder_due')),
    appointment_id UUID NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
    -- The appointment as it was when the event happened.
    payload        JSONB NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
    created_at     TIMESTAMPTZ NOT NULL,
    -- When to try next; NULL once it is delivered or given up.
    next_try_at    TIMESTAMPTZ,
    tries          BIGINT NOT NULL CHECK (tries >= 0),
    delivered_at   TIMESTAMPTZ,
    -- Why the latest try failed.
    last_error     TEXT
);
CREATE INDEX outbox_waiting ON outbox (next_try_at, id) WHERE next_try_at IS NOT NULL;
CREATE INDEX outbox_by_appointment ON outbox (appointment_id);
