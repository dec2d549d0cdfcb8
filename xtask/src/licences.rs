//! Everything that is linked must be under a licence that lets anybody run and pass on the binary.

use cargo_metadata::Metadata;
use spdx::{Expression, LicenseId};

/// Permissive licences, by SPDX identifier.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Every package whose licence is missing, unreadable or not allowed.
pub fn complaints(metadata: &Metadata) -> Vec<String> {
    metadata
        .packages
        .iter()
        .filter_map(|package| {
            let licence = package.license.as_deref().unwrap_or_default().replace('/', " OR ");
            let name = format!("{} {}", package.name, package.version);
            match Expression::parse(&licence) {
                Err(_) => Some(format!("{name}: no licence that can be read: {licence:?}")),
                Ok(expression) if !expression.evaluate(|term| term.license.id().is_some_and(is_allowed)) => {
                    Some(format!("{name}: licence {licence} is not in the list of xtask/src/licences.rs"))
                }
                Ok(_) => None,
            }
        })
        .collect()
}

fn is_allowed(id: LicenseId) -> bool {
    ALLOWED.contains(&id.name)
}
