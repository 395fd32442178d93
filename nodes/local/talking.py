"""Models of transformers that write: how they are read, and how they write a token at a time and stop within one."""

import json
import re
import warnings
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import transformers

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.plain import LoraPart
from ajar.wishes import Writing
from nodes.local.assembly import BROKEN, DTYPES, first_line
from nodes.local.folders import check_single, config_of
from nodes.local.headers import AGAIN
from nodes.local.pipes import Pipe, processors
from nodes.local.site import Site
from nodes.local.sounding import drawn

NUMBERS = {"top_k": int, "min_p": float, "repetition_penalty": float}
"""What is believed of a model's generation_config.json, besides the ids of its marks; the rest could name other ways
of writing, other models and time limits."""
IDS = ("bos_token_id", "decoder_start_token_id", "eos_token_id", "pad_token_id")
THOUGHT = re.compile(r"^\s*<think>.*?(</think>\s*|$)", re.DOTALL)
FINAL, CHANNEL = "<|channel|>final<|message|>", "<|channel|>"
"""How gpt-oss marks its answer among its thoughts."""
OFTEN = 200
"""So many tokens are shown one by one; after that every sixteenth, since all words are put together each time."""


class Lone:
    """A model of transformers that is placed in memory as if it were a pipeline of one part."""

    scheduler = None

    def __init__(self, model: Any) -> None:
        self.components = {"model": model}

    def to(self, device: str) -> "Lone":
        self.components["model"].to(device)
        return self

    def enable_model_cpu_offload(self, device: str) -> None:
        self.to(device)  # of one part there is nothing to change with

    def remove_all_hooks(self) -> None:
        """There are none of its own."""


