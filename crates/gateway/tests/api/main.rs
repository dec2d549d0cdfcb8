//! The public API, driven as clients drive it, over real databases.

// Lets clippy see that all of this is tests, the helpers too.
#![cfg(test)]

mod accounts;
mod bad_input;
mod calendar_files;
mod chat;
mod chat_events;
mod headers;
mod limits;
mod logs;
mod metrics;
mod openapi;
mod own_data;
mod support;
mod tokens;
