//! With `AI_PROVIDER=local`, the default, the program needs nothing from outside and asks for nothing there.
//!
//! Shown in a network namespace with nothing but loopback, and by a trace of its system calls; a machine must allow
//! at least one of the two.

use std::fs;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::harness::{Database, Desk};

#[test]
fn serve_books_without_a_network() {
    let proofs = [in_a_namespace(), under_a_trace()];
    assert!(
        proofs.contains(&true),
        "neither unshare (util-linux) and ip (iproute2) nor strace can be used here: install one of them"
    );
}

/// Everything that the program does for a person, from the account to the row.
fn books(desk: &Desk) {
    let anna = desk.sign_up("anna@example.org");
    anna.say("Book a meeting on Wednesday at 3pm");
    let rows = desk.appointments();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["start_time"], "2026-11-25T15:00:00Z");
}

/// Runs `inside` where nothing but loopback exists: server and client. `false` if this machine refuses namespaces.
fn in_a_namespace() -> bool {
    let with_loopback = |script: &str| {
        let mut command = Command::new("unshare");
        // Whoever is not root may make one together with a user namespace.
        command.args(["--user", "--map-root-user", "--net", "sh", "-c"]);
        command.arg(format!("ip link set lo up && {script}"));
        command
    };
    if !with_loopback("true").output().is_ok_and(|tried| tried.status.success()) {
        return false;
    }
    let this = std::env::current_exe().unwrap();
    let run = with_loopback("exec \"$0\" --exact offline::inside --ignored --nocapture")
        .arg(this)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let complained = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && said.contains("1 passed"), "{said}{complained}");
    true
}

#[test]
#[ignore = "runs in the namespace that serve_books_without_a_network makes"]
fn inside() {
    let devices = fs::read_to_string("/proc/net/dev").unwrap();
    let names: Vec<&str> =
        devices.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name.trim()).collect();
    assert_eq!(names, ["lo"], "there is a way out");
    let outside = SocketAddr::from(([192, 0, 2, 1], 443));
    let refused = TcpStream::connect_timeout(&outside, Duration::from_secs(5)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NetworkUnreachable);
    books(&Desk::start(Database::Sqlite));
}

/// Watches every call to the network. `false` if there is no strace, or it may not trace.
fn under_a_trace() -> bool {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("calls");
    // -D: the program is our child, and strace hangs on to it from the side.
    let strace = ["strace", "-D", "-f", "-q", "-e", "trace=network", "-o", file.to_str().unwrap()];
    if !Command::new(strace[0]).args(&strace[1..]).arg("true").status().is_ok_and(|status| status.success()) {
        return false;
    }
    let mut desk = Desk::prepare(Database::Sqlite, &[]);
    desk.serve_under(&strace);
    books(&desk);
    desk.terminate();
    let calls = when_complete(&file);
    assert!(calls.contains("listen("), "strace has seen nothing: {calls}");
    let outside: Vec<&str> = calls.lines().filter(|call| leads_outside(call)).collect();
    assert!(outside.is_empty(), "{outside:#?}");
    true
}

/// The trace, once the tracer has written what was left.
fn when_complete(file: &Path) -> String {
    for _ in 0..200 {
        let calls = fs::read_to_string(file).unwrap();
        if calls.lines().next_back().is_some_and(|line| line.contains("+++ exited")) {
            return calls;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the trace does not end: {}", fs::read_to_string(file).unwrap());
}

/// Whether this call sends or connects to an address that is not this machine's. Names would be looked up the same
/// way, so a question to a name server counts, too.
fn leads_outside(call: &str) -> bool {
    let begins = ["connect(", "sendto(", "sendmsg(", "sendmmsg("].iter().any(|name| call.contains(name));
    let quoted = |after: &str| {
        let (_, rest) = call.split_once(after)?;
        rest.split('"').next()?.parse::<IpAddr>().ok()
    };
    // A reply to whoever has connected names no address.
    let address = quoted("inet_addr(\"").or_else(|| quoted("inet_pton(AF_INET6, \""));
    begins && address.is_some_and(|address| !address.is_loopback())
}

#[test]
fn a_call_that_leads_outside_is_recognised() {
    for (call, outside) in [
        (
            r#"7 connect(9, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = 0"#,
            true,
        ),
        (
            r#"7 sendto(9, "..", 30, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.1")}, 16"#,
            true,
        ),
        (
            r#"7 connect(9, {sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}"#,
            true,
        ),
        (
            r#"7 connect(9, {sa_family=AF_INET, sin_port=htons(5432), sin_addr=inet_addr("127.0.0.1")}, 16) = 0"#,
            false,
        ),
        (r#"7 connect(9, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT"#, false),
        (
            r#"7 accept4(9, {sa_family=AF_INET, sin_port=htons(40000), sin_addr=inet_addr("192.0.2.1")}, 16) = 10"#,
            false,
        ),
    ] {
        assert_eq!(leads_outside(call), outside, "{call}");
    }
}
