//! The house has one direction: who may depend on whom, and who alone may name a library.

use cargo_metadata::{DependencyKind, Metadata, Package};

/// Each room with the rooms it may build on.
const ROOMS: &[(&str, &[&str])] = &[
    ("protocol", &[]),
    ("calendar", &["protocol"]),
    ("timewords", &["protocol", "calendar"]),
    ("nlu", &["protocol", "calendar", "timewords", "upstream"]),
    ("generate", &[]),
    ("dialogue", &["protocol", "calendar", "timewords"]),
    ("store", &["protocol", "calendar"]),
    ("upstream", &[]),
    ("assistant", &["protocol", "calendar", "timewords", "nlu", "dialogue", "store", "upstream"]),
    ("pages", &[]),
    ("gateway", &["protocol", "calendar", "store", "assistant", "upstream", "pages"]),
    ("web", &["protocol"]),
    ("weights", &[]),
    (
        "frontdesk",
        &[
            "protocol",
            "calendar",
            "timewords",
            "nlu",
            "generate",
            "dialogue",
            "store",
            "assistant",
            "gateway",
            "upstream",
            "weights",
        ],
    ),
    ("testbed", &[]),
    // Looks at the running program from outside: over HTTP, and into its database.
    ("proofs", &["protocol", "store", "testbed"]),
    ("xtask", &[]),
    ("xtask-ui", &[]),
];

/// Libraries that only some rooms may name, so that replacing one stays the work of one room.
const OWNED: &[(&str, &[&str])] = &[
    ("candle-core", &["nlu", "generate"]),
    ("candle-nn", &["nlu", "generate"]),
    ("candle-transformers", &["nlu", "generate"]),
    ("tokenizers", &["nlu", "generate"]),
    ("minijinja", &["generate"]),
    // The proofs fill a database with a million rows, for which the store has no call.
    ("sqlx", &["store", "proofs"]),
    ("axum", &["gateway", "assistant", "frontdesk", "pages"]),
    ("hyper-util", &["upstream", "frontdesk"]),
    ("prometheus-client", &["gateway", "assistant", "frontdesk"]),
    ("reqwest", &["nlu"]),
    ("leptos", &["web"]),
    ("wasm-bindgen", &["web"]),
    ("jsonwebtoken", &["gateway"]),
    ("argon2", &["gateway"]),
];

/// TLS is rustls with ring: nothing of C or assembler beside it, and one provider, so that rustls can choose by itself.
const NEVER: &[&str] = &["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

/// Every dependency that points the wrong way, or at what must not be linked at all.
pub fn complaints(metadata: &Metadata) -> Vec<String> {
    let linked = metadata.packages.iter().map(|package| package.name.as_str());
    let never = linked.filter(|name| NEVER.contains(name)).map(|name| {
        format!("{name} is linked: find the feature that brings it with `cargo tree --invert {name}`")
    });
    metadata.workspace_packages().into_iter().flat_map(of_package).chain(never).collect()
}

fn of_package(package: &Package) -> Vec<String> {
    let name = package.name.as_str();
    let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == name) else {
        return vec![format!("{name} is not in the plan of the house: add it to xtask/src/arrows.rs")];
    };
    // Tests may reach for anything below them and for the testbed.
    let shipped =
        package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    let mut found = Vec::new();
    for dependency in shipped {
        let target = dependency.name.as_str();
        let is_room = ROOMS.iter().any(|(room, _)| *room == target) && dependency.path.is_some();
        if is_room && !allowed.contains(&target) {
            found.push(format!("{name} must not depend on {target}"));
        }
        if let Some((_, owners)) = OWNED.iter().find(|(library, _)| *library == target)
            && !owners.contains(&name)
        {
            found.push(format!("{name} must not name {target}; only {} may", owners.join(", ")));
        }
    }
    found
}
