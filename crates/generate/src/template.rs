//! The chat template of the file: how turns become one text.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, ErrorKind, Value, context};

use crate::error::ModelError;
use crate::file::File;

/// Who speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// What the model is told about its task.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// One turn of a conversation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What they say.
    pub content: String,
}

impl Message {
    /// A turn.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self { role, content: content.into() }
    }
}

/// The template, compiled.
pub(crate) struct Template {
    environment: Environment<'static>,
    bos: String,
    eos: String,
}

const NAME: &str = "chat";
/// For files without one: what most small models were trained with.
const CHATML: &str = "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content + \
                      '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

impl Template {
    pub fn of(file: &File, bos: String, eos: String) -> Result<Self, ModelError> {
        Self::new(file.text("tokenizer.chat_template").unwrap_or(CHATML), bos, eos)
    }

    fn new(source: &str, bos: String, eos: String) -> Result<Self, ModelError> {
        let mut environment = Environment::new();
        // As transformers sets Jinja up, which the templates are written for.
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", |message: String| -> Result<String, minijinja::Error> {
            Err(minijinja::Error::new(ErrorKind::InvalidOperation, message))
        });
        // A template is a program from elsewhere.
        environment.set_fuel(Some(200_000));
        environment.set_recursion_limit(50);
        environment.add_template_owned(NAME, source.to_owned())?;
        Ok(Self { environment, bos, eos })
    }

    /// The conversation as the model reads it, ending where the model has to speak.
    pub fn render(&self, messages: &[Message]) -> Result<String, ModelError> {
        let turn = |message: &Message| {
            let role = match message.role {
                Role::System => "system",
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            context! { role, content => message.content.as_str() }
        };
        Ok(self.environment.get_template(NAME)?.render(context! {
            messages => messages.iter().map(turn).collect::<Vec<Value>>(),
            bos_token => self.bos.as_str(),
            eos_token => self.eos.as_str(),
            add_generation_prompt => true,
            // Qwen 3 thinks aloud unless it is told not to.
            enable_thinking => false,
        })?)
    }
}

#[cfg(test)]
mod tests {
    use super::{CHATML, Message, Role, Template};

    fn render(source: &str, messages: &[Message]) -> Result<String, String> {
        let template =
            Template::new(source, "<s>".into(), "</s>".into()).map_err(|error| error.to_string())?;
        template.render(messages).map_err(|error| error.to_string())
    }

    #[test]
    fn turns_become_one_text_that_ends_where_the_model_speaks() {
        let messages = [Message::new(Role::System, "Be brief."), Message::new(Role::User, "Hi {{ you }}")];
        assert_eq!(
            render(CHATML, &messages).unwrap(),
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi {{ you }}<|im_end|>\n<|im_start|>assistant\n"
        );
    }

    #[test]
    fn templates_may_use_what_python_has() {
        let source = "{{ bos_token }}{%- for m in messages -%}\n    {% if m['role'].startswith('u') %}[{{ m['content'].strip() | upper }}]\
                      {% endif %}\n{%- endfor %}{{ messages[-1].content | tojson }}";
        assert_eq!(render(source, &[Message::new(Role::User, " hi ")]).unwrap(), "<s>[HI]\" hi \"");
    }

    #[test]
    fn a_template_that_refuses_or_never_ends_is_an_error() {
        let refused = render("{{ raise_exception('no such role') }}", &[]).unwrap_err();
        assert!(refused.contains("no such role"), "{refused}");
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        assert!(render(endless, &[]).is_err());
        assert!(render("{% if", &[]).is_err());
    }
}
