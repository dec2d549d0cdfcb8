//! A chat model beside the dialogue, and what it may say.

// Lets clippy see that all of this is tests, the helpers too.
#![cfg(test)]

mod check;
mod turns;

use calendar::Profile;

/// A clinic with some facts.
fn profile() -> Profile {
    Profile::from_toml(include_str!("../../../../seeds/profile.toml")).unwrap()
}
