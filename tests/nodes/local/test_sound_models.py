"""Models of music and sound make what diffusers and transformers make with them, and stop within a step."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.clips import Audio
from ajar.errors import Cancelled, UserError
from ajar.values import Tuning
from ajar.wishes import Composing, Saying
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local import tiny_sounds

pytestmark = [
    pytest.mark.xdist_group("torch-2"),
    pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning", "ignore:Should have:UserWarning"),
]

Compose = Callable[..., Any]
KINDS = {"open": "stable-audio", "three": "stable-audio", "ace": "ace-step", "turbo": "ace-step", "gen": "musicgen"}


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert tiny_models  # torch is there, and set up
    room = tmp_path_factory.mktemp("sounds")
    tiny_sounds.write_stable_audio(room / "open")
    tiny_sounds.write_stable_audio_3(room / "three")
    tiny_sounds.write_ace_step(room / "ace")
    tiny_sounds.write_ace_step(room / "turbo", turbo=True)
    tiny_sounds.write_musicgen(room / "gen")
    tiny_sounds.write_vits(room / "voice")
    tiny_sounds.write_vits(room / "voices", 3)
    return room


@pytest.fixture(scope="module")
def compose(room: Path) -> Compose:
    device = Device("cpu", Shelf([room]))

    def compose(model: str, report: Any = None, tuning: Tuning | None = None, **changes: Any) -> Any:
        composer = device.load(model, kind=KINDS[model], loras=None, report=quiet, tuning=tuning or WHOLE)
        wanted = {"prompt": "a red drum", "seconds": 0.5, "steps": 3, "seed": 5, **changes}
        found = composer.compose(Composing(**wanted), report or quiet)
        assert isinstance(found, Audio) and np.isfinite(found.array).all() and found.array.any()
        return found.array

    return compose


WHOLE = Tuning(precision="float32")


@pytest.fixture(scope="module")
def other() -> Audio:
    noise = np.random.default_rng(1).normal(0, 0.2, (2, 4000)).astype(np.float32)
    return Audio(noise, 8000)


def quiet(done: float, note: str, preview: Any) -> None:
    pass


def direct(room: Path, name: str, **arguments: Any) -> Any:
    """The same call made on diffusers."""
    import diffusers
    import torch

    kind = {"open": "StableAudioPipeline", "three": "StableAudio3Pipeline"}.get(name, "AceStepPipeline")
    pipe = getattr(diffusers, kind).from_pretrained(room / name, dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    torch.manual_seed(5)
    noise = torch.Generator("cpu").manual_seed(5)
    return pipe(prompt="a red drum", num_inference_steps=3, generator=noise, **arguments).audios[0].float().numpy()


def tensor(audio: Audio, rate: int) -> Any:
    """A sound at another rate, as a tensor."""
    from nodes.local.sounding import fitted

    return fitted(audio, rate, 2)


def test_stable_audio_open_makes_what_diffusers_makes(room: Path, compose: Compose, other: Audio) -> None:
    call = {"audio_end_in_s": 0.5, "guidance_scale": 7.0}
    assert np.array_equal(compose("open"), direct(room, "open", **call))
    mine = compose("open", guidance=4.0, negative="noise", seconds=1.0)
    theirs = direct(room, "open", audio_end_in_s=1.0, guidance_scale=4.0, negative_prompt="noise")
    assert np.array_equal(mine, theirs) and mine.shape == (2, 8000)
    begun = direct(room, "open", **call, initial_audio_waveforms=tensor(other, 8000)[None],
                   initial_audio_sampling_rate=8000)
    assert np.array_equal(compose("open", audio=other), begun) and not np.array_equal(begun, compose("open"))


def test_stable_audio_3_makes_what_diffusers_makes(room: Path, compose: Compose, other: Audio) -> None:
    assert np.array_equal(compose("three"), direct(room, "three", duration=0.5, guidance_scale=1.0))
    mine = compose("three", guidance=3.0, negative="noise")
    assert np.array_equal(mine, direct(room, "three", duration=0.5, guidance_scale=3.0, negative_prompt="noise"))
    with pytest.raises(UserError, match="Without guidance"):
        compose("three", negative="noise")
    with pytest.raises(UserError, match="words only"):
        compose("three", audio=other)


def test_ace_step_makes_what_diffusers_makes(room: Path, compose: Compose, other: Audio) -> None:
    call = {"audio_duration": 0.5, "guidance_scale": 7.0, "shift": 3.0}
    extra = {"lyrics": "[verse]\nla la", "language": "de", "bpm": 90, "keyscale": "A minor", "timesignature": "3"}
    assert np.array_equal(compose("ace"), direct(room, "ace", lyrics="", **call))
    mine = compose("ace", extra=extra)
    told = {name: value for name, value in extra.items() if name != "language"}
    assert np.array_equal(mine, direct(room, "ace", vocal_language="de", **told, **call))
    assert not np.array_equal(mine, compose("ace"))
    theirs = direct(room, "ace", reference_audio=tensor(other, 12000), **call)
    assert np.array_equal(compose("ace", extra={"timbre": other}), theirs)


def test_ace_step_works_on_a_piece_that_is_there(room: Path, compose: Compose, other: Audio) -> None:
    call = {"audio_duration": 0.5, "guidance_scale": 7.0, "src_audio": tensor(other, 12000)}
    theirs = direct(room, "ace", task_type="cover", audio_cover_strength=0.6, **call)
    assert np.array_equal(compose("ace", audio=other, extra={"likeness": 0.6}), theirs)
    theirs = direct(room, "ace", task_type="repaint", repainting_start=0.1, repainting_end=0.3, **call)
    assert np.array_equal(compose("ace", audio=other, extra={"start": 0.1, "end": 0.3}), theirs)
    with pytest.raises(UserError, match="does not lie"):
        compose("ace", audio=other, extra={"start": 0.4, "end": 0.9})
    with pytest.raises(UserError, match="listen to another piece"):
        compose("turbo", audio=other)


def test_a_turbo_model_takes_no_guidance(room: Path, compose: Compose) -> None:
    assert np.array_equal(compose("turbo"), direct(room, "turbo", audio_duration=0.5, guidance_scale=1.0))
    with pytest.raises(UserError, match="turbo"):
        compose("turbo", guidance=5.0)


def test_musicgen_makes_what_transformers_makes(room: Path, compose: Compose, other: Audio) -> None:
    import torch
    import transformers

    model = transformers.MusicgenForConditionalGeneration.from_pretrained(room / "gen")
    tokens = transformers.PreTrainedTokenizerFast.from_pretrained(room / "gen")

    def theirs(**more: Any) -> Any:
        given = tokens("a red drum", return_tensors="pt")
        torch.manual_seed(5)
        return model.generate(
            input_ids=given.input_ids, attention_mask=given.attention_mask, do_sample=True, temperature=0.9,
            top_k=20, guidance_scale=3.0, max_new_tokens=28, **more,
        )[0].numpy()

    how = {"temperature": 0.9, "top_k": 20}
    mine = compose("gen", extra=how)
    assert np.array_equal(mine, theirs()) and mine.shape == (1, 1600)
    assert not np.array_equal(mine, compose("gen", extra=how, seed=6))
    from nodes.local.sounding import fitted

    first = fitted(other, 3200, 1)[None]
    after = compose("gen", extra=how, audio=other)
    assert np.array_equal(after, theirs(input_values=first, padding_mask=torch.ones_like(first[:, 0]).bool()))
    assert after.shape[1] == 3200


@pytest.mark.parametrize("model", ["open", "three", "ace", "gen"])
def test_steps_are_told_and_stopped_within(compose: Compose, model: str) -> None:
    told: list[tuple[float, str]] = []
    before = compose(model, report=lambda done, note, preview: told.append((done, note)))
    steps = list(dict.fromkeys(note for _, note in told if note.startswith("step")))
    count = 28 if model == "gen" else 3
    assert steps[:3] == [f"step {number} of {count}" for number in range(3)] and len(steps) >= count
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    for after in (1, len(told) // 2, len(told) - 1):
        left = iter(range(after))

        def report(done: float, note: str, preview: Any, left: Any = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        with pytest.raises(Cancelled):
            compose(model, report=report)
    assert np.array_equal(compose(model), before)


@pytest.mark.parametrize("model", ["open", "three", "ace", "gen"])
def test_weights_in_pieces_are_refused(compose: Compose, model: str) -> None:
    with pytest.raises(UserError, match="all weights of a part at once"):
        compose(model, tuning=Tuning(precision="float32", offload="disk"))


@pytest.mark.parametrize(("model", "most"), [("open", "2.05"), ("three", "380"), ("gen", "30")])
def test_a_sound_that_is_too_long_is_refused(compose: Compose, model: str, most: str) -> None:
    with pytest.raises(UserError, match=f"at most {most} seconds"):
        compose(model, seconds=500.0)


@pytest.fixture(scope="module")
def say(room: Path) -> Compose:
    device = Device("cpu", Shelf([room]))

    def say(model: str, text: str, report: Any = None, **changes: Any) -> Any:
        voice = device.load(model, kind="speech", loras=None, report=quiet)
        found = voice.say(Saying(text=text, **{"seed": 5, **changes}), report or quiet)
        assert found.rate == 4000 and np.isfinite(found.array).all() and found.array.any()
        return found.array

    return say


def spoken(room: Path, name: str, text: str, rate: float = 1.0, **more: Any) -> Any:
    """The same call made on transformers."""
    import torch
    import transformers

    model = transformers.VitsModel.from_pretrained(room / name)
    model.speaking_rate = rate
    tokens = transformers.VitsTokenizer.from_pretrained(room / name)
    torch.manual_seed(5)
    with torch.no_grad():
        return model(**tokens(text, return_tensors="pt"), **more).waveform.numpy()


def test_a_voice_says_what_transformers_says(room: Path, say: Compose) -> None:
    text = "Hello there, dear"
    assert np.array_equal(say("voice", text), spoken(room, "voice", text))
    assert np.array_equal(say("voices", text, voice="2", speed=1.5), spoken(room, "voices", text, 1.5, speaker_id=2))
    assert np.array_equal(say("voices", text), spoken(room, "voices", text, speaker_id=0))
    quick, slow = say("voice", text, speed=2.0), say("voice", text, speed=0.5)
    assert quick.shape[1] < say("voice", text).shape[1] < slow.shape[1]


def test_a_long_text_is_said_sentence_after_sentence(room: Path, say: Compose) -> None:
    told: list[tuple[float, str]] = []
    both = say("voice", "Hello there. ... Good bye!", report=lambda done, note, _: told.append((done, note)))
    pause = np.zeros((1, 1000), np.float32)
    assert np.array_equal(both, np.concatenate(
        [spoken(room, "voice", "Hello there."), pause, spoken(room, "voice", "Good bye!")], 1
    ))
    assert list(dict.fromkeys(told)) == [(0.0, "sentence 1 of 2"), (0.5, "sentence 2 of 2")]
    left = iter(range(len(told) // 2 + 3))

    def report(*_: Any) -> None:
        if next(left, None) is None:
            raise Cancelled

    with pytest.raises(Cancelled):
        say("voice", "Hello there. ... Good bye!", report=report)
    assert np.array_equal(say("voice", "Hello there. ... Good bye!"), both)


def test_sentences_that_never_end_are_parted_at_clauses() -> None:
    from nodes.local.families.speech import LONGEST, breaths

    text = "one two three, " * 60
    parts = list(breaths(text))
    assert all(len(part) <= LONGEST and part.endswith(",") for part in parts) and " ".join(parts) == text.strip()
    assert list(breaths("x" * 700)) == ["x" * 300, "x" * 300, "x" * 100]


def test_what_a_voice_cannot_say_is_refused(room: Path, say: Compose) -> None:
    for model, text, voice, said in (
        ("voice", "12 34", "", "knows none"), ("voice", "hello", "1", "no voice"), ("voices", "hello", "3", "0 to 2"),
    ):
        with pytest.raises(UserError) as raised:
            say(model, text, voice=voice)
        assert said in f"{raised.value.message} {raised.value.hint}"


def test_letters_that_need_another_package_say_so(room: Path, tmp_path: Path) -> None:
    import json
    import shutil

    path = shutil.copytree(room / "voice", tmp_path / "sounds") / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"phonemize": True}))
    voice = Device("cpu", Shelf([tmp_path])).load("sounds", kind="speech", loras=None, report=quiet)
    with pytest.raises(UserError, match='package "phonemizer"'):
        voice.say(Saying(text="hello"), quiet)
