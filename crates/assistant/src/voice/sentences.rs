//! Cutting text that comes in pieces into sentences.

/// No sentence is longer, in bytes; what is longer is cut, and the check will not have it.
const LONGEST: usize = 400;

/// Collects pieces of text and gives away each sentence as soon as it is complete.
#[derive(Debug, Default)]
pub(super) struct Sentences {
    text: String,
}

impl Sentences {
    /// Adds a piece.
    pub fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    /// The next complete sentence: one that ends with a mark, and with something behind the mark that shows that it is
    /// not a decimal point or the like.
    pub fn next(&mut self) -> Option<String> {
        let end = self.text.char_indices().zip(self.text.chars().skip(1).map(Some).chain([None])).find_map(
            |((at, character), next)| {
                let mark =
                    matches!(character, '.' | '!' | '?' | '…') && next.is_some_and(char::is_whitespace);
                (mark || character == '\n' || at >= LONGEST).then_some(at + character.len_utf8())
            },
        )?;
        let rest = self.text.split_off(end);
        let sentence = std::mem::replace(&mut self.text, rest.trim_start().to_owned());
        match tidy(&sentence) {
            empty if empty.is_empty() => self.next(),
            sentence => Some(sentence),
        }
    }

    /// What is left when nothing more will come, if it is a whole sentence.
    pub fn last(mut self) -> Option<String> {
        if let Some(sentence) = self.next() {
            return Some(sentence);
        }
        Some(tidy(&self.text)).filter(|rest| rest.ends_with(['.', '!', '?', '…']))
    }
}

/// One space between words, none around them.
fn tidy(sentence: &str) -> String {
    sentence.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::Sentences;

    fn cut(pieces: &[&str]) -> Vec<String> {
        let mut sentences = Sentences::default();
        let mut found = Vec::new();
        for piece in pieces {
            sentences.push(piece);
            found.extend(std::iter::from_fn(|| sentences.next()));
        }
        found.extend(sentences.last());
        found
    }

    #[test]
    fn sentences_come_out_whole_however_the_pieces_fall() {
        let whole = ["Hello there!", "I am fine, thank you.", "And you?"];
        let text = "Hello  there! I am fine,\tthank you. And you?";
        assert_eq!(cut(&[text]), whole);
        let letters: Vec<String> = text.chars().map(String::from).collect();
        assert_eq!(cut(&letters.iter().map(String::as_str).collect::<Vec<_>>()), whole);
    }

    #[test]
    fn a_point_within_a_word_is_no_end_and_a_line_break_is_one() {
        assert_eq!(
            cut(&["It costs 3.50 at a.example. Really.\n\nYes"]),
            ["It costs 3.50 at a.example.", "Really."]
        );
        assert_eq!(cut(&["One line\nand another."]), ["One line", "and another."]);
    }

    #[test]
    fn what_was_cut_off_is_left_out() {
        assert_eq!(cut(&["All is well. But then"]), ["All is well."]);
        assert_eq!(cut(&["", " \n "]), Vec::<String>::new());
    }

    #[test]
    fn endless_ones_are_cut() {
        assert!(cut(&["word "; 500].map(|word| word)).iter().all(|sentence| sentence.len() < 410));
    }
}
