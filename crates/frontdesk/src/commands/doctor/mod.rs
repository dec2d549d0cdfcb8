//! `frontdesk doctor`: is everything as it should be on this box?

mod box_checks;
mod chat_model;
mod network;
mod stores;
mod understanding;

use serde::Serialize;
use serde_json::json;

use crate::cli::DoctorArgs;
use crate::commands::config;
use crate::error::Failure;
use crate::origins;
use crate::settings::Settings;
use crate::{compose, output};

/// How a check ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Good,
    /// Works, but somebody should know.
    Note,
    Bad,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    verdict: Verdict,
    says: String,
}

impl Finding {
    fn good(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Good, says: says.into() }
    }

    fn note(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Note, says: says.into() }
    }

    fn bad(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Bad, says: says.into() }
    }
}

/// Looks at everything and changes nothing.
///
/// # Errors
/// When something is bad; what was found is printed first.
pub async fn run(settings: &Settings, args: &DoctorArgs) -> Result<(), Failure> {
    let environment = origins::settings();
    let profile = compose::profile(settings).ok();
    let now = compose::clock(settings).now();
    let complaints = config::complaints(settings);
    let mut findings: Vec<Finding> =
        complaints.into_iter().map(|complaint| Finding::bad("configuration", complaint)).collect();
    if findings.is_empty() {
        findings.push(Finding::good("configuration", "profile and environment are good"));
    }
    findings.extend(stores::look(settings).await);
    findings.extend(box_checks::disk(settings));
    findings.extend(understanding::look(&args.model));
    findings.push(chat_model::look(&args.voice, &profile.clone().unwrap_or_default()));
    findings.extend(box_checks::clock(settings, profile.as_ref(), now));
    findings.extend(box_checks::secrets(settings, &environment, profile.as_ref()));
    findings.extend(box_checks::passwords(&environment, profile.as_ref()));
    findings.push(network::port(args.listen.listen_addr).await);
    findings.push(network::leaves_the_box(settings, &environment, profile.as_ref()));
    print(&findings, args.json)?;
    let bad = findings.iter().filter(|finding| finding.verdict == Verdict::Bad).count();
    if bad == 0 {
        return Ok(());
    }
    Err(Failure::Refused(format!("{bad} thing{} to put right", if bad == 1 { "" } else { "s" })))
}

fn print(findings: &[Finding], as_json: bool) -> Result<(), Failure> {
    if as_json {
        let healthy = findings.iter().all(|finding| finding.verdict != Verdict::Bad);
        return output::json(&json!({ "healthy": healthy, "findings": findings }));
    }
    output::lines(findings.iter().map(|finding| {
        let mark = match finding.verdict {
            Verdict::Good => "good",
            Verdict::Note => "note",
            Verdict::Bad => "BAD ",
        };
        format!("{mark}  {:<14} {}", finding.check, finding.says)
    }))
}
