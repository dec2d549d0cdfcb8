//! `GET /healthz`: the process answers. `GET /readyz`: so do the database and the assistant, else 503.

use axum::extract::State;

use crate::error::ApiError;
use crate::state::Gateway;

pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

pub(crate) async fn ready(State(gateway): State<Gateway>) -> Result<&'static str, ApiError> {
    gateway.store.ping().await?;
    gateway.assistant.ready().await?;
    Ok("ready\n")
}
