-- Who is logged in: a token counts while the login that it was made for stands here.
CREATE TABLE logins (
    id         TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL CHECK (length(created_at) = 27),
    -- When its token ends by itself; from then on the row says nothing and may go.
    expires_at TEXT NOT NULL CHECK (length(expires_at) = 27),
    CHECK (created_at < expires_at)
) STRICT;
CREATE INDEX logins_by_user ON logins (user_id);