class LoneModel(Pipe):
    """A loaded model of transformers: it stops between two layers, and comes to the device as there is room."""

    def __init__(self, entry: ModelEntry, model: Any, site: Site) -> None:
        self.model = model.eval()
        super().__init__(entry, Lone(model), site)

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Nothing is put on such a model."""
        assert not loras

    def generate(self, arguments: Mapping[str, Any], seed: int, report: Report) -> Any:
        """What ``generate`` of the model returns; the same seed gives the same on the same device."""
        def once() -> Any:
            with drawn(seed, self.device), torch.no_grad(), self.beating(lambda: report(-1.0, "", None)):
                return self.model.generate(**arguments)

        torch.set_num_threads(self.settings.get("threads") or processors())
        return self.trying(once, report)


class Talker(LoneModel):
    """A loaded model that writes."""

    def __init__(self, entry: ModelEntry, model: Any, tokens: Any, site: Site) -> None:
        self.tokens = tokens
        model.generation_config = believed(model.generation_config)
        super().__init__(entry, model, site)

    def write(self, wanted: Writing, report: Report) -> str:
        """The answer, without thoughts. UserError where there is no room for one, or none came."""
        if wanted.image is not None:
            raise UserError(f'"{self.entry.title}" can\'t see pictures.', "Choose a model that sees.")
        given = self.tokens(self.asked(wanted), return_tensors="pt", add_special_tokens=not self.tokens.chat_template)
        return self.answered(dict(given), wanted, report)

    def asked(self, wanted: Writing) -> str:
        """The prompt as this model wants to be spoken to, by the template that came with it."""
        if not self.tokens.chat_template:
            return "\n\n".join(part for part in (wanted.system, wanted.prompt) if part)
        turns = [{"role": "user", "content": wanted.prompt}]
        if wanted.system:
            turns.insert(0, {"role": "system", "content": wanted.system})
        return templated(self.tokens, turns, self.entry, wanted.think)

    def answered(self, given: Mapping[str, Any], wanted: Writing, report: Report) -> str:
        """What the model writes after these tokens."""
        before = given["input_ids"].shape[1]
        config = self.model.config.get_text_config()
        room = (getattr(config, "max_position_embeddings", None) or before + wanted.tokens) - before
        if room < 1:
            raise UserError(
                f'The prompt has {before} tokens, more than "{self.entry.title}" can read.', "Make it shorter."
            )
        stream = _Stream(self.tokens, min(wanted.tokens, room), report)
        choosing = {"do_sample": True, "temperature": wanted.temperature, "top_p": wanted.top_p}
        arguments = {
            **{name: value.to(self.device) for name, value in given.items() if name != "token_type_ids"},
            "max_new_tokens": stream.most, "streamer": stream, **(choosing if wanted.temperature else
                                                                 {"do_sample": False, "top_k": None, "min_p": None}),
        }
        found = self.generate(arguments, wanted.seed, stream.hear)
        return self._said(found[0, before:].tolist())

    def _said(self, ids: list[int]) -> str:
        text = spoken(self.tokens, ids)
        if not text:
            thought = "thinking" if self.tokens.decode(ids).strip() else "silence"
            raise UserError(
                f'"{self.entry.title}" gave no answer: its {len(ids)} tokens were used up by {thought}.',
                "Let it write more tokens, switch thinking off, or ask in other words.",
            )
        return text


def templated(tokens: Any, turns: list[dict[str, Any]], entry: ModelEntry, think: bool) -> str:
    """A talk in the form that a model was trained with.

    The template is a small program in Jinja that came with the model; transformers runs it in Jinja's sandbox, where
    it can make nothing but text. UserError where it fails.
    """
    try:
        return _templated(tokens, turns, think)
    except Exception as error:  # whatever such a program raises
        if turns[0]["role"] == "system":  # some models know no such role
            joined = _joined(turns[0]["content"], turns[1]["content"])
            return templated(tokens, [{**turns[1], "content": joined}, *turns[2:]], entry, think)
        raise UserError(f'The template of "{entry.title}" failed: {first_line(error)}.', AGAIN) from error


def _templated(tokens: Any, turns: list[dict[str, Any]], think: bool) -> str:
    found = tokens.apply_chat_template(turns, tokenize=False, add_generation_prompt=True, enable_thinking=think)
    assert isinstance(found, str)
    return found


def _joined(system: str, content: Any) -> Any:
    """The system's words before the user's, which may stand beside a picture."""
    if isinstance(content, str):
        return f"{system}\n\n{content}"
    return [{**part, "text": f"{system}\n\n{part['text']}"} if part["type"] == "text" else part for part in content]


def spoken(tokens: Any, ids: list[int]) -> str:
    """The words of these tokens without marks and thoughts."""
    raw = tokens.decode(ids, skip_special_tokens=False)
    if CHANNEL in raw:
        start = raw.rfind(FINAL)
        return "" if start < 0 else re.sub(r"<\|\w+\|>", "", raw[start + len(FINAL) :]).strip()
    return THOUGHT.sub("", tokens.decode(ids, skip_special_tokens=True)).strip()


class _Stream:
    """Hears every token that is chosen, and tells what is written so far."""

    def __init__(self, tokens: Any, most: int, report: Report) -> None:
        self.most = most
        self._tokens = tokens
        self._report = report
        self._ids: list[int] = []
        self._text = "reading"
        self._began = False

    def put(self, ids: Any) -> None:
        """Called by transformers: first with the prompt, then with each token."""
        if not self._began:
            self._began = True
        else:
            self._ids.extend(ids.reshape(-1).tolist())
            if len(self._ids) <= OFTEN or len(self._ids) % 16 == 0:
                self._text = spoken(self._tokens, self._ids).removesuffix("\ufffd") or "thinking"
        self.hear(-1.0, "", None)

    def end(self) -> None:
        """Called by transformers when all is written."""

    def hear(self, done: float, note: str, preview: Any) -> None:
        """Between two layers too: what there is so far. ``note`` is said where it is not empty."""
        self._report(min(1.0, len(self._ids) / self.most), note or self._text, preview)


def believed(config: Any) -> Any:
    """The settings of writing, of which only plain numbers are taken over."""
    own: dict[str, Any] = {}
    for name in IDS:
        value = getattr(config, name, None)
        if type(value) is int or (isinstance(value, list) and value and all(type(one) is int for one in value)):
            own[name] = value
    for name, kind in NUMBERS.items():
        value = getattr(config, name, None)
        if value is not None and type(value) in (int, kind) and value > 0:
            own[name] = value
    return transformers.GenerationConfig(**own)


def read_single(entry: ModelEntry, classes: Collection[str], dtype: str | None = None, **more: Any) -> Any:
    """A model from its folder, of one of these classes of transformers. UserError if it is another, or damaged."""
    assert entry.path is not None
    config = config_of(entry.path.parent, entry.path.name)
    check_single(entry.path)
    name = (config.get("architectures") or [""])[0]
    if name not in classes:
        raise UserError(
            f'"{entry.title}" is of the kind {str(name)[:60]}, which Ajar can\'t run here.',
            f"Kinds that run: {', '.join(sorted(classes))}.",
        )
    more |= _unpacked(entry, config)
    return loaded(entry, getattr(transformers, name), entry.path, dtype or entry.settings["precision"],
                  use_safetensors=True, **more)


def loaded(entry: ModelEntry, kind: type[Any], place: Path, dtype: str, **more: Any) -> Any:
    """A model that ``from_pretrained`` reads. UserError where a file is damaged, or weights are missing."""
    if entry.settings.get("kept"):
        raise UserError(
            f'"{entry.title}" can\'t be kept in {entry.settings["kept"]}.', 'Set its precision to "auto" or "bfloat16".'
        )
    if (place / "adapter_config.json").is_file():
        raise UserError(f'Beside "{entry.title}" lies an adapter, which would change it.', "Put them in two folders.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model, told = kind.from_pretrained(
                place, dtype=DTYPES[dtype], local_files_only=True, trust_remote_code=False, output_loading_info=True,
                **more,
            )
    except BROKEN as error:
        raise UserError(f'The model "{entry.title}" could not be loaded: {first_line(error)}.', AGAIN) from error
    lacking = told["missing_keys"]
    if lacking:
        raise UserError(f'The model "{entry.title}" lacks {len(lacking)} of its weights.', AGAIN)
    return model


def read_tokens(entry: ModelEntry, folder: Path) -> Any:
    """The tokenizer of a folder, always of the one class that is data only. UserError where it is missing."""
    if not (folder / "tokenizer.json").is_file():
        raise UserError(f'The model "{entry.title}" has no tokenizer.json.', AGAIN)
    try:
        return transformers.PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # the tokenizers library raises nothing narrower
        raise UserError(f'The words of "{entry.title}" can\'t be read: {first_line(error)}.', AGAIN) from error


def _unpacked(entry: ModelEntry, config: Mapping[str, Any]) -> dict[str, Any]:
    """What is said to ``from_pretrained`` for weights that are packed. UserError for those that are not read."""
    packed = config.get("quantization_config")
    if not packed:
        return {}
    how = packed.get("quant_method") if isinstance(packed, dict) else None
    if how == "mxfp4":  # said here, so that no foreign program for it is looked for
        return {"quantization_config": transformers.Mxfp4Config(dequantize=True)}
    raise UserError(
        f'"{entry.title}" is packed with {json.dumps(how)[:40]}, which can\'t be read here.',
        "Get it with plain 16-bit weights, or as GGUF.",
    )
