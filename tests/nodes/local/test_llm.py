"""Language models write what transformers writes with them, from folders and GGUF files, and stop within a token."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.values import Tuning
from ajar.wishes import Writing
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local import tiny_words

pytestmark = pytest.mark.xdist_group("torch-2")

Write = Callable[..., str]
SLOWER = np.array([1, 1, 1, 1, 2, 4, 8, 8], np.float32)


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that talks and one that only goes on, as folders and as GGUF."""
    assert tiny_models  # torch is there, and set up
    room = tmp_path_factory.mktemp("words")
    qwen, llama = tiny_words.write_qwen(room / "qwen"), tiny_words.write_llama(room / "llama")
    tiny_words.pack(room / "qwen-F32.gguf", qwen, "qwen3", "F32")
    tiny_words.pack(room / "qwen-Q8_0.gguf", qwen, "qwen3", "Q8_0")
    tiny_words.pack(room / "llama-F32.gguf", llama, "llama", "F32")
    tiny_words.pack(room / "llama-slower.gguf", llama, "llama", "F32", SLOWER)
    return room


@pytest.fixture(scope="module")
def device(room: Path) -> Device:
    return Device("cpu", Shelf([room]))


@pytest.fixture(scope="module")
def write(device: Device) -> Write:
    def write(model: str = "qwen", report: Any = None, tuning: Tuning | None = None, **changes: Any) -> str:
        writer = device.load(model, kind="llm", loras=None, report=quiet, tuning=tuning)
        return str(writer.write(Writing(**{"prompt": "a red circle", "tokens": 16, "seed": 5, **changes}),
                                report or quiet))

    return write


def quiet(done: float, note: str, preview: Any) -> None:
    pass


def direct(place: Path, text: str, *, special: bool = False, change: Any = None, **more: Any) -> str:
    """The same call made on transformers."""
    import torch
    import transformers

    gguf = {"gguf_file": place.name} if place.suffix == ".gguf" else {}
    folder = place.parent if gguf else place
    kind = transformers.LlamaForCausalLM if "llama" in place.name else transformers.Qwen3ForCausalLM
    config = kind.config_class.from_pretrained(folder, head_dim=16, **gguf)
    model = kind.from_pretrained(folder, config=config, dtype=torch.bfloat16, **gguf)
    if change:
        change(model)
    tokens = transformers.PreTrainedTokenizerFast.from_pretrained(folder, **gguf)
    given = tokens(text, return_tensors="pt", add_special_tokens=special)
    call = {"do_sample": True, "temperature": 0.7, "top_p": 0.9, "max_length": None, "max_new_tokens": 16, **more}
    torch.manual_seed(5)
    found = model.generate(input_ids=given["input_ids"], attention_mask=given["attention_mask"], **call)
    text = tokens.decode(found[0, given["input_ids"].shape[1] :], skip_special_tokens=True)
    assert isinstance(text, str)
    return text.strip()


def talk(*turns: tuple[str, str]) -> str:
    """A talk as Qwen wants it."""
    said = "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in turns)
    return f"{said}<|im_start|>assistant\n"


ASKED = talk(("user", "a red circle"))


def test_a_folder_writes_what_transformers_writes(room: Path, write: Write) -> None:
    mine = write()
    assert mine and mine == direct(room / "qwen", ASKED)
    told = talk(("system", "Be brief."), ("user", "a red circle"))
    assert write(system="Be brief.") == direct(room / "qwen", told)
    assert write() == mine and write(seed=6) != mine
    assert write(temperature=0) == write(temperature=0, seed=6)


def test_a_model_that_was_never_taught_to_talk_goes_on_with_the_words(room: Path, write: Write) -> None:
    told = direct(room / "llama", "Be brief.\n\na red circle", special=True)
    assert write("llama", system="Be brief.") == told


def test_gguf_files_write_what_transformers_writes_with_them(room: Path, write: Write) -> None:
    assert write("qwen-Q8_0") == direct(room / "qwen-Q8_0.gguf", ASKED)
    assert write("qwen-F32", temperature=0) == write("qwen", temperature=0)
    assert write("llama-F32") == write("llama")


def test_a_gguf_of_llama_3_turns_as_slowly_as_it_learned(room: Path, device: Device, write: Write) -> None:
    import torch

    def slow(model: Any) -> None:
        model.model.rotary_emb.inv_freq = model.model.rotary_emb.inv_freq / torch.from_numpy(SLOWER)

    def scores(name: str) -> Any:
        writer = device.load(name, kind="llm", loras=None, report=quiet)
        with torch.no_grad():
            return writer.model(torch.arange(60)[None]).logits

    assert write("llama-slower") == direct(room / "llama-slower.gguf", "a red circle", change=slow)
    assert not torch.equal(scores("llama-slower"), scores("llama-F32"))


