//! `GET /api/openapi.json`: the specification, made from the code. `GET /api/docs`: the same for people, a page without
//! scripts.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::Json;
use axum::response::Html;
use protocol::ErrorEnvelope;
use serde_json::Value;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, Required, Response};
use utoipa::{Modify, OpenApi as _};

use super::{
    appointment_file, appointments, cancel_appointment, change_password, chat, chat_token, delete_account,
    export_account, health, history, login, logout, signup,
};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Frontdesk",
        description = "People book, move and cancel appointments by chatting. Errors under /api have one form, \
                       ErrorEnvelope; 429 and 503 carry Retry-After in whole seconds."
    ),
    paths(
        signup::handle,
        login::handle,
        logout::handle,
        change_password::handle,
        delete_account::handle,
        export_account::handle,
        chat_token::handle,
        chat::handle,
        history::handle,
        appointments::handle,
        cancel_appointment::handle,
        appointment_file::handle,
        specification,
        page,
        health::alive,
        health::ready,
        health::metrics
    ),
    components(schemas(ErrorEnvelope)),
    modifiers(&Common)
)]
struct Description;

/// What many calls have in common, said once.
struct Common;

impl Modify for Common {
    fn modify(&self, api: &mut OpenApi) {
        let schemes = [
            ("bearer", bearer("The jwt of sign-up or login, for 24 hours")),
            ("chat_token", bearer("The chat_token of /api/chatbot/token, for ten minutes and one session")),
            ("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("frontdesk_session")))),
        ];
        let components = api.components.get_or_insert_default();
        components.security_schemes.extend(schemes.map(|(name, scheme)| (name.to_owned(), RefOr::T(scheme))));

        // Whoever has nothing to say sends no body.
        let token = api.paths.paths.get_mut("/api/chatbot/token").and_then(|item| item.post.as_mut());
        if let Some(RefOr::T(body)) = token.and_then(|operation| operation.request_body.as_mut()) {
            body.required = Some(Required::False);
        }

        if let Some(mut same) = api.paths.paths.get("/api/chat").cloned() {
            if let Some(operation) = &mut same.post {
                operation.operation_id = Some("chatMessages".to_owned());
            }
            api.paths.paths.insert("/api/chat/messages".to_owned(), same);
        }
        for (path, item) in &mut api.paths.paths {
            if path.starts_with("/api/") {
                complete(item);
            }
        }
    }
}

fn bearer(description: &str) -> SecurityScheme {
    SecurityScheme::Http(
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build(),
    )
}

/// Adds the errors that follow from what a call takes, and the form of all errors.
fn complete(item: &mut PathItem) {
    for operation in [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten() {
        let mut add = |status: &str, description: &str| {
            let responses = &mut operation.responses.responses;
            responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(Response::new(description)));
        };
        if operation.request_body.is_some() {
            add("400", "The body is not JSON");
            add("413", "The body is larger than 64 KiB");
            add("415", "The body is not declared as JSON");
            add("422", "A field is missing, of the wrong type or not valid");
        }
        if operation.security.is_some() {
            add("401", "No token, or one that does not count");
        }
        add("503", "Overloaded or not ready");
        for (status, response) in &mut operation.responses.responses {
            if let (true, RefOr::T(response)) = (status.starts_with(['4', '5']), response) {
                let form = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorEnvelope"))).build();
                response.content.insert("application/json".to_owned(), RefOr::T(form));
            }
        }
    }
}

static SPECIFICATION: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(Description::openapi()).unwrap_or_default());

#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "specification",
    tag = "operation",
    summary = "This specification",
    responses((status = 200, description = "OpenAPI 3.1", body = Value)),
)]
pub(crate) async fn specification() -> Json<&'static Value> {
    Json(&SPECIFICATION)
}

#[utoipa::path(
    get,
    path = "/api/docs",
    operation_id = "docs",
    tag = "operation",
    summary = "This specification for people",
    responses((status = 200, description = "A page", body = String, content_type = "text/html")),
)]
pub(crate) async fn page() -> Html<&'static str> {
    static PAGE: LazyLock<String> = LazyLock::new(|| render(&SPECIFICATION).unwrap_or_default());
    Html(&PAGE)
}

/// The specification as a page that needs nothing else: no script, no style, no other file.
fn render(api: &Value) -> Result<String, std::fmt::Error> {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Frontdesk API</title>\n",
    );
    let about = escaped(&api["info"]["description"]);
    write!(page, "<h1>Frontdesk API</h1>\n<p>{about}</p>\n")?;
    page.push_str(
        "<p>For programs: <a href=\"/api/openapi.json\">/api/openapi.json</a></p>\n<h2>Calls</h2>\n",
    );
    for (path, item) in api["paths"].as_object().into_iter().flatten() {
        for (method, call) in item.as_object().into_iter().flatten() {
            let (method, path) = (method.to_uppercase(), escaped(&Value::from(path.as_str())));
            writeln!(
                page,
                "<h3><code>{method} {path}</code></h3>\n<p>{}</p>\n<ul>",
                escaped(&call["summary"])
            )?;
            if let Some(body) = schema_of(&call["requestBody"]["content"]) {
                writeln!(page, "<li>takes {body}</li>")?;
            }
            for (status, response) in call["responses"].as_object().into_iter().flatten() {
                let form = schema_of(&response["content"]).map(|form| format!(": {form}"));
                let (form, text) = (form.unwrap_or_default(), escaped(&response["description"]));
                writeln!(page, "<li><code>{status}</code> {text}{form}</li>")?;
            }
            page.push_str("</ul>\n");
        }
    }
    page.push_str("<h2>Objects</h2>\n");
    for (name, schema) in api["components"]["schemas"].as_object().into_iter().flatten() {
        let about = escaped(&schema["description"]);
        write!(page, "<h3 id=\"{name}\"><code>{name}</code></h3>\n<p>{about}</p>\n<dl>\n")?;
        for (field, form) in schema["properties"].as_object().into_iter().flatten() {
            writeln!(
                page,
                "<dt><code>{field}</code>: {}</dt><dd>{}</dd>",
                form_of(form),
                escaped(&form["description"])
            )?;
        }
        page.push_str("</dl>\n");
        if let Some(values) = schema["enum"].as_array() {
            let values: Vec<String> = values.iter().map(escaped).collect();
            writeln!(page, "<p>One of <code>{}</code></p>", values.join(", "))?;
        }
    }
    page.push_str("</html>\n");
    Ok(page)
}

/// The form of the first kind of content.
fn schema_of(content: &Value) -> Option<String> {
    let (_, first) = content.as_object()?.iter().next()?;
    Some(form_of(first.get("schema")?))
}

/// A schema in a few words: a link to an object, or its type.
fn form_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["allOf"].as_array()) {
        return choices.iter().map(form_of).collect::<Vec<_>>().join(" or ");
    }
    let name = match &schema["type"] {
        Value::Array(names) => names.iter().map(escaped).collect::<Vec<_>>().join(" or "),
        name => escaped(name),
    };
    match (schema.get("items"), schema["format"].as_str()) {
        (Some(items), _) => format!("{name} of {}", form_of(items)),
        (None, Some(format)) => format!("{name} ({format})"),
        (None, None) => name,
    }
}

fn escaped(text: &Value) -> String {
    let text = text.as_str().unwrap_or_default();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
