//! Who is asked first, and who has the last word.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use nlu::{Chain, InterpretError, Interpreter, OpenAi, Policy, Understanding, Utterance};
use protocol::{Intent, Interpretation, ScoredIntent};
use serde_json::json;

use crate::server::{Reply, Server};
use crate::{TEXT, client, good, utterance};

/// A local model that says the same of every message.
struct Local {
    intents: Vec<Intent>,
    confidence: f32,
    asked: AtomicUsize,
}

#[async_trait]
impl Interpreter for Local {
    async fn interpret(&self, _: Utterance) -> Result<Understanding, InterpretError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let scored = |&name: &Intent| ScoredIntent { name, confidence: self.confidence };
        Ok(Understanding {
            interpretation: Interpretation {
                intents: self.intents.iter().map(scored).collect(),
                spans: Vec::new(),
            },
            provider: "local",
            confidence: self.confidence,
            sentence: vec![0.6, 0.8],
        })
    }
}

fn chain(
    policy: Policy,
    server: &Server,
    intent: Intent,
    confidence: f32,
) -> (Chain, Arc<OpenAi>, Arc<Local>) {
    let local = Arc::new(Local { intents: vec![intent], confidence, asked: AtomicUsize::new(0) });
    let remote = Arc::new(client(server.config()));
    let interpreter: Arc<dyn Interpreter> = Arc::<Local>::clone(&local);
    (Chain::new(policy, interpreter, Arc::clone(&remote)), remote, local)
}

const REMOTE_FIRST: Policy = Policy::RemoteFirst { sure_from: 0.8 };
const LOCAL_FIRST: Policy = Policy::LocalFirst { sure_from: 0.8 };

#[tokio::test]
async fn remote_first_asks_the_server_and_keeps_the_local_sentence() {
    let server = Server::start([good()]).await;
    let (chain, remote, _) = chain(REMOTE_FIRST, &server, Intent::Book, 0.99);
    let understood = chain.interpret(utterance(TEXT)).await.unwrap();
    assert_eq!((understood.provider, understood.sentence.as_slice()), ("openai", &[0.6, 0.8][..]));
    assert_eq!(understood.interpretation.spans.len(), 2);
    assert_eq!(remote.usage().fallbacks, 0);
}

#[tokio::test]
async fn local_first_asks_the_server_only_when_unsure() {
    let server = Server::start([good()]).await;
    let (sure, _, _) = chain(LOCAL_FIRST, &server, Intent::Book, 0.8);
    assert_eq!(sure.interpret(utterance(TEXT)).await.unwrap().provider, "local");
    assert!(server.seen().is_empty());
    let (unsure, _, _) = chain(LOCAL_FIRST, &server, Intent::Greet, 0.79);
    assert_eq!(unsure.interpret(utterance(TEXT)).await.unwrap().provider, "openai");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn when_the_server_fails_the_local_model_answers() {
    for policy in [REMOTE_FIRST, LOCAL_FIRST] {
        let server = Server::start([Reply::Status(401)]).await;
        let (chain, remote, _) = chain(policy, &server, Intent::Greet, 0.3);
        let understood = chain.interpret(utterance(TEXT)).await.unwrap();
        assert_eq!((understood.provider, understood.confidence), ("local", 0.3));
        assert_eq!(remote.usage().fallbacks, 1);
    }
}

#[tokio::test]
async fn a_deed_that_a_sure_local_model_does_not_see_is_not_done() {
    let yes = || Reply::Answers(json!({"intents": ["affirm"], "spans": []}));
    let server = Server::start([yes()]).await;
    let (sure, remote, _) = chain(REMOTE_FIRST, &server, Intent::Deny, 0.95);
    let understood = sure.interpret(utterance("no thanks")).await.unwrap();
    assert!(understood.interpretation.has(Intent::Deny) && understood.provider == "local");
    assert_eq!(remote.usage().fallbacks, 1);

    let (unsure, _, _) = chain(REMOTE_FIRST, &server, Intent::Deny, 0.5);
    assert!(unsure.interpret(utterance("mhm")).await.unwrap().interpretation.has(Intent::Affirm));
    // What changes nothing may be seen by the remote one alone.
    let greeting = Reply::Answers(json!({"intents": ["deny", "small_talk"], "spans": []}));
    let server = Server::start([greeting]).await;
    let (sure, _, _) = chain(REMOTE_FIRST, &server, Intent::Deny, 0.95);
    assert_eq!(sure.interpret(utterance("no, how are you?")).await.unwrap().provider, "openai");
}

#[tokio::test]
async fn asking_whether_it_is_ready_sends_nothing() {
    let server = Server::start([good()]).await;
    let (chain, _, local) = chain(REMOTE_FIRST, &server, Intent::Greet, 1.0);
    chain.ready().await.unwrap();
    assert!(server.seen().is_empty());
    assert_eq!(local.asked.load(Ordering::Relaxed), 1);
}
