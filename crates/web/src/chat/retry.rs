//! When a message that was not answered is sent again by itself. It carries the same `message_id`, so that nothing
//! happens twice.

use crate::api::Trouble;

/// Waits, in seconds, when nobody answers; after the last one the person decides.
const WAITS: [u32; 6] = [2, 4, 8, 15, 30, 60];

/// In how many seconds to try again after the `tries`-th try (from 1); `None`: only when the person says so.
pub fn wait(trouble: &Trouble, tries: usize) -> Option<u32> {
    let patience = WAITS.get(tries.saturating_sub(1)).copied();
    match trouble {
        Trouble::TooMany { seconds } => Some((*seconds).max(1)),
        Trouble::Busy { seconds } => patience.map(|wait| wait.max(*seconds)),
        Trouble::Unreachable => patience,
        Trouble::Refused { .. } => None,
    }
}

/// What to tell the person while their message waits.
pub fn notice(trouble: &Trouble, is_online: bool, waits: bool) -> String {
    match trouble {
        Trouble::Unreachable if !is_online => {
            "You are offline. Your message is kept here and sent when you are back.".into()
        }
        Trouble::Unreachable if waits => {
            "The front desk is not answering. Your message will be sent again.".into()
        }
        Trouble::Busy { .. } if waits => {
            "The front desk is busy or restarting. Your message will be sent again.".into()
        }
        Trouble::TooMany { .. } => "That was a lot of messages. This one will be sent after a pause.".into(),
        trouble => trouble.message(),
    }
}

#[cfg(test)]
mod tests {
    use protocol::ErrorCode;

    use super::{WAITS, notice, wait};
    use crate::api::Trouble;

    #[test]
    fn patience_grows_and_ends() {
        let waits: Vec<_> = (1..=7).map(|tries| wait(&Trouble::Unreachable, tries)).collect();
        assert_eq!(waits[..6], WAITS.map(Some));
        assert_eq!(waits[6], None);
    }

    #[test]
    fn what_the_server_asks_for_is_kept_to() {
        assert_eq!(wait(&Trouble::TooMany { seconds: 42 }, 1), Some(42));
        assert_eq!(wait(&Trouble::TooMany { seconds: 0 }, 9), Some(1));
        assert_eq!(wait(&Trouble::Busy { seconds: 5 }, 1), Some(5));
        assert_eq!(wait(&Trouble::Busy { seconds: 1 }, 3), Some(8));
        let refused = Trouble::Refused { code: ErrorCode::Conflict, message: "No.".into(), field: None };
        assert_eq!(wait(&refused, 1), None);
        assert_eq!(notice(&refused, true, false), "No.");
    }

    #[test]
    fn nothing_is_promised_that_will_not_happen() {
        assert!(notice(&Trouble::Unreachable, true, true).contains("will be sent again"));
        assert!(!notice(&Trouble::Unreachable, true, false).contains("will be sent"));
        assert!(notice(&Trouble::Unreachable, false, false).contains("offline"));
    }
}
