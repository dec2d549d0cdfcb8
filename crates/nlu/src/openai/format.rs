//! Which `response_format` a server takes: the one that was set, or what is left of it once the server has refused it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ResponseFormat;

/// The format that is asked for now. What a server has refused it is not asked for again while the program runs.
#[derive(Debug)]
pub(super) struct Agreed(Mutex<ResponseFormat>);

impl Agreed {
    pub fn new(wanted: ResponseFormat) -> Self {
        Self(Mutex::new(wanted))
    }

    pub fn now(&self) -> ResponseFormat {
        *self.agreed()
    }

    /// Asks for less, since `refused` was refused. Whether there is less to ask for; it may have been agreed on meanwhile.
    pub fn refused(&self, refused: ResponseFormat) -> bool {
        let Some(weaker) = refused.weaker() else { return false };
        let mut agreed = self.agreed();
        if *agreed == refused {
            *agreed = weaker;
            let (refused, instead) = (refused.as_str(), weaker.as_str());
            tracing::warn!(
                refused,
                instead,
                "the server refuses this OPENAI_RESPONSE_FORMAT; asking for less from now on"
            );
        }
        true
    }

    fn agreed(&self) -> MutexGuard<'_, ResponseFormat> {
        // Nothing panics while it is locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Agreed;
    use crate::openai::ResponseFormat::{JsonObject, JsonSchema, None};

    #[test]
    fn less_is_asked_for_one_step_at_a_time() {
        let agreed = Agreed::new(JsonSchema);
        assert!(agreed.refused(JsonSchema));
        assert_eq!(agreed.now(), JsonObject);
        // Another message's request was refused at the same time.
        assert!(agreed.refused(JsonSchema));
        assert_eq!(agreed.now(), JsonObject);
        assert!(agreed.refused(JsonObject));
        assert_eq!(agreed.now(), None);
        assert!(!agreed.refused(None), "less than nothing cannot be asked for");
    }
}
