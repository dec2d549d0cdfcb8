//! What the kernel says about a process and about the machine.

use std::fs;
use std::time::Duration;

/// `/proc` counts time in hundredths of a second, whatever the kernel's own clock.
const TICK: Duration = Duration::from_millis(10);

/// Memory that a process holds now, in MB (10⁶ bytes); 0 where there is no `/proc`.
pub(super) fn resident_mb(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) * 1024.0 / 1e6
}

/// Processor time that a process has used, on all cores together.
pub(super) fn processor_time(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name before the parenthesis may contain spaces.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: u32 =
        fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u32>().ok()).sum();
    TICK * ticks
}

/// How many processes wanted a core in the last minute, on average: more than there are cores, and they waited.
pub(super) fn load_average() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or("unknown").to_owned()
}

pub(super) fn describe() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = |name: &str| cpu.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    let model = line("model name").split_once(": ").map_or("unknown processor", |(_, model)| model);
    let vnni = if line("flags").contains("avx512_vnni") { "with" } else { "without" };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores, {model}, {vnni} AVX512-VNNI; load average {}", load_average())
}
