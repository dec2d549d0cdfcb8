//! The servers that tests get are real, separate from one another, and gone afterwards.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const CHILD: &str = "FRONTDESK_TESTBED_CHILD";

#[test]
fn every_caller_gets_a_database_of_its_own() {
    let (one, other) = (testbed::postgres_database(), testbed::postgres_database());
    assert_ne!(one, other);
}

/// Not a test of its own: what `a_killed_process_leaves_nothing_behind` kills.
#[test]
fn child_that_waits() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    println!("URL={}", testbed::postgres_database());
    loop {
        sleep(Duration::from_secs(1));
    }
}

#[test]
fn a_killed_process_leaves_nothing_behind() {
    use std::io::{BufRead, BufReader};
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_that_waits", "--nocapture"])
        .env(CHILD, "1")
        .env_remove(testbed::POSTGRES_VARIABLE)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let url = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("URL=").map(|(_, url)| url.to_owned()))
        .unwrap();
    let directory = Path::new(url.split_once("host=").unwrap().1);
    assert!(directory.join("data/postmaster.pid").exists());
    child.kill().unwrap();
    child.wait().unwrap();
    for _ in 0..200 {
        if !directory.exists() {
            return;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("{} is still there", directory.display());
}
