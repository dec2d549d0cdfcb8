//! `GET /api/appointments`: the person's own, booked and cancelled, in order of their start.
//!
//! Out: [`AppointmentList`]. Errors: 401.

use axum::Json;
use axum::extract::State;
use protocol::AppointmentList;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::Gateway;

#[utoipa::path(
    get,
    path = "/api/appointments",
    operation_id = "appointments",
    tag = "appointments",
    summary = "The person's own, booked and cancelled, in order of their start",
    responses(
        (status = 200, description = "All of them", body = AppointmentList),
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    caller: Caller,
) -> Result<Json<AppointmentList>, ApiError> {
    let bookings = gateway.store.appointments_of(caller.user_id).await?;
    let appointments = bookings.into_iter().map(|booking| booking.appointment).collect();
    Ok(Json(AppointmentList { appointments }))
}
