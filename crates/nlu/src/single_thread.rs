//! One thread per inference.
//!
//! candle splits every matrix product over one process-wide pool whose threads spin at a barrier and whose callers wait
//! for each other: on a busy machine a product takes 30 times as long. Several inferences side by side, each on one
//! thread, are what we want. The pool's size is read from the environment at its first use and cannot be set otherwise.

use std::env;

/// The variables that candle reads, for its pool and for the products that go through rayon.
const POOL_SIZES: [&str; 2] = ["CANDLE_NUM_THREADS", "RAYON_NUM_THREADS"];

/// Makes candle run every inference on the thread that asks for it: where the environment says nothing about candle's
/// pool, replaces this process by itself (same arguments, same process id) with the pool limited to one thread.
///
/// To be called first in `main`, before there is anything to lose. Setting a variable of the running process would be
/// `unsafe`; where a program cannot replace itself (not Unix, no `/proc`) it goes on, and
/// [`LocalInterpreter::start`](crate::LocalInterpreter::start) logs a warning.
pub fn restart_with_single_threaded_candle() {
    if env::var_os(POOL_SIZES[0]).is_some() {
        return;
    }
    #[cfg(unix)]
    if let Ok(program) = env::current_exe() {
        use std::os::unix::process::CommandExt;
        let mut arguments = env::args_os();
        let name = arguments.next().unwrap_or_else(|| program.clone().into_os_string());
        let mut same = std::process::Command::new(program);
        same.arg0(name).args(arguments).envs(POOL_SIZES.map(|size| (size, "1")));
        // Returns only if it failed, and then nothing has changed.
        let _ = same.exec();
    }
}

/// How many threads candle splits a product over; starts its pool.
pub(crate) fn candle_threads() -> usize {
    candle_core::utils::barrier_pool().n_workers() + 1
}
