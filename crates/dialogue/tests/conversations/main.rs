//! Conversations with scripted interpretations and a calendar in memory.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod booking;
mod changing;
mod properties;
mod support;
mod talking;
