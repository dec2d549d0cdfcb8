//! Conversations with scripted interpretations and a calendar in memory.

mod booking;
mod changing;
mod properties;
mod support;
mod talking;
