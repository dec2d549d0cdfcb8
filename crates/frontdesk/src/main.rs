//! Frontdesk: a self-hosted front desk.
fn main() {}
