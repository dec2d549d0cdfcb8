//! A model file small enough to be made in a test: right in form, random in content.

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use serde_json::json;

const HIDDEN: usize = 32;
const FFN: usize = 64;
const POSITIONS: usize = 192;
const KINDS: [&str; 8] =
    ["when.wanted", "when.excluded", "when.existing", "service", "name", "timezone", "duration", "option"];
const WORDS: [&str; 6] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "tuesday", "日"];

fn vocabulary() -> Vec<String> {
    let characters = ('a'..='z').chain('0'..='9');
    let pieces = characters.clone().map(|c| c.to_string()).chain(characters.map(|c| format!("##{c}")));
    let marks = ('!'..='/').chain(':'..='@').map(|c| c.to_string());
    WORDS.iter().map(|word| (*word).to_owned()).chain(pieces).chain(marks).collect()
}

fn tokenizer_json(vocabulary: &[String]) -> String {
    let ids: serde_json::Map<_, _> =
        vocabulary.iter().enumerate().map(|(id, word)| (word.clone(), json!(id))).collect();
    let special = |id: usize| {
        json!({"id": id, "content": WORDS[id], "special": true, "single_word": false, "lstrip": false,
               "rstrip": false, "normalized": false})
    };
    json!({
        "version": "1.0",
        "added_tokens": [special(0), special(1), special(2), special(3)],
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Replace", "pattern": {"String": "🏽"}, "content": ""},
            {"type": "Replace", "pattern": {"String": "👍"}, "content": " yes "},
            {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
             "lowercase": true},
        ]},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": ids},
    })
    .to_string()
}

/// The bytes of the file. The same every time.
#[expect(clippy::unwrap_used, reason = "a fixture that cannot be made is a failed test")]
pub fn tiny_model() -> Vec<u8> {
    let vocabulary = vocabulary();
    let tags: Vec<String> = std::iter::once("O".into())
        .chain(KINDS.iter().flat_map(|k| [format!("B-{k}"), format!("I-{k}")]))
        .collect();
    let intents: Vec<&str> = protocol::Intent::ALL.iter().map(|intent| intent.as_str()).collect();
    let asked: Vec<&str> =
        std::iter::once("none").chain(protocol::Asked::ALL.iter().map(|slot| slot.as_str())).collect();

    let strings = |names: Vec<String>| Value::Array(names.into_iter().map(Value::String).collect());
    let own = |names: &[&str]| strings(names.iter().map(|name| (*name).to_owned()).collect());
    let all = |value: f32| Value::Array(vec![Value::F32(value); intents.len()]);
    let size = |value: usize| Value::U32(u32::try_from(value).unwrap());
    let metadata = [
        ("general.architecture", Value::String("frontdesk-bert".into())),
        ("frontdesk.version", Value::String("tiny".into())),
        ("frontdesk.hidden_size", size(HIDDEN)),
        ("frontdesk.layers", size(1)),
        ("frontdesk.heads", size(2)),
        ("frontdesk.ffn", size(FFN)),
        ("frontdesk.max_positions", size(POSITIONS)),
        ("frontdesk.norm_eps", Value::F32(1e-12)),
        ("frontdesk.intents", own(&intents)),
        ("frontdesk.tags", strings(tags.clone())),
        ("frontdesk.asked", own(&asked)),
        (
            "frontdesk.asked_tokens",
            Value::Array((0..asked.len()).map(|i| Value::I32(4 + i as i32)).collect()),
        ),
        ("frontdesk.intent_temperature", all(1.0)),
        ("frontdesk.intent_bias", all(0.0)),
        ("frontdesk.intent_thresholds", all(0.5)),
        ("frontdesk.tag_temperature", Value::F32(1.0)),
        ("frontdesk.tokenizer", Value::String(tokenizer_json(&vocabulary))),
    ];

    let mut tensors = Vec::new();
    let mut state = 0x2545_f491_u32;
    let mut add = |name: &str, shape: &[usize], dtype| {
        let values: Vec<f32> = (0..shape.iter().product())
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 23) as f32 - 1.0
            })
            .collect();
        let tensor = Tensor::from_vec(values, shape, &Device::Cpu).unwrap();
        tensors.push((name.to_owned(), QTensor::quantize(&tensor, dtype).unwrap()));
    };
    add("embeddings.word", &[vocabulary.len(), HIDDEN], GgmlDType::Q8_0);
    add("embeddings.position", &[POSITIONS, HIDDEN], GgmlDType::F16);
    let matrices = [
        ("layer.0.qkv", 3 * HIDDEN, HIDDEN, GgmlDType::Q8_0),
        ("layer.0.attn_out", HIDDEN, HIDDEN, GgmlDType::Q8_0),
        ("layer.0.up", FFN, HIDDEN, GgmlDType::Q8_0),
        ("layer.0.down", HIDDEN, FFN, GgmlDType::Q8_0),
        ("intents", intents.len(), HIDDEN, GgmlDType::F32),
        ("tags", tags.len(), HIDDEN, GgmlDType::F32),
        ("sentence", HIDDEN, HIDDEN, GgmlDType::F32),
    ];
    for (name, output, input, dtype) in matrices {
        add(&format!("{name}.weight"), &[output, input], dtype);
        add(&format!("{name}.bias"), &[output], GgmlDType::F32);
    }
    for name in ["embeddings.norm", "layer.0.attn_norm", "layer.0.ffn_norm"] {
        add(&format!("{name}.weight"), &[HIDDEN], GgmlDType::F32);
        add(&format!("{name}.bias"), &[HIDDEN], GgmlDType::F32);
    }
    for name in ["attend", "evidence"] {
        add(&format!("{name}.weight"), &[intents.len(), HIDDEN], GgmlDType::F32);
    }

    let metadata: Vec<_> = metadata.iter().map(|(key, value)| (*key, value)).collect();
    let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    let mut file = std::io::Cursor::new(Vec::new());
    gguf_file::write(&mut file, &metadata, &tensors).unwrap();
    file.into_inner()
}
