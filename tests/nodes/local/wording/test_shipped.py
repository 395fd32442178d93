"""The words that the front writes are words that the shipped model has."""

import json
from importlib.util import find_spec

import pytest

from nodes.local.catalogue import RESOURCES
from tests.nodes.local.wording.test_front import SHIPPED, captions

FOLDER = RESOURCES / "builtin"


@pytest.mark.skipif(not find_spec("tokenizers"), reason="needs the extra local")
def test_its_tokenizer_knows_every_word_of_every_caption() -> None:
    from tokenizers import Tokenizer

    file = FOLDER / "tokenizer_2" / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(file))
    unknown = json.loads(file.read_text("utf-8"))["model"]["vocab"]["<unk>"]
    assert unknown in tokenizer.encode("gruffalo").ids
    for caption in (*captions(SHIPPED), str(SHIPPED.plain["nothing"])):
        assert unknown not in tokenizer.encode(caption).ids, caption
