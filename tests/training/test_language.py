"""What the text encoders are asked: the answers belong to the words that they are asked of."""

from random import Random

import torch

from training.language import OF_SCENE, OF_THING, answers_of_scene, answers_of_things, owners
from training.objects import Arrangement, Thing, caption
from training.pictures import Scene, scene
from training.tokenizers import CLIP_LENGTH, T5_LENGTH, clip_tokenizer, token_ids, word_tokenizer
from training.words import vocabulary

TWO = Arrangement((Thing("star", "red", "small"), Thing("cup", "blue", "", "dotted")), "white", "left of")


def test_each_word_belongs_to_its_thing() -> None:
    shown = Scene("things", caption(TWO), TWO)
    words = word_tokenizer().tokenize(shown.words)
    belongs = owners(shown)
    assert [word for word, owner in zip(words, belongs, strict=False) if owner == 0] == ["small", "red", "star"]
    assert [word for word, owner in zip(words, belongs, strict=False) if owner == 1] == ["blue", "dotted", "cup"]


def test_a_stray_word_belongs_to_nothing_and_shifts_the_others() -> None:
    shown = Scene("things", caption(TWO).replace("blue", "xyzzy blue"), TWO)
    tokens = word_tokenizer().tokenize(shown.words)
    assert tokens[4] == "<unk>"
    assert owners(shown)[:8] == [0, 0, 0, -1, -1, 1, 1, 1]


def test_the_answers_are_those_of_the_picture() -> None:
    shown = Scene("things", caption(TWO), TWO)
    answers, places = answers_of_things(shown)
    told = [options[number] for options, number in zip(OF_THING.values(), answers[1], strict=True)]
    assert told[:4] == ["cup", "blue", "", "dotted"]
    assert places[0][0] < 0 < places[1][0]
    whole = dict(zip(OF_SCENE, answers_of_scene(shown), strict=True))
    assert OF_SCENE["relation"][whole["relation"]] == "left of"
    assert OF_SCENE["background"][whole["background"]] == "white"
    assert whole["land"] < 0


def test_every_word_is_one_token_and_no_caption_is_cut() -> None:
    clip, t5 = clip_tokenizer(), word_tokenizer()
    assert all(clip.tokenize(word) == [f"{word}</w>"] for word in vocabulary())
    captions = [scene(Random(number)).words for number in range(1500)]
    assert (token_ids(t5, captions, T5_LENGTH)[:, -1] <= 1).all()
    assert torch.isin(token_ids(clip, captions, CLIP_LENGTH), torch.tensor(clip.eos_token_id)).any(1).all()


def test_articles_and_case_make_no_difference_to_t5() -> None:
    t5 = word_tokenizer()
    assert t5.tokenize("A red Star, on an orange background") == t5.tokenize("red star on orange")
    assert t5.tokenize("a grey star") == ["gray", "star"]