def test_words_show_while_they_are_written_and_every_token_can_be_stopped(write: Write) -> None:
    told: list[tuple[float, str]] = []
    before = write(report=lambda done, note, preview: told.append((done, note)))
    notes = list(dict.fromkeys(note for _, note in told))
    assert len(notes) > 8 and before.startswith(notes[-1].strip()) and told[-1][0] == 1.0
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    for after in (1, len(told) // 2, len(told) - 1):
        left = iter(range(after))

        def report(done: float, note: str, preview: Any, left: Any = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        with pytest.raises(Cancelled):
            write(report=report)
    assert write() == before


def test_other_randomness_is_left_alone(write: Write) -> None:
    import torch

    write()
    torch.manual_seed(1)
    first = torch.rand(3)
    torch.manual_seed(1)
    write()
    assert torch.equal(torch.rand(3), first)


def test_where_the_weights_lie_changes_no_word(write: Write) -> None:
    assert write(tuning=Tuning(offload="disk")) == write()


def test_thoughts_are_not_part_of_the_answer(device: Device) -> None:
    from nodes.local.talking import spoken

    tokens = device.load("qwen", kind="llm", loras=None, report=quiet).tokens

    def said(text: str) -> str:
        return spoken(tokens, tokens(text).input_ids)

    assert said("<think>\nred?\n</think>\n\nA circle.<|im_end|>") == "A circle."
    assert said("<think> on and on") == ""
    assert said("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>") \
        == "Yes."
    assert said("<|channel|>analysis<|message|>hm") == ""


def test_a_prompt_that_is_too_long_is_refused_and_a_long_one_leaves_less_room(write: Write) -> None:
    with pytest.raises(UserError, match="more than"):
        write(prompt="a" * 600)
    write(prompt="b" * 440, tokens=1000)


def test_only_known_classes_and_plain_weights_are_read(room: Path, tmp_path: Path) -> None:
    device = Device("cpu", Shelf([tmp_path]))

    def refusal(name: str, change: Any) -> str:
        folder = shutil.copytree(room / "qwen", tmp_path / name)
        change(folder)
        with pytest.raises(UserError) as raised:
            device.load(name, kind="llm", loras=None, report=quiet)
        return f"{raised.value.message} {raised.value.hint}"

    def config(**own: Any) -> Any:
        def change(folder: Path) -> None:
            path = folder / "config.json"
            path.write_text(json.dumps(json.loads(path.read_text()) | own))
        return change

    assert "is not a language model" in refusal("seeing", config(architectures=["LlavaForConditionalGeneration"]))
    assert "which Ajar can't run" in refusal("unknown", config(architectures=["Florence2ForConditionalGeneration"]))
    assert "auto_map" in refusal("code", config(auto_map={"AutoModelForCausalLM": "evil.Model"}))
    assert 'packed with "gptq"' in refusal("packed", config(quantization_config={"quant_method": "gptq", "bits": 4}))
    assert "no tokenizer.json" in refusal("mute", lambda folder: (folder / "tokenizer.json").unlink())
    assert "adapter" in refusal("adapted", lambda folder: (folder / "adapter_config.json").write_text("{}"))
    assert "no weights" in refusal("empty", lambda folder: (folder / "model.safetensors").unlink())
    assert "could not be loaded" in refusal("other", config(hidden_size=64))


def test_a_template_can_make_nothing_but_text(room: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(room / "qwen", tmp_path / "sly")
    device = Device("cpu", Shelf([tmp_path]))

    def answer(template: str) -> str:
        (folder / "chat_template.jinja").write_text(template)
        writer = device.load("sly", kind="llm", loras=None, report=quiet)
        return str(writer.asked(Writing(prompt="hello", system="Be brief.")))

    with pytest.raises(UserError, match="template"):
        answer("{{ ''.__class__.__mro__[1].__subclasses__() }}")
    plain = "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}{{ messages[0].content }}"
    assert answer(plain) == "Be brief.\n\nhello"


def test_the_precisions_of_painters_are_refused_in_words(write: Write) -> None:
    with pytest.raises(UserError, match="fp8"):
        write(tuning=Tuning(precision="fp8"))
