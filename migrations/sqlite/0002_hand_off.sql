-- Since when a person should look at the conversation; NULL while nobody needs to.
ALTER TABLE chat_sessions ADD COLUMN handed_off_at TEXT CHECK (length(handed_off_at) = 27);
CREATE INDEX chat_sessions_handed_off ON chat_sessions (handed_off_at) WHERE handed_off_at IS NOT NULL;
