//! Conversations that are known to fail.

use std::collections::BTreeMap;

use crate::script::directory;

/// Name and reason of each: `name: reason`, one a line.
pub fn read() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(directory().join("pending.txt")).unwrap();
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (name, reason) = line
                .split_once(": ")
                .unwrap_or_else(|| panic!("pending.txt: a line is \"name: reason\", not {line:?}"));
            (name.to_owned(), reason.to_owned())
        })
        .collect()
}
