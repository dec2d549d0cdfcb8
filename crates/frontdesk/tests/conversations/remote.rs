//! An interpreter that asks the scripted server about much.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use nlu::openai::{OpenAiConfig, RemoteServer};
use nlu::{Chain, InterpretError, Interpreter, OpenAi, Policy, Understanding, Utterance};
use tokio::runtime::Runtime;

use crate::scripted::{Manner, Server};

/// High, so that many messages are asked about.
const SURE_FROM: f32 = 0.95;

/// A running server, and the interpreter that asks it.
pub struct Remote {
    chain: Arc<OnRuntime>,
    server: Server,
}

/// The conversations are played on several short-lived runtimes; connections want one that stays.
struct OnRuntime {
    chain: Arc<Chain>,
    runtime: Runtime,
}

impl Remote {
    pub fn start(model: Arc<dyn Interpreter>, manner: Manner) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = Server::start(&runtime, Arc::clone(&model), manner);
        let config = OpenAiConfig {
            backoff: Duration::from_millis(1),
            breaker_failures: u32::MAX,
            breaker_pause: Duration::ZERO,
            ..OpenAiConfig::new(RemoteServer::new(&server.url(), None, "scripted").unwrap())
        };
        let remote = Arc::new(OpenAi::new(config, || 0.5).unwrap());
        let chain = Arc::new(Chain::new(Policy::LocalFirst { sure_from: SURE_FROM }, model, remote));
        Self { chain: Arc::new(OnRuntime { chain, runtime }), server }
    }

    pub fn interpreter(&self) -> Arc<dyn Interpreter> {
        Arc::<OnRuntime>::clone(&self.chain)
    }

    /// How many requests have come.
    pub fn asked(&self) -> usize {
        self.server.asked()
    }
}

#[async_trait]
impl Interpreter for OnRuntime {
    async fn interpret(&self, utterance: Utterance) -> Result<Understanding, InterpretError> {
        let chain = Arc::clone(&self.chain);
        self.runtime.spawn(async move { chain.interpret(utterance).await }).await.unwrap()
    }
}
