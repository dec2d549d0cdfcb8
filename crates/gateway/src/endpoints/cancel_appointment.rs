//! `DELETE /api/appointments/{id}`: cancels one of the person's own. It stays in the list and its time is free again.
//!
//! Out: 200 the appointment, now `CANCELLED`; cancelling again answers the same.
//! Errors: 401, 403 (another site asks), 404 (no such appointment of theirs), 409 (it has begun or is past).

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use protocol::Appointment;

use super::appointment_file::other_method;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::Gateway;

#[utoipa::path(
    delete,
    path = "/api/appointments/{id}",
    operation_id = "cancelAppointment",
    tag = "appointments",
    summary = "Cancel one of the person's own; cancelling again answers the same",
    params(("id" = uuid::Uuid, Path, description = "The appointment")),
    responses(
        (status = 200, description = "The appointment, now CANCELLED", body = Appointment),
        (status = 403, description = "Another site asks"),
        (status = 404, description = "No such appointment of theirs"),
        (status = 409, description = "It has begun or is past"),
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    caller: Caller,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let nothing = || ApiError::NotFound("There is nothing here.");
    let Path(name) = name.map_err(|_| nothing())?;
    if name.ends_with(".ics") {
        return Ok(other_method(Path(name)).await);
    }
    let id = name.parse().map_err(|_| nothing())?;
    let booking = gateway.store.cancel(Some(caller.user_id), id, gateway.clock.now()).await?;
    Ok(Json(booking.appointment).into_response())
}
