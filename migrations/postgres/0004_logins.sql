-- Who is logged in: a token counts while the login that it was made for stands here.
CREATE TABLE logins (
    id         UUID PRIMARY KEY,
    user_id    UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    -- When its token ends by itself; from then on the row says nothing and may go.
    expires_at TIMESTAMPTZ NOT NULL,
    CHECK (created_at < expires_at)
);
CREATE INDEX logins_by_user ON logins (user_id);
