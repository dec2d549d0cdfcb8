"""Quick checks of the pipeline's own logic: `python -m unittest discover models/training`. Needs no corpora and no weights."""

from __future__ import annotations

import unittest
from random import Random

import numpy as np

from corpora import is_held_out, normal
from data import Avoid
from generate import Generator, load_seeds
from labels import INTENTS, TAGS, Message, NotationError, Span, parse_marked, show, split_line
from noise import cells_of, message_of, typo
from score import best_tags, decode, f1, joined
from timespans import when_ranges


class Notation(unittest.TestCase):
    def test_spans_count_code_points_and_escapes_are_plain(self) -> None:
        text, spans = parse_marked(r"é 👍 {when-:Tuesday}, \{x\} {service:hair\|cut}")
        self.assertEqual(text, "é 👍 Tuesday, {x} hair|cut")
        self.assertEqual(spans, (Span(4, 11, "when.excluded"), Span(17, 25, "service")))

    def test_what_is_not_notation_is_refused(self) -> None:
        for line in ("book | none", "fly | - | x", "book | sometimes | x"):
            with self.assertRaises(NotationError):
                split_line(line)
        for marked in ("{when:}", "{when:3", "3}", "{colour:red}", "{when:a {when:b}}"):
            with self.assertRaises(NotationError):
                parse_marked(marked)


class Generated(unittest.TestCase):
    def setUp(self) -> None:
        self.seeds = load_seeds()

    def test_every_seed_expands_to_well_formed_messages(self) -> None:
        generator = Generator(self.seeds, Random(1))
        for seed in self.seeds:
            message = generator.expand(seed)
            self.assertTrue(message.text.strip(), seed.marked)
            self.check(message)

    def test_typing_noise_keeps_spans_on_their_words(self) -> None:
        generator = Generator(self.seeds, Random(2))
        for _ in range(3000):
            self.check(generator.one())

    def test_same_seed_same_messages(self) -> None:
        first, second = (Generator(self.seeds, Random(3)) for _ in range(2))
        self.assertEqual([first.one() for _ in range(300)], [second.one() for _ in range(300)])

    def check(self, message: Message) -> None:
        end = 0
        for span in message.spans or ():
            self.assertTrue(end <= span.start < span.end <= len(message.text), show(message))
            self.assertEqual(message.text[span.start : span.end].strip(), message.text[span.start : span.end])
            end = span.end
        self.assertLessEqual(message.intents or set(), set(INTENTS))

    def test_a_typo_never_changes_a_number(self) -> None:
        message = Message("at 10:30 tomorrow", spans=(Span(3, 17, "when.wanted"),))
        rng = Random(4)
        for _ in range(200):
            cells = cells_of(message)
            typo(cells, rng)
            rough = message_of(cells, message)
            self.assertTrue(rough.text[3:8] == "10:30" and rough.spans and rough.spans[0].start == 3)


class Times(unittest.TestCase):
    def test_corpus_spans_become_ours(self) -> None:
        for text, raw, ours in (
            ("at 8 pm tomorrow", ["8", "tomorrow"], ["8 pm tomorrow"]),
            ("anytime after 9", ["9"], ["anytime after 9"]),
            ("on Friday, for 6 at 7:30pm.", ["Friday", "7:30pm."], ["Friday", "7:30pm"]),
            ("in the morning please", ["in the morning"], ["morning"]),
            ("at 7 p.m.", ["7 p.m."], ["7 p.m."]),
            ("how about this afternoon", ["this afternoon"], ["this afternoon"]),
        ):
            ranges = [(text.index(words), text.index(words) + len(words)) for words in raw]
            self.assertEqual([text[a:b] for a, b in when_ranges(text, ranges)], ours, text)


class Scores(unittest.TestCase):
    def scores(self, *tags: str) -> np.ndarray:
        return np.array([[5.0 if name == tag else 0.0 for name in TAGS] for tag in tags])

    def test_sequences_are_well_formed_and_words_whole(self) -> None:
        text, offsets = "at unreal 3", [(0, 2), (3, 5), (5, 9), (10, 11)]
        self.assertEqual(joined(text, offsets), [False, False, True, False])
        lone = best_tags(self.scores("O", "I-service", "I-service", "O"), joined(text, offsets))
        self.assertEqual(decode(lone, offsets), (Span(3, 9, "service"),))
        torn = best_tags(self.scores("O", "B-service", "O", "O"), joined(text, offsets))
        self.assertIn(decode(torn, offsets), ((), (Span(3, 9, "service"),)))

    def test_f1(self) -> None:
        self.assertEqual(f1([(set(), set())]), 1.0)
        self.assertAlmostEqual(f1([({1, 2}, {2, 3}), ({4}, {4})]), 2 / 3)


class Separation(unittest.TestCase):
    def test_near_duplicates_of_test_messages_are_recognised(self) -> None:
        avoid = Avoid([Message("Move my Friday 10am to Wednesday!")])
        self.assertIn("move my friday 9am to wednesday", avoid)
        self.assertIn("to wednesday move my friday 11am", avoid)
        self.assertNotIn("cancel my friday 10am on wednesday", avoid)
        self.assertEqual(normal("It's 10:30, OK?"), "it s 0 0 ok")

    def test_the_held_out_tenth_ignores_case_and_blanks(self) -> None:
        texts = [f"a table at {n}" for n in range(400)]
        self.assertEqual([is_held_out(t) for t in texts], [is_held_out(t.upper() + " ") for t in texts])
        self.assertTrue(20 < sum(map(is_held_out, texts)) < 70)


if __name__ == "__main__":
    unittest.main()
