//! Misspelt words about time.

/// The nearest of `known` to a word, if it is near enough to be a slip of the finger.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().collect();
    if !(6..=12).contains(&word.len()) {
        return None;
    }
    known
        .filter(|candidate| candidate.starts_with(|c| Some(&c) == word.first()))
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.chars().collect();
            let allowed = if letters.len() >= 8 { 2 } else { 1 };
            if letters.len().abs_diff(word.len()) > allowed {
                return None;
            }
            let edits = edits(&word, &letters);
            (edits <= allowed).then_some((edits, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters must be changed, added, dropped or swapped with their neighbour (optimal string alignment).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(&above, j) + usize::from(x != y)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_forgiven_and_other_words_are_not() {
        let known = ["wednesday", "tomorrow", "friday"];
        let near = |word| nearest(word, known.into_iter());
        assert_eq!(near("wednsday"), Some("wednesday"));
        assert_eq!(near("wendesday"), Some("wednesday"));
        assert_eq!(near("tommorow"), Some("tomorrow"));
        assert_eq!(near("firday"), Some("friday"));
        assert_eq!(near("holiday"), None);
        assert_eq!(near("fried"), None);
    }
}
