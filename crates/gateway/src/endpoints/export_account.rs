//! `GET /api/account/export`: everything that is kept about the person, for them to take away.
//!
//! Out: 200 [`AccountExport`], as a file. Errors: 401, 429 (per user). Few are put together at a time, the others wait.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use protocol::AccountExport;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::Gateway;

const AS_FILE: [(HeaderName, &str); 1] =
    [(header::CONTENT_DISPOSITION, "attachment; filename=\"frontdesk-account.json\"")];

#[utoipa::path(
    get,
    path = "/api/account/export",
    operation_id = "exportAccount",
    tag = "accounts",
    summary = "Everything that is kept about the person",
    responses(
        (status = 200, description = "A file to take away", body = AccountExport),
        (status = 429, description = "Too many"),
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    caller: Caller,
) -> Result<([(HeaderName, &'static str); 1], Json<AccountExport>), ApiError> {
    let _place = gateway.exports.acquire().await.map_err(ApiError::internal)?;
    Ok((AS_FILE, Json(gateway.store.export_user(caller.user_id).await?)))
}
